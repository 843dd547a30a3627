import Foundation
import SimulationCore
import Testing

@Suite("Quantiles and tail means")
struct QuantileEstimateTests {
  private func ramp(_ count: Int) -> [Double] { (1...count).map(Double.init) }

  @Test("The rank is ceil(n p) in spite of the rounding of n p")
  func ranks() {
    // 100 * 0.07 rounds above 7 and 100 * 0.29 below 29.
    #expect(quantileRank(count: 100, probability: 0.07) == 7)
    #expect(quantileRank(count: 100, probability: 0.29) == 29)
    #expect(quantileRank(count: 100, probability: 0.295) == 30)
    #expect(quantileRank(count: 3, probability: 1e-9) == 1)
    #expect(quantileRank(count: 3, probability: 0.9999) == 3)
  }

  @Test("Value and ends are values of the sample at their ranks")
  func quantile() {
    // Ranks of case quantile-ci-a of the vector file paths.json.
    let estimate = IndependentSample(ramp(10_000)).quantile(0.99)
    #expect(estimate == IntervalEstimate(value: 9900, low: 9880, high: 9920))
  }

  @Test("Ten paths beyond the quantile are the least, on either side")
  func tenPaths() {
    #expect(IndependentSample(ramp(1000)).quantile(0.99).value == 990)
    #expect(IndependentSample(ramp(999)).quantile(0.99) == .unavailable(.fewTail))
    #expect(IndependentSample(ramp(300)).quantile(0.99) == .unavailable(.noUpper))
    #expect(IndependentSample(ramp(1000)).quantile(0.01).value == 10)
    #expect(IndependentSample(ramp(999)).quantile(0.01) == .unavailable(.fewTail))
    #expect(IndependentSample([]).quantile(0.5) == .unavailable(.undefined))
  }

  @Test("An end that does not exist is left out, never replaced by the extreme")
  func missingEnds() {
    // At this level the upper rank of p99 among 1,000 is beyond the largest: P(Bin <= 999) =
    // 0.99996.
    let estimate = IndependentSample(ramp(1000)).quantile(0.99, level: 0.99999)
    #expect(estimate.value == 990)
    #expect(estimate.high == nil)
    #expect(estimate.low != nil)
    #expect(estimate.note == .noUpper)
  }

  @Test("An atom at zero gives exactly zero with an interval of its own")
  func atom() {
    let values = Array(repeating: 0.0, count: 960) + ramp(40)
    #expect(
      IndependentSample(values).quantile(0.5)
        == IntervalEstimate(value: 0, low: 0, high: 0))
  }

  @Test(
    "Paths needed are rounded up to 1, 2 or 5 times a power of ten",
    arguments: [(0.99, 1000), (0.999, 10_000), (0.95, 200), (0.5, 20), (0.98, 500), (0.97, 500)])
  func needed(probability: Double, paths: Int) {
    #expect(pathsForQuantile(probability: probability) == paths)
  }

  @Test("The interval of a median covers at least 95 % of the time")
  func coverage() {
    // 2,000 samples of 51 uniforms from the project's generator. Exact coverage at these ranks is
    // 0.9511 or more, standard error of the share 0.005: four of them below.
    var covered = 0
    for sample in 0..<2000 {
      let random = PathRandom(seed: 11, path: UInt32(sample))
      let values = (0..<51).map { random.uniform(.shock, UInt32($0)) }.sorted()
      let estimate = IndependentSample(values).quantile(0.5)
      if let low = estimate.low, let high = estimate.high, low <= 0.5, 0.5 <= high { covered += 1 }
    }
    #expect(Double(covered) / 2000 > 0.93)
  }

  @Test("The tail mean of a ramp is the mean of its upper part")
  func tailMean() {
    // 1...10000 beyond p99: mean of 9901...10000 = 9950.5; 100 tail paths earn the mark.
    let estimate = IndependentSample(ramp(10_000)).expectedShortfall(0.99)
    #expect(abs((estimate.value ?? 0) - 9950.5) < 1e-9)
    #expect(estimate.note == .fewTail)
    #expect(IndependentSample(ramp(20_000)).expectedShortfall(0.99).note == nil)
    #expect(
      IndependentSample(ramp(4999)).expectedShortfall(0.99) == .unavailable(.fewTail))
    #expect(IndependentSample([]).expectedShortfall(0.99) == .unavailable(.undefined))
  }
}
