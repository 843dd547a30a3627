import Agents
import Foundation
import Markets
import SimulationCore

/// Owners perceive and choose; liquidators unwind. All read the same snapshot and only append orders.
extension StepLoop {
  mutating func decide(_ step: Int) {
    recordHealth()
    stepHerd(step)
    unwindInventories()
    for market in world.markets.indices where !blueprint.markets[market].traits.active.isEmpty {
      let offset = world.accountOffset(of: market)
      if isDayEnd(step) { closeDay(market) }
      let view = ownerView(market, step)
      setRates(market)
      world.markets[market].moveZones(
        blueprint.markets[market], view, random: random, accountOffset: offset)
      advanceClocks(market)
      world.markets[market].collectDue(blueprint.markets[market], now: view.now)
      for account in world.markets[market].due {
        act(
          Owner(account: Int(account), market: market, key: UInt32(offset) + UInt32(account)), view)
      }
    }
  }

  private func ownerView(_ market: Int, _ step: Int) -> OwnerView {
    OwnerView(
      step: step, marketPrice: world.marketPrice,
      volatility: blueprint.assets.indices.map { world.history.volatility($0) },
      borrowRate: blueprint.assets.indices.map { world.markets[market].pool.borrowRate($0) },
      now: years(step))
  }

  // MARK: The crowd

  /// Moves the fearful share by one moment-matched Beta draw.
  private mutating func stepHerd(_ step: Int) {
    guard let herd = blueprint.herd else { return }
    let loss = max(0, -world.history.standardisedHourReturn(world.history.indexColumn))
    let depth = world.spotMarkets.reduce(0) { $0 + $1.depth2Percent }
    let herding = Herding(
      frightRate: herd.fear, calmingRate: herd.calm, contagionRate: herd.contagion
    ).stressed(
      loss: loss, liquidated: depth > 0 ? liquidatedLastHour(step) / depth : 0,
      lossSensitivity: herd.lossCoupling, liquidationSensitivity: herd.liquidationCoupling)
    let moments = herding.moments(from: world.fear, after: blueprint.stepYears)
    guard let law = Herding.matchedBeta(mean: moments.mean, variance: moments.variance) else {
      world.fear = moments.mean
      return
    }
    world.fear = random.beta(law.alpha, law.beta, .herd, UInt32(step))
  }

  private func liquidatedLastHour(_ step: Int) -> Double {
    let steps = max(1, Int((3600 / blueprint.stepSeconds).rounded()))
    return world.liquidatedByStep[max(0, step - steps)..<step].reduce(0, +)
  }

  private var herdExcess: Double { world.fear - (blueprint.herd?.mean ?? 0) }

  // MARK: Days

  /// Whether a simulated day ends with this step.
  private func isDayEnd(_ step: Int) -> Bool {
    Int(seconds(step) / 86_400) > Int(Double(step) * blueprint.stepSeconds / 86_400)
  }

  /// Updates the memory of outcomes and the reference equity of every active owner.
  private mutating func closeDay(_ market: Int) {
    let plan = blueprint.markets[market]
    for account in plan.traits.active.lazy.map(Int.init) {
      let cohort = plan.cohorts[Int(plan.traits.cohort[account])]
      let equity = max(
        0, world.markets[market].pool.health(of: account, at: world.marketPrice).equityUSD)
      let yesterday = world.markets[market].owners.equityYesterday[account]
      if yesterday > 0 {
        world.markets[market].owners.priorOutcome[account] = PriorOutcome.nextState(
          world.markets[market].owners.priorOutcome[account],
          grossReturn: max(equity / yesterday, StepLoop.smallestDayReturn), benchmarkReturn: 1,
          persistence: cohort.priorOutcomePersistence)
      }
      let reference = world.markets[market].owners.referenceEquity[account]
      world.markets[market].owners.referenceEquity[account] =
        cohort.priorOutcomePersistence * reference + (1 - cohort.priorOutcomePersistence) * equity
      world.markets[market].owners.equityYesterday[account] = equity
    }
  }

  /// A day that loses more than this share counts as this: the memory divides by the return.
  private static let smallestDayReturn = 0.05

  // MARK: Clocks

  /// Rates at which the cohorts' clocks run in this step, per year and by asset.
  private mutating func setRates(_ market: Int) {
    let assetCount = blueprint.assetCount
    for (index, cohort) in blueprint.markets[market].cohorts.enumerated() {
      for asset in 0..<assetCount {
        let gain =
          1 + cohort.attentionReturnSensitivity
          * abs(world.history.standardisedHourReturn(asset))
        world.markets[market].attentionRate[index * assetCount + asset] =
          gain + cohort.attentionHealthSensitivity
      }
    }
  }

  private mutating func advanceClocks(_ market: Int) {
    let assetCount = blueprint.assetCount
    let years = blueprint.stepYears
    for (index, cohort) in blueprint.markets[market].cohorts.enumerated() {
      for asset in 0..<assetCount {
        let clock = index * assetCount + asset
        world.markets[market].attentionClock[clock] +=
          world.markets[market].attentionRate[clock] * years
        let hazard = PanicHazard(
          baseline: cohort.panicHazard, drawdownSensitivity: cohort.panicDrawdownSensitivity,
          herdSensitivity: cohort.panicHerdSensitivity * cohort.herding,
          cap: StepLoop.panicCap)
        world.markets[market].panicClock[clock] +=
          hazard.rate(
            drawdown: world.history.standardisedDrawdown(asset), herdExcess: herdExcess) * years
      }
    }
  }

  /// One panic an hour at most.
  private static let panicCap = 8760.0

  // MARK: Liquidators' inventories

  /// Inventories are sold at a constant rate of what is left.
  private mutating func unwindInventories() {
    guard world.liquidators.holdsInventory else { return }
    for (index, group) in blueprint.liquidators.enumerated() where group.kind == .inventory {
      let share = -expm1(-blueprint.stepYears / group.unwindYears)
      let start = world.liquidators.memberStart
      for member in start[index]..<start[index + 1] {
        for asset in blueprint.assets.indices {
          let held = world.liquidators.inventory(of: member, in: asset)
          guard held > 0 else { continue }
          // A remainder worth less than a dollar is sold whole.
          let isSmall = held * world.marketPrice[asset] < 1
          var order = Order(.inventorySale, priority: .liquidator)
          order.asset = asset
          order.tokens = isSmall ? held : held * share
          order.group = index
          order.member = member
          world.orders.append(order)
        }
      }
    }
  }
}
