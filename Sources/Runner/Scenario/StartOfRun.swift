import Agents
package import Cascade
import Markets
import SimulationCore

/// One market at time 0, at the start prices.
package struct MarketStart: Sendable {
  package let name: String
  package let accounts: Int
  package let debtUSD: Double
  package let collateralUSD: Double
  /// Accounts whose health is below 1, and what they owe.
  package let liquidatable: Int
  package let liquidatableDebtUSD: Double
  /// Accounts of each cohort, in the scenario's order.
  package let cohorts: [(name: String, accounts: Int)]
  /// Accounts whose owners never act.
  package let passive: Int

  /// Collateral over equity of all accounts together; infinite where no equity is left.
  package var leverage: Double {
    collateralUSD > debtUSD ? collateralUSD / (collateralUSD - debtUSD) : .infinity
  }

  package init(_ market: MarketBlueprint, prices: [Double]) {
    name = market.name
    accounts = market.pool.positions.accountCount
    var debt = 0.0
    var collateral = 0.0
    var liquidatable = 0
    var atRisk = 0.0
    var counts = [Int](repeating: 0, count: market.cohorts.count)
    for account in 0..<market.pool.positions.accountCount {
      let health = market.pool.health(of: account, at: prices)
      debt += health.debtUSD
      collateral += health.collateralUSD
      if health.isLiquidatable {
        liquidatable += 1
        atRisk += health.debtUSD
      }
      let cohort = Int(market.traits.cohort[account])
      if cohort >= 0 { counts[cohort] += 1 }
    }
    debtUSD = debt
    collateralUSD = collateral
    self.liquidatable = liquidatable
    liquidatableDebtUSD = atRisk
    cohorts = zip(market.cohorts, counts).map { ($0.name, $1) }
    passive = accounts - counts.reduce(0, +)
  }
}

extension Scenario {
  /// The scenario's diagnostics, and what its accounts give reason to warn of.
  package func diagnostics(of blueprint: Blueprint) -> Diagnostics {
    var all = diagnostics
    for market in blueprint.markets {
      let start = MarketStart(market, prices: blueprint.startPrices)
      guard start.liquidatable > 0 else { continue }
      let share = 100 * Double(start.liquidatable) / Double(start.accounts)
      let block = positions.first { $0.text("market") == start.name } ?? positions.first
      all.add(
        Diagnostic(
          .startsLiquidatable,
          at: block?.mark() ?? SourceMark(file: file, line: 1, column: 1),
          "market \(start.name): \(NumberText.significant(share)) % of the accounts "
            + "(\(start.liquidatable) of \(start.accounts)) are liquidatable at time 0, with "
            + "$\(NumberText.money(start.liquidatableDebtUSD, space: " ")) of debt",
          underline: .hidden))
    }
    return all
  }
}
