import Foundation

/// A Hawkes process with an exponential kernel fitted to the times of events.
///
///     intensity = mu + x,   x falls as e^(-beta t) and rises by n beta at an event
///
/// - Units: times in hours, mu and beta an hour; n is the mean number of events that one causes.
/// - Cost: O(events) a call of the likelihood.
/// - Source: A. Hawkes, Biometrika 58 (1971); T. Ozaki, Annals of the Institute of Statistical
///   Mathematics 31 (1979), for the recursion.
package struct HawkesFit: Sendable {
  package let baseRate: Estimate
  package let branching: Estimate
  package let decay: Estimate
  package let logLikelihood: Double

  /// Fewest events that three parameters are fitted to.
  package static let fewestEvents = 20

  /// `times` rise, within [0, `duration`]; `nil` for fewer than `fewestEvents`.
  package init?(times: [Double], duration: Double) {
    guard times.count >= Self.fewestEvents else { return nil }
    let rate = Double(times.count) / duration
    let bounds = [1e-3 * rate...2 * rate, 1e-6...0.99, 1e-4...50.0]
    func value(_ p: [Double]) -> Double {
      -Self.logLikelihood(
        times: times, duration: duration, baseRate: p[0], branching: p[1], decay: p[2])
    }
    let searches = [0.03, 0.4].map { decay in
      BoxMinimum([
        .init(
          start: log(0.4 * rate), step: 0.3,
          in: log(bounds[0].lowerBound)...log(bounds[0].upperBound)),
        .init(start: 0.6, step: 0.15, in: bounds[1]),
        .init(
          start: log(decay), step: 0.5, in: log(bounds[2].lowerBound)...log(bounds[2].upperBound)),
      ]) { value([exp($0[0]), $0[1], exp($0[2])]) }
    }
    let least = searches[0].value <= searches[1].value ? searches[0] : searches[1]
    let point = [exp(least.point[0]), least.point[1], exp(least.point[2])]
    let size = Double(times.count).squareRoot()
    let errors = ObservedInformation(
      at: point, scales: [2 * point[0] / size, 1 / size, 3 * point[2] / size], bounds: bounds,
      of: value
    ).standardErrors
    baseRate = Estimate(point[0], standardError: errors[0])
    branching = Estimate(point[1], standardError: errors[1])
    decay = Estimate(point[2], standardError: errors[2])
    logLikelihood = -least.value
  }

  /// The sum of ln intensity over the events, less the expected number of events.
  package static func logLikelihood(
    times: [Double], duration: Double, baseRate: Double, branching: Double, decay: Double
  ) -> Double {
    var excitation = 0.0
    var last = 0.0
    var sum = -baseRate * duration
    for time in times {
      excitation *= exp(-decay * (time - last))
      sum += log(baseRate + excitation) + branching * expm1(-decay * (duration - time))
      excitation += branching * decay
      last = time
    }
    return sum
  }
}
