import Foundation
import SimulationCore
import Testing

/// Exact laws of the model at fixed seeds.
@Suite("Geometric Brownian motion")
struct GeometricBrownianMotionTests {
  private static let volatilities = [0.65, 0.55, 0.66, 0.85, 0.95, 1.05, 1.15, 0.02]
  private static let loadings = [0.9, 0.88, 0.9, 0.8, 0.75, 0.72, 0.7, 0.1]

  private func paths(_ count: Int, stepCount: Int, stepHours: Double) throws -> [Double] {
    let assets = GeometricBrownianMotionTests.volatilities.indices.map {
      asset(
        "A\($0)", volatility: GeometricBrownianMotionTests.volatilities[$0],
        drift: 0.1 * Double($0) - 0.3)
    }
    let model = try model(
      "gbm", assets: assets, stepCount: stepCount, stepHours: stepHours,
      correlation: try .oneFactor(GeometricBrownianMotionTests.loadings))
    return logPrices(model, count: count, stepCount: stepCount, assetCount: 8, seed: 4_711)
  }

  @Test("the mean price grows with the drift, within 3.5 standard errors")
  func martingale() throws {
    let (count, stepCount, stepHours) = (20_000, 12, 24.0)
    let all = try paths(count, stepCount: stepCount, stepHours: stepHours)
    for asset in 0..<8 {
      for step in [0, stepCount - 1] {
        let years = Double(step + 1) * stepHours / 8760
        let prices = (0..<count).map { exp(all[($0 * stepCount + step) * 8 + asset]) }
        #expect(abs(meanScore(prices, exp((0.1 * Double(asset) - 0.3) * years))) < 3.5)
      }
    }
  }

  @Test("increments have the variance sigma^2 dt and the matrix's correlations, |z| < 5")
  func increments() throws {
    let (count, stepCount, stepHours) = (400, 250, 1.0)
    let all = try paths(count, stepCount: stepCount, stepHours: stepHours)
    var columns = [[Double]](repeating: [], count: 8)
    for path in 0..<count {
      for step in 0..<stepCount {
        for asset in 0..<8 {
          let row = (path * stepCount + step) * 8 + asset
          columns[asset].append(all[row] - (step == 0 ? 0 : all[row - 8]))
        }
      }
    }
    let size = Double(count * stepCount)
    for asset in 0..<8 {
      let sigma = GeometricBrownianMotionTests.volatilities[asset]
      let mean = (0.1 * Double(asset) - 0.3 - sigma * sigma / 2) * stepHours / 8760
      let variance = sigma * sigma * stepHours / 8760
      // The mean of squared normal deviations has relative variance 2 / n.
      let squares = columns[asset].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size
      #expect(abs(squares / variance - 1) < 5 * (2 / size).squareRoot())
      for other in 0..<asset {
        let rho =
          GeometricBrownianMotionTests.loadings[asset]
          * GeometricBrownianMotionTests.loadings[other]
        // Fisher's transform has variance 1 / (n - 3).
        let shift = atanh(correlation(columns[asset], columns[other])) - atanh(rho)
        #expect(abs(shift) * (size - 3).squareRoot() < 5)
      }
    }
  }

  @Test("without volatility the log price is drift times time")
  func deterministic() throws {
    let model = try model(
      "gbm", assets: [asset("A", drift: 0.5), asset("B")], stepCount: 600)
    let prices = logPrices(model, count: 3, stepCount: 600, assetCount: 2)
    for path in 0..<3 {
      for step in 0..<600 {
        // 600 additions of one rounded number: at most 600 half units in the last place.
        let expected = 0.5 * Double(step + 1) / 8760
        #expect(abs(prices[(path * 600 + step) * 2] - expected) <= 300 * expected.ulp)
        #expect(prices[(path * 600 + step) * 2 + 1] == 0)
      }
    }
  }

  @Test("log prices beyond 700 are clamped and counted, and stay finite")
  func clamping() throws {
    let model = try model(
      "gbm", assets: [asset("A", drift: 10_000 * 8760), asset("B")], stepCount: 4)
    var block = PriceBlock(capacity: 3, stepCount: 4, assetCount: 2)
    model.fill(&block, firstPath: 5, seed: 1)
    #expect(block.clampedCount == 12)
    #expect(
      block.logPrice == [Double](repeating: 0, count: 24).indices.map { $0 % 2 == 0 ? 700 : 0 })
    #expect(block.firstNonFinite == nil)
    model.fill(&block, firstPath: 0, seed: 1)
    #expect(block.clampedCount == 12)
  }

  @Test("the finite check names path, step and asset")
  func finiteCheck() {
    var block = PriceBlock(capacity: 5, stepCount: 4, assetCount: 3)
    block.logPrice[block.offset(path: 3, step: 2) + 1] = .nan
    let found = block.firstNonFinite
    #expect(found?.path == 3 && found?.step == 2 && found?.asset == 1)
    block.resize(to: 3)
    #expect(block.firstNonFinite == nil)
  }

  @Test("one asset and no correlation run as well as many")
  func oneAsset() throws {
    let model = try model("gbm", assets: [asset("A", volatility: 1)], stepCount: 1, stepHours: 8760)
    let values = logPrices(model, count: 20_000, stepCount: 1, assetCount: 1)
    #expect(abs(meanScore(values, -0.5)) < 5)
    #expect(abs(meanScore(values.map { ($0 + 0.5) * ($0 + 0.5) }, 1)) < 5)
  }
}
