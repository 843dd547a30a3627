import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Ends of the parameter space, where the answer is known without any computing.
@Suite("Limits")
struct LimitTests {
  /// The crowded market with its owners, at constant prices and without interest.
  private func motionless() -> SmallExperiment {
    var experiment = CrowdedMarket.experiment(accounts: 100, volatility: 0)
    experiment.degreesOfFreedom = nil
    experiment.reserves[1].interest = nil
    return experiment
  }

  @Test("Without volatility, interest and owners' sales nothing happens")
  func noVolatility() throws {
    var experiment = motionless()
    for index in experiment.cohorts.indices {
      experiment.cohorts[index].exitHazard = 0
      experiment.cohorts[index].panicHazard = 0
      experiment.cohorts[index].releverageBelow = 0
    }
    for row in try experiment.run(paths: 20) {
      #expect(row.liquidations == 0 && row.badDebtUSD == 0 && row.traderLossUSD == 0)
      #expect(row.assets[0].minPriceUSD == 2000 && row.assets[0].endPriceUSD == 2000)
      #expect(row.assets[0].soldUSD == 0 && row.forcedSoldUSD == 0 && row.toppedUpUSD == 0)
      #expect(row.minHealthFactor > 1.04 && row.minHealthFactor < 1.06)
    }
  }

  @Test("Without liquidators nobody is liquidated, and what is lost stays open")
  func nobodyActs() throws {
    var experiment = SmallExperiment()
    experiment.liquidators = []
    experiment.stepCount = 3
    experiment.addAccount(debtUSD: 10_000, health: 1.2)
    // Collateral 1.2 / 0.83 of the debt, at half the price 0.6 / 0.83: short by 1 - 0.7229.
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.5), stepCount: 3))
    #expect(path.events.isEmpty || path.events.allSatisfy { $0.kind == .oracleUpdate })
    #expect(path.outcome.liquidations == 0 && path.outcome.badDebtUSD == 0)
    #expect(path.outcome.insolventAccounts == 1)
    #expect(
      agree(path.outcome.openShortfallUSD, 10_000 * (1 - 0.6 / 0.83), relative: 1e-12))
    #expect(agree(path.outcome.traderLossUSD, 10_000 * (1.2 / 0.83 - 1), relative: 1e-12))
  }

  /// Supplies follow from an utilisation of 80 %, and the only debt is repaid in the first step.
  @Test("The largest utilisation is that of time 0 where all is repaid at once")
  func utilisationOfTimeZero() throws {
    var experiment = SmallExperiment()
    experiment.liquidators = [LiquidatorGroup(kind: .ideal)]
    experiment.stepCount = 2
    experiment.addAccount(debtUSD: 1_500, health: 1.2)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.75), stepCount: 2))
    #expect(path.outcome.liquidations == 1)
    #expect(agree(path.outcome.peakUtilisation, 0.8, relative: 1e-12))
  }

  @Test("A path of one step liquidates exactly who is below 1 at its end")
  func oneStep() throws {
    var experiment = SmallExperiment()
    experiment.stepCount = 1
    experiment.priceFeedback = false
    for account in 0..<50 {
      experiment.addAccount(debtUSD: 10_000, health: 1.005 + 0.01 * Double(account))
    }
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.8), stepCount: 1))
    // Below 1 / 0.8 = 1.25 are the healths 1.005, 1.015 .. 1.245.
    #expect(path.accounts(with: .liquidation) == Array(0..<25))
  }

  /// Calls repay 5 % of the debt and lift a health of 0.97 by half a percent, so that one round leaves
  /// the account liquidatable at the low and at the end of both steps.
  @Test("A step whose low and end both exceed the rounds counts once")
  func cappedSteps() throws {
    var experiment = SmallExperiment()
    experiment.stepCount = 2
    experiment.priceFeedback = false
    experiment.roundsPerStep = 1
    experiment.drawsLows = true
    experiment.rules.closeFactor = 0.05
    experiment.addAccount(debtUSD: 100_000, health: 1.02)
    let blueprint = try experiment.blueprint()
    let ends = [[Double]].jump(log(0.952), stepCount: 2)
    let path = ObservedPath.scripted(
      blueprint, logPrices: ends, lows: .jump(log(0.95), stepCount: 2))
    #expect(path.outcome.liquidations == 4)
    #expect(path.outcome.roundsCappedSteps == 2)
    #expect(
      ObservedPath.scripted(blueprint, logPrices: ends).outcome.roundsCappedSteps == 2)
  }

  @Test("Huge health is never liquidated")
  func hugeHealth() throws {
    var experiment = SmallExperiment()
    experiment.assets[0] = .init(symbol: "WETH", initialPrice: 2000, volatility: 2, drift: 0)
    experiment.degreesOfFreedom = 4
    for _ in 0..<20 { experiment.addAccount(debtUSD: 1, health: 1e9) }
    let rows = try experiment.run(paths: 500)
    #expect(rows.allSatisfy { $0.liquidations == 0 && $0.badDebtUSD == 0 })
  }

  @Test("An account below health 1 at the start is liquidated at the first check")
  func unhealthyStart() throws {
    var experiment = motionless()
    experiment.book = .init()
    experiment.cohorts = []
    experiment.herd = nil
    experiment.addAccount(debtUSD: 50_000, health: 0.999)
    let path = ObservedPath.drawn(try experiment.blueprint(), paths: 1)[0]
    #expect(path.outcome.firstLiquidationHours == 1)
    #expect(path.events(of: .liquidation).first?.timeHours == 1)
    #expect(path.events(of: .liquidation).first?.round == 0)
  }

  @Test("Health of exactly 1 is safe")
  func exactlyOne() throws {
    var experiment = motionless()
    experiment.book = .init()
    experiment.cohorts = []
    experiment.reserves[0].liquidationThreshold = 0.5
    experiment.reserves[0].loanToValue = 0.5
    experiment.addAccount(debtUSD: 1024, health: 1)
    #expect(try experiment.run(paths: 1)[0].liquidations == 0)
  }
}
