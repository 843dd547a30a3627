import Agents
import Foundation
import Markets
import SimulationCore

/// What due owners do: exit, panic, look and choose, rebuild. Each channel has its own draws.
extension MarketState {
  /// Lets every owner that is due act, in account order, so that nothing depends on why it is due.
  mutating func actDue(_ seen: Snapshot, orders: inout [Order]) {
    for index in due.indices {
      act(Int(due[index]), seen)
      moveTargets(Int(due[index]))
    }
    orders += wishes
    wishes.removeAll(keepingCapacity: true)
  }

  /// Handles the account's channels in fixed order; at most one action a step.
  private mutating func act(_ account: Int, _ seen: Snapshot) {
    let hasDebt = debt[account] > 0
    let exits = takesExit(account, seen)
    let panics = takesPanic(account, seen)
    let looks = takesLook(account, seen)
    let rebuilds = takesReentry(account, seen)
    if exits && hasDebt {
      close(account, seen, .close)
    } else if panics && hasDebt {
      panic(account, seen)
    } else if looks {
      look(account, seen)
    } else if rebuilds {
      rebuild(account, seen)
    }
  }

  // MARK: Days

  /// Updates the memory of outcomes and the reference equity of every active owner.
  mutating func closeDay(_ seen: Snapshot) {
    watch.closeDay()
    for account in seen.plan.traits.active.lazy.map(Int.init) {
      let persistence = seen.plan.cohorts[Int(seen.plan.traits.cohort[account])]
        .priorOutcomePersistence
      let (collateralUSD, debtUSD) = pool.balances(of: account, at: seen.marketPrice)
      let equity = max(0, collateralUSD - debtUSD)
      let yesterday = owners.equityYesterday[account]
      if yesterday > 0 {
        owners.priorOutcome[account] = PriorOutcome.nextState(
          owners.priorOutcome[account],
          grossReturn: max(equity / yesterday, MarketState.smallestDayReturn), benchmarkReturn: 1,
          persistence: persistence)
      }
      owners.referenceEquity[account] =
        persistence * owners.referenceEquity[account] + (1 - persistence) * equity
      owners.equityYesterday[account] = equity
    }
  }

  /// A day that loses more than this share counts as this: the memory divides by the return.
  private static let smallestDayReturn = 0.05

  // MARK: Voluntary exit

  /// Candidates fall at the larger rate; each is taken with the probability of the true one.
  private mutating func takesExit(_ account: Int, _ seen: Snapshot) -> Bool {
    let bound = exitBound[Int(seen.plan.traits.cohort[account])]
    while owners.exitTarget[account] <= seen.now {
      let event = owners.exitEvent[account]
      owners.exitEvent[account] = event + 1
      owners.exitTarget[account] +=
        seen.random.exponential(.exit, seen.key(account), event + 1) / bound
      let thinning = seen.random.uniform(.exitThinning, seen.key(account), event)
      if thinning * bound < exitHazard(account, seen) { return true }
    }
    return false
  }

  /// The owner's exit hazard now: by gain or loss, bull or bear, and nearness of break-even.
  private func exitHazard(_ account: Int, _ seen: Snapshot) -> Double {
    let cohort = seen.cohortIndex(account)
    let asset = seen.mainAsset(account)
    let ratio =
      seen.history.isBull(asset)
      ? seen.plan.cohorts[cohort].dispositionBull : seen.plan.cohorts[cohort].dispositionBear
    let split = DispositionEffect.splitHazard(
      baseline: seen.plan.cohorts[cohort].exitHazard, ratio: ratio)
    let health = pool.health(of: account, at: seen.marketPrice)
    let reference = owners.referenceEquity[account]
    guard health.equityUSD < reference else { return split.gain }
    return split.loss
      * PriorOutcome.breakEvenFactor(
        reference: reference, equity: health.equityUSD, exposure: health.collateralUSD,
        sd: seen.volatility[asset] * seen.plan.cohorts[cohort].evaluationYears.squareRoot(),
        factor: seen.plan.cohorts[cohort].breakEvenFactor)
  }

  // MARK: Panic

  private mutating func takesPanic(_ account: Int, _ seen: Snapshot) -> Bool {
    let clock = panicClock[Int(clockOf[account])]
    guard owners.panicTarget[account] <= clock else { return false }
    let event = owners.panicEvent[account] + 1
    owners.panicEvent[account] = event
    owners.panicTarget[account] =
      clock + seen.random.exponential(.panic, seen.key(account), event)
    return true
  }

  /// Sells a share of every collateral and repays the same share of the debt.
  private mutating func panic(_ account: Int, _ seen: Snapshot) {
    let share = seen.plan.cohorts[seen.cohortIndex(account)].panicSellShare
    let health = pool.health(of: account, at: seen.marketPrice)
    // An owner under water has nothing to save.
    guard health.equityUSD > 0 else { return }
    for leg in pool.positions.legs(of: account) where pool.positions.supplied[leg] > 0 {
      let value = pool.collateral(leg) * seen.marketPrice[Int(pool.positions.legAsset[leg])]
      wish(
        .panicSale, account, seen, leg: leg, tokens: share * pool.collateral(leg),
        amountUSD: share * health.debtUSD * value / health.collateralUSD)
    }
  }

  // MARK: Looking

  /// Rejected candidates pass within the step; at most one look is taken.
  private mutating func takesLook(_ account: Int, _ seen: Snapshot) -> Bool {
    let clock = Int(clockOf[account])
    let rate = seen.plan.traits.attentionRate[account]
    guard rate < .infinity else {
      guard owners.attentionTarget[account] <= attentionClock[clock] else { return false }
      owners.attentionEvent[account] += 1
      return true
    }
    while owners.attentionTarget[account] <= attentionClock[clock] {
      let event = owners.attentionEvent[account]
      owners.attentionEvent[account] = event + 1
      owners.attentionTarget[account] +=
        seen.random.exponential(.attention, seen.key(account), event + 1) / rate
      let thinning = seen.random.uniform(.attentionThinning, seen.key(account), event)
      let health = debt[account] > 0 ? threshold[account] / debt[account] : .infinity
      if thinning * rate * attentionRate[clock]
        < seen.attention(account, baseline: rate, health: health)
      {
        return true
      }
    }
    return false
  }

  private mutating func look(_ account: Int, _ seen: Snapshot) {
    let cohort = Int(seen.plan.traits.cohort[account])
    if debt[account] > 0,
      seenPrice(account, seen) >= takeProfitMultiple[cohort] * owners.costBasis[account]
    {
      close(account, seen, .takeProfit)
    } else if debt[account] > 0,
      threshold[account] < seen.plan.traits.triggerHealth[account] * debt[account]
    {
      protect(account, seen)
    } else if releverageBelow[cohort] > 0 {
      let missing = missingLeverage(account, seen, margin: 1)
      if missing > 0 { lever(account, seen, by: missing, .releverage) }
    }
  }

  /// The price of the main collateral, as old as the owner's class sees it.
  func seenPrice(_ account: Int, _ seen: Snapshot) -> Double {
    // The history ends with the step before; the price of this step is the newest of all.
    let cohort = Int(seen.plan.traits.cohort[account])
    let lag = seen.plan.cohorts[cohort].latencyClass.priceLagMinutes / 525_600
    let asset = seen.mainAsset(account)
    return lag < seen.stepYears
      ? seen.marketPrice[asset] : seen.history.price(asset, yearsAgo: lag - seen.stepYears)
  }

  // MARK: After a liquidation

  /// Decides whether and when the owner rebuilds its position; a loss also teaches.
  mutating func planReentry(
    _ account: Int, _ plan: MarketBlueprint, _ random: PathRandom, key: UInt32, now: Double
  ) {
    guard plan.traits.cohort[account] >= 0 else { return }
    let cohort = Int(plan.traits.cohort[account])
    learn(account, plan, succeeded: false)
    guard plan.cohorts[cohort].reentryProbability > 0, owners.reentryAt[account] == .infinity else {
      return
    }
    let event = owners.reentryEvent[account]
    owners.reentryEvent[account] = event + 1
    let (chance, delay) = random.uniformPair(.reentry, key, event)
    guard chance < plan.cohorts[cohort].reentryProbability else { return }
    owners.reentryAt[account] = now - plan.cohorts[cohort].reentryDelayYears * log(delay)
    moveTargets(account)
  }

  private mutating func takesReentry(_ account: Int, _ seen: Snapshot) -> Bool {
    guard owners.reentryAt[account] <= seen.now else { return false }
    owners.reentryAt[account] = .infinity
    return true
  }

  /// Brings the account back to the leverage that it had at the start.
  private mutating func rebuild(_ account: Int, _ seen: Snapshot) {
    let health = pool.health(of: account, at: seen.marketPrice)
    let wished = seen.plan.traits.leverage[account]
    guard health.equityUSD > 0, wished < .infinity, health.leverage < wished else { return }
    owners.costBasis[account] = seen.marketPrice[seen.mainAsset(account)]
    lever(account, seen, by: wished * health.equityUSD - health.collateralUSD, .reentry)
  }

  /// A closed trade moves the belief of an owner who learns in its own skill, and with it k.
  mutating func learn(_ account: Int, _ plan: MarketBlueprint, succeeded: Bool) {
    guard plan.cohorts[Int(plan.traits.cohort[account])].learns else { return }
    let attribution = SelfAttribution()
    owners.skillLogOdds[account] +=
      succeeded ? attribution.successStep : attribution.failureStep
    owners.miscalibration[account] = SelfAttribution.perceivedRatio(
      posterior: SelfAttribution.posterior(logOdds: owners.skillLogOdds[account]),
      minimum: MarketState.smallestMiscalibration)
  }

  /// The ratio k of somebody who is sure of its own skill; an assumption of the reference.
  private static let smallestMiscalibration = 0.4
}

extension Snapshot {
  /// The owner's rate of looks now, a year, at its `baseline` rate.
  fileprivate func attention(_ account: Int, baseline: Double, health: Double) -> Double {
    let number = Int(plan.traits.cohort[account])
    let asset = mainAsset(account)
    let alert = plan.cohorts[number].alertHealth
    // Beyond a health of 1 the account is anybody's: the rise ends there.
    let alarm = min(1, max(0, (alert - health) / (alert - 1)))
    let ostrich = history.dayReturn(asset) < 0 ? plan.cohorts[number].ostrichFactor : 1
    let gain =
      1
      + plan.cohorts[number].attentionReturnSensitivity
      * abs(history.standardisedHourReturn(asset))
      + plan.cohorts[number].attentionHealthSensitivity * alarm
    return min(baseline * gain * ostrich, plan.cohorts[number].attentionMaximum)
  }
}
