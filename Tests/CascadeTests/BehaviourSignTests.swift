import Agents
import Cascade
import Foundation
import Markets
import Runner
import SimulationCore
import TestSupport
import Testing

/// What each behaviour and each market parameter does to the outcome, on the same random numbers.
///
/// Paired t statistics over paths; a sign counts as shown at 5 standard errors, so that a false alarm
/// over all tests here has a probability below 1e-5.
@Suite("Signs under common random numbers")
struct BehaviourSignTests {
  private static let paths = 1000

  /// t statistic of the mean of `metric` with the change minus without.
  private func pairedStatistic(
    _ base: SmallExperiment, _ changed: SmallExperiment, paths: Int = Self.paths,
    _ metric: (PathOutcome) -> Double
  ) throws -> Double {
    statistic(try base.run(paths: paths), try changed.run(paths: paths), metric)
  }

  private func statistic(
    _ before: [PathOutcome], _ after: [PathOutcome], _ metric: (PathOutcome) -> Double
  ) -> Double {
    let differences = zip(after, before).map { metric($0) - metric($1) }
    let mean = differences.reduce(0, +) / Double(differences.count)
    let variance =
      differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(differences.count - 1)
    return mean / (variance / Double(differences.count)).squareRoot()
  }

  private func traders(miscalibration: Double) -> SmallExperiment {
    var experiment = CrowdedMarket.experiment(volatility: 0.8)
    var cohort = CohortSettings(name: "traders", isActive: true, shareOfAccounts: 1)
    cohort.sizesLeverage = true
    cohort.startsAtRuleLeverage = true
    cohort.miscalibration = .constant(miscalibration)
    cohort.optimism = .constant(0.1)
    cohort.expectedReturn = 1.4
    cohort.panicHazard = 0
    cohort.exitHazard = 0
    experiment.cohorts = [cohort]
    experiment.herd = nil
    return experiment
  }

  @Test("More overconfidence means more leverage and more forced volume", .enabled(if: isOptimised))
  func overconfidence() throws {
    let calibrated = traders(miscalibration: 0.9)
    let overconfident = traders(miscalibration: 0.7)
    let (before, after) = try (calibrated.blueprint(), overconfident.blueprint())
    let slopes = zip(before.markets[0].traits.leverage, after.markets[0].traits.leverage)
    #expect(slopes.allSatisfy { $0 < $1 })
    let statistic = try pairedStatistic(calibrated, overconfident) { $0.forcedSoldUSD }
    #expect(statistic > 5)
  }

  @Test("Entry leverage falls with the square of k where nothing clips it")
  func leverageSlope() throws {
    func leverage(_ k: Double) throws -> Double {
      var experiment = traders(miscalibration: k)
      experiment.reserves[1].interest = nil
      experiment.cohorts[0].leverageMaximum = 1000
      experiment.reserves[0].loanToValue = 0.82
      return try experiment.blueprint().markets[0].traits.leverage[0]
    }
    let slope =
      (log(try leverage(0.8)) - log(try leverage(1.0))) / (log(0.8) - log(1.0))
    #expect(abs(slope + 2) < 1e-9)
  }

  @Test("Owners who never look are liquidated more", .enabled(if: isOptimised))
  func attention() throws {
    let base = CrowdedMarket.experiment(accounts: 60, depthUSD: 600_000)
    var blind = base
    for index in blind.cohorts.indices { blind.cohorts[index].attentionHalfLife = nil }
    #expect(try pairedStatistic(base, blind) { Double($0.accountsLiquidated) } > 5)
  }

  @Test("More cash for top-ups means fewer liquidations", .enabled(if: isOptimised))
  func spareCash() throws {
    var poor = CrowdedMarket.experiment(accounts: 60, depthUSD: 600_000)
    var rich = poor
    for index in poor.cohorts.indices {
      poor.cohorts[index].spareCash = nil
      rich.cohorts[index].spareCash = .init(shareWithout: 0, medianShareOfDebt: 0.5, sigma: 0.1)
    }
    let statistic = try pairedStatistic(poor, rich, paths: 2 * Self.paths) {
      Double($0.accountsLiquidated)
    }
    #expect(statistic < -5)
  }

  /// Panic sellers are far from liquidation themselves; their sales reach those who are near it.
  @Test("Without panic the tail loss is smaller", .enabled(if: isOptimised))
  func panic() throws {
    var frightened = CrowdedMarket.experiment(accounts: 0)
    for account in 0..<150 {
      frightened.addAccount(debtUSD: 100_000, health: 2.5, cohort: "holders")
      frightened.addAccount(debtUSD: 100_000, health: 1.1 + 0.002 * Double(account))
    }
    var holders = CohortSettings(name: "holders", isActive: true, shareOfAccounts: 0)
    holders.panicHazard = 0.02 * 365
    holders.exitHazard = 0
    holders.reentryProbability = 0
    frightened.cohorts = [holders]
    var calm = frightened
    calm.cohorts[0].panicHazard = 0
    func tail(_ experiment: SmallExperiment) throws -> Double {
      let losses = try experiment.run(paths: Self.paths).map(\.liquidatedCollateralUSD).sorted()
      return losses.suffix(50).reduce(0, +) / 50
    }
    #expect(try tail(calm) < tail(frightened))
    #expect(try pairedStatistic(frightened, calm) { $0.liquidatedCollateralUSD } < -5)
  }

  @Test("Half the depth amplifies more", .enabled(if: isOptimised))
  func depth() throws {
    func run(depthUSD: Double) throws -> [PathOutcome] {
      try CrowdedMarket.experiment(accounts: 100, depthUSD: depthUSD)
        .run(paths: Self.paths, counterfactual: true)
    }
    func amplification(_ rows: [PathOutcome]) -> Double {
      rows.reduce(0) { $0 + $1.liquidatedCollateralUSD }
        / rows.reduce(0) { $0 + $1.liquidatedWithoutFeedbackUSD }
    }
    let deep = try run(depthUSD: 2_000_000)
    let shallow = try run(depthUSD: 1_000_000)
    #expect(amplification(shallow) > amplification(deep))
    #expect(statistic(deep, shallow) { $0.liquidatedCollateralUSD } > 5)
  }

  @Test("Without feedback the amplification is exactly 1", .enabled(if: isOptimised))
  func feedbackOff() throws {
    var experiment = CrowdedMarket.experiment()
    experiment.priceFeedback = false
    let rows = try experiment.run(paths: 200, counterfactual: true)
    let liquidated = rows.filter { $0.liquidations > 0 }
    #expect(!liquidated.isEmpty)
    #expect(liquidated.allSatisfy { $0.amplification == 1 })
    #expect(rows.allSatisfy { $0.assets[0].maxPriceImpactBps == 0 })
  }
}
