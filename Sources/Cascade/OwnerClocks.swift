import Agents
import Foundation
import Markets
import SimulationCore

/// Market figures that owners read in one step; one entry an asset.
struct OwnerView {
  var step: Int
  var marketPrice: [Double]
  var volatility: [Double]
  var borrowRate: [Double]
  /// Years since the start, at the end of the step.
  var now: Double
}

/// Whom a step asks: zones in which attention runs, clocks, and the owners that are due.
extension MarketState {
  /// Draws the first targets of the clocks that run for every owner from the start.
  ///
  /// Attention clocks draw when an owner first enters its zone.
  mutating func startClocks(
    _ plan: MarketBlueprint, random: PathRandom, accountOffset: Int
  ) {
    for account in plan.traits.active.lazy.map(Int.init) {
      let cohort = Int(plan.traits.cohort[account])
      let key = UInt32(account + accountOffset)
      if plan.cohorts[cohort].exitHazard > 0 {
        owners.exitTarget[account] = random.exponential(.exit, key) / exitBound[cohort]
      }
      if plan.cohorts[cohort].panicHazard > 0 {
        owners.panicTarget[account] = random.exponential(.panic, key)
      }
    }
  }

  /// Starts and stops the attention clocks of owners whose position entered or left their zone.
  ///
  /// A look outside the zone changes nothing, so the clock stands still there. The zone is left only
  /// above the trigger by a margin, or it would be left and entered at every tick.
  mutating func moveZones(
    _ plan: MarketBlueprint, _ view: OwnerView, random: PathRandom, accountOffset: Int
  ) {
    for account in plan.traits.active.lazy.map(Int.init) {
      let rate = plan.traits.attentionRate[account]
      guard rate > 0 else { continue }
      let isInside = owners.attentionTarget[account] < .infinity
      let belongs = belongsInZone(account, plan, view, isInside: isInside)
      guard belongs != isInside else { continue }
      guard belongs else {
        owners.attentionTarget[account] = .infinity
        owners.attentionEvent[account] += 1
        continue
      }
      let key = UInt32(account + accountOffset)
      let wait =
        rate < .infinity
        ? random.exponential(.attention, key, owners.attentionEvent[account]) / rate : 0
      owners.attentionTarget[account] = attentionClock[clock(account, plan)] + wait
    }
  }

  private func belongsInZone(
    _ account: Int, _ plan: MarketBlueprint, _ view: OwnerView, isInside: Bool
  ) -> Bool {
    let margin = isInside ? OwnerBuilder.zoneMargin : 1
    guard debt[account] > 0 || releverageBelow[Int(plan.traits.cohort[account])] > 0 else {
      return false
    }
    if threshold[account] < plan.traits.triggerHealth[account] * margin * debt[account] {
      return true
    }
    let cohort = Int(plan.traits.cohort[account])
    if takeProfitMultiple[cohort] < .infinity, debt[account] > 0 {
      let asset = mainAsset(account, plan)
      let basis = owners.costBasis[account]
      if view.marketPrice[asset] * margin >= takeProfitMultiple[cohort] * basis { return true }
    }
    return releverageBelow[cohort] > 0
      && missingLeverage(account, plan, view, margin: margin) > 0
  }

  /// Lists the owners whose exit, panic, attention or return is due, ascending.
  mutating func collectDue(_ plan: MarketBlueprint, now: Double) {
    due.removeAll(keepingCapacity: true)
    for account in plan.traits.active {
      let row = Int(account)
      let clock = clock(row, plan)
      if owners.exitTarget[row] <= now || owners.panicTarget[row] <= panicClock[clock]
        || owners.attentionTarget[row] <= attentionClock[clock] || owners.reentryAt[row] <= now
      {
        due.append(account)
      }
    }
  }

  /// USD that a trader would buy to reach its wish; 0 while it is near enough.
  ///
  /// `margin` widens the band in which it is not: above 1 for a trader that is already buying.
  func missingLeverage(
    _ account: Int, _ plan: MarketBlueprint, _ view: OwnerView, margin: Double
  ) -> Double {
    let cohort = Int(plan.traits.cohort[account])
    let asset = mainAsset(account, plan)
    let health = pool.health(of: account, at: view.marketPrice)
    guard health.equityUSD > 0 else { return 0 }
    let debtAsset = Int(pool.positions.legAsset[Int(plan.traits.debtLeg[account])])
    let wished = wishes[cohort * pool.assetCount + asset].leverage(
      optimism: plan.traits.optimism[account], miscalibration: owners.miscalibration[account],
      volatility: view.volatility[asset], borrowRate: view.borrowRate[debtAsset],
      priorOutcome: owners.priorOutcome[account])
    guard wished > 1, health.leverage < releverageBelow[cohort] * margin * wished else { return 0 }
    return max(0, wished * health.equityUSD - health.collateralUSD)
  }

  /// The asset of the account's main collateral.
  func mainAsset(_ account: Int, _ plan: MarketBlueprint) -> Int {
    Int(pool.positions.legAsset[Int(plan.traits.collateralLeg[account])])
  }

  /// Index of the account's clocks: its cohort and its main collateral.
  func clock(_ account: Int, _ plan: MarketBlueprint) -> Int {
    Int(plan.traits.cohort[account]) * pool.assetCount + mainAsset(account, plan)
  }
}

extension CohortSettings {
  /// The largest exit hazard that any state of the market can give, a year.
  var exitBound: Double {
    let splits = [dispositionBear, dispositionBull].map {
      DispositionEffect.splitHazard(baseline: exitHazard, ratio: $0)
    }
    return splits.map { max($0.gain, $0.loss * max(1, breakEvenFactor)) }.max() ?? 0
  }
}
