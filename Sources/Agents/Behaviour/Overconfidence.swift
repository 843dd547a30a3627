import Foundation
import SimulationCore

/// Position size and belief of a trader who underestimates risk.
///
/// k = perceived over true standard deviation; below 1 the trader is overconfident. All rates a
/// year.
package enum Overconfidence {
  /// L* = (mu + B - r) / (gammaR (k sigma)^2), not clipped.
  ///
  /// The fraction of R. Merton (1969) with the perceived sd, so that L*(k) / L*(1) = 1 / k^2.
  package static func leverage(
    drift: Double, optimism: Double, riskFree: Double, riskAversion: Double, volatility: Double,
    perceivedRatio: Double
  ) -> Double {
    let perceived = perceivedRatio * volatility
    return (drift + optimism - riskFree) / (riskAversion * perceived * perceived)
  }

  /// k = PhiInv((1 + hit) / 2) / PhiInv((1 + nominal) / 2), for an unbiased Gaussian forecaster.
  ///
  /// `hitRate` is the share of `nominal` intervals that contained the outcome: 0.36 at 0.8 in
  /// I. Ben-David, J. Graham, C. Harvey, Managerial Miscalibration, QJE 128 (2013) 1547-1584.
  package static func perceivedRatio(hitRate: Double, nominal: Double) -> Double {
    normalQuantile(0.5 + 0.5 * hitRate) / normalQuantile(0.5 + 0.5 * nominal)
  }

  /// g(L) = r + L (mu - r) - L^2 sigma^2 / 2: growth rate of log wealth at a constant leverage.
  ///
  /// J. Kelly 1956 in continuous time.
  package static func growth(
    leverage: Double, drift: Double, riskFree: Double, volatility: Double
  ) -> Double {
    riskFree + leverage * (drift - riskFree) - 0.5 * leverage * leverage * volatility * volatility
  }

  /// Excess growth at leverage L_Kelly / k^2 over that of Kelly: 2 / k^2 - 1 / k^4.
  ///
  /// Zero at k = 1 / sqrt 2, negative below.
  package static func relativeExcessGrowth(perceivedRatio: Double) -> Double {
    let multiple = 1 / (perceivedRatio * perceivedRatio)
    return multiple * (2 - multiple)
  }

  /// 1 / sqrt 2: the k at which over-betting eats the whole excess growth.
  package static let perceivedRatioWithoutExcess = 0.5.squareRoot()

  /// The weights that a trader and a rational one give to a private signal.
  ///
  /// b = s2 / (s2 + c2) against a = s2 / (s2 + e2), with the perceived noise c2 = k^2 e2. Source:
  /// K. Daniel, D. Hirshleifer, A. Subrahmanyam, J. Finance 53 (1998) 1839-1885.
  package static func signalWeight(signalVariance: Double, noiseVariance: Double) -> Double {
    signalVariance / (signalVariance + noiseVariance)
  }
}

/// Learning about one's own skill with too much credit for successes.
///
/// An able trader succeeds with probability `ableRate` H, another with `otherRate` L; a success
/// counts `credit` g >= 1 times. The state is the log-odds of being able. Source: S. Gervais and T.
/// Odean, Learning to be Overconfident, Review of Financial Studies 14 (2001) 1-27.
package struct SelfAttribution: Sendable, Equatable {
  package var ableRate: Double
  package var otherRate: Double
  package var credit: Double

  package init(ableRate: Double = 0.6, otherRate: Double = 0.45, credit: Double = 1.25) {
    self.ableRate = ableRate
    self.otherRate = otherRate
    self.credit = credit
  }

  /// What a success adds to the log-odds: ln(g H / L).
  package var successStep: Double { log(credit * ableRate / otherRate) }

  /// What a failure adds to the log-odds: ln((1 - H) / (1 - L)).
  package var failureStep: Double { log((1 - ableRate) / (1 - otherRate)) }

  /// The log-odds after `successes` out of `trades`, from the prior probability of being able.
  package func logOdds(prior: Double, successes: Int, trades: Int) -> Double {
    log(prior / (1 - prior)) + Double(successes) * successStep
      + Double(trades - successes) * failureStep
  }

  /// The belief in one's own ability, from its log-odds.
  package static func posterior(logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

  /// k_t = 1 - (1 - kMin) posterior.
  package static func perceivedRatio(posterior: Double, minimum: Double) -> Double {
    1 - (1 - minimum) * posterior
  }
}
