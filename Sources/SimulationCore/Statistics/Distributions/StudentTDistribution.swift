import Foundation

/// Student's t law with location 0 and scale 1; its variance is nu / (nu - 2), not 1.
package struct StudentTDistribution: Sendable, Equatable {
  /// nu > 0, not necessarily whole.
  package let degreesOfFreedom: Double

  package init(degreesOfFreedom: Double) {
    precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// Probability density at `x`.
  package func density(_ x: Double) -> Double {
    let nu = degreesOfFreedom
    return exp(-logBeta(0.5, 0.5 * nu) - 0.5 * (nu + 1) * log1p(x * x / nu)) / nu.squareRoot()
  }

  /// P(T <= x); the lower tail keeps its relative precision.
  package func cdf(_ x: Double) -> Double {
    x <= 0 ? lowerTail(-x) : 1 - lowerTail(x)
  }

  /// The value below which T falls with probability `probability`.
  ///
  /// Relative precision about 1e-13 in the lower half, the upper half by symmetry; infinities at 0
  /// and 1.
  package func quantile(_ probability: Double) -> Double {
    guard probability > 0 else { return probability.isNaN ? .nan : -.infinity }
    guard probability < 1 else { return .infinity }
    if probability > 0.5 { return -quantile(1 - probability) }
    return probability > 0.25 ? -centre(0.5 - probability) : -tail(probability)
  }

  /// The loss that is exceeded with probability 1 - `level`, and the mean of the losses beyond it.
  ///
  /// CVaR = f(q) / (1 - level) (nu + q^2) / (nu - 1); infinite for nu <= 1. For losses of unit
  /// variance multiply both by `unitVarianceScale`. Source: A. McNeil, R. Frey, P. Embrechts,
  /// Quantitative Risk Management (2005), example 2.19.
  package func valueAtRisk(
    level: Double
  ) -> (valueAtRisk: Double, conditionalValueAtRisk: Double) {
    let nu = degreesOfFreedom
    let q = quantile(level)
    guard nu > 1 else { return (q, .infinity) }
    return (q, density(q) / (1 - level) * (nu + q * q) / (nu - 1))
  }

  /// sqrt((nu - 2) / nu), which gives T unit variance; `nil` for nu <= 2, where no variance exists.
  package var unitVarianceScale: Double? {
    degreesOfFreedom > 2 ? ((degreesOfFreedom - 2) / degreesOfFreedom).squareRoot() : nil
  }

  /// P(T <= -x) for x >= 0.
  private func lowerTail(_ x: Double) -> Double {
    let nu = degreesOfFreedom
    let square = x * x
    guard square < .infinity else { return 0 }
    return 0.5
      * regularisedBeta(nu / (nu + square), 0.5 * nu, 0.5, complement: square / (nu + square))
  }

  /// The x > 0 with P(0 <= T <= x) = `mass`: Newton from the left on a concave function.
  private func centre(_ mass: Double) -> Double {
    guard mass > 0 else { return 0 }
    let nu = degreesOfFreedom
    var x = mass / density(0)
    for _ in 0..<100 {
      let square = x * x
      let reached =
        0.5 * regularisedBeta(square / (nu + square), 0.5, 0.5 * nu, complement: nu / (nu + square))
      let step = (mass - reached) / density(x)
      x += step
      if step <= 1e-16 * x { break }
    }
    return x
  }

  /// The x > 0 with P(T <= -x) = `probability`: Newton on logarithms, where the tail is nearly a
  /// line.
  private func tail(_ probability: Double) -> Double {
    var x = -normalQuantile(probability)
    for _ in 0..<100 {
      let reached = lowerTail(x)
      let step = log(reached / probability) * reached / (density(x) * x)
      x *= exp(step)
      if abs(step) <= 4e-16 { break }
    }
    return x
  }
}
