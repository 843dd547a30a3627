import Agents
import Foundation
import Markets

/// Liquidators seize unhealthy accounts and order their collateral sold.
extension StepLoop {
  mutating func liquidate(_ step: Int, _ round: Int) {
    var isQuiet = true
    for market in world.markets.indices {
      world.markets[market].didLiquidate = false
      if !world.markets[market].liquidatable.isEmpty { isQuiet = false }
    }
    if isQuiet { return }
    // Taken out of the world for the length of the phase, so that nothing is copied.
    var scratch = LiquidationScratch()
    swap(&scratch, &world.scratch)
    defer { swap(&scratch, &world.scratch) }
    scratch.start.removeAll(keepingCapacity: true)
    for spot in world.spotMarkets { scratch.start.append(spot.displacement) }
    for market in world.markets.indices {
      guard !world.markets[market].liquidatable.isEmpty else { continue }
      writeOffEmptyAccounts(market, step)
      if let ideal = blueprint.liquidators.firstIndex(where: { $0.kind == .ideal }) {
        for account in world.markets[market].liquidatable
        where world.markets[market].mayLiquidate(Int(account), step, round) {
          liquidateIdeally(Int(account), market, step, ideal, &scratch)
        }
      } else if !blueprint.liquidators.isEmpty {
        world.markets[market].listCandidates(step, round)
        for index in world.markets[market].candidates.indices {
          let account = Int(world.markets[market].candidates[index])
          liquidateForProfit(account, market, step, &scratch)
        }
      }
    }
  }

  /// Accounts that owe and have nothing: their debt is bad debt without any call.
  private mutating func writeOffEmptyAccounts(_ market: Int, _ step: Int) {
    let prices = oraclePrices(market)
    for account in world.markets[market].liquidatable {
      let legs = world.markets[market].pool.positions.legs(of: Int(account))
      let isEmpty = legs.allSatisfy { world.markets[market].pool.positions.supplied[$0] <= 0 }
      guard isEmpty else { continue }
      var receipt = LiquidationReceipt()
      for leg in legs {
        let asset = Int(world.markets[market].pool.positions.legAsset[leg])
        let written = world.markets[market].pool.writeOff(leg) * prices[asset]
        receipt.badDebtUSD += written
        world.outcome.assets[asset].badDebtUSD += written
        if written > 0 { receipt.debtAsset = asset }
      }
      world.markets[market].touch(Int(account))
      bookBadDebt(receipt, Int(account), market, step)
    }
  }

  // MARK: The ideal liquidator

  private mutating func liquidateIdeally(
    _ account: Int, _ market: Int, _ step: Int, _ group: Int,
    _ scratch: inout LiquidationScratch
  ) {
    let prices = oraclePrices(market)
    let limitUSD = blueprint.liquidators[group].maximumRepayUSD
    listOffers(account, market, &scratch.offers)
    for offer in scratch.offers {
      let price = prices[Int(world.markets[market].pool.positions.legAsset[offer.debtLeg])]
      let repayment = acceptedRepayment(
        min(offer.maximumRepayment, limitUSD / price), offer, market)
      guard repayment > 0 else { continue }
      let plan = LiquidationPlan(
        group: group, member: world.liquidators.memberStart[group], repayment: repayment, gasUSD: 0,
        bidUSD: 0, profitUSD: 0)
      execute(plan, offer, market, step, &scratch)
      return
    }
  }

  // MARK: Liquidators who want a profit

  private mutating func liquidateForProfit(
    _ account: Int, _ market: Int, _ step: Int, _ scratch: inout LiquidationScratch
  ) {
    guard let best = bestPlan(account, market, step, &scratch) else { return }
    execute(best.plan, best.offer, market, step, &scratch)
  }

  /// The plan that wins the auction for the account; changes nothing, so that nothing is copied.
  private func bestPlan(
    _ account: Int, _ market: Int, _ step: Int, _ scratch: inout LiquidationScratch
  ) -> (plan: LiquidationPlan, offer: LiquidationOffer)? {
    let prices = oraclePrices(market)
    var best: (plan: LiquidationPlan, offer: LiquidationOffer)?
    listOffers(account, market, &scratch.offers)
    for offer in scratch.offers {
      let terms = terms(offer, market, prices, &scratch.legs)
      for group in blueprint.liquidators.indices where isReady(group, account, market, step) {
        guard let plan = plan(terms, group, market, scratch.start) else { continue }
        // The auction goes to the highest bid; equal bids to the larger profit.
        if let rival = best?.plan,
          (plan.bidUSD, plan.profitUSD) <= (rival.bidUSD, rival.profitUSD)
        {
          continue
        }
        best = (plan, offer)
      }
    }
    return best
  }

  private func listOffers(_ account: Int, _ market: Int, _ offers: inout [LiquidationOffer]) {
    offers.removeAll(keepingCapacity: true)
    blueprint.markets[market].rules.offers(
      account: account, pool: world.markets[market].pool, prices: oraclePrices(market),
      into: &offers)
  }

  private func acceptedRepayment(_ wanted: Double, _ offer: LiquidationOffer, _ market: Int)
    -> Double
  {
    blueprint.markets[market].rules.acceptedRepayment(
      wanted, offer: offer, pool: world.markets[market].pool, prices: oraclePrices(market))
  }

  private func terms(
    _ offer: LiquidationOffer, _ market: Int, _ prices: [Double],
    _ legs: inout [LiquidationTerms.Leg]
  ) -> LiquidationTerms {
    legs.removeAll(keepingCapacity: true)
    if let leg = offer.collateralLeg {
      legs.append(term(leg, market, prices))
    } else {
      for leg in world.markets[market].pool.positions.legs(of: offer.account)
      where world.markets[market].pool.positions.supplied[leg] > 0 {
        legs.append(term(leg, market, prices))
      }
    }
    let total = legs.reduce(0) { $0 + $1.share }
    for index in legs.indices { legs[index].share = total > 0 ? legs[index].share / total : 0 }
    let debtAsset = Int(world.markets[market].pool.positions.legAsset[offer.debtLeg])
    return LiquidationTerms(
      offer: offer, debtOraclePrice: prices[debtAsset],
      debtMarketPrice: world.marketPrice[debtAsset], legs: legs)
  }

  /// One leg of the seizure, its share still the collateral's value in USD.
  private func term(_ leg: Int, _ market: Int, _ prices: [Double]) -> LiquidationTerms.Leg {
    let asset = Int(world.markets[market].pool.positions.legAsset[leg])
    return (
      asset, world.markets[market].pool.collateral(leg) * prices[asset],
      world.marketPrice[asset] / prices[asset], world.exogenousPrice[asset] / prices[asset]
    )
  }

  /// Whether a group has had time to see the account, and has not withdrawn.
  private func isReady(_ group: Int, _ account: Int, _ market: Int, _ step: Int) -> Bool {
    let settings = blueprint.liquidators[group]
    let latency = Double(settings.latencyBlocks) * blueprint.markets[market].blockSeconds
    let waited = seconds(step) - world.markets[market].unhealthySince[account]
    // A latency shorter than a step passes within the step.
    guard latency < blueprint.stepSeconds || waited >= latency else { return false }
    guard settings.withdrawsAboveVolatility < .infinity else { return true }
    let asset = world.markets[market].pool.largestCollateral(of: account, at: world.marketPrice)
    return world.history.volatility(asset) <= settings.withdrawsAboveVolatility
  }

  /// The group's best repayment for the offer, or `nil` where none brings the profit it wants.
  private func plan(
    _ terms: LiquidationTerms, _ group: Int, _ market: Int, _ start: [Double]
  ) -> LiquidationPlan? {
    let settings = blueprint.liquidators[group]
    let member = world.liquidators.richestMember(of: group)
    let gwei = settings.gasGwei ?? (blueprint.hasGasMarket ? world.gasGwei : 40)
    let gas = blueprint.gas.costUSD(
      gasUnits: settings.gasUnits, gwei: gwei, marketPrices: world.marketPrice)
    let limitUSD = min(
      terms.offer.maximumRepayment * terms.debtOraclePrice, settings.maximumRepayUSD,
      max(0, world.liquidators.cash[member]) / terms.costPerUSD)
    let bestUSD =
      settings.kind == .flashLoan
      ? terms.bestRepaymentUSD(spot: world.spotMarkets, start: start) : .infinity
    var best: LiquidationPlan?
    // The unconstrained optimum first; where dust rules refuse it, the whole of what is allowed.
    for attempt in 0..<2 where attempt == 1 || bestUSD < limitUSD {
      let wantedUSD = attempt == 0 ? bestUSD : limitUSD
      let repayment = acceptedRepayment(wantedUSD / terms.debtOraclePrice, terms.offer, market)
      guard repayment > 0 else { continue }
      let repaidUSD = repayment * terms.debtOraclePrice
      let income =
        settings.kind == .flashLoan
        ? terms.proceeds(repaidUSD, spot: world.spotMarkets, start: start)
        : inventoryIncome(terms, repaidUSD, settings)
      let gross = income - repaidUSD * terms.costPerUSD
      let bid = settings.bidShare * max(0, gross)
      let profit = gross - bid - gas
      guard profit >= settings.minimumProfitUSD, profit > best?.profitUSD ?? -.infinity else {
        continue
      }
      best = LiquidationPlan(
        group: group, member: member, repayment: repayment, gasUSD: gas, bidUSD: bid,
        profitUSD: profit)
    }
    return best
  }

  /// What an inventory expects for its seizure: the market value less the mean loss while it unwinds.
  ///
  /// The mean loss of a normal return over the unwinding time is its deviation over sqrt(2 pi).
  private func inventoryIncome(
    _ terms: LiquidationTerms, _ repaidUSD: Double, _ settings: LiquidatorGroup
  ) -> Double {
    let deviation = terms.legs.reduce(0) { sum, leg in
      sum + leg.share * world.history.volatility(leg.asset) * settings.unwindYears.squareRoot()
    }
    let loss = deviation / (2 * Double.pi).squareRoot()
    return repaidUSD * terms.marketValuePerUSD * (1 - min(1, loss))
  }

  // MARK: Execution

  private mutating func execute(
    _ plan: LiquidationPlan, _ offer: LiquidationOffer, _ market: Int, _ step: Int,
    _ scratch: inout LiquidationScratch
  ) {
    let prices = oraclePrices(market)
    let account = offer.account
    let isExogenous = isLiquidatableInShadow(account, market)
    let healthBefore = world.markets[market].health(of: account, at: prices).healthFactor
    for asset in world.deficitBefore.indices {
      world.deficitBefore[asset] = world.markets[market].pool.reserves[asset].deficit
    }
    scratch.seizures.removeAll(keepingCapacity: true)
    let receipt = blueprint.markets[market].rules.liquidate(
      offer, repaying: plan.repayment, pool: &world.markets[market].pool, prices: prices,
      seizures: &scratch.seizures)
    world.markets[market].touch(account)
    guard receipt.repaidUSD > 0 else { return }
    for asset in world.deficitBefore.indices {
      let added =
        world.markets[market].pool.reserves[asset].deficit - world.deficitBefore[asset]
      if added > 0 { world.outcome.assets[asset].badDebtUSD += added * prices[asset] }
    }
    let costUSD =
      receipt.repaidUSD * world.marketPrice[receipt.debtAsset] / prices[receipt.debtAsset]
      + plan.gasUSD + plan.bidUSD
    dispose(scratch.seizures, plan, costUSD, &scratch.start)
    bookLiquidation(receipt, plan, account, market, step, isExogenous: isExogenous)
    let cascade = Int(world.markets[market].lastCascade[account])
    let generation = Int(world.markets[market].generation[account])
    let liquidator = blueprint.liquidators[plan.group].kind.name
    note(.liquidation, step, market: market, account: account) { event, world in
      event.cascade = cascade
      event.round = generation
      event.liquidator = liquidator
      event.collateralAsset = receipt.collateralAsset
      event.debtAsset = receipt.debtAsset
      event.repaidUSD = receipt.repaidUSD
      event.seizedUSD = receipt.seizedUSD
      event.bonusUSD = receipt.bonusUSD
      event.gasUSD = plan.gasUSD
      event.bidUSD = plan.bidUSD
      event.impactBps =
        (1 - exp(-world.spotMarkets[receipt.collateralAsset].displacement)) * 1e4
      event.healthBefore = healthBefore
      event.healthAfter = world.markets[market].pool.health(of: account, at: prices).healthFactor
      event.marketPriceUSD = world.marketPrice[receipt.collateralAsset]
      event.oraclePriceUSD = prices[receipt.collateralAsset]
    }
    if receipt.badDebtUSD > 0 { bookBadDebt(receipt, account, market, step) }
  }

  /// Orders the sale of what was seized, or takes it into an inventory.
  private mutating func dispose(
    _ seizures: [Seizure], _ plan: LiquidationPlan, _ costUSD: Double, _ start: inout [Double]
  ) {
    world.outcome.gasUSD += plan.gasUSD
    world.outcome.liquidatorProfitUSD -= costUSD
    if blueprint.liquidators[plan.group].kind == .inventory {
      world.liquidators.store(seizures, member: plan.member, paying: costUSD)
      return
    }
    for seizure in seizures {
      var order = Order(.liquidationSale, priority: .liquidator)
      order.asset = seizure.asset
      order.tokens = seizure.tokens
      order.group = plan.group
      order.member = plan.member
      world.orders.append(order)
      guard blueprint.priceFeedback else { continue }
      // What is ordered in this round will have moved the price before the next sale.
      start[seizure.asset] =
        world.spotMarkets[seizure.asset].quote(
          seizure.tokens * world.exogenousPrice[seizure.asset], from: start[seizure.asset]
        ).displacement
    }
  }

  private mutating func bookLiquidation(
    _ receipt: LiquidationReceipt, _ plan: LiquidationPlan, _ account: Int, _ market: Int,
    _ step: Int, isExogenous: Bool
  ) {
    let isFirst = !world.markets[market].isLiquidatedInSpell[account]
    if isFirst && isExogenous { world.markets[market].generation[account] = 0 }
    let cascade = world.ledger.book(
      generation: Int(world.markets[market].generation[account]), usd: receipt.seizedUSD,
      isFirstOfSpell: isFirst,
      lastCascadeOfAccount: Int(world.markets[market].lastCascade[account]), now: seconds(step))
    world.markets[market].isLiquidatedInSpell[account] = true
    world.markets[market].lastCascade[account] = Int32(cascade)
    world.markets[market].lastLiquidation[account] = Int32(step)
    world.markets[market].didLiquidate = true
    world.hasChanged = true
    world.liquidatedByStep[step] += receipt.seizedUSD
    if world.outcome.liquidations == 0 {
      world.outcome.firstLiquidationHours = seconds(step) / 3600
    }
    world.outcome.liquidations += 1
    world.outcome.liquidatedCollateralUSD += receipt.seizedUSD
    world.outcome.repaidDebtUSD += receipt.repaidUSD
    if isFirst {
      world.markets[market].planReentry(
        account, blueprint.markets[market], random,
        key: UInt32(account + world.accountOffset(of: market)), now: years(step))
    }
  }

  private mutating func bookBadDebt(
    _ receipt: LiquidationReceipt, _ account: Int, _ market: Int, _ step: Int
  ) {
    world.outcome.badDebtUSD += receipt.badDebtUSD
    world.outcome.insolventAccounts += 1
    world.hasChanged = true
    note(.badDebt, step, market: market, account: account) { event, _ in
      event.debtAsset = receipt.debtAsset
      event.badDebtUSD = receipt.badDebtUSD
    }
  }

  /// Whether the worst exogenous prices so far would have made the account liquidatable by themselves.
  private mutating func isLiquidatableInShadow(_ account: Int, _ market: Int) -> Bool {
    let oracle = blueprint.markets[market].oracle
    return world.markets[market].isLiquidatable(
      account, low: world.shadowLow[oracle], high: world.shadowHigh[oracle])
  }

  func oraclePrices(_ market: Int) -> [Double] {
    world.feeds[blueprint.markets[market].oracle].price
  }

  func cohortName(_ account: Int, _ market: Int) -> String? {
    let cohort = Int(blueprint.markets[market].traits.cohort[account])
    return cohort >= 0 ? blueprint.markets[market].cohorts[cohort].name : nil
  }
}

extension LiquidatorGroup.Kind {
  /// The word of the scenario.
  var name: String {
    switch self {
    case .ideal: IdealLiquidator.kind
    case .flashLoan: FlashLoanBot.kind
    case .inventory: InventoryLiquidator.kind
    }
  }
}
