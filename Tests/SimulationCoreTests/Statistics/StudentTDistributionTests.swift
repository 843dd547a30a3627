import Foundation
import SimulationCore
import Testing

@Suite("Student's t law")
struct StudentTDistributionTests {
  @Test("One degree of freedom is Cauchy's law, two have a closed form")
  func closedForms() {
    let cauchy = StudentTDistribution(degreesOfFreedom: 1)
    let two = StudentTDistribution(degreesOfFreedom: 2)
    for x in [-1e6, -40, -3, -0.7, -1e-8, 0, 0.3, 5] {
      let expected = x < 0 ? atan(-1 / x) / Double.pi : 0.5 + atan(x) / Double.pi
      #expect(abs(cauchy.cdf(x) - expected) <= 1e-14 * expected)
      // 1/2 + x / (2 sqrt(2 + x^2)), for negative x without cancellation.
      let root = (2 + x * x).squareRoot()
      let half = x < 0 ? 1 / (root * (root - x)) : 0.5 + 0.5 * x / root
      #expect(abs(two.cdf(x) - half) <= 1e-14 * half)
    }
  }

  @Test("Quantile and distribution function are inverse to each other")
  func roundTrip() {
    for nu in [0.8, 1, 2.5, 4, 30, 19_999] {
      let law = StudentTDistribution(degreesOfFreedom: nu)
      for p in [1e-9, 0.001, 0.2, 0.26, 0.4, 0.499_999] {
        // The logarithm of a tail of 1e-9 carries some 20 roundings times the distance from the
        // mode.
        #expect(abs(law.cdf(law.quantile(p)) / p - 1) < 1e-12)
        #expect(law.quantile(1 - p) == -law.quantile(1 - (1 - p)))
      }
      #expect(law.quantile(0.5) == 0)
    }
  }

  /// Three terms of the expansion in 1/nu (Abramowitz and Stegun 26.7.5); the fourth is below
  /// 1e-14.
  @Test("Many degrees of freedom give the normal law and its corrections")
  func normalLimit() {
    let z = normalQuantile(0.975)
    let s = z * z
    let terms = [
      z * (s + 1) / 4, z * (s * (5 * s + 16) + 3) / 96,
      z * (s * (s * (3 * s + 19) + 17) - 15) / 384,
    ]
    let expected = z + terms[0] / 1e4 + terms[1] / 1e8 + terms[2] / 1e12
    let t = StudentTDistribution(degreesOfFreedom: 1e4).quantile(0.975)
    #expect(abs(t - expected) < 1e-12)
  }

  @Test("The density is the slope of the distribution function")
  func density() {
    let law = StudentTDistribution(degreesOfFreedom: 3.1)
    for x in [-6.0, -1, 0, 0.4] {
      let h = 1e-5
      // Central difference: error h^2 / 6 times a third derivative below one, and rounding 1e-16 /
      // h.
      #expect(abs((law.cdf(x + h) - law.cdf(x - h)) / (2 * h) - law.density(x)) < 5e-11)
    }
  }

  @Test("Moments that do not exist are said not to exist")
  func missingMoments() {
    #expect(
      StudentTDistribution(degreesOfFreedom: 1).valueAtRisk(level: 0.99).conditionalValueAtRisk
        == .infinity)
    #expect(StudentTDistribution(degreesOfFreedom: 2).unitVarianceScale == nil)
  }
}
