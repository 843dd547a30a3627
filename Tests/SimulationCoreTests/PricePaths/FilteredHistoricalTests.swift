import Foundation
import SimulationCore
import Testing

@Suite("Filtered historical simulation")
struct FilteredHistoricalTests {
  private static let returns = (0..<40).map { Double($0 * 17 % 41 - 20) / 1000 }

  private func table() throws -> PriceTable {
    var log = 0.0
    let rows =
      [[1.0, 1.0]]
      + FilteredHistoricalTests.returns.map { value -> [Double] in
        log += value
        return [exp(log), exp(-2 * log)]
      }
    return try PriceTable(
      symbols: ["A", "B"], timeHours: rows.indices.map { Double($0) }, rows: rows)
  }

  private func paths(
    _ values: [String: Value], stepHours: Double = 1, stepCount: Int, count: Int
  ) throws -> [Double] {
    let model = try model(
      "filtered_historical", ["file": .text("x")].merging(values) { $1 },
      assets: [asset("A", volatility: 1), asset("C"), asset("B", volatility: 1)],
      stepCount: stepCount, stepHours: stepHours, data: try table())
    return logPrices(model, count: count, stepCount: stepCount, assetCount: 3, seed: 4)
  }

  @Test("without reaction the returns are those of the data, in whole rows")
  func rows() throws {
    let all = try paths(
      ["alpha": .number(0), "beta": .number(0)], stepCount: 1, count: 2_000)
    for path in 0..<2_000 {
      let move = all[3 * path]
      #expect(Self.returns.contains { abs($0 - move) < 1e-12 })
      #expect(abs(all[3 * path + 2] + 2 * move) < 1e-12)
      #expect(all[3 * path + 1] == 0)
    }
  }

  /// The recursion by hand: shocks of the data, then a path on them.
  @Test("shocks are the data's without their variance; a path begins at the data's last one")
  func filter() throws {
    let (alpha, beta) = (0.2, 0.7)
    let size = (Self.returns.reduce(0) { $0 + $1 * $1 } / 40).squareRoot()
    var h = 1.0
    var shocks: [Double] = []
    for value in Self.returns {
      shocks.append(value / size / h.squareRoot())
      h = 0.1 + alpha * (value / size) * (value / size) + beta * h
    }
    let spread = (shocks.reduce(0) { $0 + $1 * $1 } / 40).squareRoot()
    let all = try paths(["alpha": .number(alpha), "beta": .number(beta)], stepCount: 2, count: 500)
    for path in 0..<500 {
      let first = all[6 * path]
      let u = first / size
      let next = 0.1 + alpha * u * u + beta * h
      let second = all[6 * path + 3] - first
      #expect(shocks.contains { abs(size * h.squareRoot() * $0 / spread - first) < 1e-12 })
      #expect(shocks.contains { abs(size * next.squareRoot() * $0 / spread - second) < 1e-12 })
    }
  }

  @Test("a step of several rows sums their returns; shorter steps are refused")
  func steps() throws {
    let short = try paths(["start_variance_ratio": .number(1)], stepCount: 8, count: 5)
    let long = try paths(
      ["start_variance_ratio": .number(1)], stepHours: 4, stepCount: 2, count: 20_000)
    // Four rows with mean square s^2 each, up to the mean of the data.
    let size = Self.returns.reduce(0) { $0 + $1 * $1 } / 40
    let squares = (0..<20_000).map { long[6 * $0] * long[6 * $0] }
    #expect(abs(meanScore(squares, 4 * size)) < 4)
    #expect(short.count == 5 * 8 * 3)
    let error = #expect(throws: ParameterError.self) {
      try paths([:], stepHours: 0.5, stepCount: 1, count: 1)
    }
    #expect(error?.code == "E054")
    let fault = #expect(throws: ParameterError.self) {
      try paths(["alpha": .number(0.2), "beta": .number(0.8)], stepCount: 1, count: 1)
    }
    #expect(fault?.code == "E037")
  }
}
