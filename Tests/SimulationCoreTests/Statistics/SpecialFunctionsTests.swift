import Foundation
import SimulationCore
import Testing

@Suite("Special functions")
struct SpecialFunctionsTests {
  /// Values computed at 30 digits; the last two are closed forms: ln sqrt(pi) and ln 4!.
  @Test(
    "ln Gamma",
    arguments: [
      (0.1, 2.2527126517342059), (1e6, 12_815_504.569147611), (1e-5, 11.512919692895826),
      (30.5, 72.953471184169408), (0.5, 0.5 * log(Double.pi)), (5.0, log(24.0)),
    ])
  func logGammaValues(x: Double, expected: Double) {
    #expect(abs(logGamma(x) - expected) <= 4e-15 * max(1, abs(expected)))
  }

  @Test("ln B keeps its precision where one argument is large")
  func logBetaValues() {
    // 30 digits: ln B(1/2, 1e5). B(1, b) = 1/b.
    #expect(abs(logBeta(0.5, 1e5) + 5.184096539560414) < 5e-15)
    #expect(abs(logBeta(1, 1e9) + log(1e9)) < 5e-14)
  }

  @Test("The incomplete beta function has the closed forms of its edges")
  func betaClosedForms() {
    for x in [1e-9, 0.03, 0.4, 0.77, 0.999] {
      for a in [0.3, 1, 4.5, 60] {
        // I_x(a, 1) = x^a and I_x(1, b) = 1 - (1 - x)^b; an exponent a scales the rounding of ln x.
        let power = pow(x, a)
        #expect(abs(regularisedBeta(x, a, 1) - power) <= 1e-14 * (1 + a) * power)
        let complement = -expm1(a * log1p(-x))
        #expect(abs(regularisedBeta(x, 1, a) - complement) <= 5e-14 * complement)
      }
    }
  }

  /// Values computed at 30 digits.
  @Test("The incomplete beta function at uneven arguments")
  func betaValues() {
    #expect(abs(regularisedBeta(0.01, 2.5, 300) - 0.698159208311285994) < 1e-14)
    #expect(abs(regularisedBeta(1e-4, 0.5, 10_000) - 0.842705982236671370) < 1e-13)
  }

  @Test("The inverse undoes the incomplete beta function, in the tail as in the middle")
  func betaInverse() {
    for (a, b) in [(0.5, 0.5), (3, 19_998), (2.5, 300), (40, 7), (1, 1000)] {
      for p in [1e-12, 0.025, 0.5, 0.975] {
        let x = regularisedBetaInverse(p, a, b)
        #expect(abs(regularisedBeta(x, a, b) - p) <= 1e-11 * p)
      }
    }
    // One sided: B(p; 1, n) = 1 - (1 - p)^(1/n).
    #expect(abs(regularisedBetaInverse(0.95, 1, 1000) - 0.002991249545095295) < 1e-15)
  }

  @Test("The incomplete gamma function: exponential, error function, and both parts")
  func gamma() {
    for x in [1e-6, 0.2, 1, 3.3, 40] {
      #expect(abs(regularisedGamma(1, x).upper - exp(-x)) <= 1e-14 * max(exp(-x), 1e-3))
      let root = x.squareRoot()
      #expect(abs(regularisedGamma(0.5, x).lower - erf(root)) <= 2e-15)
    }
    // 30 digits.
    #expect(abs(regularisedGamma(3.2, 1.7).lower - 0.203818600727823154) < 1e-15)
    #expect(abs(regularisedGamma(100, 130).upper / 0.00275040836730652706 - 1) < 1e-12)
    #expect(regularisedGamma(2, 0) == (0, 1))
    #expect(regularisedGamma(2, .infinity) == (1, 0))
  }
}
