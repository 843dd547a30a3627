import Cascade
import Foundation
import Runner
import SimulationCore
import Testing

@Suite("Summary of a run")
struct SummaryTests {
  private let summary = Summary(
    HandMadeRun.result().outcomes, assets: HandMadeRun.assets, quantiles: [0.5, 0.95, 0.99, 0.999])

  @Test("Mean, quantiles, extremes and chance of a hand-made sample")
  func statistics() throws {
    // 1,000 paths: 900 zeros, then 1 to 100 thousand; ranks 500, 950 and 990; sum 5,050 thousand.
    func value(_ statistic: String) -> Double? { summary.row("bad_debt_usd", statistic)?.value }
    #expect(value("mean") == 5050)
    #expect(value("p50") == 0)
    #expect(value("p95") == 50_000)
    #expect(value("p99") == 90_000)
    #expect(value("min") == 0)
    #expect(value("max") == 100_000)
    #expect(value("prob_positive") == 0.1)
    #expect(value("p999") == nil)
    #expect(summary.row("bad_debt_usd", "p999")?.note == "no_upper")
    #expect(summary.row("bad_debt_usd", "max")?.note == "extreme")
  }

  @Test("The interval of p99 has the exact binomial ranks")
  func interval() throws {
    // Binomial(1000, 0.99): quantiles at 2.5 % and 97.5 %, summed exactly: ranks 983 and 997.
    let row = try #require(summary.row("bad_debt_usd", "p99"))
    #expect(row.low == 83_000)
    #expect(row.high == 97_000)
  }

  @Test("Amplification and branching are ratios of sums over paths")
  func ratios() throws {
    let amplification = try #require(summary.row("amplification", "ratio"))
    #expect(amplification.value == 1.5)
    #expect(summary.row("branching_ratio", "ratio")?.value == 0.25)
    #expect(summary.row("branching_ratio_usd", "ratio")?.value == 0.5)
    #expect(summary.row("amplification", "mean") == nil)
    // The two are proportional on every path, so that the ratio has no error but rounding.
    #expect(abs(try #require(amplification.high) - 1.5) < 1e-12)
  }

  @Test("Paths without a counterfactual have no say in the amplification")
  func withoutCounterfactual() throws {
    var outcomes = HandMadeRun.result(paths: 10).outcomes
    for path in outcomes.indices { outcomes[path].liquidatedWithoutFeedbackUSD = .nan }
    let row = try #require(
      Summary(outcomes, assets: HandMadeRun.assets, quantiles: []).row("amplification", "ratio"))
    #expect(row.value == nil)
    #expect(row.paths == 0)
    #expect(row.note == "undefined")
  }

  @Test("Missing values are left out and counted")
  func missing() {
    #expect(summary.row("first_liquidation_hours", "mean")?.paths == 0)
    #expect(summary.row("min_health_factor", "mean")?.paths == 999)
  }

  @Test("Prices are read from their lower tail")
  func lowerTail() throws {
    // Lowest prices 3000 - i: rank 10 of 1,000 ascending is 2010, rank 50 is 2050.
    #expect(summary.row("min_price_usd", "p01", asset: "WETH")?.value == 2010)
    #expect(summary.row("min_price_usd", "p05", asset: "WETH")?.value == 2050)
    #expect(summary.row("min_price_usd", "p001", asset: "WETH") != nil)
    #expect(summary.row("min_price_usd", "prob_positive", asset: "WETH") == nil)
  }

  @Test("The tail mean is quoted from 50 tail paths on, on the side of the tail")
  func tailMeans() throws {
    let outcomes = (0..<5000).map { path in
      var outcome = HandMadeRun.outcome(path % 1000)
      outcome.badDebtUSD = Double(path + 1)
      outcome.assets[0].minPriceUSD = Double(path + 1)
      return outcome
    }
    let large = Summary(outcomes, assets: HandMadeRun.assets, quantiles: [])
    // q + sum (L - q)+ / (n (1 - p)) with q = 4950: 4950 + (1 + ... + 50) / 50 = 4975.5.
    let upper = try #require(large.row("bad_debt_usd", "tail_mean_p99")?.value)
    #expect(abs(upper - 4975.5) < 1e-9)
    // Mirrored: q = 51, mean 51 - 25.5 = 25.5.
    let lower = try #require(large.row("min_price_usd", "tail_mean_p01", asset: "WETH"))
    #expect(abs(try #require(lower.value) - 25.5) < 1e-9)
    #expect(try #require(lower.low) < #require(lower.high))
    #expect(summary.row("bad_debt_usd", "tail_mean_p99")?.value == nil)
  }

  @Test(
    "Quantiles are named by their digits",
    arguments: [
      (0.5, "p50"), (0.05, "p05"), (0.999, "p999"), (0.01, "p01"), (0.001, "p001"), (0.25, "p25"),
      (0.9999, "p9999"), (0.975, "p975"), (0.1, "p10"),
    ])
  func names(_ probability: Double, _ name: String) {
    #expect(Summary.quantileName(probability) == name)
  }

  @Test("The scenario's quantiles join the fixed ones once each, ascending")
  func probabilities() {
    #expect(
      Summary.probabilities([0.5, 0.9], tail: .upper) == [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999])
    #expect(
      Summary.probabilities([], tail: .lower) == [0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999])
  }

  @Test("The interval of the standard deviation is that of the large-sample theory")
  func standardDeviation() throws {
    // Normal scores: m4 = 3 s^4, so that s.e.(s) = s / sqrt(2 n); 20,000 of them are within 1 %.
    let count = 20_000
    let scores = (0..<count).map { normalQuantile((Double($0) + 0.5) / Double(count)) }
    let estimate = IndependentSample(scores).standardDeviation()
    let halfWidth = try #require(estimate.halfWidth)
    #expect(abs(try #require(estimate.value) - 1) < 1e-3)
    #expect(abs(halfWidth / (1.96 / (2 * Double(count)).squareRoot()) - 1) < 0.01)
    #expect(IndependentSample([1]).standardDeviation().value == nil)
    #expect(IndependentSample([2, 2, 2]).standardDeviation().value == 0)
  }
}
