import Foundation

/// GARCH(1,1) with Student-t shocks, fitted to one column of returns with variance targeting.
///
///     u = (r - mean) / sd = sqrt(h) z,   h = 1 at first
///     h' = (1 - p) + (alpha + gamma [u < 0]) u^2 + beta h,   p = alpha + gamma / 2 + beta
///
/// z is Student-t with unit variance. Mean and sd are those of the column; alpha, beta, nu and, where
/// it is asked for, gamma have the greatest likelihood with p at most `largestPersistence`: without a
/// bound hourly data often ask for a variance that never comes back. The sd's error is part of theirs.
///
/// - Cost: some hundred passes over the column.
/// - Source: T. Bollerslev, Review of Economics and Statistics 69 (1987); L. Glosten, R. Jagannathan,
///   D. Runkle, Journal of Finance 48 (1993), for gamma; C. Francq, L. Horvath, J.-M. Zakoian,
///   Journal of Financial Econometrics 9 (2011), for the targeting.
package struct GarchFit: Sendable {
  package let alpha: Estimate
  /// Zero where it was not asked for.
  package let gamma: Estimate
  /// Without a standard error where the persistence is at its bound.
  package let beta: Estimate
  package let degreesOfFreedom: Estimate
  /// Of the standardised returns.
  package let logLikelihood: Double
  /// z, which has about unit variance.
  package let shocks: [Double]

  /// As `garch_t` cuts it by default.
  package static let largestPersistence = 0.9995
  private static let degreesOfFreedomRange = 2.05...200.0

  /// `standardised` returns have mean 0 and mean square 1; with `isAsymmetric` falls may raise the
  /// variance by another weight than rises.
  package init(_ standardised: [Double], isAsymmetric: Bool = false) {
    // Bounds of the share alpha + gamma / 2 has of p, of ln(1 - p), of ln nu, and of the share that
    // gamma / 2 has of the former.
    let nus = Self.degreesOfFreedomRange
    func parameters(_ x: [Double]) -> [Double] {
      let persistence = 1 - exp(x[1])
      let (reaction, tilt) = (x[0] * persistence, isAsymmetric ? x[3] : 0)
      return [reaction * (1 - tilt), (1 - x[0]) * persistence, exp(x[2])]
        + (isAsymmetric ? [2 * reaction * tilt] : [])
    }
    func value(_ p: [Double], deviation: Double = 1) -> Double {
      -Self.logLikelihood(
        deviation == 1 ? standardised : standardised.map { $0 / deviation }, alpha: p[0],
        gamma: isAsymmetric ? p[3] : 0, beta: p[1], degreesOfFreedom: p[2])
    }
    let starts = [(0.06, 0.006), (0.15, 0.08)]
    let searches = starts.map { start in
      let symmetric: [BoxMinimum.Variable] = [
        .init(start: start.0, step: 0.03, in: 1e-6...0.999),
        .init(start: log(start.1), step: 0.7, in: log(1 - Self.largestPersistence)...log(0.999)),
        .init(start: log(5), step: 0.3, in: log(nus.lowerBound)...log(nus.upperBound)),
      ]
      let tilt = BoxMinimum.Variable(start: 0.1, step: 0.2, in: -1...1)
      return BoxMinimum(isAsymmetric ? symmetric + [tilt] : symmetric) { value(parameters($0)) }
    }
    let least = searches[0].value <= searches[1].value ? searches[0] : searches[1]
    let point = parameters(least.point)
    let errors = ObservedInformation(
      at: point, scales: [0.004, 0.004, 0.1, 0.004].prefix(point.count).map { $0 },
      bounds: [0...1, 0...1, nus, -1...2].prefix(point.count).map { $0 },
      givenError: rootMeanSquareError(standardised)
    ) { value($0, deviation: exp($0[point.count])) }.standardErrors
    let isAtBound = 1 - exp(least.point[1]) > Self.largestPersistence - 1e-7
    alpha = Estimate(point[0], standardError: errors[0])
    beta = Estimate(point[1], standardError: isAtBound ? nil : errors[1])
    degreesOfFreedom = Estimate(point[2], standardError: errors[2])
    gamma = isAsymmetric ? Estimate(point[3], standardError: errors[3]) : Estimate(0)
    logLikelihood = -least.value
    let variances = Self.variances(
      standardised, alpha: point[0], gamma: gamma.value, beta: point[1])
    shocks = zip(standardised, variances).map { $0 / $1.squareRoot() }
  }

  /// Whether returns of this law have a fourth moment, and so their standard deviation an error.
  ///
  ///     nu > 4,   beta^2 + 2 beta (alpha + gamma / 2) + k (alpha^2 + alpha gamma + gamma^2 / 2) < 1
  ///
  /// with k = 3 (nu - 2) / (nu - 4), the kurtosis of a shock. Source: C. He, T. Terasvirta, Journal of
  /// Econometrics 92 (1999).
  package var hasFourthMoment: Bool {
    let (a, g, b, nu) = (alpha.value, gamma.value, beta.value, degreesOfFreedom.value)
    guard nu > 4 else { return false }
    let kurtosis = 3 * (nu - 2) / (nu - 4)
    return b * b + 2 * b * (a + 0.5 * g) + kurtosis * (a * a + a * g + 0.5 * g * g) < 1
  }

  /// h before each row of standardised returns, h = 1 at the first; empty for a beta below zero.
  package static func variances(
    _ standardised: [Double], alpha: Double, gamma: Double = 0, beta: Double
  ) -> [Double] {
    guard
      let recursion = VarianceRecursion(
        alpha: alpha, gamma: gamma, persistence: alpha + 0.5 * gamma + beta, cap: .infinity)
    else { return [] }
    var h = 1.0
    return standardised.map { move in
      defer { h = recursion.next(h, move: move) }
      return h
    }
  }

  /// Of standardised returns.
  package static func logLikelihood(
    _ standardised: [Double], alpha: Double, gamma: Double = 0, beta: Double,
    degreesOfFreedom nu: Double
  ) -> Double {
    let variances = variances(standardised, alpha: alpha, gamma: gamma, beta: beta)
    guard !variances.isEmpty, variances.allSatisfy({ $0 > 0 }) else { return -.infinity }
    let logs = VectorMath.log(variances).reduce(0, +)
    let tails = VectorMath.log(zip(standardised, variances).map { 1 + $0 * $0 / ($1 * (nu - 2)) })
      .reduce(0, +)
    return -Double(standardised.count) * (logBeta(0.5, 0.5 * nu) + 0.5 * log(nu - 2))
      - 0.5 * logs - 0.5 * (nu + 1) * tails
  }
}
