import Agents
import Foundation
import Markets
import SimulationCore

/// What an owner does about its position: defend it, close it, or lever it up.
extension MarketState {
  // MARK: Defence

  mutating func protect(_ account: Int, _ seen: Snapshot) {
    let cohort = seen.cohortIndex(account)
    let situation = situation(account, seen)
    let ordered = wishes.count
    switch choose(account, seen, cohort, situation) {
    case .hold: return
    case .topUp:
      guard situation.topUpUSD > 0 else { return }
      wish(
        .topUp, account, seen, leg: seen.mainLeg(account), amountUSD: situation.topUpUSD)
    case .deleverage:
      guard let sale = situation.deleveraging else { return }
      sell(sale.sold, repaying: sale.repaid, account, seen, .deleverage)
    case .close: close(account, seen, .close)
    }
    // A bot's transaction lands before any liquidator's; without one nobody is held up.
    if seen.plan.cohorts[cohort].latencyClass == .bot && wishes.count > ordered {
      rescueAhead[account] = Int32(seen.step)
    }
  }

  private func choose(
    _ account: Int, _ seen: Snapshot, _ cohort: Int, _ situation: ProtectiveChoice.Situation
  ) -> ProtectiveChoice.Option {
    let event = owners.attentionEvent[account]
    let (first, second) = seen.random.uniformPair(.choice, seen.key(account), 2 * event)
    switch seen.plan.cohorts[cohort].choice {
    case .prospect:
      let (third, fourth) = seen.random.uniformPair(.choice, seen.key(account), 2 * event + 1)
      let parameters = ProspectParameters(
        gainCurvature: seen.plan.cohorts[cohort].valueCurvature,
        lossCurvature: seen.plan.cohorts[cohort].valueCurvature,
        lossAversion: lossAversion(account, seen),
        gainWeighting: seen.plan.cohorts[cohort].weightingGain,
        lossWeighting: seen.plan.cohorts[cohort].weightingLoss)
      return ProtectiveChoice.choose(
        ProtectiveChoice.values(situation, parameters),
        noise: seen.plan.cohorts[cohort].choiceNoise,
        uniforms: .init(hold: first, topUp: second, deleverage: third, close: fourth))
    case .shares(let hold, let topUp, let deleverage, let close):
      return ProtectiveChoice.draw(
        hold: hold, topUp: topUp, deleverage: deleverage, close: close, uniform: first)
    }
  }

  private func situation(_ account: Int, _ seen: Snapshot) -> ProtectiveChoice.Situation {
    let asset = seen.mainAsset(account)
    let health = pool.health(of: account, at: seen.oraclePrice)
    let atMarket = pool.health(of: account, at: seen.marketPrice)
    let view = seenPrice(account, seen) / seen.marketPrice[asset]
    return ProtectiveChoice.Situation(
      collateralUSD: health.collateralUSD, debtUSD: health.debtUSD,
      threshold: health.thresholdUSD / health.collateralUSD,
      perceivedEquityUSD: atMarket.collateralUSD * view - atMarket.debtUSD,
      // A reference that losses have eaten up still gives gains and losses a scale.
      referenceEquityUSD: max(
        owners.referenceEquity[account], 0.01 * health.collateralUSD),
      cashUSD: owners.cash[account], targetHealth: seen.plan.traits.targetHealth[account],
      perceivedVolatility: owners.miscalibration[account] * seen.volatility[asset],
      horizonYears: seen.plan.cohorts[seen.cohortIndex(account)].evaluationYears,
      penaltyUSD: pool.parameters[asset].liquidationBonus
        * MarketState.usualCloseFactor * health.debtUSD,
      slippage: slippage(asset, seen, selling: min(health.debtUSD, health.collateralUSD) / 2))
  }

  /// The share of the debt on which owners expect to lose the bonus.
  private static let usualCloseFactor = 0.5

  /// Cost of selling `usd` of the asset at its venues now, as a fraction.
  private func slippage(_ asset: Int, _ seen: Snapshot, selling usd: Double) -> Double {
    let spot = seen.spotMarkets[asset]
    guard !spot.venues.isEmpty, usd > 0 else { return 0 }
    let amount = usd * seen.exogenousPrice[asset] / seen.marketPrice[asset]
    return min(0.99, max(0, 1 - spot.quote(amount, from: spot.displacement).cashUSD / usd))
  }

  /// Loss aversion after what the owner has been through.
  private func lossAversion(_ account: Int, _ seen: Snapshot) -> Double {
    PriorOutcome.lossAversion(
      base: seen.plan.traits.lossAversion[account],
      sensitivity: seen.plan.cohorts[seen.cohortIndex(account)].priorLossSensitivity,
      state: owners.priorOutcome[account])
  }

  /// Sells what the debt needs and repays it all; not where the collateral would not pay for it.
  mutating func close(_ account: Int, _ seen: Snapshot, _ action: Order.Action) {
    let health = pool.health(of: account, at: seen.marketPrice)
    let cost = slippage(seen.mainAsset(account), seen, selling: health.debtUSD)
    let needed = health.debtUSD / (1 - cost)
    guard needed <= health.collateralUSD else { return }
    learn(
      account, seen.plan,
      succeeded: health.equityUSD >= owners.referenceEquity[account])
    sell(needed, repaying: health.debtUSD, account, seen, action)
  }

  /// Orders the sale of `usd` of collateral, from the main leg first, then from the others.
  private mutating func sell(
    _ usd: Double, repaying debtUSD: Double, _ account: Int, _ seen: Snapshot,
    _ action: Order.Action
  ) {
    var left = usd
    let main = seen.mainLeg(account)
    sell(main, of: usd, &left, repaying: debtUSD, account, seen, action)
    for leg in pool.positions.legs(of: account) where leg != main {
      sell(leg, of: usd, &left, repaying: debtUSD, account, seen, action)
    }
  }

  /// Orders the sale of what is left of `usd` from one leg, and the debt's share of it repaid.
  private mutating func sell(
    _ leg: Int, of usd: Double, _ left: inout Double, repaying debtUSD: Double, _ account: Int,
    _ seen: Snapshot, _ action: Order.Action
  ) {
    let price = seen.marketPrice[Int(pool.positions.legAsset[leg])]
    let taken = min(left, pool.collateral(leg) * price)
    guard taken > 0 else { return }
    wish(
      action, account, seen, leg: leg, tokens: taken / price, amountUSD: debtUSD * taken / usd)
    left -= taken
  }

  // MARK: Leverage

  /// Orders a debt-financed purchase, as far as the loan to value allows.
  mutating func lever(
    _ account: Int, _ seen: Snapshot, by usd: Double, _ action: Order.Action
  ) {
    guard passesGate(account, seen) else { return }
    let leg = seen.mainLeg(account)
    let loanToValue = pool.parameters[Int(pool.positions.legAsset[leg])].loanToValue
    let health = pool.health(of: account, at: seen.oraclePrice)
    let room = loanToValue < 1 ? health.availableBorrowUSD / (1 - loanToValue) : 0
    let amount = min(usd, room)
    guard amount > 0 else { return }
    wish(action, account, seen, leg: leg, amountUSD: amount)
  }

  /// Whether the owner's loss aversion lets it enter, where the cohort has a gate.
  private func passesGate(_ account: Int, _ seen: Snapshot) -> Bool {
    let cohort = Int(seen.plan.traits.cohort[account])
    guard seen.plan.cohorts[cohort].hasEntryGate else { return true }
    let asset = seen.mainAsset(account)
    let sharpe = leverageWishes[cohort * pool.assetCount + asset].perceivedSharpe(
      optimism: seen.plan.traits.optimism[account],
      miscalibration: owners.miscalibration[account], volatility: seen.volatility[asset],
      borrowRate: seen.borrowRate[seen.debtAsset(account)])
    return lossAversion(account, seen) < EntryGate.omega(sharpe)
  }

  /// Writes an order of the owner's down; it is handed over when all owners have acted.
  mutating func wish(
    _ action: Order.Action, _ account: Int, _ seen: Snapshot, leg: Int, tokens: Double = 0,
    amountUSD: Double = 0
  ) {
    var order = Order(
      action, priority: .init(seen.plan.cohorts[seen.cohortIndex(account)].latencyClass))
    order.market = seen.market
    order.account = account
    order.collateralLeg = leg
    order.debtLeg = Int(seen.plan.traits.debtLeg[account])
    order.asset = Int(pool.positions.legAsset[leg])
    order.tokens = tokens
    order.amountUSD = amountUSD
    wishes.append(order)
  }
}
