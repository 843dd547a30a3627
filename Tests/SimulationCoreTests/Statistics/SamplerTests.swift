import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Weights of tail samplers")
struct SamplerTests {
  @Test("The tilted worst step, weighted back, has the nominal law")
  func worstStep() {
    // P(min <= x) = 1 - (1 - F(x))^T for T independent t variates, here at about 1 in 2,000. A
    // thousand stratified draws of V; the indicator's V-range is known to one stratum: 1e-3 of V
    // times the largest weight 4, about 1 % of the probability itself.
    let tilt = WorstStepTilt(gamma: 4, steps: 48, degreesOfFreedom: 4)
    let threshold = -12.0
    let truth = -expm1(48 * log1p(-StudentTDistribution(degreesOfFreedom: 4).cdf(threshold)))
    var sum = CompensatedSum()
    var total = CompensatedSum()
    for draw in 0..<1024 {
      let v = radicalInverse(UInt32(draw), shift: 0)
      total.add(tilt.weight(v))
      if tilt.worst(level: tilt.level(v)) <= threshold { sum.add(tilt.weight(v)) }
    }
    #expect(abs(total.value / 1024 - 1) < 0.005)
    #expect(agree(sum.value / 1024, truth, relative: 0.05))
    // Every other step lies above the worst one.
    for v in [0.01, 0.5, 0.99] {
      let level = tilt.level(v)
      #expect(tilt.above(level: level, 1e-9) >= tilt.worst(level: level))
    }
    let neutral = WorstStepTilt(gamma: 1, steps: 48, degreesOfFreedom: 4)
    #expect(neutral.weight(0.3) == 1)
  }

  @Test("Balance weights are bounded, and average to one over the mixture")
  func balance() throws {
    // Poisson counts of mean 1/2 at rate x6, a third nominal: sum over both laws of probability
    // times weight is one, term by term.
    let tilt = RateTilt(baseRate: 0.01, duration: 50, factor: 6)
    let balance = BalanceWeight(nominalShare: 1.0 / 3)
    var sum = 0.0
    for count in 0...60 {
      let nominal = exp(Double(count) * log(0.5) - 0.5 - logGamma(Double(count) + 1))
      let drawn = nominal * (1.0 / 3 + 2.0 / 3 * exp(tilt.logRatio(count: count)))
      let weight = balance.weight(logRatios: [tilt.logRatio(count: count)])
      #expect(weight <= 3)
      sum += drawn * weight
    }
    #expect(abs(sum - 1) < 1e-12)
    #expect(RateTilt(baseRate: 1, duration: 1, factor: 1).logRatio(count: 7) == 0)
  }

  @Test("A prefix of the radical inverse holds one point in each interval")
  func radicalInverseIsBalanced() {
    for shift in [0, 0x9E37_79B9] as [UInt32] {
      let cells = (0..<256).map { Int(256 * radicalInverse(UInt32($0), shift: shift)) }
      #expect(Set(cells).count == 256)
    }
  }

  @Test("A control variate removes what it explains")
  func control() throws {
    let x = (0..<200).map { PathRandom(seed: 3, path: UInt32($0)).normal(.shock, 0) }
    let exact = try #require(ControlVariate(x.map { 3 * $0 + 1 }, control: x, knownMean: 0))
    // Without noise the answer is E y whatever the sample: rounding only.
    #expect(abs(exact.estimate - 1) < 1e-12)
    #expect(abs(exact.beta - 3) < 1e-12)
    #expect(ControlVariate([1, 2, 3], control: [1, 1, 1], knownMean: 1) == nil)
  }

  @Test("Splitting: the product of the stages, no error at a level never reached")
  func splitting() {
    let estimate = SplittingEstimate(entered: [100, 50], reached: [50, 25])
    #expect(estimate.probability == 0.25)
    // sqrt(0.5 / 50 + 0.5 / 25).
    #expect(abs((estimate.idealRelativeError ?? 0) - 0.03.squareRoot()) < 1e-15)
    #expect(SplittingEstimate(entered: [10], reached: [0]).idealRelativeError == nil)
  }
}
