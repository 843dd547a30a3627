import Foundation
import SimulationCore
import Testing

/// One-step returns in units of their standard deviation, `[asset][draw]`.
private func standardised(
  nu: Double, assetCount: Int = 2, correlation: Correlation? = nil, pathCount: Int = 1_000
) throws -> [[Double]] {
  let stepCount = 256
  let sigma = 0.8
  let model = try model(
    "student_t", ["degrees_of_freedom": .number(nu)],
    assets: (0..<assetCount).map { asset("A\($0)", volatility: sigma, drift: 0.2) },
    stepCount: stepCount, correlation: correlation)
  let all = logPrices(
    model, count: pathCount, stepCount: stepCount, assetCount: assetCount, seed: 31)
  let drift = (0.2 - sigma * sigma / 2) / 8760
  let deviation = sigma * (1.0 / 8760).squareRoot()
  var columns = [[Double]](repeating: [], count: assetCount)
  for path in 0..<pathCount {
    for step in 0..<stepCount {
      for asset in 0..<assetCount {
        let row = (path * stepCount + step) * assetCount + asset
        let move = all[row] - (step == 0 ? 0 : all[row - assetCount])
        columns[asset].append((move - drift) / deviation)
      }
    }
  }
  return columns
}

@Suite("Student-t returns")
struct StudentTReturnsTests {
  @Test("returns have variance one in units of the volatility, |z| < 5")
  func variance() throws {
    for column in try standardised(nu: 10) {
      #expect(abs(meanScore(column, 0)) < 5)
      #expect(abs(meanScore(column.map { $0 * $0 }, 1)) < 5)
      // Kurtosis 3 + 6 / (nu - 4) = 4.
      #expect(abs(meanScore(column.map { $0 * $0 * $0 * $0 }, 4)) < 5)
    }
  }

  /// P(T <= x) for nu = 4, from the project's vectors (`t-cdf-a`, mpmath at 40 digits).
  @Test(
    "returns have the distribution function of t(4), |z| < 5",
    arguments: [
      (-10, 0.00028100181135799556), (-3, 0.019970984035859413), (-1, 0.18695048315002943),
    ])
  func quantiles(x: Double, probability: Double) throws {
    for column in try standardised(nu: 4) {
      // Unit variance: T = x sqrt(nu / (nu - 2)).
      let count = Double(column.count)
      let below = Double(column.count { $0 * 2.0.squareRoot() <= x })
      let deviation = (count * probability * (1 - probability)).squareRoot()
      #expect(abs(below - count * probability) < 5 * deviation)
      let above = Double(column.count { $0 * 2.0.squareRoot() >= -x })
      #expect(abs(above - count * probability) < 5 * deviation)
    }
  }

  @Test("uncorrelated assets share their tail: E[x^2 y^2] = (nu - 2) / (nu - 4)")
  func commonTail() throws {
    let columns = try standardised(nu: 12)
    let products = zip(columns[0], columns[1]).map { $0 * $0 * $1 * $1 }
    #expect(abs(meanScore(products, 10.0 / 8)) < 5)
    #expect(abs(meanScore(zip(columns[0], columns[1]).map(*), 0)) < 5)
  }

  @Test("returns have the matrix's correlation, |z| < 5")
  func correlated() throws {
    let columns = try standardised(nu: 10, correlation: try .oneFactor([0.9, 0.88]))
    // An elliptical law widens the variance of Fisher's transform by 1 + 2 / (nu - 4).
    let size = Double(columns[0].count)
    let shift = atanh(correlation(columns[0], columns[1])) - atanh(0.792)
    #expect(abs(shift) * (size / (1 + 2.0 / 6)).squareRoot() < 5)
  }

  @Test("the normals are those of gbm: many degrees of freedom come close to it")
  func manyDegrees() throws {
    let assets = [asset("A", volatility: 0.8)]
    let t = logPrices(
      try model(
        "student_t", ["degrees_of_freedom": .number(1000)], assets: assets, stepCount: 200),
      count: 8, stepCount: 200, assetCount: 1)
    let normal = logPrices(
      try model("gbm", assets: assets, stepCount: 200), count: 8, stepCount: 200, assetCount: 1)
    #expect(correlation(t, normal) > 0.999)
    #expect(t != normal)
  }
}
