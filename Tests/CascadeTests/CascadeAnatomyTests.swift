import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Generations, cascades and the branching ratio, on cases that can be worked out by hand.
@Suite("Anatomy of cascades")
struct CascadeAnatomyTests {
  /// Debts of 1,000 USD that are closed whole, sold on a venue that never recovers: a sale of Q USD
  /// moves the log price by ln(1/0.98) Q / depth.
  private func experiment(
    healths: [Double], depthUSD: Double, stepCount: Int, stepSeconds: Double = 3600
  ) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.stepCount = stepCount
    experiment.stepSeconds = stepSeconds
    experiment.rules.closeFactor = 1
    experiment.venues = [
      OrderBookVenue(
        asset: "WETH", depth2Percent: depthUSD, fee: 0, recoveryHalfLife: .infinity)
    ]
    for health in healths { experiment.addAccount(debtUSD: 1000, health: health) }
    return experiment
  }

  private func tags(_ path: ObservedPath) -> [[Int]] {
    path.events(of: .liquidation).map { [$0.account ?? -1, $0.cascade, $0.round] }
  }

  /// A sale of 1,045 USD (1,050 less the protocol's share of the bonus) moves the log price by 0.0211.
  ///
  /// The price falls by 10 %: account 0 (health 1.10) falls by itself; its sale brings the price to
  /// 0.881 and account 1 (1.125, needs 0.889) under; its sale, 1,067 USD at the exogenous price, brings
  /// 0.862 and account 2 (1.15, needs 0.870) under; that one brings 0.844. Account 3 (1.25, needs 0.8)
  /// stands.
  @Test("Three accounts pull each other down: generations 0, 1, 2 of one cascade")
  func threeGenerations() throws {
    let experiment = experiment(
      healths: [1.10, 1.125, 1.15, 1.25], depthUSD: 1000, stepCount: 12)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.9), stepCount: 12))
    #expect(tags(path) == [[0, 1, 0], [1, 1, 1], [2, 1, 2]])
    #expect(path.events(of: .liquidation).allSatisfy { $0.timeHours == 1 })
    #expect(path.outcome.cascadeDepthRounds == 3)
    #expect(path.outcome.cascadeSizeAccounts == 3)
    #expect(path.outcome.cascades == 1)
    // Nothing is cut: m = 1 - Z0 / N.
    #expect(path.outcome.inducedLiquidations == 2 && path.outcome.parentLiquidations == 3)
    #expect(path.outcome.branchingRatio == 2.0 / 3)
  }

  @Test("When the horizon cuts the cascade, its last generation is no parent")
  func cutByHorizon() throws {
    let experiment = experiment(
      healths: [1.10, 1.125, 1.15, 1.25], depthUSD: 1000, stepCount: 1)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.9), stepCount: 1))
    #expect(path.outcome.inducedLiquidations == 2 && path.outcome.parentLiquidations == 2)
  }

  /// A step of an hour makes the gap six hours.
  ///
  /// Account 0 falls at hour 1, account 1 at hour 5, both by
  /// themselves: one cascade. Account 2 follows seven hours later: the second one.
  @Test("A pause of six steps before a generation 0 opens the next cascade")
  func partition() throws {
    let experiment = experiment(
      healths: [1.10, 1.25, 1.5, 3], depthUSD: 1e9, stepCount: 20)
    let falls = (1...20).map { hour in hour >= 12 ? 0.6 : hour >= 5 ? 0.75 : 0.9 }
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .collateral(falls.map { log($0) }))
    #expect(tags(path) == [[0, 1, 0], [1, 1, 0], [2, 2, 0]])
    #expect(path.events(of: .liquidation).map(\.timeHours) == [1, 5, 12])
    #expect(path.outcome.cascades == 2)
    #expect(path.outcome.cascadeSizeAccounts == 2 && path.outcome.cascadeDepthRounds == 1)
    #expect(path.outcome.branchingRatio == 0)
  }

  /// The push oracle shows the impact of the first sale only at its heartbeat, ten hours later.
  @Test("An induced liquidation never opens a cascade, however late the oracle tells")
  func lateInduced() throws {
    var experiment = experiment(healths: [1.10, 1.125, 1.25], depthUSD: 1000, stepCount: 20)
    experiment.oracle = PushOracle(
      deviation: 0.05, heartbeatSeconds: 36_000, latencySeconds: 0)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.9), stepCount: 20))
    #expect(tags(path) == [[0, 1, 0], [1, 1, 1]])
    #expect(path.events(of: .liquidation).map(\.timeHours) == [1, 11])
    #expect(path.outcome.cascades == 1)
  }
}

/// Many tiny accounts, evenly spread in the log of their liquidation prices; linear impact.
///
/// nb = kappa rho: kappa the log impact of a USD sold, rho the USD sold per unit of log price. A shock
/// that takes Z accounts takes Z / (1 - nb) in all (agents.md 7.2; fact F11).
@Suite("Amplification in the atomless limit")
struct AtomlessAmplificationTests {
  @Test("Realised amplification is 1 / (1 - nb) within 2 %", arguments: [0.1, 0.3, 0.5, 0.6])
  func amplification(ratio: Double) throws {
    let count = 8000
    let spacing = 2.5e-6
    var experiment = SmallExperiment()
    experiment.stepCount = 8
    experiment.stepSeconds = 3600
    experiment.roundsPerStep = 200
    experiment.rules.closeFactor = 1
    experiment.reserves[0].protocolFee = 0
    experiment.reserves[0].liquidationBonus = 0
    for account in 0..<count {
      experiment.addAccount(debtUSD: 1, health: exp(spacing * (Double(account) + 0.5)))
    }
    // rho = 1 USD per `spacing`; kappa = ln(1/0.98) / depth.
    let depth = -log(0.98) / (ratio * spacing)
    experiment.venues = [
      OrderBookVenue(asset: "WETH", depth2Percent: depth, fee: 0, recoveryHalfLife: .infinity)
    ]
    let initial = 2000
    let shock = -spacing * Double(initial)
    func run(feedback: Bool) throws -> PathOutcome {
      experiment.priceFeedback = feedback
      return ObservedPath.scripted(
        try experiment.blueprint(), logPrices: .jump(shock, stepCount: 8)
      ).outcome
    }
    let (with, without) = (try run(feedback: true), try run(feedback: false))
    #expect(without.liquidations == initial)
    let realised = with.liquidatedCollateralUSD / without.liquidatedCollateralUSD
    #expect(agree(realised, 1 / (1 - ratio), relative: 0.02), "\(realised)")
    // Exact whatever the impact: nothing is cut, every account is called once.
    let total = Double(with.liquidations)
    #expect(with.parentLiquidations == with.liquidations)
    #expect(with.branchingRatio == Double(with.liquidations - initial) / total)
    #expect(agree(with.branchingRatio, 1 - Double(initial) / total, relative: 1e-15))
    #expect(agree(with.branchingRatio, ratio, relative: 0.02))
  }

  /// Log return of the price: the shock itself is amplified by the same factor.
  @Test("The fall of the price is amplified alike")
  func price() throws {
    var experiment = SmallExperiment()
    experiment.stepCount = 1
    experiment.roundsPerStep = 200
    experiment.rules.closeFactor = 1
    experiment.reserves[0].protocolFee = 0
    experiment.reserves[0].liquidationBonus = 0
    for account in 0..<6000 {
      experiment.addAccount(debtUSD: 1, health: exp(2.5e-6 * (Double(account) + 0.5)))
    }
    experiment.venues = [
      OrderBookVenue(
        asset: "WETH", depth2Percent: -log(0.98) / (0.5 * 2.5e-6), fee: 0,
        recoveryHalfLife: .infinity)
    ]
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(-0.005, stepCount: 1))
    let fall = log(path.outcome.assets[0].endPriceUSD / 2000)
    #expect(agree(fall / -0.005, 2, relative: 0.02))
  }
}
