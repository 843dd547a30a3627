import Markets
import SimulationCore

/// Workload L: a plain pool whose sales move the prices of the steps that follow.
///
/// A step tests every account at the same prices, liquidates the unhealthy ones once each, and then
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
  private var threshold: [Double]
  private var debt: [Double]
  private var liquidatable: [Int32] = []
  private var room: [Int32]
  private var price = [Double](repeating: 1, count: WorkloadMarket.assetCount)
  private var logPrice = [Double](repeating: 0, count: WorkloadMarket.assetCount)
  /// Log distance of the market price below the exogenous one.
  private var displacement = [Double](repeating: 0, count: WorkloadMarket.assetCount)
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

  init(_ model: any PriceModel, jump: Double, book: Positions, blockPaths: Int) {
    self.model = model
    self.jump = jump
    let accounts = book.accountCount
    rules = WorkloadMarket.rules(accounts: accounts)
    start = LendingPool(parameters: rules.reserves, positions: book)
    pool = start
    weights = HealthWeights(assetCount: WorkloadMarket.assetCount)
    threshold = [Double](repeating: 0, count: accounts)
    debt = threshold
    room = [Int32](repeating: 0, count: accounts + 1)
    wasLiquidated = [Bool](repeating: false, count: accounts)
    block = PriceBlock(
      capacity: blockPaths, stepCount: WorkloadMarket.stepCount,
      assetCount: WorkloadMarket.assetCount)
  }

  mutating func run(_ paths: Range<Int>, into rows: inout [Double]) {
    block.resize(to: paths.count)
    model.fill(&block, firstPath: paths.lowerBound, seed: WorkloadMarket.seed)
    for slot in 0..<paths.count {
      runPath(slot)
      rows += [
        row.liquidatedUSD, row.badDebtUSD, Double(row.liquidations), Double(row.accounts),
        row.lowest, price[0],
      ]
    }
  }

  private mutating func runPath(_ slot: Int) {
    pool.reset(to: start)
    displacement.fill(with: 0)
    wasLiquidated.fill(with: false)
    row = Row()
    for step in 0..<WorkloadMarket.stepCount {
      movePrices(step, slot)
      weights.update(pool: pool, prices: price)
      pool.positions.scan(
        weights, threshold: &threshold, debt: &debt, liquidatable: &liquidatable, room: &room)
      for index in liquidatable.indices { liquidate(Int(liquidatable[index])) }
      sell()
    }
  }

  private mutating func movePrices(_ step: Int, _ slot: Int) {
    let offset = block.offset(path: slot, step: step)
    for asset in price.indices {
      let isHit = step >= WorkloadMarket.jumpStep && asset < WorkloadMarket.reserve.count
      logPrice[asset] = block.logPrice[offset + asset] + (isHit ? jump : 0) - displacement[asset]
    }
    VectorMath.exp(logPrice, count: logPrice.count, into: &price)
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
    if !wasLiquidated[account] { row.accounts += 1 }
    wasLiquidated[account] = true
  }

  private mutating func sell() {
    for asset in spotMarkets.indices {
      displacement[asset] *= WorkloadMarket.impactKept
      guard sold[asset] > 0 else { continue }
      displacement[asset] += spotMarkets[asset].quote(sold[asset], from: 0).displacement
      sold[asset] = 0
    }
  }
}
