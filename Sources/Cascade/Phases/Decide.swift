import Agents
import Foundation
import Markets
import SimulationCore

/// Owners perceive and choose; liquidators unwind. All read the same snapshot and only append orders.
extension StepLoop {
  mutating func decide(_ step: Int) {
    recordHealth()
    priceGas(step)
    stepHerd(step)
    unwindInventories()
    for market in world.markets.indices where !blueprint.markets[market].traits.active.isEmpty {
      let seen = snapshot(market, step)
      if isDayEnd(step) { world.markets[market].closeDay(seen) }
      world.markets[market].setRates(seen)
      world.markets[market].moveZones(seen)
      world.markets[market].advanceClocks(seen)
      world.markets[market].collectDue(seen)
      world.markets[market].actDue(seen, orders: &world.orders)
    }
  }

  private mutating func snapshot(_ market: Int, _ step: Int) -> Snapshot {
    for asset in blueprint.assets.indices {
      world.volatility[asset] = world.history.volatility(asset)
    }
    world.markets[market].updateBorrowRates()
    return Snapshot(
      plan: blueprint.markets[market], market: market, step: step, now: years(step),
      stepYears: blueprint.stepYears, random: random,
      firstKey: UInt32(world.accountOffset(of: market)), marketPrice: world.marketPrice,
      exogenousPrice: world.exogenousPrice, oraclePrice: oraclePrices(market),
      volatility: world.volatility, borrowRate: world.markets[market].borrowRate,
      history: world.history,
      spotMarkets: world.spotMarkets, herdExcess: world.fear - (blueprint.herd?.mean ?? 0))
  }

  // MARK: The crowd

  /// Moves the fearful share by one moment-matched Beta draw.
  private mutating func stepHerd(_ step: Int) {
    guard let herd = blueprint.herd else { return }
    let loss = max(0, -world.history.standardisedHourReturn(world.history.indexColumn))
    var depth = 0.0
    for asset in world.spotMarkets.indices { depth += world.spotMarkets[asset].depth2Percent }
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

  /// Whether a simulated day ends with this step.
  private func isDayEnd(_ step: Int) -> Bool {
    Int(seconds(step) / 86_400) > Int(Double(step) * blueprint.stepSeconds / 86_400)
  }

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
