import Agents
import Foundation
import Markets
import SimulationCore

/// What all owners of a market see in one step; the same for everybody, changed by nobody.
struct Snapshot {
  let plan: MarketBlueprint
  let market: Int
  let step: Int
  /// Years since the start at the end of the step, and the step's own length.
  let now: Double
  let stepYears: Double
  let random: PathRandom
  /// Number of the market's first account over all markets; keys random draws.
  let firstKey: UInt32
  // One entry an asset.
  let marketPrice: [Double]
  let exogenousPrice: [Double]
  let oraclePrice: [Double]
  let volatility: [Double]
  let borrowRate: [Double]
  let history: MarketHistory
  let spotMarkets: [SpotMarket]
  /// Fearful share of the crowd above its long-run mean.
  let herdExcess: Double

  /// Index of the account's cohort in `plan.cohorts`, whose settings are read where they stand: a copy
  /// of all of them costs more than what is done with one.
  func cohortIndex(_ account: Int) -> Int { Int(plan.traits.cohort[account]) }

  func key(_ account: Int) -> UInt32 { firstKey + UInt32(account) }

  /// The account's leg with the largest collateral at time 0.
  func mainLeg(_ account: Int) -> Int { Int(plan.traits.collateralLeg[account]) }

  /// The asset of the account's main collateral.
  func mainAsset(_ account: Int) -> Int {
    Int(plan.pool.positions.legAsset[Int(plan.traits.collateralLeg[account])])
  }

  /// The asset of the account's main debt.
  func debtAsset(_ account: Int) -> Int {
    Int(plan.pool.positions.legAsset[Int(plan.traits.debtLeg[account])])
  }
}

/// Whom a step asks: zones in which attention runs, clocks, and the owners that are due.
extension MarketState {
  /// Draws the first targets of the clocks that run for every owner from the start.
  ///
  /// Attention clocks draw when an owner first enters its zone.
  mutating func startClocks(
    _ plan: MarketBlueprint, random: PathRandom, accountOffset: Int
  ) {
    if exitBound.contains(where: { $0 > 0 }) {
      random.exponentials(.exit, from: UInt32(accountOffset), into: &firstDraws)
      for account in plan.traits.active.lazy.map(Int.init) {
        let bound = exitBound[Int(plan.traits.cohort[account])]
        if bound > 0 { owners.exitTarget[account] = firstDraws[account] / bound }
      }
    }
    if panicHazards.contains(where: { $0.baseline > 0 }) {
      random.exponentials(.panic, from: UInt32(accountOffset), into: &firstDraws)
      for account in plan.traits.active.lazy.map(Int.init)
      where panicHazards[Int(plan.traits.cohort[account])].baseline > 0 {
        owners.panicTarget[account] = firstDraws[account]
      }
    }
  }

  /// Rates at which the cohorts' attention clocks run in this step, per year and by asset.
  ///
  /// A clock runs at the largest rate that an owner of the class can have; looks are thinned.
  mutating func setRates(_ seen: Snapshot) {
    for clock in usedClocks {
      let (cohort, asset) = clock.quotientAndRemainder(dividingBy: pool.assetCount)
      attentionRate[clock] =
        1 + seen.plan.cohorts[cohort].attentionHealthSensitivity
        + seen.plan.cohorts[cohort].attentionReturnSensitivity
        * abs(seen.history.standardisedHourReturn(asset))
    }
  }

  mutating func advanceClocks(_ seen: Snapshot) {
    for clock in usedClocks {
      let (cohort, asset) = clock.quotientAndRemainder(dividingBy: pool.assetCount)
      attentionClock[clock] += attentionRate[clock] * seen.stepYears
      guard panicHazards[cohort].baseline > 0 else { continue }
      panicClock[clock] +=
        panicHazards[cohort].rate(
          drawdown: seen.history.standardisedDrawdown(asset), herdExcess: seen.herdExcess)
        * seen.stepYears
    }
  }

  /// Starts and stops the attention clocks of owners whose position entered or left their zone.
  ///
  /// A look outside the zone changes nothing, so the clock stands still there. The zone is left only
  /// above the trigger by a margin, or it would be left and entered at every tick.
  mutating func moveZones(_ seen: Snapshot) {
    let rate = seen.plan.traits.attentionRate
    findMovers(seen)
    for index in movers.indices {
      let account = Int(movers[index])
      guard rate[account] > 0 else { continue }
      if owners.attentionTarget[account] == .infinity {
        let event = owners.attentionEvent[account]
        let wait =
          rate[account] < .infinity
          ? seen.random.exponential(.attention, seen.key(account), event) / rate[account] : 0
        owners.attentionTarget[account] = attentionClock[Int(clockOf[account])] + wait
      } else {
        owners.attentionTarget[account] = .infinity
        owners.attentionEvent[account] += 1
      }
      touch(account)
      moveTargets(account)
    }
  }

  /// Lists the owners on the wrong side of their zone's edge, ascending.
  private mutating func findMovers(_ seen: Snapshot) {
    movers.removeAll(keepingCapacity: true)
    if isWatched {
      findWatchedMovers(seen)
    } else {
      findMoversAmongAll(seen)
    }
  }

  private mutating func findMoversAmongAll(_ seen: Snapshot) {
    // Locals, so that the loop need not read the arrays' addresses again for each account.
    let (threshold, debt, target) = (threshold, debt, owners.attentionTarget)
    let (trigger, cohort) = (seen.plan.traits.triggerHealth, seen.plan.traits.cohort)
    let looksForMore = looksForMore
    for row in seen.plan.traits.active {
      let account = Int(row)
      let isInside = target[account] < .infinity
      let margin = isInside ? OwnerBuilder.zoneMargin : 1
      var belongs = threshold[account] < trigger[account] * margin * debt[account]
      if !belongs && looksForMore[Int(cohort[account])] {
        belongs = hasOtherReason(account, seen, margin: margin)
      }
      if belongs != isInside { movers.append(row) }
    }
  }

  /// Whether a look would lead to taking profit or to buying more.
  func hasOtherReason(_ account: Int, _ seen: Snapshot, margin: Double) -> Bool {
    let cohort = Int(seen.plan.traits.cohort[account])
    if takeProfitMultiple[cohort] < .infinity, debt[account] > 0 {
      let price = seen.marketPrice[seen.mainAsset(account)]
      if price * margin >= takeProfitMultiple[cohort] * owners.costBasis[account] { return true }
    }
    return releverageBelow[cohort] > 0 && missingLeverage(account, seen, margin: margin) > 0
  }

  /// Lists the owners whose exit, panic, attention or return is due, ascending.
  mutating func collectDue(_ seen: Snapshot) {
    due.removeAll(keepingCapacity: true)
    guard isWatched else {
      collectDueAmongAll(seen)
      return
    }
    watch.collectDue(
      now: seen.now, attentionClock: attentionClock, panicClock: panicClock, into: &due)
    for index in due.indices { refresh(due[index]) }
  }

  private mutating func collectDueAmongAll(_ seen: Snapshot) {
    let now = seen.now
    let (exit, panic) = (owners.exitTarget, owners.panicTarget)
    let (attention, reentry) = (owners.attentionTarget, owners.reentryAt)
    let (attentionClock, panicClock, clockOf) = (attentionClock, panicClock, clockOf)
    for row in seen.plan.traits.active {
      let account = Int(row)
      let clock = Int(clockOf[account])
      if exit[account] <= now || panic[account] <= panicClock[clock]
        || attention[account] <= attentionClock[clock] || reentry[account] <= now
      {
        due.append(row)
      }
    }
  }

  /// USD that a trader would buy to reach its wish; 0 while it is near enough.
  ///
  /// `margin` widens the band in which it is not: above 1 for a trader that is already buying.
  func missingLeverage(_ account: Int, _ seen: Snapshot, margin: Double) -> Double {
    let cohort = Int(seen.plan.traits.cohort[account])
    let asset = seen.mainAsset(account)
    let (collateralUSD, debtUSD) = pool.balances(of: account, at: seen.marketPrice)
    let equityUSD = collateralUSD - debtUSD
    guard equityUSD > 0 else { return 0 }
    let wished = leverageWishes[cohort * pool.assetCount + asset].leverage(
      optimism: seen.plan.traits.optimism[account],
      miscalibration: owners.miscalibration[account], volatility: seen.volatility[asset],
      borrowRate: seen.borrowRate[seen.debtAsset(account)],
      priorOutcome: owners.priorOutcome[account])
    let leverage = collateralUSD / equityUSD
    guard wished > 1, leverage < releverageBelow[cohort] * margin * wished else { return 0 }
    return max(0, wished * equityUSD - collateralUSD)
  }
}

extension CohortSettings {
  /// The cohort's hazard of panic: at most one an hour.
  var panic: PanicHazard {
    PanicHazard(
      baseline: panicHazard, drawdownSensitivity: panicDrawdownSensitivity,
      herdSensitivity: panicHerdSensitivity * herding, cap: 8760)
  }

  /// The largest exit hazard that any state of the market can give, a year.
  var exitBound: Double {
    let splits = [dispositionBear, dispositionBull].map {
      DispositionEffect.splitHazard(baseline: exitHazard, ratio: $0)
    }
    return splits.map { max($0.gain, $0.loss * max(1, breakEvenFactor)) }.max() ?? 0
  }
}
