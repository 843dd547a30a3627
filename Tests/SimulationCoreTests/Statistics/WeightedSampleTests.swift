import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Weighted samples")
struct WeightedSampleTests {
  private func exponentials(_ count: Int, seed: UInt64) -> [Double] {
    (0..<count).map { PathRandom(seed: seed, path: UInt32($0)).exponential(.shock, 0) }
  }

  @Test("Weights of one give the plain estimates")
  func neutral() throws {
    let values = exponentials(20_000, seed: 1)
    let plain = IndependentSample(values)
    let weighted = WeightedPaths(likelihoodRatios: values.map { _ in 1 }).sample(values)
    #expect(weighted.quantile(0.99).value == plain.quantile(0.99).value)
    #expect(weighted.quantile(0.05).value == plain.quantile(0.05).value)
    #expect(weighted.mean().value == plain.mean().value)
    let tail = try #require(weighted.expectedShortfall(0.99).value)
    #expect(agree(tail, try #require(plain.expectedShortfall(0.99).value), relative: 1e-12))
    // Normal for t with 19,999 degrees of freedom, and Woodruff for exact ranks: ends within 5 % of
    // the width.
    for (left, right) in [
      (weighted.mean(), plain.mean()), (weighted.quantile(0.99), plain.quantile(0.99)),
      (weighted.probability(above: 1), plain.probability(above: 1)),
      (weighted.standardDeviation(), plain.standardDeviation()),
    ] {
      let width = try #require(right.halfWidth)
      #expect(abs(try #require(left.low) - #require(right.low)) < 0.1 * width)
      #expect(abs(try #require(left.high) - #require(right.high)) < 0.1 * width)
    }
  }

  @Test("An exponential drawn from a slower one and weighted back has its quantiles and means")
  func importance() throws {
    // Rate 1 from rate 1/3: ratio 3 exp(-2x/3). P(X > 6) = exp(-6), x_99.9 = log 1000, tail mean
    // one more; 4 standard errors each, from the intervals' own half-width of 1.96.
    let values = exponentials(20_000, seed: 2).map { 3 * $0 }
    let design = WeightedPaths(likelihoodRatios: values.map { 3 * exp(-2 * $0 / 3) })
    let sample = design.sample(values)
    for (estimate, truth) in [
      (sample.mean(), 1.0), (sample.probability(above: 6), exp(-6)),
      (sample.quantile(0.999), log(1000)), (sample.expectedShortfall(0.999), log(1000) + 1),
      (sample.standardDeviation(), 1),
    ] {
      let halfWidth = try #require(estimate.halfWidth)
      #expect(abs(try #require(estimate.value) - truth) < 2.05 * halfWidth)
      #expect(halfWidth < 0.15 * truth)
    }
    // The weights' own mean is one.
    let summary = WeightSummary(design.pathWeights)
    #expect(abs(summary.sumOverCount - 1) < 0.02)
    // Without the weights the mean is three: the test sees a sampler that drops them.
    #expect(IndependentSample(values).mean().value ?? 0 > 2.9)
  }

  @Test("Intervals of screened samples cover as often as they claim", .enabled(if: isOptimised))
  func screenedCoverage() {
    // 10 candidates a path; the extreme tenth, by a noisy score, is kept whole, of the rest a share.
    // Truth in closed form: unit exponentials. 400 runs: 0.95 -+ 4 x 0.011.
    var covered = [0, 0, 0]
    for run in 0..<400 {
      let (design, values) = screened(seed: UInt64(run + 10), candidates: 4000)
      let sample = design.sample(values)
      let estimates = [
        (sample.mean(), 1.0), (sample.quantile(0.99), log(100)),
        (sample.expectedShortfall(0.98), log(50) + 1),
      ]
      for (index, (estimate, truth)) in estimates.enumerated() {
        if let low = estimate.low, let high = estimate.high, low <= truth, truth <= high {
          covered[index] += 1
        }
      }
    }
    for count in covered { #expect((362...396).contains(count)) }
  }

  private func screened(seed: UInt64, candidates: Int) -> (WeightedPaths, [Double]) {
    var values: [Double] = []
    var counts = [0, 0]
    var members: [[Int]] = [[], []]
    for candidate in 0..<candidates {
      let random = PathRandom(seed: seed, path: UInt32(candidate))
      let value = random.exponential(.shock, 0)
      let isExtreme = value + 0.5 * random.normal(.shock, 1) > 2
      counts[isExtreme ? 0 : 1] += 1
      guard isExtreme || random.uniform(.screening, 0) < 0.1 else { continue }
      members[isExtreme ? 0 : 1].append(values.count)
      values.append(value)
    }
    return (WeightedPaths(candidates: counts, members: members), values)
  }

  @Test("Missing values leave the mean over those that have one")
  func missing() throws {
    let values = [1.0, .nan, 3, .nan, 5, 7]
    let sample = WeightedPaths(likelihoodRatios: [1, 2, 1, 2, 1, 1]).sample(values)
    #expect(sample.count == 4)
    #expect(agree(try #require(sample.mean().value), 4, relative: 1e-15))
    #expect(sample.extremes == 1...7)
    #expect(sample.negated.extremes == -7 ... -1)
  }

  @Test("Ends that the tail cannot reach are left out; thin tails are not quoted")
  func missingEnds() {
    let values = (1...1000).map(Double.init)
    let sample = WeightedPaths(likelihoodRatios: values.map { _ in 1 }).sample(values)
    #expect(sample.quantile(0.995) == .unavailable(.fewTail))
    let wide = sample.quantile(0.99, level: 0.99999)
    #expect(wide.value == 990)
    #expect(wide.high == nil)
    #expect(wide.note == .noUpper)
    #expect(sample.probability(above: 2000).high == nil)
    let empty = WeightedPaths(candidates: [10, 10], members: [[0, 1], []]).sample([1, 2])
    #expect(empty.mean() == .unavailable(.undefined))
    #expect(empty.quantile(0.5) == .unavailable(.undefined))
    #expect(empty.expectedShortfall(0.5) == .unavailable(.undefined))
    #expect(empty.ratio(to: empty) == .unavailable(.undefined))
    // A stratum with one path has no variance.
    let single = WeightedPaths(candidates: [10, 10], members: [[0, 1], [2]]).sample([1, 2, 4])
    #expect(single.mean() == IntervalEstimate(value: 2.75, low: nil, high: nil, note: .fewTail))
  }

  @Test("Ratios of weighted means agree with plain ones at weights of one")
  func ratios() throws {
    let x = exponentials(500, seed: 3).map { $0 + 0.5 }
    let y = zip(x, exponentials(500, seed: 4)).map { 2 * $0 + 0.2 * $1 }
    let design = WeightedPaths(likelihoodRatios: x.map { _ in 1 })
    let weighted = design.sample(y).ratio(to: design.sample(x))
    let plain = IndependentSample(y).ratio(to: IndependentSample(x))
    #expect(agree(try #require(weighted.value), try #require(plain.value), relative: 1e-14))
    // z against t(499): 0.25 %.
    let width = try #require(plain.halfWidth)
    #expect(agree(try #require(weighted.halfWidth), width, relative: 0.003))
    // Too uncertain a denominator: Fieller's interval for both.
    let wild = zip(x, exponentials(500, seed: 5)).map { $0 * ($1 > 1.5 ? 3 : -0.9) }
    let open = design.sample(y).ratio(to: design.sample(wild))
    let same = IndependentSample(y).ratio(to: IndependentSample(wild))
    #expect((open.value == nil) == (same.value == nil))
    if let low = open.low, let expected = same.low {
      #expect(agree(low, expected, relative: 0.01))
    }
  }
}
