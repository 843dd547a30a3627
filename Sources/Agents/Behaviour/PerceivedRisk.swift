import Foundation
import SimulationCore

/// The chance that a log-normal price falls to a level before a horizon, as an agent may perceive
/// it.
///
/// With a log distance a > 0 to the level, log drift nu and volatility s (both a year), watched
/// without pause over T years (reflection principle, I. Karatzas and S. Shreve, Brownian Motion and
/// Stochastic Calculus, section 3.5.C):
///
///     P = Phi((-a - nu T) / (s sqrt T)) + exp(-2 nu a / s^2) Phi((-a + nu T) / (s sqrt T))
package enum PerceivedRisk {
  /// Probability of a first passage within the horizon; 1 where the level is reached already.
  package static func firstPassage(
    logDistance: Double, logDrift: Double, volatility: Double, horizonYears: Double
  ) -> Double {
    guard logDistance > 0 else { return 1 }
    let sd = volatility * horizonYears.squareRoot()
    let drift = logDrift * horizonYears
    guard sd > 0 else { return drift <= -logDistance ? 1 : 0 }
    let direct = normalCDF((-logDistance - drift) / sd)
    let y = (logDistance - drift) / sd
    let reflected: Double
    if y < 25 {
      reflected = exp(-2 * drift * logDistance / (sd * sd)) * normalCDF(-y)
    } else {
      // The factors leave the floating-point range but their product does not: Mills' ratio
      // instead.
      let reach = (logDistance + drift) / sd
      let s = 1 / (y * y)
      reflected = normalDensity(reach) / y * (1 - s * (1 - 3 * s * (1 - 5 * s)))
    }
    return min(1, direct + reflected)
  }

  /// Probability of liquidation before the horizon at health factor HF and perceived sd k sigma.
  ///
  /// a = ln HF, nu = mu - (k sigma)^2 / 2.
  package static func liquidationProbability(
    healthFactor: Double, drift: Double, volatility: Double, perceivedRatio: Double,
    horizonYears: Double
  ) -> Double {
    let perceived = perceivedRatio * volatility
    return firstPassage(
      logDistance: log(healthFactor), logDrift: drift - 0.5 * perceived * perceived,
      volatility: perceived, horizonYears: horizonYears)
  }

  /// The health factor whose perceived probability of liquidation is `tolerance`, without log
  /// drift.
  ///
  /// exp(k sigma sqrt(T) PhiInv(1 - eps / 2)).
  package static func entryHealthFactor(
    tolerance: Double, volatility: Double, perceivedRatio: Double, horizonYears: Double
  ) -> Double {
    exp(perceivedRatio * volatility * horizonYears.squareRoot() * -normalQuantile(0.5 * tolerance))
  }

  /// The true probability behind a perceived `tolerance`: 2 Phi(-k PhiInv(1 - eps / 2)).
  package static func trueRisk(tolerance: Double, perceivedRatio: Double) -> Double {
    2 * normalCDF(perceivedRatio * normalQuantile(0.5 * tolerance))
  }
}
