import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Comparisons, bounds and looks")
struct ComparisonTests {
  private func pair(_ count: Int, seed: UInt64) -> (IndependentSample, IndependentSample) {
    let first = (0..<count).map { PathRandom(seed: seed, path: UInt32($0)).exponential(.shock, 0) }
    let second = first.indices.map { path in
      first[path] * 1.2 + 0.1 * PathRandom(seed: seed, path: UInt32(path)).normal(.shock, 1)
    }
    return (IndependentSample(first), IndependentSample(second))
  }

  @Test("The joint bootstrap covers a difference of quantiles", .enabled(if: isOptimised))
  func bootstrapCoverage() throws {
    // b = 1.2 a + 0.1 z, a unit exponential: beyond the body P(b > x) = exp(-x/1.2 + (0.1/1.2)^2/2),
    // so that b's 95 % point is 1.2 (log 20 + 0.00347). 100 runs: 0.95 -+ 4 x 0.022.
    let truth = 0.2 * log(20) + 1.2 * 0.5 * pow(0.1 / 1.2, 2)
    var covered = 0
    for seed in 1...100 {
      let (first, second) = pair(1000, seed: UInt64(seed))
      let bootstrap = JointBootstrap(first, second, probability: 0.95)
      let estimate = bootstrap.difference(.quantile, seed: 5, resamples: 200)
      if try #require(estimate.low) <= truth, truth <= (try #require(estimate.high)) {
        covered += 1
      }
    }
    #expect((86...100).contains(covered))
  }

  @Test("The point is the difference of the samples' own statistics, equal runs differ by nothing")
  func bootstrapValues() throws {
    let (first, second) = pair(4000, seed: 9)
    let bootstrap = JointBootstrap(first, second, probability: 0.99)
    let quantiles = bootstrap.difference(.quantile, seed: 1, resamples: 300)
    let expected = try #require(second.quantile(0.99).value) - #require(first.quantile(0.99).value)
    #expect(quantiles.value == expected)
    let means = bootstrap.difference(.expectedShortfall, seed: 1, resamples: 300)
    let tails =
      ExpectedShortfall(sorted: second.sorted, probability: 0.99).value
      - ExpectedShortfall(sorted: first.sorted, probability: 0.99).value
    #expect(abs(try #require(means.value) - tails) < 1e-10)
    #expect(try #require(means.low) < tails && tails < #require(means.high))
    #expect(
      JointBootstrap(first, first, probability: 0.99).difference(.quantile, seed: 1, resamples: 50)
        == IntervalEstimate(value: 0, low: 0, high: 0))
    #expect(
      JointBootstrap(first, second, probability: 0.999).difference(.quantile, seed: 1)
        == .unavailable(.fewTail))
  }

  @Test("Discordant paths: the exact test of ten against two")
  func discordant() {
    let first = Array(repeating: true, count: 12) + [false, false]
    let second = Array(repeating: false, count: 10) + [true, true, true, true]
    let table = DiscordantPaths(first, second)
    #expect(table.onlyFirst == 10)
    #expect(table.onlySecond == 2)
    // 2 (1 + 12 + 66) / 4096.
    #expect(abs(table.pValue - 158.0 / 4096) < 1e-14)
    #expect(DiscordantPaths([true], [true]).pValue == 1)
  }

  @Test("What the worst of n paths says, and the band of the distribution")
  func bounds() {
    // 0.05^(1/20000) = 0.99985022; sqrt(log 40 / 40000).
    #expect(abs(shareBelowWorst(count: 20_000) - 0.999_850_225) < 1e-9)
    #expect(abs(distributionBandHalfHeight(count: 20_000) - 0.009_603) < 1e-6)
  }

  @Test(
    "Looks are doublings of 1,024 up to the limit",
    arguments: [
      (500, [500]), (1024, [1024]), (1025, [1024, 1025]),
      (10_000, [1024, 2048, 4096, 8192, 10_000]),
    ])
  func looks(limit: Int, counts: [Int]) {
    #expect(LookSchedule(limit: limit).counts == counts)
  }

  @Test("Halving a relative error takes four times the paths")
  func predicted() {
    #expect(LookSchedule.predicted(count: 1024, reached: 0.1, target: 0.05) == 4096)
  }
}
