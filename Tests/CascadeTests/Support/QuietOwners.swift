import Agents
import Cascade
import Markets
import SimulationCore
import TestSupport

/// Owners of which only the channels that a test names are on; nobody liquidates, nothing feeds back.
enum QuietOwners {
  /// A cohort that never acts by itself.
  static var cohort: CohortSettings {
    var cohort = CohortSettings(name: "owners", isActive: true, shareOfAccounts: 1)
    cohort.attentionHalfLife = nil
    cohort.exitHazard = 0
    cohort.panicHazard = 0
    cohort.reentryProbability = 0
    cohort.lossAversion = .constant(2)
    cohort.optimism = .constant(0)
    cohort.triggerHealth = .constant(1.3)
    cohort.spareCash = nil
    return cohort
  }

  /// `count` like accounts of 1,000 USD debt, without venues, liquidators and interest.
  static func experiment(
    _ cohort: CohortSettings, count: Int, health: Double, stepCount: Int, stepSeconds: Double
  ) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.assets[0] = .init(symbol: "WETH", initialPrice: 2000, volatility: 0.8, drift: 0)
    experiment.stepCount = stepCount
    experiment.stepSeconds = stepSeconds
    experiment.priceFeedback = false
    experiment.liquidators = []
    experiment.cohorts = [cohort]
    for _ in 0..<count { experiment.addAccount(debtUSD: 1000, health: health) }
    return experiment
  }
}
