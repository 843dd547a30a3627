import Agents
import Foundation
import Markets

/// Every order meets the venues, in the order of the race; the only phase that moves a price.
extension StepLoop {
  mutating func settle(_ step: Int) {
    if !world.orders.isEmpty {
      for priority in Order.Priority.allCases {
        for index in world.orders.indices where world.orders[index].priority == priority {
          execute(world.orders[index], step)
        }
      }
      world.orders.removeAll(keepingCapacity: true)
      world.hasChanged = true
    }
    world.ledger.nextRound()
  }

  private mutating func execute(_ order: Order, _ step: Int) {
    defer { if order.account >= 0 { world.markets[order.market].touch(order.account) } }
    switch order.action {
    case .topUp: topUp(order, step)
    case .deleverage, .close, .takeProfit, .panicSale: sellAndRepay(order, step)
    case .releverage, .reentry: borrowAndBuy(order, step)
    case .liquidationSale: sellSeized(order)
    case .inventorySale: sellInventory(order, step)
    }
  }

  /// Trades `tokens` of an asset (negative = buys) at its venues and moves its price.
  private mutating func trade(_ asset: Int, tokens: Double) -> SpotMarket.Fill {
    let amount = tokens * world.exogenousPrice[asset]
    let spot = world.spotMarkets[asset]
    var fill = spot.quote(amount, from: spot.displacement)
    if spot.venues.isEmpty {
      fill.cashUSD = abs(tokens) * world.marketPrice[asset]
    } else if blueprint.priceFeedback {
      world.spotMarkets[asset].move(to: fill.displacement)
      world.hasTraded = true
      movePrice(of: asset)
    }
    if tokens > 0 { world.outcome.assets[asset].soldUSD += amount }
    return fill
  }

  // MARK: Owners

  private mutating func topUp(_ order: Order, _ step: Int) {
    let before = healthFactor(order)
    let price = world.marketPrice[debtAsset(order)]
    let wantedUSD = min(order.amountUSD, world.markets[order.market].owners.cash[order.account])
    let repaidUSD =
      world.markets[order.market].pool.repay(order.debtLeg, wantedUSD / price) * price
    guard repaidUSD > 0 else { return }
    addEquity(repaidUSD, order)
    world.markets[order.market].owners.cash[order.account] -= repaidUSD
    world.outcome.toppedUpUSD += repaidUSD
    noteOwner(.topUp, order, step, healthBefore: before, repaidUSD: repaidUSD)
  }

  private mutating func sellAndRepay(_ order: Order, _ step: Int) {
    let wanted =
      order.action == .close || order.action == .takeProfit
      ? tokensBringing(order.amountUSD, of: order.asset) : order.tokens
    guard isStillValid(order, step), landsHealthy(order, selling: wanted) else { return }
    let before = healthFactor(order)
    let tokens = world.markets[order.market].pool.withdraw(order.collateralLeg, wanted)
    guard tokens > 0 else { return }
    let soldUSD = tokens * world.marketPrice[order.asset]
    let fill = trade(order.asset, tokens: tokens)
    var leftUSD = min(fill.cashUSD, order.amountUSD)
    let repaidUSD = repayDebts(order, &leftUSD)
    let keptUSD = fill.cashUSD - repaidUSD
    world.markets[order.market].owners.cash[order.account] += keptUSD
    addEquity(-keptUSD, order)
    if order.action == .panicSale {
      world.outcome.panicSoldUSD += soldUSD
    } else {
      world.outcome.voluntarySoldUSD += soldUSD
    }
    let kind: CascadeEvent.Kind =
      switch order.action {
      case .panicSale: .panicSale
      case .takeProfit: .takeProfit
      case .close: .close
      default: .deleverage
      }
    noteOwner(kind, order, step, healthBefore: before, repaidUSD: repaidUSD, tradedUSD: soldUSD)
  }

  /// Whether the position is still the one that the order was written for.
  ///
  /// A liquidation that came first changes it, and the owner's transaction fails.
  private func isStillValid(_ order: Order, _ step: Int) -> Bool {
    world.markets[order.market].lastLiquidation[order.account] != Int32(step)
  }

  /// Whether the pool lets the owner take the collateral out: health is at least 1 afterwards.
  ///
  /// Sale and repayment are one transaction, so the pool looks at its end only.
  private mutating func landsHealthy(_ order: Order, selling wanted: Double) -> Bool {
    let prices = oraclePrices(order.market)
    let tokens = min(
      wanted, world.markets[order.market].collateral(of: order.collateralLeg))
    let spot = world.spotMarkets[order.asset]
    let cashUSD = spot.quote(
      tokens * world.exogenousPrice[order.asset], from: spot.displacement
    ).cashUSD
    let health = world.markets[order.market].health(of: order.account, at: prices)
    let debt = debtAsset(order)
    let repaidUSD = min(cashUSD, order.amountUSD) / world.marketPrice[debt] * prices[debt]
    let threshold =
      health.thresholdUSD
      - tokens * prices[order.asset]
      * world.markets[order.market].pool.parameters[order.asset].liquidationThreshold
    return threshold >= (health.debtUSD - repaidUSD) * (1 - 1e-9)
  }

  /// The account's health factor at the oracle's prices; asked for only where events are recorded.
  private func healthFactor(_ order: Order) -> Double {
    guard recording.events else { return .nan }
    return world.markets[order.market].pool.health(
      of: order.account, at: oraclePrices(order.market)
    ).healthFactor
  }

  private mutating func noteOwner(
    _ kind: CascadeEvent.Kind, _ order: Order, _ step: Int, healthBefore: Double,
    repaidUSD: Double = .nan, tradedUSD: Double = .nan
  ) {
    let after = healthFactor(order)
    let debt = debtAsset(order)
    let oracle = blueprint.markets[order.market].oracle
    note(kind, step, market: order.market, account: order.account) { event, world in
      event.collateralAsset = order.asset
      event.debtAsset = debt
      event.repaidUSD = repaidUSD
      event.seizedUSD = tradedUSD
      event.healthBefore = healthBefore
      event.healthAfter = after
      event.marketPriceUSD = world.marketPrice[order.asset]
      event.oraclePriceUSD = world.feeds[oracle].price[order.asset]
      event.impactBps = (1 - exp(-world.spotMarkets[order.asset].displacement)) * 1e4
    }
  }

  /// Tokens whose sale brings `usd` at today's venues: who closes sells just what the debt needs.
  private func tokensBringing(_ usd: Double, of asset: Int) -> Double {
    let spot = world.spotMarkets[asset]
    var tokens = usd / world.marketPrice[asset]
    // Proceeds are concave in the sale, so that the steps rise towards the answer.
    for _ in 0..<50 where !spot.venues.isEmpty {
      let cash = spot.quote(
        tokens * world.exogenousPrice[asset], from: spot.displacement
      ).cashUSD
      guard cash > 0, cash < usd * (1 - 1e-12) else { break }
      tokens *= usd / cash
    }
    // A hair more, so that rounding leaves no debt; what is over becomes cash.
    return tokens * (1 + 1e-11)
  }

  /// Repays the order's debt first, then the account's others, with what is left.
  private mutating func repayDebts(_ order: Order, _ leftUSD: inout Double) -> Double {
    var repaidUSD = repayDebt(order.debtLeg, order.market, &leftUSD)
    for leg in world.markets[order.market].pool.positions.legs(of: order.account)
    where leg != order.debtLeg {
      repaidUSD += repayDebt(leg, order.market, &leftUSD)
    }
    return repaidUSD
  }

  private mutating func repayDebt(_ leg: Int, _ market: Int, _ leftUSD: inout Double) -> Double {
    guard leftUSD > 0 else { return 0 }
    let asset = Int(world.markets[market].pool.positions.legAsset[leg])
    let price = world.marketPrice[asset]
    let owedUSD = world.markets[market].debt(of: leg) * price
    // Money for all but rounding pays for all.
    let wanted = leftUSD >= owedUSD * (1 - 1e-12) ? .infinity : leftUSD / price
    let repaidUSD = world.markets[market].pool.repay(leg, wanted) * price
    leftUSD -= repaidUSD
    return repaidUSD
  }

  private mutating func borrowAndBuy(_ order: Order, _ step: Int) {
    guard isStillValid(order, step) else { return }
    let before = healthFactor(order)
    let parameters = world.markets[order.market].pool.parameters[order.asset]
    var tokens = order.amountUSD / world.marketPrice[order.asset]
    if parameters.supplyCap > 0 {
      tokens = min(
        tokens,
        max(0, parameters.supplyCap - world.markets[order.market].pool.totalSupply(order.asset)))
    }
    guard tokens > 0 else { return }
    let price = world.marketPrice[debtAsset(order)]
    let spot = world.spotMarkets[order.asset]
    let fullCost = spot.quote(-tokens * world.exogenousPrice[order.asset], from: spot.displacement)
    let lentUSD =
      world.markets[order.market].pool.borrow(order.debtLeg, fullCost.cashUSD / price) * price
    // A pool that lends less buys in proportion; cheaper tokens at the margin are left on the table.
    let share = fullCost.cashUSD > 0 ? lentUSD / fullCost.cashUSD : 0
    guard share > 0 else { return }
    let fill = trade(order.asset, tokens: -tokens * share)
    _ = world.markets[order.market].pool.supply(
      order.collateralLeg, tokens * share * fill.filledShare)
    world.markets[order.market].owners.cash[order.account] += lentUSD - fill.cashUSD
    world.outcome.releveragedUSD += fill.cashUSD
    noteOwner(
      order.action == .reentry ? .reentry : .releverage, order, step, healthBefore: before,
      tradedUSD: fill.cashUSD)
  }

  /// Money that an owner adds or takes is neither gain nor loss.
  private mutating func addEquity(_ usd: Double, _ order: Order) {
    world.markets[order.market].owners.referenceEquity[order.account] += usd
    world.markets[order.market].owners.equityYesterday[order.account] += usd
  }

  private func debtAsset(_ order: Order) -> Int {
    Int(world.markets[order.market].pool.positions.legAsset[order.debtLeg])
  }

  // MARK: Liquidators

  private mutating func sellSeized(_ order: Order) {
    let soldUSD = order.tokens * world.marketPrice[order.asset]
    let fill = trade(order.asset, tokens: order.tokens)
    world.outcome.forcedSoldUSD += soldUSD
    world.outcome.liquidatorProfitUSD += fill.cashUSD
  }

  private mutating func sellInventory(_ order: Order, _ step: Int) {
    let soldUSD = order.tokens * world.marketPrice[order.asset]
    let fill = trade(order.asset, tokens: order.tokens)
    world.liquidators.unload(
      member: order.member, asset: order.asset, tokens: order.tokens, for: fill.cashUSD)
    world.outcome.forcedSoldUSD += soldUSD
    world.outcome.liquidatorProfitUSD += fill.cashUSD
    note(.inventorySale, step) { event, world in
      event.collateralAsset = order.asset
      event.seizedUSD = soldUSD
      event.marketPriceUSD = world.marketPrice[order.asset]
    }
  }
}
