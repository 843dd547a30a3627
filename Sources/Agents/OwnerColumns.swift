import SimulationCore

/// What does not change about the owners of one market's accounts; one entry an account.
package struct OwnerTraits: Sendable {
  /// Index of the owner's cohort; -1 = passive, never acts.
  package var cohort: [Int16]
  package var lossAversion: [Double]
  /// Looks a year; infinite = every step, 0 = never.
  package var attentionRate: [Double]
  /// Health below which a look leads to a choice; 0 = never.
  package var triggerHealth: [Double]
  package var targetHealth: [Double]
  /// USD at time 0.
  package var spareCash: [Double]
  /// Perceived over true standard deviation at time 0.
  package var miscalibration: [Double]
  /// A year.
  package var optimism: [Double]
  /// The legs with the largest collateral and the largest debt at time 0; -1 = none.
  package var collateralLeg: [Int32]
  package var debtLeg: [Int32]
  /// Assets over equity at time 0.
  package var leverage: [Double]
  /// Accounts of active cohorts, ascending.
  package var active: [Int32]

  package init(accountCount: Int) {
    cohort = [Int16](repeating: -1, count: accountCount)
    lossAversion = [Double](repeating: 1, count: accountCount)
    attentionRate = [Double](repeating: 0, count: accountCount)
    triggerHealth = attentionRate
    targetHealth = attentionRate
    spareCash = attentionRate
    miscalibration = lossAversion
    optimism = attentionRate
    collateralLeg = [Int32](repeating: -1, count: accountCount)
    debtLeg = collateralLeg
    leverage = lossAversion
    active = []
  }
}

/// What changes about the owners on a path; one entry an account, unused for passive owners.
///
/// Each hazard has a clock and a target: the owner is due when the clock has passed the target. A
/// target is where the clock stood plus a unit exponential keyed by the account and the number of
/// the event, so that a channel that is switched off shifts no other.
package struct OwnerState: Sendable {
  /// USD outside the pool.
  package var cash: [Double]
  /// Equity that gains and losses are judged against, USD.
  package var referenceEquity: [Double]
  /// The prior-outcome state z; 1 at the start.
  package var priorOutcome: [Double]
  package var equityYesterday: [Double]
  /// On the cohort's attention clock; infinite while the owner is outside its zone.
  package var attentionTarget: [Double]
  package var attentionEvent: [UInt32]
  /// In years since the start.
  package var exitTarget: [Double]
  package var exitEvent: [UInt32]
  /// On the panic clock of the cohort and asset.
  package var panicTarget: [Double]
  package var panicEvent: [UInt32]
  /// Years since the start; infinite = no plan to rebuild.
  package var reentryAt: [Double]
  package var reentryEvent: [UInt32]
  /// Price of the main collateral at which the position was entered.
  package var costBasis: [Double]
  /// Perceived over true standard deviation now.
  package var miscalibration: [Double]
  /// Log odds of being skilled, for owners who learn.
  package var skillLogOdds: [Double]

  package init(accountCount: Int) {
    cash = [Double](repeating: 0, count: accountCount)
    referenceEquity = cash
    priorOutcome = [Double](repeating: 1, count: accountCount)
    equityYesterday = cash
    attentionTarget = [Double](repeating: .infinity, count: accountCount)
    attentionEvent = [UInt32](repeating: 0, count: accountCount)
    exitTarget = attentionTarget
    exitEvent = attentionEvent
    panicTarget = attentionTarget
    panicEvent = attentionEvent
    reentryAt = attentionTarget
    reentryEvent = attentionEvent
    costBasis = cash
    miscalibration = priorOutcome
    skillLogOdds = cash
  }

  /// Puts every owner back to time 0 without allocating.
  package mutating func reset(to start: OwnerState) {
    cash.overwrite(with: start.cash)
    referenceEquity.overwrite(with: start.referenceEquity)
    priorOutcome.overwrite(with: start.priorOutcome)
    equityYesterday.overwrite(with: start.equityYesterday)
    attentionTarget.overwrite(with: start.attentionTarget)
    attentionEvent.overwrite(with: start.attentionEvent)
    exitTarget.overwrite(with: start.exitTarget)
    exitEvent.overwrite(with: start.exitEvent)
    panicTarget.overwrite(with: start.panicTarget)
    panicEvent.overwrite(with: start.panicEvent)
    reentryAt.overwrite(with: start.reentryAt)
    reentryEvent.overwrite(with: start.reentryEvent)
    costBasis.overwrite(with: start.costBasis)
    miscalibration.overwrite(with: start.miscalibration)
    skillLogOdds.overwrite(with: start.skillLogOdds)
  }
}
