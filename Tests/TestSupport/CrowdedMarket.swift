import Agents
package import Cascade
import Markets
import SimulationCore

/// A market with everything switched on: a book near its limits, venues, a push oracle, behaviour.
package enum CrowdedMarket {
  /// Hourly steps over three days; debts of 100,000 USD each against a 2 % depth of `depthUSD`.
  package static func experiment(
    accounts: Int = 200, depthUSD: Double = 2_000_000, volatility: Double = 1.2
  ) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.assets[0] = AssetDynamics(
      symbol: "WETH", initialPrice: 2000, volatility: volatility, drift: 0)
    experiment.stepCount = 72
    experiment.stepSeconds = 3600
    experiment.degreesOfFreedom = 4
    experiment.reserves[1].interest = TwoSlopeRate(
      optimalUtilisation: 0.9, base: 0, slope1: 0.06, slope2: 0.6)
    for account in 0..<accounts {
      experiment.addAccount(
        debtUSD: 100_000, health: 1.05 + 0.5 * Double(account) / Double(accounts))
    }
    experiment.venues = [
      ConstantProductVenue(
        asset: "WETH", reserveUSD: ConstantProduct.reserve(depth2Percent: depthUSD / 2)),
      OrderBookVenue(asset: "WETH", depth2Percent: depthUSD / 2),
    ]
    experiment.oracle = PushOracle(
      deviation: 0.005, heartbeatSeconds: 3600, latencySeconds: 12)
    var bots = LiquidatorGroup(kind: .flashLoan)
    bots.count = 5
    var inventory = LiquidatorGroup(kind: .inventory)
    inventory.count = 2
    inventory.capital = .constant(2_000_000)
    experiment.liquidators = [bots, inventory]
    var retail = CohortSettings(name: "retail", isActive: true, shareOfAccounts: 0.6)
    retail.attentionHalfLife = .constant(6.0 / 8760)
    var traders = CohortSettings(name: "traders", isActive: true, shareOfAccounts: 0.3)
    traders.latencyClass = .pro
    traders.sizesLeverage = true
    traders.leverageTarget = 3
    traders.releverageBelow = 0.8
    traders.attentionHalfLife = .constant(0.5 / 8760)
    experiment.cohorts = [retail, traders]
    experiment.herd = HerdLayer()
    return experiment
  }
}

extension PathOutcome {
  /// Every number of the row as bits, so that rows compare exactly, missing values included.
  package var fingerprint: [UInt64] {
    let numbers = [
      badDebtUSD, liquidatedCollateralUSD, repaidDebtUSD, firstLiquidationHours,
      liquidatorProfitUSD, traderLossUSD, panicSoldUSD, toppedUpUSD, voluntarySoldUSD,
      releveragedUSD, forcedSoldUSD, maxOracleGapBps, peakUtilisation, minHealthFactor, gasUSD,
      openShortfallUSD, inducedUSD, parentUSD, liquidatedWithoutFeedbackUSD,
    ]
    let counts = [
      path, liquidations, accountsLiquidated, cascadeDepthRounds, cascadeSizeAccounts, cascades,
      insolventAccounts, roundsCappedSteps, inducedLiquidations, parentLiquidations,
      clampedPrices, cappedVariances,
    ]
    let assetNumbers = assets.flatMap {
      [
        $0.minPriceUSD, $0.endPriceUSD, $0.maxDrawdown, $0.soldUSD, $0.maxPriceImpactBps,
        $0.badDebtUSD,
      ]
    }
    return (numbers + assetNumbers).map(\.bitPattern) + counts.map { UInt64(bitPattern: Int64($0)) }
  }
}
