import Agents
import Foundation
import Markets
import SimulationCore

/// What an owner does about its position: defend it, close it, or lever it up.
extension StepLoop {
  // MARK: Defence

  mutating func protect(
    _ owner: Owner, _ view: OwnerView, _ cohort: CohortSettings
  ) {
    let situation = situation(owner, cohort)
    let event = world.markets[owner.market].owners.attentionEvent[owner.account]
    let (first, second) = random.uniformPair(.choice, owner.key, 2 * event)
    let option: ProtectiveChoice.Option
    switch cohort.choice {
    case .prospect:
      let (third, fourth) = random.uniformPair(.choice, owner.key, 2 * event + 1)
      option = ProtectiveChoice.choose(
        ProtectiveChoice.values(situation, prospects(owner, cohort)),
        noise: cohort.choiceNoise, uniforms: [first, second, third, fourth])
    case .shares(let hold, let topUp, let deleverage, let close):
      option = ProtectiveChoice.draw(
        hold: hold, topUp: topUp, deleverage: deleverage, close: close, uniform: first)
    }
    if blueprint.markets[owner.market].traits.attentionRate[owner.account] == .infinity {
      world.markets[owner.market].owners.attentionEvent[owner.account] = event + 1
    }
    switch option {
    case .hold: return
    case .topUp:
      append(.topUp, owner, leg: mainLeg(owner), amountUSD: situation.topUpUSD)
    case .deleverage:
      guard let sale = situation.deleveraging else { return }
      sell(sale.sold, repaying: sale.repaid, owner, .deleverage)
    case .close: close(owner, view, .close)
    }
    // A bot's transaction lands before any liquidator's.
    if cohort.latencyClass == .bot {
      world.markets[owner.market].rescueAhead[owner.account] = Int32(view.step)
    }
  }

  private func situation(_ owner: Owner, _ cohort: CohortSettings)
    -> ProtectiveChoice.Situation
  {
    let plan = blueprint.markets[owner.market]
    let state = world.markets[owner.market]
    let asset = mainAsset(owner)
    let health = state.pool.health(of: owner.account, at: oraclePrices(owner.market))
    let seen = seenPrice(asset, cohort) / world.marketPrice[asset]
    let atMarket = state.pool.health(of: owner.account, at: world.marketPrice)
    let expectedSale = min(health.debtUSD, health.collateralUSD)
    return ProtectiveChoice.Situation(
      collateralUSD: health.collateralUSD, debtUSD: health.debtUSD,
      threshold: health.thresholdUSD / health.collateralUSD,
      perceivedEquityUSD: atMarket.collateralUSD * seen - atMarket.debtUSD,
      referenceEquityUSD: max(
        state.owners.referenceEquity[owner.account], 0.01 * health.collateralUSD),
      cashUSD: state.owners.cash[owner.account],
      targetHealth: plan.traits.targetHealth[owner.account],
      perceivedVolatility: state.owners.miscalibration[owner.account]
        * world.history.volatility(asset),
      horizonYears: cohort.evaluationYears,
      penaltyUSD: state.pool.parameters[asset].liquidationBonus * 0.5 * health.debtUSD,
      slippage: slippage(asset, selling: expectedSale / 2))
  }

  /// Cost of selling `usd` of the asset at its venues now, as a fraction.
  private func slippage(_ asset: Int, selling usd: Double) -> Double {
    let spot = world.spotMarkets[asset]
    guard !spot.venues.isEmpty, usd > 0 else { return 0 }
    let amount = usd * world.exogenousPrice[asset] / world.marketPrice[asset]
    return min(0.99, max(0, 1 - spot.quote(amount, from: spot.displacement).cashUSD / usd))
  }

  private func prospects(_ owner: Owner, _ cohort: CohortSettings)
    -> ProspectParameters
  {
    ProspectParameters(
      gainCurvature: cohort.valueCurvature, lossCurvature: cohort.valueCurvature,
      lossAversion: lossAversion(owner, cohort), gainWeighting: cohort.weightingGain,
      lossWeighting: cohort.weightingLoss)
  }

  /// Loss aversion after what the owner has been through.
  private func lossAversion(_ owner: Owner, _ cohort: CohortSettings) -> Double {
    PriorOutcome.lossAversion(
      base: blueprint.markets[owner.market].traits.lossAversion[owner.account],
      sensitivity: cohort.priorLossSensitivity,
      state: world.markets[owner.market].owners.priorOutcome[owner.account])
  }

  /// Sells what the debt needs, with a little to spare for slippage, and repays it all.
  mutating func close(
    _ owner: Owner, _ view: OwnerView, _ action: Order.Action
  ) {
    let health = world.markets[owner.market].pool.health(of: owner.account, at: world.marketPrice)
    let cost = slippage(mainAsset(owner), selling: health.debtUSD)
    let needed = health.debtUSD / (1 - cost)
    guard needed <= health.collateralUSD else { return }
    learn(
      owner,
      succeeded: health.equityUSD
        >= world.markets[owner.market].owners.referenceEquity[owner.account])
    sell(needed, repaying: health.debtUSD, owner, action)
  }

  /// Orders the sale of `usd` of collateral, from the main leg first, then from the others.
  private mutating func sell(
    _ usd: Double, repaying debtUSD: Double, _ owner: Owner, _ action: Order.Action
  ) {
    var left = usd
    let pool = world.markets[owner.market].pool
    let main = mainLeg(owner)
    for leg in [main] + pool.positions.legs(of: owner.account).filter({ $0 != main }) where left > 0
    {
      let price = world.marketPrice[Int(pool.positions.legAsset[leg])]
      let taken = min(left, pool.collateral(leg) * price)
      guard taken > 0 else { continue }
      append(
        action, owner, leg: leg, tokens: taken / price,
        amountUSD: debtUSD * taken / usd)
      left -= taken
    }
  }

  // MARK: Leverage

  /// Orders a debt-financed purchase, as far as the loan to value allows.
  mutating func lever(
    _ owner: Owner, by usd: Double, _ action: Order.Action
  ) {
    let cohort = cohort(owner)
    guard passesGate(owner, cohort) else { return }
    let pool = world.markets[owner.market].pool
    let leg = mainLeg(owner)
    let loanToValue = pool.parameters[Int(pool.positions.legAsset[leg])].loanToValue
    let health = pool.health(of: owner.account, at: oraclePrices(owner.market))
    let room = loanToValue < 1 ? health.availableBorrowUSD / (1 - loanToValue) : 0
    let amount = min(usd, room)
    guard amount > 0 else { return }
    append(action, owner, leg: leg, amountUSD: amount)
  }

  /// Whether the owner's loss aversion lets it enter, where the cohort has a gate.
  private func passesGate(_ owner: Owner, _ cohort: CohortSettings) -> Bool {
    guard cohort.hasEntryGate else { return true }
    let plan = blueprint.markets[owner.market]
    let state = world.markets[owner.market]
    let asset = mainAsset(owner)
    let debtAsset = Int(state.pool.positions.legAsset[Int(plan.traits.debtLeg[owner.account])])
    let sharpe = LeverageWish(
      cohort: cohort, drift: cohort.expectedReturn ?? blueprint.assets[asset].drift, loanToValue: 0
    ).perceivedSharpe(
      optimism: plan.traits.optimism[owner.account],
      miscalibration: state.owners.miscalibration[owner.account],
      volatility: world.history.volatility(asset), borrowRate: state.pool.borrowRate(debtAsset))
    return lossAversion(owner, cohort) < EntryGate.omega(sharpe)
  }
}
