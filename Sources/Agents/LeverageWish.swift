import Foundation

/// The leverage that an overconfident trader wishes, clipped to what it may have.
///
///     L* = (mu + B - r) / (gamma (k sigma)^2) * house-money factor, in [0, Lmax]
///
/// - Source: Merton (1969) with the perceived standard deviation; agents' parameters in
///   `CohortSettings`.
package struct LeverageWish: Sendable {
  private let target: Double?
  private let maximum: Double
  private let drift: Double
  private let riskAversion: Double
  private let houseMoney: Double
  private let horizonYears: Double

  /// `drift` is the expected return mu of the collateral, `loanToValue` its LTV.
  package init(cohort: CohortSettings, drift: Double, loanToValue: Double) {
    target = cohort.leverageTarget
    maximum = min(
      cohort.leverageMaximum ?? .infinity, loanToValue < 1 ? 1 / (1 - loanToValue) : .infinity)
    self.drift = drift
    riskAversion = cohort.riskAversion
    houseMoney = cohort.houseMoney
    horizonYears = cohort.evaluationYears
  }

  package func leverage(
    optimism: Double, miscalibration: Double, volatility: Double, borrowRate: Double,
    priorOutcome: Double
  ) -> Double {
    let raw =
      target
      ?? Overconfidence.leverage(
        drift: drift, optimism: optimism, riskFree: borrowRate, riskAversion: riskAversion,
        volatility: volatility, perceivedRatio: miscalibration)
    let factor = PriorOutcome.houseMoneyFactor(sensitivity: houseMoney, state: priorOutcome)
    guard raw.isFinite else { return raw > 0 ? maximum : 0 }
    return min(max(raw * factor, 0), maximum)
  }

  /// Perceived Sharpe ratio over the evaluation horizon: (mu + B - r) sqrt(tau) / (k sigma).
  package func perceivedSharpe(
    optimism: Double, miscalibration: Double, volatility: Double, borrowRate: Double
  ) -> Double {
    EntryGate.perceivedSharpe(
      drift: drift, optimism: optimism, riskFree: borrowRate, volatility: volatility,
      perceivedRatio: miscalibration, horizonYears: horizonYears)
  }
}
