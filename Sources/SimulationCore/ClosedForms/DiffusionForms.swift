import Foundation

/// Probability that a Brownian bridge dips to a barrier or below; 1 where an end is at or below it.
///
/// exp(-2 (x0 - b)(x1 - b) / v) for log prices x0, x1 at the ends and the variance v of the step.
///
/// - Source: P. Glasserman, Monte Carlo methods in financial engineering (2003), section 6.4.
package func bridgeCrossingProbability(
  from start: Double, to end: Double, barrier: Double, variance: Double
) -> Double {
  guard start > barrier, end > barrier else { return 1 }
  guard variance > 0 else { return 0 }
  return exp(-2 * (start - barrier) * (end - barrier) / variance)
}

/// The lowest point of a Brownian bridge whose unit exponential draw is `exponential`.
///
///     (x0 + x1 - sqrt((x1 - x0)^2 + 2 v e)) / 2
///
/// for log prices x0, x1 at the ends and the variance v of the step: the inverse of the crossing
/// probability, whose logarithm is -e. The lower end where v is zero.
///
/// - Source: P. Glasserman, Monte Carlo methods in financial engineering (2003), section 6.4.
@inlinable package func bridgeMinimum(
  from start: Double, to end: Double, variance: Double, exponential: Double
) -> Double {
  let move = end - start
  return 0.5 * (start + end - (move * move + 2 * variance * exponential).squareRoot())
}

/// Expected largest drawdown of a Brownian motion without drift over `duration`, in continuous time.
///
/// - Source: M. Magdon-Ismail, A. Atiya, A. Pratap, Y. Abu-Mostafa, On the maximum drawdown of a
///   Brownian motion, Journal of Applied Probability 41 (2004), section 3.
package func expectedMaximumDrawdown(volatility: Double, duration: Double) -> Double {
  (0.5 * Double.pi * duration).squareRoot() * volatility
}

/// The exact law of an Ornstein-Uhlenbeck process dx = kappa (mu - x) dt + sigma dW after a time.
///
/// - Source: G. Uhlenbeck and L. Ornstein, On the theory of the Brownian motion, Physical Review 36
///   (1930).
package struct OrnsteinUhlenbeckLaw: Sendable, Equatable {
  package let mean: Double
  package let variance: Double
  package let stationaryVariance: Double
  /// Time in which the distance from mu halves on average.
  package let halfLife: Double

  package init(from start: Double, mu: Double, kappa: Double, sigma: Double, time: Double) {
    stationaryVariance = sigma * sigma / (2 * kappa)
    mean = mu + (start - mu) * exp(-kappa * time)
    variance = -expm1(-2 * kappa * time) * stationaryVariance
    halfLife = log(2) / kappa
  }

  /// P(x < level).
  package func probability(below level: Double) -> Double {
    normalCDF((level - mean) / variance.squareRoot())
  }
}
