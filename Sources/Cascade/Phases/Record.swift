import Agents
import Foundation
import Markets

/// Tallies at the end of a step, and the outcome at the end of the path.
extension StepLoop {
  mutating func record(_ step: Int) {
    world.history.append(world.marketPrice)
    recordDrawdowns()
    recordUtilisation()
    if recording.timelineEverySteps > 0, (step + 1) % recording.timelineEverySteps == 0 {
      recordTimeline()
    }
  }

  /// The largest utilisation of any reserve, that of time 0 included.
  mutating func recordUtilisation() {
    for market in world.markets.indices {
      world.outcome.peakUtilisation = world.markets[market].peakUtilisation(
        atLeast: world.outcome.peakUtilisation)
    }
  }

  /// The largest fall of each market price from its peak so far.
  mutating func recordDrawdowns() {
    for asset in blueprint.assets.indices {
      let price = world.marketPrice[asset]
      world.runningPeak[asset] = max(world.runningPeak[asset], price)
      let drawdown = 1 - price / world.runningPeak[asset]
      if drawdown > world.outcome.assets[asset].maxDrawdown {
        world.outcome.assets[asset].maxDrawdown = drawdown
      }
    }
  }

  /// The smallest health factor at the start of the step's decisions.
  mutating func recordHealth() {
    var smallest = world.outcome.minHealthFactor
    for market in world.markets.indices {
      smallest = world.markets[market].smallestHealth(below: smallest)
    }
    world.outcome.minHealthFactor = smallest
  }

  /// One record: per-asset series asset by asset, then the world's, in the order of the series.
  private mutating func recordTimeline() {
    for series in TimelineSeries.allCases {
      if series.isPerAsset {
        for asset in blueprint.assets.indices { appendTimeline(value(of: series, asset)) }
      } else {
        appendTimeline(value(of: series))
      }
    }
  }

  private func value(of series: TimelineSeries, _ asset: Int) -> Double {
    switch series {
    case .marketPrice: world.marketPrice[asset]
    case .oraclePrice: world.feeds[0].price[asset]
    case .utilisation:
      world.markets.map { $0.pool.utilisation(asset) }.max() ?? 0
    default: world.spotMarkets[asset].depth2Percent
    }
  }

  private func value(of series: TimelineSeries) -> Double {
    switch series {
    case .badDebt: world.outcome.badDebtUSD
    default:
      world.markets.reduce(0) { sum, market in
        market.liquidatable.reduce(sum) { $0 + market.debt[Int($1)] }
      }
    }
  }

  /// The outcome row of the path.
  mutating func finish() -> PathOutcome {
    let horizon = Double(blueprint.stepCount) * blueprint.stepSeconds
    let cascade = world.ledger.finish(horizonSeconds: horizon)
    world.outcome.cascadeDepthRounds = cascade.depth
    world.outcome.cascadeSizeAccounts = cascade.accounts
    world.outcome.parentLiquidations = cascade.parents
    world.outcome.parentUSD = cascade.parentUSD
    world.outcome.cascades = world.ledger.cascadeNumber
    world.outcome.accountsLiquidated = world.ledger.liquidatedAccounts
    world.outcome.inducedLiquidations = world.ledger.inducedCount
    world.outcome.inducedUSD = world.ledger.inducedUSD
    world.outcome.liquidatorProfitUSD += world.liquidators.inventoryValue(at: world.marketPrice)
    for asset in blueprint.assets.indices {
      world.outcome.assets[asset].endPriceUSD = world.marketPrice[asset]
    }
    for market in world.markets.indices { closeAccounts(market) }
    if !blueprint.priceFeedback || !world.hasTraded {
      world.outcome.liquidatedWithoutFeedbackUSD = world.outcome.liquidatedCollateralUSD
    }
    world.outcome.isFinite =
      world.marketPrice.allSatisfy(\.isFinite) && world.outcome.badDebtUSD.isFinite
      && world.outcome.liquidatedCollateralUSD.isFinite && world.outcome.traderLossUSD.isFinite
      && world.outcome.liquidatorProfitUSD.isFinite
    return world.outcome
  }

  /// Owners' losses, and accounts that end under water without having been written off.
  private mutating func closeAccounts(_ market: Int) {
    let traits = blueprint.markets[market].traits
    let state = world.markets[market]
    for account in 0..<state.pool.positions.accountCount {
      let (collateralUSD, debtUSD) = state.pool.balances(of: account, at: world.marketPrice)
      let equity = collateralUSD - debtUSD
      let cash = traits.spareCash[account] - state.owners.cash[account]
      world.outcome.traderLossUSD += max(state.startEquity[account], 0) - max(equity, 0) + cash
      if debtUSD > 0 && equity < 0 {
        world.outcome.insolventAccounts += 1
        world.outcome.openShortfallUSD -= equity
      }
    }
  }
}
