import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// The result may not depend on names, on the order of columns, on how a book is cut, or on the unit.
///
/// Sums run in another order after a relabelling, so that USD agree to rounding; counts agree exactly.
/// What was sold is compared at the exogenous price (`soldUSD`): `forcedSoldUSD` values each order at the
/// price just before it and so depends on how a sale is cut.
@Suite("Symmetries of whole paths")
struct SymmetryTests {
  private func expectSame(
    _ left: PathOutcome, _ right: PathOutcome, relative: Double = 1e-9, calls: Int = 1
  ) {
    let numbers: [(PathOutcome) -> Double] = [
      \.badDebtUSD, \.liquidatedCollateralUSD, \.repaidDebtUSD, \.firstLiquidationHours,
      \.liquidatorProfitUSD, \.traderLossUSD, \.minHealthFactor,
      \.openShortfallUSD, \.inducedUSD, \.parentUSD, \.maxOracleGapBps, \.peakUtilisation,
    ]
    for (place, number) in numbers.enumerated() {
      #expect(
        agree(number(left), number(right), relative: relative, absolute: 1e-6),
        "number \(place): \(number(left)) against \(number(right))")
    }
    for (one, other) in zip(
      left.assets.map(\.soldUSD).sorted(), right.assets.map(\.soldUSD).sorted())
    {
      #expect(agree(one, other, relative: relative, absolute: 1e-6))
    }
    #expect(calls * left.liquidations == right.liquidations)
    #expect(calls * left.accountsLiquidated == right.accountsLiquidated)
    #expect(left.cascadeDepthRounds == right.cascadeDepthRounds)
    #expect(calls * left.cascadeSizeAccounts == right.cascadeSizeAccounts)
    #expect(left.cascades == right.cascades)
    #expect(calls * left.inducedLiquidations == right.inducedLiquidations)
    #expect(calls * left.insolventAccounts == right.insolventAccounts)
    // Canary: without liquidations by feedback the comparison would be empty.
    #expect(left.liquidations > 20 && left.inducedLiquidations > 0)
  }

  @Test("Another order of the assets changes nothing", arguments: [[3, 1, 0, 2], [2, 3, 1, 0]])
  func relabelledAssets(columns: [Int]) {
    let base = BasketMarket(accountCount: 150)
    var relabelled = base
    relabelled.columns = columns
    let (before, after) = (base.run().outcome, relabelled.run().outcome)
    expectSame(before, after)
    for (column, asset) in columns.enumerated() {
      let (left, right) = (before.assets[asset], after.assets[column])
      #expect(agree(left.minPriceUSD, right.minPriceUSD, relative: 1e-9))
      #expect(agree(left.soldUSD, right.soldUSD, relative: 1e-9))
      #expect(agree(left.badDebtUSD, right.badDebtUSD, relative: 1e-9, absolute: 1e-6))
    }
  }

  @Test("Nor does it for accounts with several collaterals that are seized pro rata")
  func relabelledBaskets() {
    var base = BasketMarket(accountCount: 150, collaterals: 3)
    base.seizesProRata = true
    base.depthFactor = 0.1
    var relabelled = base
    relabelled.columns = [1, 3, 2, 0]
    expectSame(base.run().outcome, relabelled.run().outcome)
  }

  @Test("Another order of the accounts changes nothing")
  func relabelledAccounts() {
    let base = BasketMarket(accountCount: 150)
    var relabelled = base
    relabelled.accounts.reverse()
    let (before, after) = (base.run(), relabelled.run())
    expectSame(before.outcome, after.outcome)
    #expect(
      before.accounts(with: .liquidation)
        == after.accounts(with: .liquidation).map { 149 - $0 }.reversed())
  }

  @Test("Every account cut into two halves is called twice as often, for the same money")
  func halvedAccounts() {
    let base = BasketMarket(accountCount: 100)
    var halved = base
    halved.accounts = base.accounts.flatMap { account in
      let half = BasketMarket.Account(
        collateral: account.collateral.map { $0 / 2 }, debtUSD: account.debtUSD / 2)
      return [half, half]
    }
    expectSame(base.run().outcome, halved.run().outcome, calls: 2)
  }

  /// Everything that is measured in USD or tokens times 2^k: floating point keeps every digit.
  @Test("All quantities times a power of two give the same digits", arguments: [-7, 1, 20])
  func scaled(exponent: Int) throws {
    func experiment(_ scale: Double) -> SmallExperiment {
      var experiment = CrowdedMarket.experiment(
        accounts: 0, depthUSD: 2_000_000 * scale, volatility: 3)
      for account in 0..<80 {
        experiment.addAccount(
          debtUSD: 100_000 * scale, health: 1.05 + 0.5 * Double(account) / 80)
      }
      experiment.rules.minimumPartialUSD = 0
      experiment.rules.minimumLeftoverUSD = 0
      var bots = LiquidatorGroup(kind: .flashLoan)
      bots.gasUnits = 0
      experiment.liquidators = [bots]
      return experiment
    }
    let factor = exp2(Double(exponent))
    let base = try experiment(1).run(paths: 20)
    let scaled = try experiment(factor).run(paths: 20)
    #expect(base.reduce(0) { $0 + $1.liquidations } > 100)
    #expect(base.contains { $0.panicSoldUSD > 0 } && base.contains { $0.toppedUpUSD > 0 })
    for (left, right) in zip(base, scaled) {
      #expect(left.scaled(by: factor).fingerprint == right.fingerprint)
    }
  }
}

extension PathOutcome {
  /// The row with every amount of USD multiplied; prices, ratios, times and counts as they are.
  fileprivate func scaled(by factor: Double) -> PathOutcome {
    var row = self
    let amounts: [WritableKeyPath<PathOutcome, Double>] = [
      \.badDebtUSD, \.liquidatedCollateralUSD, \.repaidDebtUSD, \.liquidatorProfitUSD,
      \.traderLossUSD, \.panicSoldUSD, \.toppedUpUSD, \.voluntarySoldUSD, \.releveragedUSD,
      \.forcedSoldUSD, \.gasUSD, \.openShortfallUSD, \.inducedUSD, \.parentUSD,
      \.liquidatedWithoutFeedbackUSD,
    ]
    for amount in amounts { row[keyPath: amount] *= factor }
    for asset in row.assets.indices {
      row.assets[asset].soldUSD *= factor
      row.assets[asset].badDebtUSD *= factor
    }
    return row
  }
}
