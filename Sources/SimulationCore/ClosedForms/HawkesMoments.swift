import Foundation

/// Counts of a stationary Hawkes process with exponential kernel over a time T.
///
/// Kernel n beta e^(-beta t), base rate mu, branching ratio n < 1. With L = mu / (1 - n) and
/// g = beta (1 - n) the variance is L (T / (1 - n)^2 + (1 - 1 / (1 - n)^2) (1 - e^(-g T)) / g).
///
/// - Source: A. Hawkes, Spectra of some self-exciting and mutually exciting point processes,
///   Biometrika 58 (1971), for the covariance density that is integrated here.
package struct HawkesMoments: Sendable, Equatable {
  /// Events per unit of time.
  package let meanRate: Double
  package let meanCount: Double
  package let countVariance: Double
  /// Variance of the count over its mean.
  package let fanoFactor: Double
  /// The Fano factor of long times.
  package let fanoLimit: Double

  package init(baseRate: Double, branching: Double, decay: Double, duration: Double) {
    let free = 1 - branching
    let rate = baseRate / free
    let limit = 1 / (free * free)
    let settling = -expm1(-decay * free * duration) / (decay * free)
    meanRate = rate
    meanCount = rate * duration
    countVariance = rate * (duration * limit + (1 - limit) * settling)
    fanoFactor = countVariance / meanCount
    fanoLimit = limit
  }
}
