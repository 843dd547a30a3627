import Foundation

/// GARCH(1,1) with Student-t shocks, fitted to one column of returns with variance targeting.
///
///     u = (r - mean) / sd = sqrt(h) z,   h' = (1 - alpha - beta) + alpha u^2 + beta h,   h = 1 at first
///
/// z is Student-t with unit variance. Mean and sd are those of the column; alpha, beta and nu have
/// the greatest likelihood with alpha + beta at most `largestPersistence`: without a bound hourly
/// data often ask for a variance that never comes back.
///
/// - Cost: some hundred passes over the column.
/// - Source: T. Bollerslev, Review of Economics and Statistics 69 (1987); C. Francq, L. Horvath,
///   J.-M. Zakoian, Journal of Financial Econometrics 9 (2011), for the targeting.
package struct GarchFit: Sendable {
  package let alpha: Estimate
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

  /// `standardised` returns have mean 0 and mean square 1.
  package init(_ standardised: [Double]) {
    let squares = standardised.map { $0 * $0 }
    // Bounds of the share alpha / p, of ln(1 - p) and of ln nu, p the persistence.
    let nus = Self.degreesOfFreedomRange
    func parameters(_ x: [Double]) -> [Double] {
      let persistence = 1 - exp(x[1])
      return [x[0] * persistence, (1 - x[0]) * persistence, exp(x[2])]
    }
    func value(_ p: [Double]) -> Double { -Self.logLikelihood(squares, p[0], p[1], p[2]) }
    let starts = [(0.06, 0.006), (0.15, 0.08)]
    let searches = starts.map { start in
      BoxMinimum(
        [
          .init(start: start.0, step: 0.03, in: 1e-6...0.999),
          .init(
            start: log(start.1), step: 0.7, in: log(1 - Self.largestPersistence)...log(0.999)),
          .init(start: log(5), step: 0.3, in: log(nus.lowerBound)...log(nus.upperBound)),
        ]) { value(parameters($0)) }
    }
    let least = searches[0].value <= searches[1].value ? searches[0] : searches[1]
    let point = parameters(least.point)
    let errors = ObservedInformation(
      at: point, scales: [0.004, 0.004, 0.1], bounds: [0...1, 0...1, nus], of: value
    ).standardErrors
    let isAtBound = point[0] + point[1] > Self.largestPersistence - 1e-7
    alpha = Estimate(point[0], standardError: errors[0])
    beta = Estimate(point[1], standardError: isAtBound ? nil : errors[1])
    degreesOfFreedom = Estimate(point[2], standardError: errors[2])
    logLikelihood = -least.value
    let variances = Self.variances(squares, alpha: point[0], beta: point[1])
    shocks = zip(standardised, variances).map { $0 / $1.squareRoot() }
  }

  /// h before each row, h = 1 at the first.
  package static func variances(_ squares: [Double], alpha: Double, beta: Double) -> [Double] {
    let constant = 1 - alpha - beta
    var h = 1.0
    return squares.map { square in
      defer { h = constant + alpha * square + beta * h }
      return h
    }
  }

  /// Of standardised returns by their squares.
  package static func logLikelihood(
    _ squares: [Double], _ alpha: Double, _ beta: Double, _ nu: Double
  ) -> Double {
    let variances = variances(squares, alpha: alpha, beta: beta)
    guard variances.allSatisfy({ $0 > 0 }) else { return -.infinity }
    let logs = VectorMath.log(variances).reduce(0, +)
    let tails = VectorMath.log(zip(squares, variances).map { 1 + $0 / ($1 * (nu - 2)) })
      .reduce(0, +)
    return -Double(squares.count) * (logBeta(0.5, 0.5 * nu) + 0.5 * log(nu - 2))
      - 0.5 * logs - 0.5 * (nu + 1) * tails
  }
}
