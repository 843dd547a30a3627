import Foundation

/// Student's t law fitted to one column of returns by maximum likelihood.
///
///     r = location + scale T,   T Student-t with nu degrees of freedom
///
/// - Units: those of the returns; nu is a pure number.
/// - Cost: some hundred passes over the column.
/// - Source: K. Lange, R. Little, J. Taylor, Robust statistical modeling using the t distribution,
///   Journal of the American Statistical Association 84 (1989).
package struct StudentTFit: Sendable {
  package let location: Estimate
  package let scale: Estimate
  package let degreesOfFreedom: Estimate
  package let logLikelihood: Double

  package static let degreesOfFreedomRange = 0.2...1000.0

  /// Needs ten returns or more that are not all the same.
  package init(_ returns: [Double]) {
    let sorted = returns.sorted()
    let centre = sorted[sorted.count / 2]
    let spread = max(sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4], 1e-12)
    let scaleRange = 1e-3 * spread...1e3 * spread
    let nus = Self.degreesOfFreedomRange
    let least = BoxMinimum([
      .init(start: centre, step: 0.1 * spread, in: sorted[0]...sorted[sorted.count - 1]),
      .init(
        start: log(0.6 * spread), step: 0.2,
        in: log(scaleRange.lowerBound)...log(scaleRange.upperBound)),
      .init(start: log(4), step: 0.3, in: log(nus.lowerBound)...log(nus.upperBound)),
    ]) { Self.negativeLogLikelihood(returns, $0[0], exp($0[1]), exp($0[2])) }
    let point = [least.point[0], exp(least.point[1]), exp(least.point[2])]
    let size = Double(returns.count).squareRoot()
    let errors = ObservedInformation(
      at: point, scales: [point[1] / size, point[1] / size, point[2] / size],
      bounds: [sorted[0]...sorted[sorted.count - 1], scaleRange, nus]
    ) { Self.negativeLogLikelihood(returns, $0[0], $0[1], $0[2]) }.standardErrors
    location = Estimate(point[0], standardError: errors[0])
    scale = Estimate(point[1], standardError: errors[1])
    degreesOfFreedom = Estimate(point[2], standardError: errors[2])
    logLikelihood = -least.value
  }

  /// Degrees of freedom where the standard deviation is given, as that of a scenario's asset is.
  ///
  /// `relativeError` is that of the deviation; what it moves nu by is part of nu's error. The bounds
  /// are those of scenarios.
  package static func degreesOfFreedom(
    _ returns: [Double], deviation: Double, relativeError: Double
  ) -> Estimate {
    let centre = returns.sorted()[returns.count / 2]
    let nus = 2.05...1000.0
    func value(_ location: Double, _ nu: Double, _ deviation: Double) -> Double {
      negativeLogLikelihood(returns, location, deviation * ((nu - 2) / nu).squareRoot(), nu)
    }
    let least = BoxMinimum([
      .init(start: centre, step: 0.05 * deviation, in: centre - deviation...centre + deviation),
      .init(start: log(4), step: 0.2, in: log(nus.lowerBound)...log(nus.upperBound)),
    ]) { value($0[0], exp($0[1]), deviation) }
    let (location, nu) = (least.point[0], exp(least.point[1]))
    let error = ObservedInformation(
      at: [nu], scales: [nu / Double(returns.count).squareRoot()], bounds: [nus],
      givenError: relativeError
    ) { value(location, $0[0], deviation * exp($0[1])) }.standardErrors[0]
    return Estimate(nu, standardError: error)
  }

  private static func negativeLogLikelihood(
    _ returns: [Double], _ location: Double, _ scale: Double, _ nu: Double
  ) -> Double {
    let factor = 1 / (nu * scale * scale)
    let logs = VectorMath.log(returns.map { 1 + factor * ($0 - location) * ($0 - location) })
    return Double(returns.count) * (logBeta(0.5, 0.5 * nu) + 0.5 * log(nu) + log(scale))
      + 0.5 * (nu + 1) * logs.reduce(0, +)
  }
}
