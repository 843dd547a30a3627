import Foundation
import SimulationCore
import Testing

@Suite("Historical bootstrap")
struct HistoricalBootstrapTests {
  private static let rowCount = 40

  /// Prices whose 40 returns are all different: log price of A has steps (k - 10) / 1000, B minus that.
  private func table() throws -> PriceTable {
    var log = 0.0
    var rows: [[Double]] = [[1, 1]]
    for row in 0..<HistoricalBootstrapTests.rowCount {
      log += (Double(row) - 10) / 1000
      rows.append([exp(log), exp(-log)])
    }
    return try PriceTable(
      symbols: ["A", "B"], timeHours: rows.indices.map { Double($0) }, rows: rows)
  }

  private func bootstrap(
    blockHours: Double, stepCount: Int, stepHours: Double = 1
  ) throws -> any PriceModel {
    try model(
      "bootstrap", ["file": .text("x"), "block_hours": .number(blockHours)],
      assets: [asset("A", volatility: 1), asset("C"), asset("B", volatility: 1)],
      stepCount: stepCount, stepHours: stepHours, data: try table())
  }

  /// The data rows that a path takes, read back from its returns; checks that all assets agree.
  private func rows(_ model: any PriceModel, paths: Int, stepCount: Int) -> [[Int]] {
    let all = logPrices(model, count: paths, stepCount: stepCount, assetCount: 3, seed: 3)
    return (0..<paths).map { path in
      (0..<stepCount).map { step in
        let row = (path * stepCount + step) * 3
        let moveA = all[row] - (step == 0 ? 0 : all[row - 3])
        let moveB = all[row + 2] - (step == 0 ? 0 : all[row - 1])
        #expect(abs(moveA + moveB) < 1e-12)
        #expect(all[row + 1] == 0)
        let place = moveA * 1000 + 10
        #expect(abs(place - place.rounded()) < 1e-9)
        return Int(place.rounded())
      }
    }
  }

  @Test("whole rows of the data are drawn, each as often, |z| < 5")
  func uniformRows() throws {
    let drawn = rows(
      try bootstrap(blockHours: 1, stepCount: 100), paths: 200, stepCount: 100)
    let count = Double(drawn.count * 100)
    let share = 1 / Double(HistoricalBootstrapTests.rowCount)
    for row in 0..<HistoricalBootstrapTests.rowCount {
      let found = Double(drawn.reduce(0) { $0 + $1.count { $0 == row } })
      #expect(abs(found - count * share) < 5 * (count * share * (1 - share)).squareRoot())
    }
  }

  @Test("blocks have the mean length asked for and wrap around the end, |z| < 5")
  func blocks() throws {
    let (paths, stepCount) = (400, 100)
    let drawn = rows(
      try bootstrap(blockHours: 8, stepCount: stepCount), paths: paths, stepCount: stepCount)
    var continued = 0
    var wrapped = 0
    for path in drawn {
      for (row, next) in zip(path, path.dropFirst()) {
        if next == (row + 1) % HistoricalBootstrapTests.rowCount { continued += 1 }
        if row == HistoricalBootstrapTests.rowCount - 1 && next == 0 { wrapped += 1 }
      }
    }
    // A new block hits the next row by chance in one of 40 cases.
    let probability = 7.0 / 8 + 1.0 / 8 / 40
    let count = Double(paths * (stepCount - 1))
    let deviation = (count * probability * (1 - probability)).squareRoot()
    #expect(abs(Double(continued) - count * probability) < 5 * deviation)
    // Expected about 990 / 40 x 40 = 868 times; none without wrapping.
    #expect(wrapped > 500)
  }

  @Test("the mean log price is that of the data, |z| < 5")
  func mean() throws {
    let stepCount = 24
    let model = try bootstrap(blockHours: 6, stepCount: stepCount)
    let all = logPrices(model, count: 4_000, stepCount: stepCount, assetCount: 3)
    let ends = (0..<4_000).map { all[($0 * stepCount + stepCount - 1) * 3] }
    // Mean of (k - 10) / 1000 over k = 0 ... 39 is 0.0095.
    #expect(abs(meanScore(ends, 0.0095 * Double(stepCount))) < 5)
  }

  @Test("a step of three hours takes three rows that follow each other")
  func longSteps() throws {
    let model = try bootstrap(blockHours: 30, stepCount: 50, stepHours: 3)
    let all = logPrices(model, count: 50, stepCount: 50, assetCount: 3)
    for path in 0..<50 {
      var previous: Int?
      var continued = 0
      for step in 0..<50 {
        let row = (path * 50 + step) * 3
        let move = (all[row] - (step == 0 ? 0 : all[row - 3])) * 1000
        let start = (0..<40).first { first in
          let sum = (0..<3).reduce(0.0) { $0 + Double((first + $1) % 40) - 10 }
          return abs(sum - move) < 1e-8
        }
        #expect(start != nil)
        if let start, let previous, start == (previous + 3) % 40 { continued += 1 }
        previous = start
      }
      // Nine steps in ten continue: 44 of 49 expected, at least 29 with 5 sigma to spare.
      #expect(continued >= 29)
    }
  }

  @Test("steps that do not fit the data, and short blocks, are refused")
  func faults() throws {
    func code(blockHours: Double = 24, stepHours: Double) -> String? {
      do {
        _ = try bootstrap(blockHours: blockHours, stepCount: 2, stepHours: stepHours)
        return nil
      } catch {
        return (error as? ParameterError)?.code
      }
    }
    #expect(code(stepHours: 0.5) == "E054")
    #expect(code(stepHours: 1.5) == "E054")
    #expect(code(blockHours: 1.5, stepHours: 2) == "E055")
    #expect(code(blockHours: 2, stepHours: 2) == nil)
  }
}
