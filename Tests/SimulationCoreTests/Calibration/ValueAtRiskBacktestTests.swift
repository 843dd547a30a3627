import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite(
  "Value at risk out of sample",
  .enabled(if: isOptimised, "fits of long columns take minutes without optimisation"))
struct ValueAtRiskBacktestTests {
  /// A path with clusters: the model that made it has breaches as often as it says, and one after
  /// the other no more often than that; a model of constant variance has them in clusters.
  @Test("the true model passes both tests, one without clusters fails")
  func clusters() throws {
    let rows = 24_000
    let assets = [asset("A", volatility: 0.9)]
    let model = try model(
      "garch_t",
      ["degrees_of_freedom": .number(8), "alpha": .number(0.12), "beta": .number(0.86)],
      assets: assets, stepCount: rows)
    let prices = logPrices(model, count: 1, stepCount: rows, assetCount: 1, seed: 21)
    let sample = try ReturnSample(
      symbols: ["A"], columns: [zip(prices, [0] + prices.dropLast()).map { $0 - $1 }],
      spacingHours: 1)
    let (past, future) = (try sample.rows(0..<12_000), try sample.rows(12_000..<rows))
    let fits = try LikelihoodFits(past)
    func backtests(_ kind: String) throws -> [ValueAtRiskBacktest] {
      let fit = try #require(ModelFitting.of(kind)).fit(fits)
      return try ValueAtRiskBacktest.all(fit, past: past, future: future)
    }
    let right = try backtests("garch_t")
    #expect(right.map(\.probability) == [0.01, 0.05])
    for test in right {
      #expect(test.observations == 12_000)
      // Four standard deviations of the count, a tenth more for the parameters' own error.
      let tolerance =
        0.1 * test.expected + 4 * (test.expected * (1 - test.probability)).squareRoot()
      #expect(abs(Double(test.breaches) - test.expected) < tolerance, "\(test)")
      #expect(test.christoffersen.independencePValue > 1e-3, "\(test)")
    }
    // The same variances with an asymmetry that is none, and with the shocks themselves.
    for kind in ["gjr_t", "filtered_historical"] {
      for (test, known) in zip(try backtests(kind), right) {
        #expect(abs(test.breaches - known.breaches) < 30, "\(test)")
      }
    }
    let wrong = try backtests("student_t")
    for test in wrong { #expect(test.christoffersen.coveragePValue < 0.01, "\(test)") }
  }
}
