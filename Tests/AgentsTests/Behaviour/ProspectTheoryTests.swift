import Agents
import Foundation
import Testing

@Suite("Prospect theory")
struct ProspectTheoryTests {
  private let median = ProspectParameters()

  @Test("A loss weighs lambda times a gain of the same size")
  func value() {
    // 100^0.88 = 57.5440 (Tversky and Kahneman's parameters).
    #expect(abs(ProspectTheory.value(100, median) - 57.543993733715695) < 1e-12)
    #expect(ProspectTheory.value(-100, median) == -2.25 * ProspectTheory.value(100, median))
    #expect(ProspectTheory.value(0, median) == 0)
  }

  @Test("Weights overrate small chances, underrate large ones, and keep certainty")
  func weights() {
    for exponent in [0.5, 0.61, 0.69] {
      #expect(ProspectTheory.weight(0.01, exponent: exponent) > 0.01)
      #expect(ProspectTheory.weight(0.9, exponent: exponent) < 0.9)
      #expect(ProspectTheory.weight(0, exponent: exponent) == 0)
      #expect(ProspectTheory.weight(1, exponent: exponent) == 1)
    }
    #expect(abs(ProspectTheory.weight(0.3, exponent: 1) - 0.3) < 1e-16)
    #expect(abs(ProspectTheory.prelecWeight(exp(-1), exponent: 0.4) - exp(-1)) < 1e-16)
    #expect(ProspectTheory.prelecWeight(0, exponent: 0.65) == 0)
    #expect(ProspectTheory.prelecWeight(1, exponent: 0.65) == 1)
  }

  @Test("With linear weights the cumulative value is the expected value, in any order")
  func linearWeights() {
    let linear = ProspectParameters(gainWeighting: 1, lossWeighting: 1)
    let outcomes = [0.4, -1, 2, -0.1]
    let chances = [0.1, 0.2, 0.3, 0.4]
    let expected = zip(outcomes, chances).reduce(0) {
      $0 + $1.1 * ProspectTheory.value($1.0, linear)
    }
    let value = ProspectTheory.cumulativeValue(
      outcomes: outcomes, probabilities: chances, linear)
    #expect(abs(value - expected) < 1e-15)
  }

  @Test("With one curvature the value of a scaled lottery scales with it")
  func homogeneity() {
    let outcomes = [-1.0, -0.2, 0.3, 0.9]
    let chances = [0.1, 0.4, 0.3, 0.2]
    let once = ProspectTheory.cumulativeValue(outcomes: outcomes, probabilities: chances, median)
    let thrice = ProspectTheory.cumulativeValue(
      outcomes: outcomes.map { 3 * $0 }, probabilities: chances, median)
    #expect(abs(thrice - pow(3, 0.88) * once) < 1e-14)
  }

  @Test("A Gaussian lottery: linear value has the closed form, no spread gives the value itself")
  func gaussian() {
    let linear = ProspectParameters(gainCurvature: 1, lossCurvature: 1, lossAversion: 2)
    for z in [-30.0, -6, -0.5, 0, 0.2, 3, 19.9, 20.1] {
      // E[X+] = s (z Phi(z) + phi(z)), E[X-] = E[X+] - m.
      let gain =
        0.5 * z * erfc(-z / 2.0.squareRoot()) + exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
      let expected = 0.1 * (gain - 2 * (gain - z))
      let value = GaussianProspect.expectedValue(mean: 0.1 * z, sd: 0.1, linear)
      #expect(abs(value - expected) <= 1e-14 * max(1, abs(expected)))
    }
    #expect(
      GaussianProspect.expectedValue(mean: -2, sd: 0, median) == ProspectTheory.value(-2, median))
    // The series and the expansion for large means meet where one hands over to the other.
    let below = GaussianProspect.expectedValue(mean: 19.999_999, sd: 1, median)
    let above = GaussianProspect.expectedValue(mean: 20.000_001, sd: 1, median)
    // Slope 0.88 * 20^-0.12 = 0.614 over a gap of 2e-6.
    #expect(abs(above - below - 2e-6 * 0.6142) < 1e-9)
  }
}
