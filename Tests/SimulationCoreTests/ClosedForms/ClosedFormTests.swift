import Foundation
import SimulationCore
import Testing

@Suite("Closed forms")
struct ClosedFormTests {
  /// Two independent ways to one price; the project's vectors hold each against 40 digits.
  @Test(
    "Merton's series and Lewis' integral agree",
    arguments: [(60.0, 1.0), (100, 0.02), (140, 0.5), (100, 3)])
  func merton(strike: Double, maturity: Double) {
    let law = MertonLaw(volatility: 0.4, jumpRate: 8, jumpMean: -0.05, jumpDeviation: 0.1)
    let call = CallOption(spot: 100, strike: strike, rate: 0.03, maturity: maturity)
    let (series, integral) = (call.price(series: law), call.price(law))
    #expect(abs(series / integral - 1) < 1e-10)
  }

  @Test("Heston without noise of the variance is Black and Scholes, Bates without jumps is Heston")
  func limits() {
    let call = CallOption(spot: 100, strike: 110, rate: 0.05, maturity: 0.7)
    let heston = HestonLaw(
      initialVariance: 0.25, meanReversion: 3, longRunVariance: 0.25, varianceVolatility: 1e-4,
      correlation: 0)
    let price = call.price(heston)
    #expect(abs(price - call.price(normalVariance: 0.25 * 0.7)) < 1e-6)
    let none = MertonLaw(volatility: 0, jumpRate: 0, jumpMean: 0.1, jumpDeviation: 0.1)
    #expect(call.price(BatesLaw(heston: heston, jumps: none)) == price)
  }

  @Test("a law's cumulants are the derivatives of its moment function")
  func cumulants() {
    let law = MertonLaw(volatility: 0.6, jumpRate: 12, jumpMean: -0.03, jumpDeviation: 0.08)
    let time = 0.25
    let step = 0.01
    func logMoment(_ s: Double) -> Double { law.logMoment(ComplexNumber(s), time: time).real }
    let second = (logMoment(step) + logMoment(-step) - 2 * logMoment(0)) / (step * step)
    // The next term of the difference is step^2 / 12 times the fourth cumulant.
    let moments = law.moments(time: time)
    let fourth = moments.excessKurtosis * moments.variance * moments.variance
    #expect(abs(second - moments.variance - step * step / 12 * fourth) < 1e-9)
    #expect(abs(logMoment(1)) < 1e-15)
  }

  @Test(
    "a Student-t copula at the median has the share that half an angle gives",
    arguments: [-0.9, 0, 0.5, 0.95])
  func median(correlation: Double) {
    let law = StudentTDependence(degreesOfFreedom: 3, correlation: correlation)
    let expected = 0.25 + asin(correlation) / (2 * Double.pi)
    #expect(abs(law.jointLower(0.499_999_99) - expected) < 2e-8)
    #expect(abs(law.jointLower(0.500_000_01) - expected) < 2e-8)
  }

  @Test("the joint share of tail events tends to the tail dependence")
  func tail() {
    let law = StudentTDependence(degreesOfFreedom: 3, correlation: 0.6)
    #expect(abs(law.jointLower(1e-9) / 1e-9 - law.tailDependence) < 1e-5)
    #expect(StudentTDependence(degreesOfFreedom: 3, correlation: 1).tailDependence == 1)
  }

  @Test("a kurtosis exists where the fourth moment does")
  func kurtosis() {
    #expect(GarchMoments(omega: 1, alpha: 0.3, beta: 0.69).kurtosis == nil)
    #expect(GarchMoments(omega: 1, alpha: 0.05, beta: 0.9, degreesOfFreedom: 4).kurtosis == nil)
    #expect(GarchMoments(omega: 1, alpha: 0.05, beta: 0.95).unconditionalVariance == nil)
    #expect(GarchMoments(omega: 1, alpha: 0, beta: 0.5).kurtosis == 3)
  }
}

@Suite("Inside a step")
struct BridgeTests {
  /// The project's vector `gbm-hit-a`: P(min S <= 80) from 100 within 30 days, volatility 80 %.
  private static let hitProbability = 0.3683585640762934

  @Test(
    "with the bridge a barrier is hit as often in steps of any length, |z| < 4",
    arguments: [1, 6, 30, 240])
  func hits(stepCount: Int) throws {
    let (pathCount, days) = (20_000, 30.0)
    let stepHours = 24 * days / Double(stepCount)
    let model = try model(
      "gbm", assets: [asset("A", volatility: 0.8)], stepCount: stepCount, stepHours: stepHours)
    let all = logPrices(model, count: pathCount, stepCount: stepCount, assetCount: 1, seed: 44)
    let (barrier, variance) = (log(0.8), 0.64 * stepHours / 8760)
    var hits: [Double] = []
    var hitsAtSteps = 0
    for path in 0..<pathCount {
      var (missed, before, low) = (1.0, 0.0, 0.0)
      for price in all[path * stepCount..<(path + 1) * stepCount] {
        missed *=
          1
          - bridgeCrossingProbability(
            from: before, to: price, barrier: barrier, variance: variance)
        before = price
        low = min(low, price)
      }
      hits.append(1 - missed)
      if low <= barrier { hitsAtSteps += 1 }
    }
    #expect(abs(meanScore(hits, Self.hitProbability)) < 4)
    // Without the bridge every one of these step counts misses hits.
    #expect(Double(hitsAtSteps) < (Self.hitProbability - 0.015) * Double(pathCount))
  }
}

@Suite("Sobol points")
struct SobolSequenceTests {
  @Test("in every dimension 2^k points fall one into each of 2^k parts")
  func stratified() {
    let sequence = SobolSequence(dimension: SobolSequence.largestDimension)
    for column in 0..<sequence.dimension {
      let parts = Set((0..<256).map { Int(sequence.coordinate($0, column) * 256) })
      #expect(parts.count == 256)
    }
  }

  @Test("in the plane of neighbouring dimensions no point comes twice")
  func distinct() {
    let sequence = SobolSequence(dimension: 32)
    for column in 0..<31 {
      let points = Set(
        (0..<4096).map {
          [sequence.coordinate($0, column), sequence.coordinate($0, column + 1)]
        })
      #expect(points.count == 4096)
    }
  }
}
