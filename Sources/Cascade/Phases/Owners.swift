import Agents
import Foundation
import Markets
import SimulationCore

/// One owner in one step: its account, its market and the key of its random draws.
struct Owner {
  let account: Int
  let market: Int
  let key: UInt32
}

/// What due owners do: exit, panic, look and choose, rebuild. Each channel has its own draws.
extension StepLoop {
  /// Handles the account's channels in fixed order; at most one action a step.
  mutating func act(_ owner: Owner, _ view: OwnerView) {
    let hasDebt = world.markets[owner.market].debt[owner.account] > 0
    let exits = takesExit(owner, view)
    let panics = takesPanic(owner)
    let looks = takesLook(owner)
    let rebuilds = takesReentry(owner, view)
    if exits && hasDebt {
      close(owner, view, .close)
    } else if panics && hasDebt {
      panic(owner)
    } else if looks {
      look(owner, view)
    } else if rebuilds {
      rebuild(owner)
    }
  }

  // MARK: Voluntary exit

  /// Candidates fall at the larger rate; each is taken with the probability of the true one.
  private mutating func takesExit(_ owner: Owner, _ view: OwnerView) -> Bool {
    let cohort = cohort(owner)
    let bound = cohort.exitBound
    while world.markets[owner.market].owners.exitTarget[owner.account] <= view.now {
      let event = world.markets[owner.market].owners.exitEvent[owner.account]
      world.markets[owner.market].owners.exitEvent[owner.account] = event + 1
      world.markets[owner.market].owners.exitTarget[owner.account] +=
        random.exponential(.exit, owner.key, event + 1) / bound
      let thinning = random.uniform(.exitThinning, owner.key, event)
      if thinning * bound < exitHazard(owner, cohort) { return true }
    }
    return false
  }

  /// The owner's exit hazard now: by gain or loss, bull or bear, and nearness of break-even.
  private func exitHazard(_ owner: Owner, _ cohort: CohortSettings) -> Double {
    let asset = mainAsset(owner)
    let ratio = world.history.isBull(asset) ? cohort.dispositionBull : cohort.dispositionBear
    let split = DispositionEffect.splitHazard(baseline: cohort.exitHazard, ratio: ratio)
    let health = world.markets[owner.market].pool.health(of: owner.account, at: world.marketPrice)
    let reference = world.markets[owner.market].owners.referenceEquity[owner.account]
    guard health.equityUSD < reference else { return split.gain }
    return split.loss
      * PriorOutcome.breakEvenFactor(
        reference: reference, equity: health.equityUSD, exposure: health.collateralUSD,
        sd: world.history.volatility(asset) * cohort.evaluationYears.squareRoot(),
        factor: cohort.breakEvenFactor)
  }

  // MARK: Panic

  private mutating func takesPanic(_ owner: Owner) -> Bool {
    let clock = world.markets[owner.market].panicClock[clock(owner)]
    guard world.markets[owner.market].owners.panicTarget[owner.account] <= clock else {
      return false
    }
    let event = world.markets[owner.market].owners.panicEvent[owner.account] + 1
    world.markets[owner.market].owners.panicEvent[owner.account] = event
    world.markets[owner.market].owners.panicTarget[owner.account] =
      clock + random.exponential(.panic, owner.key, event)
    return true
  }

  /// Sells a share of every collateral and repays the same share of the debt.
  private mutating func panic(_ owner: Owner) {
    let share = cohort(owner).panicSellShare
    let pool = world.markets[owner.market].pool
    let health = pool.health(of: owner.account, at: world.marketPrice)
    // An owner under water has nothing to save.
    guard health.equityUSD > 0 else { return }
    for leg in pool.positions.legs(of: owner.account) where pool.positions.supplied[leg] > 0 {
      let asset = Int(pool.positions.legAsset[leg])
      let tokens = share * pool.collateral(leg)
      let weight = pool.collateral(leg) * world.marketPrice[asset] / health.collateralUSD
      append(
        .panicSale, owner, leg: leg, tokens: tokens,
        amountUSD: share * weight * health.debtUSD)
    }
  }

  // MARK: Looking

  /// Rejected candidates pass within the step; at most one look is taken.
  private mutating func takesLook(_ owner: Owner) -> Bool {
    let clock = world.markets[owner.market].attentionClock[clock(owner)]
    let rate = blueprint.markets[owner.market].traits.attentionRate[owner.account]
    if rate == .infinity {
      return world.markets[owner.market].owners.attentionTarget[owner.account] <= clock
    }
    while world.markets[owner.market].owners.attentionTarget[owner.account] <= clock {
      let event = world.markets[owner.market].owners.attentionEvent[owner.account]
      world.markets[owner.market].owners.attentionEvent[owner.account] = event + 1
      world.markets[owner.market].owners.attentionTarget[owner.account] +=
        random.exponential(.attention, owner.key, event + 1) / rate
      let bound = rate * world.markets[owner.market].attentionRate[self.clock(owner)]
      let thinning = random.uniform(.attentionThinning, owner.key, event)
      if thinning * bound < attention(owner, rate) { return true }
    }
    return false
  }

  /// The owner's rate of looks now, a year.
  private func attention(_ owner: Owner, _ rate: Double) -> Double {
    let cohort = cohort(owner)
    let asset = mainAsset(owner)
    let state = world.markets[owner.market]
    let health =
      state.debt[owner.account] > 0
      ? state.threshold[owner.account] / state.debt[owner.account] : 10
    // Beyond a health of 1 the account is anybody's: the rise ends there.
    let alarm = min(1, max(0, (cohort.alertHealth - health) / (cohort.alertHealth - 1)))
    let ostrich = world.history.dayReturn(asset) < 0 ? cohort.ostrichFactor : 1
    let gain =
      1 + cohort.attentionReturnSensitivity * abs(world.history.standardisedHourReturn(asset))
      + cohort.attentionHealthSensitivity * alarm
    return min(rate * gain * ostrich, cohort.attentionMaximum)
  }

  private mutating func look(_ owner: Owner, _ view: OwnerView) {
    let cohort = cohort(owner)
    let plan = blueprint.markets[owner.market]
    let asset = mainAsset(owner)
    let state = world.markets[owner.market]
    if let multiple = cohort.takeProfitMultiple, state.debt[owner.account] > 0,
      seenPrice(asset, cohort) >= multiple * state.owners.costBasis[owner.account]
    {
      close(owner, view, .takeProfit)
    } else if state.debt[owner.account] > 0,
      state.threshold[owner.account] < plan.traits.triggerHealth[owner.account]
        * state.debt[owner.account]
    {
      protect(owner, view, cohort)
    } else if cohort.sizesLeverage && cohort.releverageBelow > 0 {
      let missing = state.missingLeverage(
        owner.account, blueprint.markets[owner.market], view, margin: 1)
      if missing > 0 { lever(owner, by: missing, .releverage) }
    }
  }

  /// The market price as old as the owner's class sees it.
  func seenPrice(_ asset: Int, _ cohort: CohortSettings) -> Double {
    // The history ends with the step before; the price of this step is the newest of all.
    let lag = cohort.latencyClass.priceLagMinutes / 525_600
    return lag < blueprint.stepYears
      ? world.marketPrice[asset]
      : world.history.price(asset, yearsAgo: lag - blueprint.stepYears)
  }

  // MARK: After a liquidation

  /// Decides whether and when the owner rebuilds its position; a loss also teaches.
  mutating func planReentry(_ owner: Owner, now: Double) {
    guard blueprint.markets[owner.market].traits.cohort[owner.account] >= 0 else { return }
    let cohort = cohort(owner)
    learn(owner, succeeded: false)
    guard cohort.reentryProbability > 0,
      world.markets[owner.market].owners.reentryAt[owner.account] == .infinity
    else { return }
    let event = world.markets[owner.market].owners.reentryEvent[owner.account]
    world.markets[owner.market].owners.reentryEvent[owner.account] = event + 1
    let (chance, delay) = random.uniformPair(.reentry, owner.key, event)
    guard chance < cohort.reentryProbability else { return }
    world.markets[owner.market].owners.reentryAt[owner.account] =
      now - cohort.reentryDelayYears * log(delay)
  }

  private mutating func takesReentry(_ owner: Owner, _ view: OwnerView) -> Bool {
    guard world.markets[owner.market].owners.reentryAt[owner.account] <= view.now else {
      return false
    }
    world.markets[owner.market].owners.reentryAt[owner.account] = .infinity
    return true
  }

  /// Brings the account back to the leverage that it had at the start.
  private mutating func rebuild(_ owner: Owner) {
    let health = world.markets[owner.market].pool.health(of: owner.account, at: world.marketPrice)
    let wished = blueprint.markets[owner.market].traits.leverage[owner.account]
    guard health.equityUSD > 0, wished < .infinity, health.leverage < wished else { return }
    let asset = mainAsset(owner)
    world.markets[owner.market].owners.costBasis[owner.account] = world.marketPrice[asset]
    lever(
      owner, by: wished * health.equityUSD - health.collateralUSD, .reentry)
  }

  /// A closed trade moves the belief of an owner who learns in its own skill, and with it k.
  mutating func learn(_ owner: Owner, succeeded: Bool) {
    guard cohort(owner).learns else { return }
    let attribution = SelfAttribution()
    world.markets[owner.market].owners.skillLogOdds[owner.account] +=
      succeeded ? attribution.successStep : attribution.failureStep
    let posterior = SelfAttribution.posterior(
      logOdds: world.markets[owner.market].owners.skillLogOdds[owner.account])
    world.markets[owner.market].owners.miscalibration[owner.account] =
      SelfAttribution.perceivedRatio(
        posterior: posterior, minimum: StepLoop.smallestMiscalibration)
  }

  /// The ratio k of somebody who is sure of its own skill; an assumption of the reference.
  private static let smallestMiscalibration = 0.4

  // MARK: Helpers

  /// The asset of the owner's main collateral.
  func mainAsset(_ owner: Owner) -> Int {
    world.markets[owner.market].mainAsset(owner.account, blueprint.markets[owner.market])
  }

  /// Index of the owner's clocks.
  private func clock(_ owner: Owner) -> Int {
    world.markets[owner.market].clock(owner.account, blueprint.markets[owner.market])
  }

  func cohort(_ owner: Owner) -> CohortSettings {
    blueprint.markets[owner.market].cohorts[
      Int(blueprint.markets[owner.market].traits.cohort[owner.account])]
  }

  func mainLeg(_ owner: Owner) -> Int {
    Int(blueprint.markets[owner.market].traits.collateralLeg[owner.account])
  }

  mutating func append(
    _ action: Order.Action, _ owner: Owner, leg: Int, tokens: Double = 0,
    amountUSD: Double = 0
  ) {
    let plan = blueprint.markets[owner.market]
    var order = Order(action, priority: .init(cohort(owner).latencyClass))
    order.market = owner.market
    order.account = owner.account
    order.collateralLeg = leg
    order.debtLeg = Int(plan.traits.debtLeg[owner.account])
    order.asset = Int(plan.pool.positions.legAsset[leg])
    order.tokens = tokens
    order.amountUSD = amountUSD
    world.orders.append(order)
  }
}
