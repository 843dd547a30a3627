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
  private let jumpFactor: Double
  private let start: LendingPool
  private let rules: FixedSpreadMarket
  private let spotMarkets = WorkloadMarket.spotMarkets
  private var block: PriceBlock
  /// e^logPrice of the block.
  private var exogenous: [Double] = []
  private var pool: LendingPool
  private var weights: HealthWeights
  /// `nil` for the dense engine, which tests every account in every step.
  private var watch: HealthWatch?
  private var threshold: [Double]
  private var debt: [Double]
  private var liquidatable: [Int32] = []
  private var room: [Int32]
  /// Accounts liquidated on the path under way.
  private var changed: [Int32] = []
  private var price = [Double](repeating: 1, count: WorkloadMarket.assetCount)
  /// Log distance of the market price below the exogenous one.
  private var displacement = [Double](repeating: 0, count: WorkloadMarket.assetCount)
  /// Whether any sale has moved a price on the path under way.
  private var isMoved = false
  private var minusDisplacement = [Double](repeating: 0, count: WorkloadMarket.assetCount)
  private var impact = [Double](repeating: 1, count: WorkloadMarket.assetCount)
  private var sold = [Double](repeating: 0, count: WorkloadMarket.assetCount)
  private var wasLiquidated: [Bool]
  private var offers: [LiquidationOffer] = []
  private var seizures: [Seizure] = []
  private var row = Row()

  private struct Row {
    var liquidatedUSD = 0.0
    var badDebtUSD = 0.0
    var liquidations = 0
    var accounts = 0
    var lowest = 1.0
  }

  init(
    _ model: any PriceModel, settings: WorkloadSettings, book: Positions, blockPaths: Int
  ) {
    self.model = model
    jump = settings.jump
    jumpFactor = exp(settings.jump)
    let accounts = book.accountCount
    rules = WorkloadMarket.rules(accounts: accounts)
    start = LendingPool(parameters: rules.reserves, positions: book)
    pool = start
    weights = HealthWeights(assetCount: WorkloadMarket.assetCount)
    let tested = settings.engine == .dense ? accounts : 0
    threshold = [Double](repeating: 0, count: tested)
    debt = threshold
    room = [Int32](repeating: 0, count: tested + 1)
    if settings.engine == .watched {
      weights.update(pool: pool, prices: price)
      watch = HealthWatch(
        pool: pool, weights: weights, step: WorkloadMarket.step(multiplier: settings.multiplier))
    }
    wasLiquidated = [Bool](repeating: false, count: accounts)
    block = PriceBlock(
      capacity: blockPaths, stepCount: WorkloadMarket.stepCount,
      assetCount: WorkloadMarket.assetCount)
  }

  mutating func run(_ paths: Range<Int>, into rows: inout [Double]) {
    block.resize(to: paths.count)
    model.fill(&block, firstPath: paths.lowerBound, seed: WorkloadMarket.seed)
    exogenous = VectorMath.exp(block.logPrice)
    for slot in 0..<paths.count {
      runPath(slot)
      rows += [
        row.liquidatedUSD, row.badDebtUSD, Double(row.liquidations), Double(row.accounts),
        row.lowest, price[0],
      ]
    }
  }

  private mutating func runPath(_ slot: Int) {
    pool.reset(to: start, changed: changed)
    watch?.reset()
    for account in changed { wasLiquidated[Int(account)] = false }
    changed.removeAll(keepingCapacity: true)
    displacement.fill(with: 0)
    isMoved = false
    row = Row()
    for step in 0..<WorkloadMarket.stepCount {
      movePrices(step, slot)
      weights.update(pool: pool, prices: price)
      findLiquidatable()
      guard !liquidatable.isEmpty || isMoved else { continue }
      for index in liquidatable.indices { liquidate(Int(liquidatable[index])) }
      sell()
    }
  }

  /// Lists the accounts whose debt exceeds their weighted collateral, ascending.
  private mutating func findLiquidatable() {
    guard watch != nil else {
      pool.positions.scan(
        weights, threshold: &threshold, debt: &debt, liquidatable: &liquidatable, room: &room)
      return
    }
    watch?.test(weights)
    liquidatable.removeAll(keepingCapacity: true)
    guard let candidates = watch?.candidates, !candidates.isEmpty else { return }
    for account in candidates {
      let (threshold, debt) = pool.positions.weigh(Int(account), weights)
      if threshold < debt { liquidatable.append(account) }
    }
    liquidatable.sort()
  }

  private mutating func movePrices(_ step: Int, _ slot: Int) {
    let offset = block.offset(path: slot, step: step)
    for asset in price.indices { price[asset] = exogenous[offset + asset] }
    if step >= WorkloadMarket.jumpStep && jump != 0 {
      for asset in spotMarkets.indices { price[asset] *= jumpFactor }
    }
    if isMoved {
      for asset in displacement.indices { minusDisplacement[asset] = -displacement[asset] }
      VectorMath.exp(minusDisplacement, count: minusDisplacement.count, into: &impact)
      for asset in price.indices { price[asset] *= impact[asset] }
    }
    row.lowest = min(row.lowest, price[0])
  }

  private mutating func liquidate(_ account: Int) {
    offers.removeAll(keepingCapacity: true)
    seizures.removeAll(keepingCapacity: true)
    rules.offers(account: account, pool: pool, prices: price, into: &offers)
    guard let offer = offers.first else { return }
    let receipt = rules.liquidate(
      offer, repaying: offer.maximumRepayment, pool: &pool, prices: price, seizures: &seizures)
    for seizure in seizures { sold[seizure.asset] += seizure.tokens }
    row.liquidatedUSD += receipt.repaidUSD
    row.badDebtUSD += receipt.badDebtUSD
    row.liquidations += 1
    watch?.update(account, pool.positions, lower: 1, upper: .infinity)
    guard !wasLiquidated[account] else { return }
    wasLiquidated[account] = true
    row.accounts += 1
    changed.append(Int32(account))
  }

  private mutating func sell() {
    isMoved = true
    for asset in spotMarkets.indices {
      displacement[asset] *= WorkloadMarket.impactKept
      guard sold[asset] > 0 else { continue }
      displacement[asset] += spotMarkets[asset].quote(sold[asset], from: 0).displacement
      sold[asset] = 0
    }
  }
}
