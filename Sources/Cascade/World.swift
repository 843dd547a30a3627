package import Agents
package import Markets
import SimulationCore

/// All mutable state of one path: built once per worker, put back to time 0 for each path.
package struct World: Sendable {
  // Prices, USD, one an asset.
  package var exogenousPrice: [Double]
  package var marketPrice: [Double]
  package var spotMarkets: [SpotMarket]
  var history: MarketHistory
  /// What the price model's regimes do to venues and gas, and the one of the step.
  let regimes: [MarketRegime]
  var regime = MarketRegime()
  /// Moving volatility a year at the step's start, one an asset.
  var volatility: [Double]

  // Oracles: what protocols read, and what they would read had nobody sold.
  package var feeds: [PriceFeed]
  var shadowFeeds: [PriceFeed]
  /// Lowest and highest shadow prices so far, `[oracle][asset]`.
  var shadowLow: [[Double]]
  var shadowHigh: [[Double]]

  package var markets: [MarketState]
  var liquidators: LiquidatorDesk
  var orders: [Order] = []
  var ledger: CascadeLedger
  var scratch = LiquidationScratch()
  /// Deficits of a market's reserves before a call, one an asset.
  var deficitBefore: [Double]

  var gasDeviation = 0.0
  var gasGwei = 0.0
  /// Fearful share of the crowd.
  var fear = 0.0
  /// USD liquidated in each step, for the crowd's memory of the last hour.
  var liquidatedByStep: [Double]

  package var outcome: PathOutcome
  var runningPeak: [Double]
  /// Whether any order has met a venue, so that the path differs from one without feedback.
  var hasTraded = false
  /// Whether prices, indices or accounts have moved since the last test of the accounts.
  var hasChanged = true

  package init(_ blueprint: Blueprint) {
    let start = blueprint.startPrices
    exogenousPrice = start
    marketPrice = start
    runningPeak = start
    volatility = start
    spotMarkets = blueprint.spotMarkets
    feeds = blueprint.oracles.map { _ in
      PriceFeed(prices: start, stepSeconds: blueprint.stepSeconds)
    }
    shadowFeeds = feeds
    shadowLow = blueprint.oracles.map { _ in start }
    shadowHigh = shadowLow
    markets = blueprint.markets.map {
      MarketState(
        $0, startPrices: start, drift: blueprint.assets.map(\.drift),
        watchStep: blueprint.engine == .watched ? blueprint.watchStep(oracle: $0.oracle) : nil,
        boxes: blueprint.watchBoxes)
    }
    liquidators = LiquidatorDesk(
      blueprint.liquidators, assetCount: start.count, seed: blueprint.seed)
    ledger = CascadeLedger(
      stepCount: blueprint.stepCount, stepSeconds: blueprint.stepSeconds,
      // Where lows are drawn, there are rounds at the low and at the end.
      roundsPerStep: blueprint.roundsPerStep * (blueprint.lows == nil ? 1 : 2))
    liquidatedByStep = [Double](repeating: 0, count: blueprint.stepCount)
    deficitBefore = [Double](repeating: 0, count: start.count)
    var collateral = [Double](repeating: 0, count: start.count)
    for market in blueprint.markets {
      for leg in market.pool.positions.legAsset.indices {
        let asset = Int(market.pool.positions.legAsset[leg])
        guard market.pool.parameters[asset].liquidationThreshold > 0 else { continue }
        collateral[asset] += market.pool.collateral(leg) * start[asset]
      }
    }
    history = MarketHistory(
      startPrices: start, startVolatility: blueprint.startVolatility, weights: collateral,
      stepCount: blueprint.stepCount, stepYears: blueprint.stepYears)
    regimes = blueprint.priceModel.regimes
    outcome = PathOutcome(assetCount: start.count)
    orders.reserveCapacity(1024)
  }

  /// Puts everything back to time 0; allocates nothing that a path before has not allocated.
  mutating func reset(_ blueprint: Blueprint, path: Int) {
    for asset in blueprint.assets.indices {
      let price = blueprint.assets[asset].initialPrice
      exogenousPrice[asset] = price
      marketPrice[asset] = price
      runningPeak[asset] = price
      spotMarkets[asset].reset()
    }
    history.reset(to: marketPrice)
    for oracle in feeds.indices {
      feeds[oracle].reset(to: marketPrice)
      shadowFeeds[oracle].reset(to: marketPrice)
      shadowLow[oracle].overwrite(with: marketPrice)
      shadowHigh[oracle].overwrite(with: marketPrice)
    }
    for market in markets.indices {
      markets[market].reset(
        blueprint.markets[market], random: PathRandom(seed: blueprint.seed, path: UInt32(path)),
        accountOffset: accountOffset(of: market))
    }
    liquidators.reset()
    orders.removeAll(keepingCapacity: true)
    ledger.reset()
    liquidatedByStep.fill(with: 0)
    gasDeviation = 0
    gasGwei = 0
    fear = blueprint.herd?.mean ?? 0
    hasTraded = false
    hasChanged = true
    outcome = PathOutcome(assetCount: blueprint.assetCount)
    outcome.path = path
    for asset in marketPrice.indices { outcome.assets[asset].minPriceUSD = marketPrice[asset] }
  }

  /// Accounts of several markets are numbered through, market after market.
  func accountOffset(of market: Int) -> Int {
    markets[..<market].reduce(0) { $0 + $1.pool.positions.accountCount }
  }
}

/// The mutable state of one lending market on a path.
package struct MarketState: Sendable {
  package var pool: LendingPool
  package var owners: OwnerState
  private let startOwners: OwnerState
  /// Of every account at time 0, USD.
  let startEquity: [Double]
  var weights: HealthWeights
  /// Threshold-weighted collateral and debt of the accounts at the last test, USD.
  ///
  /// With the watched engine only of those whom that test asked or `refresh` has computed since; the
  /// entries of all others are old.
  package var threshold: [Double]
  package var debt: [Double]
  /// Liquidatable accounts at the last test, ascending.
  package var liquidatable: [Int32] = []
  /// Those that liquidators look at in the round, in their order.
  private(set) var candidates: [Int32] = []
  /// Whether the last test found an account that was healthy at the test before.
  var foundNew = false
  /// Seconds since the start at which the account was first seen liquidatable; infinite = healthy.
  var unhealthySince: [Double]
  /// Generation if sales made the account liquidatable, or of its first call in this spell.
  var generation: [Int16]
  var isLiquidatedInSpell: [Bool]
  var lastCascade: [Int32]
  /// Step of the account's last liquidation, and of its last rescue that is ahead in the race.
  var lastLiquidation: [Int32]
  var rescueAhead: [Int32]
  /// Whether the round under way has liquidated anybody here.
  var didLiquidate = false
  private let repeatsWithinStep: Bool
  /// The ledger's round at the last test.
  var testedRound = 0
  /// Those of the test before, and room for a test's list.
  private var unhealthyBefore: [Int32] = []
  var room: [Int32]

  /// Owners who enter or leave their zone in this step, ascending.
  var movers: [Int32] = []
  /// Owners who are due in this step, ascending.
  var due: [Int32] = []
  /// Orders of this step that have not been handed over yet.
  var wishes: [Order] = []
  // Figures of the cohorts that the zones need for every account; the last is `[cohort][asset]`.
  let exitBound: [Double]
  let takeProfitMultiple: [Double]
  let releverageBelow: [Double]
  let leverageWishes: [LeverageWish]

  /// Health below which the owner's attention runs; 0 = it never does.
  let zoneTrigger: [Double]
  /// Cohorts whose owners look for profit or leverage, too.
  let looksForMore: [Bool]
  let panicHazards: [PanicHazard]
  /// Room for one draw an account.
  var firstDraws: [Double]
  /// A bit an account, for sorting; none is set.
  var marks: [UInt64]
  /// The clocks that any account runs on.
  let usedClocks: [Int]
  /// Index of each active account's clocks: its cohort and its main collateral.
  let clockOf: [Int32]

  /// Of no account where the engine is dense.
  var watch: MarketWatch
  let isWatched: Bool

  /// Borrow rate a year of each asset at the step's start.
  var borrowRate: [Double]

  // Clocks of the cohorts, `[cohort][asset]`, and the rates at which they run in this step.
  var attentionClock: [Double]
  var attentionRate: [Double]
  var panicClock: [Double]

  /// `watchStep` is what each price moves in a step, as a fraction; `nil` makes the engine dense.
  init(
    _ blueprint: MarketBlueprint, startPrices: [Double], drift: [Double], watchStep: [Double]?,
    boxes: WatchBoxes
  ) {
    let count = blueprint.pool.positions.accountCount
    isWatched = watchStep != nil
    repeatsWithinStep = blueprint.rules.repeatsWithinStep
    pool = blueprint.pool
    var start = OwnerState(accountCount: count)
    start.cash = blueprint.traits.spareCash
    start.miscalibration = blueprint.traits.miscalibration
    let equities = (0..<count).map { blueprint.pool.health(of: $0, at: startPrices).equityUSD }
    startEquity = equities
    for account in 0..<count where blueprint.traits.cohort[account] >= 0 {
      start.referenceEquity[account] = equities[account]
      start.equityYesterday[account] = equities[account]
      let leg = Int(blueprint.traits.collateralLeg[account])
      start.costBasis[account] = startPrices[Int(pool.positions.legAsset[leg])]
      start.skillLogOdds[account] = SelfAttribution().logOdds(
        prior: StepLoop.priorSkill, successes: 0, trades: 0)
    }
    owners = start
    startOwners = start
    weights = HealthWeights(assetCount: pool.assetCount)
    threshold = [Double](repeating: 0, count: count)
    debt = threshold
    unhealthySince = [Double](repeating: .infinity, count: count)
    generation = [Int16](repeating: 0, count: count)
    isLiquidatedInSpell = [Bool](repeating: false, count: count)
    lastCascade = [Int32](repeating: 0, count: count)
    lastLiquidation = [Int32](repeating: -1, count: count)
    rescueAhead = lastLiquidation
    borrowRate = [Double](repeating: 0, count: pool.assetCount)
    attentionClock = [Double](
      repeating: 0, count: max(1, blueprint.cohorts.count) * pool.assetCount)
    attentionRate = attentionClock
    panicClock = attentionClock
    liquidatable.reserveCapacity(count)
    unhealthyBefore.reserveCapacity(count)
    room = [Int32](repeating: 0, count: count + 1)
    movers.reserveCapacity(blueprint.traits.active.count)
    due.reserveCapacity(blueprint.traits.active.count)
    exitBound = blueprint.cohorts.map(\.exitBound)
    takeProfitMultiple = blueprint.cohorts.map { $0.takeProfitMultiple ?? .infinity }
    releverageBelow = blueprint.cohorts.map { $0.sizesLeverage ? $0.releverageBelow : 0 }
    looksForMore = zip(takeProfitMultiple, releverageBelow).map { $0 < .infinity || $1 > 0 }
    clockOf = (0..<count).map { account in
      let cohort = Int32(blueprint.traits.cohort[account])
      guard cohort >= 0 else { return -1 }
      let leg = Int(blueprint.traits.collateralLeg[account])
      let asset = blueprint.pool.positions.legAsset[leg]
      return cohort * Int32(blueprint.pool.assetCount) + asset
    }
    zoneTrigger = (0..<count).map { account in
      let hasZone =
        blueprint.traits.cohort[account] >= 0 && blueprint.traits.attentionRate[account] > 0
      return hasZone ? blueprint.traits.triggerHealth[account] : 0
    }
    firstDraws = [Double](repeating: 0, count: blueprint.traits.active.isEmpty ? 0 : count)
    marks = [UInt64](repeating: 0, count: (count + 63) / 64)
    panicHazards = blueprint.cohorts.map(\.panic)
    usedClocks = Set(clockOf).filter { $0 >= 0 }.map(Int.init).sorted()
    watch = MarketWatch(
      watchStep == nil ? blueprint.withoutAccounts : blueprint, zoneTrigger: zoneTrigger,
      clockOf: watchStep == nil ? [] : clockOf, clockCount: panicClock.count,
      looksForMore: looksForMore, prices: startPrices,
      step: watchStep ?? [Double](repeating: 0, count: pool.assetCount), boxes: boxes)
    leverageWishes = blueprint.cohorts.flatMap { cohort in
      zip(drift, blueprint.pool.parameters).map { drift, reserve in
        LeverageWish(
          cohort: cohort, drift: cohort.expectedReturn ?? drift, loanToValue: reserve.loanToValue)
      }
    }
  }

  mutating func reset(_ blueprint: MarketBlueprint, random: PathRandom, accountOffset: Int) {
    pool.reset(to: blueprint.pool)
    owners.reset(to: startOwners)
    liquidatable.removeAll(keepingCapacity: true)
    foundNew = false
    didLiquidate = false
    unhealthySince.fill(with: .infinity)
    isLiquidatedInSpell.fill(with: false)
    lastCascade.fill(with: 0)
    lastLiquidation.fill(with: -1)
    rescueAhead.fill(with: -1)
    testedRound = 0
    attentionClock.fill(with: 0)
    panicClock.fill(with: 0)
    startClocks(blueprint, random: random, accountOffset: accountOffset)
    if isWatched { watch.reset(owners) }
  }

  /// What the watched engine has done on all paths so far.
  package var watchCounts: WatchCounts { watch.counts }

  mutating func updateBorrowRates() { pool.borrowRates(into: &borrowRate) }

  /// Whether anybody may touch the account in this round.
  ///
  /// Not where a bot's rescue is ahead in the race, nor twice a step where the rules forbid it.
  func mayLiquidate(_ account: Int, _ step: Int, _ round: Int) -> Bool {
    if round == 0 && rescueAhead[account] == Int32(step) { return false }
    return repeatsWithinStep || lastLiquidation[account] != Int32(step)
  }

  /// Whether a rescue landed first in this step and did not suffice: now liquidators have their turn.
  func hasFailedRescue(_ step: Int) -> Bool {
    liquidatable.contains { rescueAhead[Int($0)] == Int32(step) }
  }

  /// Lists the accounts that may be liquidated in this round, those with the largest debt first.
  mutating func listCandidates(_ step: Int, _ round: Int) {
    candidates.removeAll(keepingCapacity: true)
    for account in liquidatable where mayLiquidate(Int(account), step, round) {
      candidates.append(account)
    }
    candidates.sort { (debt[Int($0)], -$0) > (debt[Int($1)], -$1) }
  }

  /// Whether accounts liquidated in this round are still liquidatable and may be called again.
  var isUnfinished: Bool { didLiquidate && repeatsWithinStep && !liquidatable.isEmpty }

  /// Tests the accounts at the oracle's prices and lists those that may be liquidated.
  ///
  /// `leastHealth` is the smallest health factor recorded on the path, `recordsHealth` whether
  /// `smallestHealth` is asked for after this test.
  mutating func test(
    _ plan: MarketBlueprint, prices: [Double], now: Double, leastHealth: Double,
    recordsHealth: Bool, ledger: borrowing CascadeLedger
  ) {
    let hasMoved = weights.update(pool: pool, prices: prices)
    swap(&liquidatable, &unhealthyBefore)
    if isWatched {
      testAsked(
        plan, leastHealth: leastHealth, recordsHealth: recordsHealth, hasMoved: hasMoved,
        before: unhealthyBefore)
    } else {
      pool.positions.scan(
        weights, threshold: &threshold, debt: &debt, liquidatable: &liquidatable, room: &room)
    }
    for account in unhealthyBefore.lazy.map(Int.init) where !(threshold[account] < debt[account]) {
      unhealthySince[account] = .infinity
    }
    foundNew = false
    for account in liquidatable.lazy.map(Int.init) where unhealthySince[account] == .infinity {
      unhealthySince[account] = now
      isLiquidatedInSpell[account] = false
      generation[account] = Int16(clamping: ledger.inducedGeneration(since: testedRound))
      foundNew = true
    }
    testedRound = ledger.round
  }
}
