import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Marginals of data")
struct EmpiricalMarginalsTests {
  /// Skewed returns with heavier tails below: a t variate of 4 degrees of freedom, shrunk above 0.
  private static let sample: [Double] = {
    var random = TestRandom(seed: 11)
    let law = StudentTDistribution(degreesOfFreedom: 4)
    return (0..<4_000).map { _ in
      let x = law.quantile(min(max(random.uniform(), 1e-12), 1 - 1e-12))
      return 0.01 * (x > 0 ? 0.6 * x : x)
    }
  }()

  private static let prices: PriceTable? = {
    var logs = [0.0, 0.0]
    var rows = [[1.0, 1.0]]
    for (index, move) in sample.enumerated() {
      logs[0] += move
      logs[1] += sample[(index + 1_234) % sample.count]
      rows.append(logs.map { exp($0) })
    }
    return try? PriceTable(
      symbols: ["A", "B"], timeHours: rows.indices.map { Double($0) }, rows: rows)
  }()

  /// The integral of q(p) and q(p)^2 over p = u^8 / 2 on either side.
  @Test("a law has mean 0 and variance 1, rises, and goes beyond its sample")
  func moments() throws {
    let law = try #require(EmpiricalLaw(Self.sample))
    let cells = 20_000
    var (first, second) = (0.0, 0.0)
    for cell in 0..<cells {
      let u = (Double(cell) + 0.5) / Double(cells)
      let (tail, weight) = (0.5 * pow(u, 8), 4 * pow(u, 7) / Double(cells))
      for isUpper in [false, true] {
        let value = law.quantile(tail: tail, isUpper: isUpper)
        first += weight * value
        second += weight * value * value
      }
    }
    // The body's midpoint rule, and the cusp of the squares at p = 0.
    #expect(abs(first) < 1e-5 && abs(second - 1) < 2e-3, "\(first), \(second)")
    let tails = (1...60).map { 0.5 * pow(0.8, Double($0)) }
    for (near, far) in zip(tails, tails.dropFirst()) {
      #expect(law.quantile(tail: far, isUpper: true) > law.quantile(tail: near, isUpper: true))
      #expect(law.quantile(tail: far, isUpper: false) < law.quantile(tail: near, isUpper: false))
    }
    // The sample's own quantiles keep their distances, whatever the shift and the scale.
    let sorted = Self.sample.sorted()
    func ratio(_ q: (Int) -> Double) -> Double { (q(200) - q(2_000)) / (q(3_600) - q(2_000)) }
    let expected = ratio { sorted[$0] }
    let got = ratio { rank in
      let p = (Double(rank) + 0.5) / 4_000
      return law.quantile(tail: min(p, 1 - p), isUpper: p > 0.5)
    }
    #expect(abs(got / expected - 1) < 1e-9)
    // Heavier below than above, as drawn; beyond the smallest of 4,000 values.
    #expect(
      law.quantile(tail: 1e-5, isUpper: false) < -1.3 * law.quantile(tail: 1e-5, isUpper: true))
    #expect(EmpiricalLaw(Array(Self.sample.prefix(399))) == nil)
    #expect(EmpiricalLaw([Double](repeating: 1, count: 500)) == nil)
  }

  private func build(
    _ values: [String: Value] = [:], stepHours: Double = 1, stepCount: Int = 256
  ) throws -> any PriceModel {
    try model(
      "t_copula", ["file": .text("prices.csv")].merging(values) { $1 },
      assets: [asset("A", volatility: 0.8), asset("B", volatility: 1.2), asset("C")],
      stepCount: stepCount, stepHours: stepHours, correlation: try .oneFactor([0.9, 0.8, 0]),
      data: Self.prices)
  }

  /// Returns of the assets in deviations of a step, without the drift.
  private func columns(_ stepHours: Double = 1, paths: Int = 200) throws -> [[Double]] {
    let stepCount = 256
    let all = logPrices(
      try build(stepHours: stepHours), count: paths, stepCount: stepCount, assetCount: 3, seed: 31)
    return [0.8, 1.2].enumerated().map { asset, volatility in
      let variance = volatility * volatility * stepHours / 8760
      return (0..<paths * stepCount).map { row in
        let before = row % stepCount == 0 ? 0 : all[(row - 1) * 3 + asset]
        return (all[row * 3 + asset] - before + 0.5 * variance) / variance.squareRoot()
      }
    }
  }

  @Test("draws have the law of the data at the assets' volatilities, |z| < 4")
  func draws() throws {
    let law = try #require(EmpiricalLaw(Self.sample))
    for column in try columns() {
      let count = Double(column.count)
      for tail in [0.001, 0.01, 0.1, 0.4] {
        let deviation = (count * tail * (1 - tail)).squareRoot()
        let low = law.quantile(tail: tail, isUpper: false)
        let high = law.quantile(tail: tail, isUpper: true)
        #expect(abs(Double(column.count { $0 < low }) - count * tail) < 4 * deviation)
        #expect(abs(Double(column.count { $0 > high }) - count * tail) < 4 * deviation)
      }
      // The fourth moment of the tails is infinite, so that the variance is known to 10 % only.
      let square = column.reduce(0) { $0 + $1 * $1 } / count
      #expect(abs(square - 1) < 0.1, "\(square)")
    }
  }

  @Test("joint falls come as often as the copula says, |z| < 4")
  func joint() throws {
    let law = try #require(EmpiricalLaw(Self.sample))
    let probability = StudentTDependence(
      degreesOfFreedom: 6, correlation: 0.72
    ).jointLower(0.01)
    let columns = try columns()
    let limit = law.quantile(tail: 0.01, isUpper: false)
    let count = Double(columns[0].count)
    let both = Double(zip(columns[0], columns[1]).count { $0 < limit && $1 < limit })
    #expect(
      abs(both - count * probability) < 4 * (count * probability * (1 - probability)).squareRoot())
  }

  @Test("a step of several spacings has the law of the sums")
  func sums() throws {
    let six = (0...(Self.sample.count - 6)).map { Self.sample[$0..<$0 + 6].reduce(0, +) }
    let law = try #require(EmpiricalLaw(six))
    let column = try columns(6)[0]
    let count = Double(column.count)
    let low = law.quantile(tail: 0.05, isUpper: false)
    #expect(
      abs(Double(column.count { $0 < low }) - 0.05 * count) < 4 * (0.0475 * count).squareRoot())
  }

  @Test("what data cannot give is one error")
  func faults() throws {
    func message(_ body: () throws -> Void) -> String {
      do {
        try body()
        return ""
      } catch { return (error as? ParameterError)?.message ?? "" }
    }
    #expect(message { _ = try build(stepHours: 0.5) }.contains("whole multiple"))
    #expect(
      message {
        _ = try model(
          "t_copula", ["file": .text("prices.csv")], assets: [asset("D", volatility: 1)],
          stepCount: 2, data: Self.prices)
      }.contains("D has no prices"))
    #expect(
      message {
        _ = try model(
          "t_copula",
          [
            "prices": .map([
              ("time_hours", .list((0..<50).map { .number(Double($0)) })),
              ("A", .list((0..<50).map { .number(100 + Double($0 % 7)) })),
            ])
          ], assets: [asset("A", volatility: 1)], stepCount: 2)
      }.contains("at least 400"))
  }
}
