import Foundation
import SimulationCore
import Testing

@Suite("Replay")
struct ReplayTests {
  private static let prices: [[Double]] = [
    [100, 10], [110, 5], [121, 10], [60.5, 20], [100, 20],
  ]
  /// Sums of a few logarithms below 1: a few units of rounding.
  private static let tolerance = 1e-15

  private func table(_ times: [Double] = [0, 1, 2, 3, 4]) throws -> PriceTable {
    try PriceTable(symbols: ["A", "B"], timeHours: times, rows: ReplayTests.prices)
  }

  private func replay(
    _ values: [String: Value] = [:], stepCount: Int, stepHours: Double = 1,
    assets: [AssetDynamics] = [asset("A"), asset("B")], data: PriceTable? = nil
  ) throws -> [Double] {
    let model = try model(
      "replay", values.merging(["file": .text("prices.csv")]) { $1 }, assets: assets,
      stepCount: stepCount, stepHours: stepHours, data: try data ?? table())
    return logPrices(model, count: 1, stepCount: stepCount, assetCount: assets.count)
  }

  private func expectClose(_ got: [Double], _ expected: [Double]) {
    #expect(got.count == expected.count)
    for (value, wanted) in zip(got, expected) {
      #expect(abs(value - wanted) <= ReplayTests.tolerance)
    }
  }

  @Test("every path is the observed one")
  func exact() throws {
    let expected = ReplayTests.prices.dropFirst().flatMap { [log($0[0] / 100), log($0[1] / 10)] }
    expectClose(try replay(stepCount: 4), expected)
    let model = try model(
      "replay", ["file": .text("prices.csv")], assets: [asset("A"), asset("B")], stepCount: 4,
      data: try table())
    let two = logPrices(model, firstPath: 5, count: 2, stepCount: 4, assetCount: 2, seed: 77)
    #expect(Array(two.prefix(8)) == Array(two.suffix(8)))
    #expect(Array(two.prefix(8)) == (try replay(stepCount: 4)))
  }

  @Test("a step of several observations takes the sum of their returns")
  func longStep() throws {
    expectClose(
      try replay(stepCount: 2, stepHours: 2), [log(1.21), 0, 0, log(2)])
  }

  @Test("a shorter step is linear in the log price")
  func shortStep() throws {
    let got = try replay(stepCount: 5, stepHours: 0.25)
    let (a, b) = (log(1.1), log(0.5))
    expectClose(
      got,
      [a / 4, b / 4, a / 2, b / 2, 0.75 * a, 0.75 * b, a, b, 1.25 * a, 0.75 * b])
  }

  @Test("returns scale, time stretches")
  func scaleAndStretch() throws {
    expectClose(
      try replay(["return_scale": .number(2), "time_stretch": .number(2)], stepCount: 3),
      [log(1.1), log(0.5), 2 * log(1.1), 2 * log(0.5), 3 * log(1.1), log(0.5)])
    #expect(
      try replay(["return_scale": .number(0)], stepCount: 4) == [Double](repeating: 0, count: 8))
  }

  @Test("a return across a gap is left out; the observations around it follow each other")
  func gap() throws {
    let expected = [log(1.1), log(0.5), log(1.21), 0, log(1.21 * 100 / 60.5), 0]
    expectClose(try replay(stepCount: 3, data: try table([0, 1, 2, 9, 10])), expected)
  }

  @Test("the window and the names of columns are honoured")
  func windowAndColumns() throws {
    let values: [String: Value] = [
      "from": .number(1), "to": .number(3), "columns": .map([("WBTC", .text("B"))]),
    ]
    let got = try replay(
      values, stepCount: 2, assets: [asset("WBTC", volatility: 0.6), asset("USDC")])
    expectClose(got, [log(2), 0, log(4), 0])
    let dated = try PriceTable(
      symbols: ["A", "B"], timeHours: [438_000, 438_001, 438_002, 438_003, 438_004],
      rows: ReplayTests.prices)
    // 438,000 hours after 1970 is 2019-12-20 00:00.
    let later = try replay(
      ["from": .text("2019-12-20 01:00")], stepCount: 1, data: dated)
    expectClose(later, [log(1.1), log(2)])
  }

  @Test("prices may stand in the scenario")
  func inline() throws {
    let prices: Value = .map([
      ("time_hours", .list([.number(0), .number(1), .number(2)])),
      ("A", .list([.number(4), .number(2), .integer(8)])),
    ])
    let model = try model(
      "replay", ["prices": prices], assets: [asset("A", volatility: 1)], stepCount: 2)
    expectClose(logPrices(model, count: 1, stepCount: 2, assetCount: 1), [log(0.5), log(2)])
  }

  @Test("contradictions are refused under their codes")
  func faults() throws {
    func code(_ make: () throws -> [Double]) -> String? {
      do {
        _ = try make()
        return nil
      } catch {
        return (error as? ParameterError)?.code
      }
    }
    #expect(code { try replay(stepCount: 5) } == "E056")
    #expect(code { try replay(["time_stretch": .number(1.25)], stepCount: 5) } == nil)
    #expect(
      code { try replay(stepCount: 1, assets: [asset("C", volatility: 0.5)]) } == "E052")
    #expect(
      code { try replay(["columns": .map([("A", .text("X"))])], stepCount: 1) } == "E052")
    #expect(code { try replay(["from": .number(3), "to": .number(3)], stepCount: 1) } == "E053")
    #expect(code { try replay(["from": .text("soon")], stepCount: 1) } == "E053")
    let correlation = Section(table: Correlation.table, values: [:])
    #expect(code { try replay(["correlation": .section(correlation)], stepCount: 1) } == "E045")
    let noData = #expect(throws: ParameterError.self) {
      try model("replay", ["file": .text("x")], assets: [asset("A")], stepCount: 1)
    }
    #expect(noData?.code == "E050")
    #expect(
      throws: ParameterError.self,
      performing: {
        try model(
          "replay",
          ["prices": .map([("time_hours", .list([.number(0), .number(1)])), ("A", .list([]))])],
          assets: [asset("A")], stepCount: 1)
      })
  }

  @Test("replay starts at the first price of the window, bootstrap at the last")
  func startingPrices() throws {
    let values: [String: Value] = ["file": .text("x"), "from": .number(1), "to": .number(3)]
    let first = try PriceDataFields.startingPrices(
      "replay", try dynamics("replay", values), symbols: ["B", "USDC", "A"], try table())
    #expect(first == [5, nil, 110])
    let last = try PriceDataFields.startingPrices(
      "bootstrap", try dynamics("bootstrap", values), symbols: ["B", "USDC", "A"], try table())
    #expect(last == [20, nil, 60.5])
  }
}
