import Cascade
import Foundation
import Markets
import SimulationCore

/// Workload L: a plain pool whose sales move the prices of the steps that follow.
///
/// A step tests the accounts at the same prices, liquidates the unhealthy ones once each, and then
/// sells what was seized: impact first decays by 2 %, then grows by what a pool at rest would move.
struct LiquidationWorker: WorkloadWorker {
  static let statistics = [
    "liquidated_usd", "bad_debt_usd", "liquidations", "accounts_liquidated", "min_price_0",
    "end_price_0",
  ]

  private let model: any PriceModel
  private let jump: Double
  private let start: LendingPool
  private let rules: FixedSpreadMarket
  private let spotMarkets = WorkloadMarket.spotMarkets
  private var block: PriceBlock
  private var pool: LendingPool
  private var weights: HealthWeights
  /// `nil` for the dense engine, which tests every account in every step.
  private var watch: HealthWatch?
  private let isWatched: Bool
  private var threshold: [Double]
  private var debt: [Double]
  private var liquidatable: [Int32] = []
  /// Of every account at all times.
  private let levels: [WatchLevels]
  private var room: [Int32]
  private var marks: [UInt64]
  /// Accounts liquidated on the path under way.
  private var changed: [Int32] = []
  private var course: PriceCourse
  private var sold = [Double](repeating: 0, count: WorkloadMarket.assetCount)
  private var wasLiquidated: [Bool]
  private var offers: [LiquidationOffer] = []
  private var seizures: [Seizure] = []
  private var row = Row()

  /// Wider than for single steps: what is listed costs little where a stretch of steps is one test.
  private static let boxes = WatchBoxes(narrow: 14, wide: 32, least: 0.001)

  private struct Row {
    var liquidatedUSD = 0.0
    var badDebtUSD = 0.0
    var liquidations = 0
    var accounts = 0
  }

  init(
    _ model: any PriceModel, settings: WorkloadSettings, book: Positions, blockPaths: Int
  ) {
    self.model = model
    jump = settings.jump
    let accounts = book.accountCount
    rules = WorkloadMarket.rules(accounts: accounts)
    start = LendingPool(parameters: rules.reserves, positions: book)
    pool = start
    course = PriceCourse(
      supplyIndex: pool.reserves.map(\.supplyIndex), threshold: WorkloadMarket.threshold,
      debtIndex: pool.reserves.map(\.debtIndex), kept: WorkloadMarket.impactKept)
    weights = HealthWeights(assetCount: WorkloadMarket.assetCount)
    isWatched = settings.engine == .watched
    let tested = settings.engine == .dense ? accounts : 0
    threshold = [Double](repeating: 0, count: tested)
    debt = threshold
    room = [Int32](repeating: 0, count: accounts + 1)
    marks = [UInt64](repeating: 0, count: (accounts + 63) / 64)
    if isWatched {
      weights.update(pool: pool, prices: course.price)
      watch = HealthWatch(
        pool: pool, weights: weights, step: WorkloadMarket.step(multiplier: settings.multiplier),
        boxes: LiquidationWorker.boxes)
    }
    wasLiquidated = [Bool](repeating: false, count: accounts)
    levels = [WatchLevels](repeating: WatchLevels(lower: 1), count: accounts)
    block = PriceBlock(
      capacity: blockPaths, stepCount: WorkloadMarket.stepCount,
      assetCount: WorkloadMarket.assetCount)
  }

  mutating func run(_ paths: Range<Int>, into rows: inout [Double]) {
    block.resize(to: paths.count)
    model.fill(&block, firstPath: paths.lowerBound, seed: WorkloadMarket.seed)
    if jump != 0 { addJump(to: paths.count) }
    for slot in 0..<paths.count {
      runPath(slot)
      rows += [
        row.liquidatedUSD, row.badDebtUSD, Double(row.liquidations), Double(row.accounts),
        course.lowest(0), course.price[0],
      ]
    }
  }

  private mutating func addJump(to paths: Int) {
    for slot in 0..<paths {
      for step in WorkloadMarket.jumpStep..<WorkloadMarket.stepCount {
        let offset = block.offset(path: slot, step: step)
        for asset in spotMarkets.indices { block.logPrice[offset + asset] += jump }
      }
    }
  }

  private mutating func runPath(_ slot: Int) {
    pool.reset(to: start, changed: changed)
    watch?.reset()
    for account in changed { wasLiquidated[Int(account)] = false }
    changed.removeAll(keepingCapacity: true)
    course.restart(at: WorkloadMarket.startLogPrices)
    row = Row()
    let levels = levels
    var step = 0
    while true {
      step += passQuietSteps(from: step, slot)
      guard step < WorkloadMarket.stepCount else { return }
      findLiquidatable()
      liquidate()
      watch?.update(liquidatable, pool.positions, levels: levels)
      course.decay()
      if !liquidatable.isEmpty { sell() }
      step += 1
    }
  }

  /// Moves prices on to the next step at which accounts are to be tested, the dense engine's being any.
  private mutating func passQuietSteps(from step: Int, _ slot: Int) -> Int {
    let left = WorkloadMarket.stepCount - step
    let offset = block.offset(path: slot, step: step)
    if isWatched {
      return watch?.skipQuietSteps(
        of: &course, in: block.logPrice, at: offset, steps: left, weights: &weights) ?? 0
    }
    guard left > 0 else { return 0 }
    course.move(along: block.logPrice, at: offset)
    weights.update(pool: pool, prices: course.price)
    return 0
  }

  /// Lists the accounts whose debt exceeds their weighted collateral, ascending.
  private mutating func findLiquidatable() {
    guard isWatched else {
      pool.positions.scan(
        weights, threshold: &threshold, debt: &debt, liquidatable: &liquidatable, room: &room)
      return
    }
    pool.positions.scan(
      watch?.candidates ?? [], weights, liquidatable: &liquidatable, room: &room, marks: &marks)
  }

  /// Liquidates everybody listed, once each.
  private mutating func liquidate() {
    offers.removeAll(keepingCapacity: true)
    for account in liquidatable {
      rules.offers(account: Int(account), pool: pool, prices: course.price, into: &offers)
    }
    seizures.removeAll(keepingCapacity: true)
    for offer in offers {
      let receipt = rules.liquidate(
        offer, repaying: offer.maximumRepayment, pool: &pool, prices: course.price,
        seizures: &seizures)
      row.liquidatedUSD += receipt.repaidUSD
      row.badDebtUSD += receipt.badDebtUSD
      row.liquidations += 1
      guard !wasLiquidated[offer.account] else { continue }
      wasLiquidated[offer.account] = true
      row.accounts += 1
      changed.append(Int32(offer.account))
    }
    for seizure in seizures { sold[seizure.asset] += seizure.tokens }
  }

  /// Sells what was seized: to what is left of earlier impact comes what a pool at rest would move.
  private mutating func sell() {
    for asset in spotMarkets.indices where sold[asset] > 0 {
      course.add(spotMarkets[asset].displacement(after: sold[asset], from: 0), to: asset)
      sold[asset] = 0
    }
  }
}
