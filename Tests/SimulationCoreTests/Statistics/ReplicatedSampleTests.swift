import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Dependent samples")
struct ReplicatedSampleTests {
  /// Normal values whose replicates share a common part of half the variance.
  private func dependent(_ count: Int, seed: UInt64, replicates: Int) -> [Double] {
    (0..<count).map { path in
      let own = PathRandom(seed: seed, path: UInt32(path)).normal(.shock, 0)
      let common = PathRandom(seed: seed, path: UInt32(path % replicates)).normal(.shock, 1)
      return (own + common) * 0.5.squareRoot()
    }
  }

  @Test(
    "Intervals by replicate cover under dependence, where the plain ones do not",
    .enabled(if: isOptimised))
  func coverage() throws {
    // 400 runs of 32 replicates of 32 paths: 0.95 -+ 4 x 0.011; the plain standard error is a
    // quarter of the true one.
    var covered = 0
    var plain = 0
    var quantiles = 0
    for seed in 0..<400 {
      let values = dependent(1024, seed: UInt64(seed), replicates: 32)
      let sample = ReplicatedPaths(replicates: 32).sample(values)
      let mean = sample.mean()
      if try #require(mean.low) <= 0, try #require(mean.high) >= 0 { covered += 1 }
      let naive = IndependentSample(values).mean()
      if try #require(naive.low) <= 0, try #require(naive.high) >= 0 { plain += 1 }
      let median = sample.quantile(0.5)
      if try #require(median.low) <= 0, try #require(median.high) >= 0 { quantiles += 1 }
    }
    #expect((362...396).contains(covered))
    #expect((355...400).contains(quantiles))
    #expect(plain < 250)
  }

  @Test("Values are those of the pooled sample; thin tails are not quoted")
  func values() throws {
    let values = (0..<6400).map { Double(($0 * 7919) % 6400) }
    let sample = ReplicatedPaths(replicates: 32).sample(values)
    let plain = IndependentSample(values)
    #expect(sample.quantile(0.9).value == plain.quantile(0.9).value)
    #expect(sample.mean().value == plain.mean().value)
    #expect(sample.expectedShortfall(0.9).value == plain.expectedShortfall(0.9).value)
    #expect(sample.probability(above: 3199).value == 0.5)
    #expect(sample.standardDeviation().value == plain.standardDeviation().value)
    #expect(sample.ratio(to: sample).value == 1)
    // 64 paths beyond p99: two a replicate.
    #expect(sample.quantile(0.99) == .unavailable(.fewTail))
    #expect(sample.expectedShortfall(0.99) == .unavailable(.fewTail))
    #expect(sample.negated.extremes == -6399...0)
  }
}
