import Foundation

/// How two assets under a Student-t copula fall together.
///
/// - Source: P. Embrechts, A. McNeil, D. Straumann, Correlation and dependence in risk management
///   (2002), section 4.4; S. Demarta and A. McNeil, International Statistical Review 73 (2005).
package struct StudentTDependence: Sendable, Equatable {
  /// nu > 0.
  package let degreesOfFreedom: Double
  /// rho in (-1, 1).
  package let correlation: Double

  package init(degreesOfFreedom: Double, correlation: Double) {
    precondition(degreesOfFreedom > 0 && abs(correlation) <= 1, "a Student-t copula")
    self.degreesOfFreedom = degreesOfFreedom
    self.correlation = correlation
  }

  /// The limit of P(U2 < p | U1 < p) as p falls to 0; the same in the upper tail.
  package var tailDependence: Double {
    let (nu, rho) = (degreesOfFreedom, correlation)
    guard rho > -1 else { return 0 }
    let conditional = StudentTDistribution(degreesOfFreedom: nu + 1)
    return 2 * conditional.cdf(-((nu + 1) * (1 - rho) / (1 + rho)).squareRoot())
  }

  /// P(U1 < p, U2 < p) for p in (0, 1); relative precision about 1e-12.
  ///
  /// Given the first variate x, the second is Student-t with nu + 1 degrees of freedom, centre rho x and
  /// scale sqrt((1 - rho^2)(nu + x^2) / (nu + 1)).
  package func jointLower(_ probability: Double) -> Double {
    let (nu, rho) = (degreesOfFreedom, correlation)
    if rho == 1 { return probability }
    if rho == -1 { return max(2 * probability - 1, 0) }
    // The law is symmetric about the origin, where half an angle gives the probability.
    if probability > 0.5 { return 2 * probability - 1 + jointLower(1 - probability) }
    if probability == 0.5 { return 0.25 + asin(rho) / (2 * Double.pi) }
    let law = StudentTDistribution(degreesOfFreedom: nu)
    let conditional = StudentTDistribution(degreesOfFreedom: nu + 1)
    let edge = law.quantile(probability)
    let spread = ((1 - rho * rho) / (nu + 1)).squareRoot()
    // x = edge - size sinh(y): the integrand fades exponentially in y.
    let size = 1 - edge
    return Quadrature.fading(width: min(1, 8 / nu)) { y in
      let x = edge - size * sinh(y)
      guard x > -1e100 else { return 0 }
      let reach = (edge - rho * x) / (spread * (nu + x * x).squareRoot())
      return size * cosh(y) * law.density(x) * conditional.cdf(reach)
    }
  }
}

/// Value at risk of a portfolio whose returns are multivariate Student-t.
///
/// - Source: A. McNeil, R. Frey, P. Embrechts, Quantitative Risk Management (2005), section 2.2.4.
package struct StudentTPortfolio: Sendable, Equatable {
  /// sqrt(a' C a), a = weights times volatilities.
  package let deviation: Double
  package let valueAtRisk: Double
  package let conditionalValueAtRisk: Double

  /// Linear loss without mean, scaled to its variance; `degreesOfFreedom` above 2.
  package init(
    weights: [Double], volatilities: [Double], correlation: [[Double]], degreesOfFreedom: Double,
    level: Double
  ) {
    let exposures = zip(weights, volatilities).map { $0 * $1 }
    var variance = 0.0
    for (row, a) in exposures.enumerated() {
      for (column, b) in exposures.enumerated() { variance += a * correlation[row][column] * b }
    }
    let law = StudentTDistribution(degreesOfFreedom: degreesOfFreedom)
    let risk = law.valueAtRisk(level: level)
    let scale = max(variance, 0).squareRoot() * (law.unitVarianceScale ?? .nan)
    deviation = max(variance, 0).squareRoot()
    valueAtRisk = scale * risk.valueAtRisk
    conditionalValueAtRisk = scale * risk.conditionalValueAtRisk
  }
}
