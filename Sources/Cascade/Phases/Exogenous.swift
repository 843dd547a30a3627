import Foundation
import Markets
import SimulationCore

/// Accrue, shock and observe: what happens to a path before anybody decides.
extension StepLoop {
  /// Interest moves every reserve's indices to the end of the step.
  mutating func accrue(_ step: Int) {
    for market in world.markets.indices {
      world.markets[market].pool.accrue(years: blueprint.stepYears)
    }
  }

  /// Where lows are drawn, prices touch the step's on their way to its end.
  ///
  /// Oracles see it, accounts are judged at it and liquidators act on it, every asset at its own low at
  /// once; owners decide at the step's end only. Prices owe nothing to sales here.
  mutating func touchLow(_ step: Int, _ block: borrowing PriceBlock, _ slot: Int) {
    guard block.keepsInside else { return }
    enterRegime(step, block, slot)
    let offset = block.offset(path: slot, step: step)
    for asset in blueprint.assets.indices { moveExogenously(asset, to: block.low[offset + asset]) }
    recordDrawdowns()
    priceGas(step)
    observe(step)
    recordHealth()
    priceGas(step)
    sellOut(step)
  }

  /// The exogenous return moves each market price; earlier impact decays; gas moves.
  mutating func shock(_ step: Int, _ block: borrowing PriceBlock, _ slot: Int) {
    enterRegime(step, block, slot)
    let offset = block.offset(path: slot, step: step)
    for asset in blueprint.assets.indices {
      world.spotMarkets[asset].recover(years: blueprint.stepYears)
      moveExogenously(asset, to: block.logPrice[offset + asset])
    }
    if recording.events { noteShocks(step) }
    if blueprint.gas.volatility > 0 {
      world.gasDeviation = blueprint.gas.nextDeviation(
        world.gasDeviation, years: blueprint.stepYears, z: random.normal(.gas, UInt32(step)))
    }
    priceGas(step)
  }

  /// The price model's regime of the step, where it has any, rules venues and gas.
  private mutating func enterRegime(
    _ step: Int, _ block: borrowing PriceBlock, _ slot: Int
  ) {
    guard !world.regimes.isEmpty else { return }
    world.regime = world.regimes[block.regime(path: slot, step: step)]
  }

  /// Gives an asset the exogenous log price, relative to its start, and its venues their conditions.
  private mutating func moveExogenously(_ asset: Int, to logPrice: Double) {
    world.hasChanged = true
    let relative = exp(logPrice)
    world.exogenousPrice[asset] = blueprint.assets[asset].initialPrice * relative
    world.spotMarkets[asset].prepare(
      VenueConditions(
        relativePrice: relative, drawdown: world.history.fallFromStart(asset),
        isStressed: world.history.isStressed(asset), regimeFactor: world.regime.depthFactor))
    movePrice(of: asset)
  }

  /// Notes the scripted shocks that begin in this step, one event an asset.
  private mutating func noteShocks(_ step: Int) {
    for shock in blueprint.shocks where shock.firstStep == step && shock.happens(random) {
      for asset in shock.assets {
        note(.shock, step) { event, world in
          event.collateralAsset = asset
          event.marketPriceUSD = world.marketPrice[asset]
        }
      }
    }
  }

  /// Gas at what the level and the accounts that are liquidatable now make of it.
  ///
  /// Asked before oracles publish, and again once everybody has seen who is liquidatable.
  mutating func priceGas(_ step: Int) {
    var liquidatable = 0
    for market in world.markets.indices { liquidatable += world.markets[market].liquidatable.count }
    world.gasGwei = blueprint.gas.gwei(
      hours: seconds(step) / 3600, deviation: world.gasDeviation,
      liquidatableAccounts: liquidatable, regimeFactor: world.regime.gasFactor)
  }

  /// The market price is the exogenous price times e^(-displacement).
  mutating func movePrice(of asset: Int) {
    let displacement = world.spotMarkets[asset].displacement
    world.marketPrice[asset] =
      displacement == 0
      ? world.exogenousPrice[asset] : world.exogenousPrice[asset] * exp(-displacement)
    let price = world.marketPrice[asset]
    world.outcome.assets[asset].minPriceUSD = min(world.outcome.assets[asset].minPriceUSD, price)
    let impactBps = abs(price / world.exogenousPrice[asset] - 1) * 1e4
    if impactBps > world.outcome.assets[asset].maxPriceImpactBps {
      world.outcome.assets[asset].maxPriceImpactBps = impactBps
    }
  }

  /// Oracles publish, and the accounts are tested at what they published: all, or those who are watched.
  ///
  /// `recordsHealth` says whether the smallest health is recorded next.
  mutating func observe(_ step: Int, recordsHealth: Bool = true) {
    let now = seconds(step)
    guard world.hasChanged else {
      for market in world.markets.indices { world.markets[market].foundNew = false }
      return
    }
    world.hasChanged = false
    for oracle in blueprint.oracles.indices {
      let before = recording.events ? world.feeds[oracle] : nil
      blueprint.oracles[oracle].observe(
        marketPrices: world.marketPrice, now: now, gasGwei: world.gasGwei,
        feed: &world.feeds[oracle])
      blueprint.oracles[oracle].observe(
        marketPrices: world.exogenousPrice, now: now, gasGwei: world.gasGwei,
        feed: &world.shadowFeeds[oracle])
      for asset in blueprint.assets.indices {
        let price = world.shadowFeeds[oracle].price[asset]
        world.shadowLow[oracle][asset] = min(world.shadowLow[oracle][asset], price)
        world.shadowHigh[oracle][asset] = max(world.shadowHigh[oracle][asset], price)
        let gapBps = abs(world.feeds[oracle].price[asset] / world.marketPrice[asset] - 1) * 1e4
        if gapBps > world.outcome.maxOracleGapBps { world.outcome.maxOracleGapBps = gapBps }
      }
      if let before { noteUpdates(oracle, step, since: before) }
    }
    for market in world.markets.indices {
      world.markets[market].test(
        blueprint.markets[market], prices: world.feeds[blueprint.markets[market].oracle].price,
        now: now, leastHealth: world.outcome.minHealthFactor, recordsHealth: recordsHealth,
        ledger: world.ledger)
    }
  }

  private mutating func noteUpdates(_ oracle: Int, _ step: Int, since before: PriceFeed) {
    for asset in blueprint.assets.indices
    where world.feeds[oracle].publishedAt[asset] != before.publishedAt[asset]
      || world.feeds[oracle].price[asset] != before.price[asset]
    {
      note(.oracleUpdate, step) { event, world in
        event.collateralAsset = asset
        event.marketPriceUSD = world.marketPrice[asset]
        event.oraclePriceUSD = world.feeds[oracle].price[asset]
      }
    }
  }
}
