import Foundation
import SimulationCore
import Testing

@Suite("Estimates and their marks")
struct EstimateTests {
  /// Evenly spread normal scores: a light tail.
  private let light = (0..<1000).map { normalQuantile((Double($0) + 0.5) / 1000) + 5 }

  /// Quantiles of P(X > x) = x^(-1/k), k the true index.
  private func pareto(index: Double, count: Int) -> [Double] {
    (0..<count).map { pow(1 - (Double($0) + 0.5) / Double(count), -index) }
  }

  @Test("A light tail needs no mark")
  func lightTail() throws {
    let estimate = IndependentSample(light).mean()
    #expect(estimate.note == nil)
    let value = try #require(estimate.value)
    #expect(abs(value - 5) < 1e-12)
    // 1.962 is t(999) at 97.5 %; the scores' standard deviation is one within 1 %.
    #expect(abs(try #require(estimate.halfWidth) * 1000.0.squareRoot() - 1.962) < 0.02)
  }

  @Test("The mark follows the tail index: fair, optimistic, dominated, no mean")
  func heavyTails() {
    #expect(IndependentSample(pareto(index: 0.2, count: 4000)).mean().note == nil)
    #expect(IndependentSample(pareto(index: 0.6, count: 4000)).mean().note == .fewTail)
    let dominated = IndependentSample(pareto(index: 0.85, count: 4000)).mean()
    #expect(dominated.note == .heavy)
    #expect(dominated.value != nil)
    #expect(IndependentSample(pareto(index: 1.4, count: 4000)).mean() == .unavailable(.heavy))
  }

  @Test("Below 100 values an index under 1/2 needs no mark, though the limit is lower still")
  func fewValues() throws {
    let values = pareto(index: 0.2, count: 30)
    let index = try #require(paretoTailIndex(values))
    #expect(index > paretoTailLimit(count: 30) && index < 0.5)
    #expect(MeanMark(values) == .fair)
  }

  @Test("The largest hundredth's part of a mean")
  func largest() {
    // 99 + 100 of 1 + ... + 100, twice each.
    #expect(shareOfLargest((0..<200).map { Double($0 / 2 + 1) }) == 200.0 / 10_100)
    #expect(shareOfLargest([Double](repeating: 0, count: 200)) == nil)
    #expect(shareOfLargest([Double](repeating: 1, count: 99)) == nil)
  }

  @Test("The fitted index is that of an exact Pareto tail")
  func index() throws {
    for k in [0.3, 0.6, 0.9] {
      let fitted = try #require(paretoTailIndex(pareto(index: k, count: 20_000)))
      // The prior pulls by 10 (0.5 - k) / (425 + 10); the discretised tail by less than 0.02.
      #expect(abs(fitted - (k + (0.5 - k) * 10 / 435)) < 0.02)
    }
    #expect(paretoTailIndex([0, 0, 3, 1, 2]) == nil)
    #expect(paretoTailIndex(Array(repeating: 2, count: 100)) == nil)
    #expect(ParetoTail(excesses: [1, 2, 3, 4]) == nil)
  }

  @Test("Too little to tell: nothing, one value, zeros only, one constant")
  func edgesOfTheMean() {
    #expect(IndependentSample([]).mean() == .unavailable(.undefined))
    #expect(
      IndependentSample([3]).mean()
        == IntervalEstimate(value: 3, low: nil, high: nil, note: .fewTail))
    #expect(
      IndependentSample(Array(repeating: 0, count: 50)).mean()
        == IntervalEstimate(value: 0, low: 0, high: 0, note: .fewTail))
    #expect(
      IndependentSample(Array(repeating: 1.5, count: 50)).mean()
        == IntervalEstimate(value: 1.5, low: 1.5, high: 1.5))
    #expect(IndependentSample([0, 0, 0, 9, 0]).mean().note == .fewTail)
  }

  @Test("Equal differences on every path are exact")
  func pairs() throws {
    #expect(
      IndependentSample([1, 2, 3]).pairedDifference(from: IndependentSample([1, 2, 3]))
        == IntervalEstimate(value: 0, low: 0, high: 0))
    // Second minus first.
    #expect(
      IndependentSample([3, 4]).pairedDifference(from: IndependentSample([1, 2])).value == 2)
    let pair = PairedDifference([1, 2, 3, 4], [2, 4, 6, 8])
    // b = 2a: correlation 1; (Var a + 4 Var a) / Var a = 5.
    #expect(pair.correlation == 1)
    #expect(abs(try #require(pair.varianceFactor) - 5) < 1e-14)
    #expect(PairedDifference([1, 1], [2, 3]).correlation == nil)
  }

  @Test("A probability has its interval at no hit, at few and at many")
  func probability() throws {
    // Clopper and Pearson at no hit: 1 - 0.025^(1/1000), case binomial-interval-a (no hit).
    let none = probabilityEstimate(hits: 0, of: 1000)
    #expect(none.low == 0)
    #expect(abs(try #require(none.high) - 0.003682083896865671) < 1e-14)
    let all = probabilityEstimate(hits: 1000, of: 1000)
    #expect(all.high == 1)
    #expect(abs(try #require(all.low) - (1 - 0.003682083896865671)) < 1e-14)
    // Wilson by hand for 50 of 100: centre 1/2, half-width z / (1 + z^2/100) sqrt(1/400 +
    // z^2/40000).
    let z = normalQuantile(0.975)
    let half = z / (1 + z * z / 100) * (1.0 / 400 + z * z / 40_000).squareRoot()
    let even = probabilityEstimate(hits: 50, of: 100)
    #expect(even.value == 0.5)
    #expect(abs(try #require(even.high) - 0.5 - half) < 1e-15)
    #expect(probabilityEstimate(hits: 0, of: 0) == .unavailable(.undefined))
  }

  @Test("A ratio whose denominator may be zero has no interval")
  func ratios() throws {
    let ratio = IndependentSample([20, 22, 24]).ratio(to: IndependentSample([10, 11, 12]))
    #expect(ratio.value == 2)
    // Exactly proportional: a point, up to rounding of t times a zero error.
    #expect(abs(try #require(ratio.low) - 2) < 1e-12)
    #expect(abs(try #require(ratio.high) - 2) < 1e-12)
    let open = IndependentSample([1, 2, 3]).ratio(to: IndependentSample([1, -1, 0.5]))
    #expect(open == .unavailable(.undefined))
    let none = IndependentSample([1, 2]).ratio(to: IndependentSample([0, 0]))
    #expect(none == .unavailable(.undefined))
  }

  @Test("An uncertain denominator gets Fieller's interval, which is not centred")
  func fieller() throws {
    let x = [1.0, 3, 2, 5, 4, 1, 2, 6]
    let y = [2.0, 5, 5, 9, 9, 1, 5, 11]
    let both = try #require(RatioOfMeans(numerators: y, denominators: x))
    #expect(both.denominatorRelativeError > 0.1)
    let estimate = IndependentSample(y).ratio(to: IndependentSample(x))
    #expect(estimate.low == both.fieller?.lowerBound)
    #expect(estimate.low != both.delta.lowerBound)
  }
}
