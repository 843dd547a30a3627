import Foundation
import Markets
import TestSupport
import Testing

@Suite("Aave v3 as a market")
struct AaveV3MarketTests {
  /// Collateral of 100 tokens at 80 USD against 9,000 USD of debt, and a borrower of the collateral.
  private func pool(lentOut: Double) -> LendingPool {
    var collateral = ReserveParameters()
    collateral.liquidationThreshold = 0.8
    collateral.initialSupply = 100 + lentOut
    var stable = ReserveParameters()
    stable.liquidationThreshold = 0.9
    var pool = LendingPool(
      parameters: [collateral, stable],
      positions: Positions(
        legStart: [0, 2, 4], legAsset: [0, 1, 0, 1], supplied: [100, 0, 0, 1_000_000],
        borrowed: [0, 9000, 0, 0]))
    _ = pool.borrow(2, lentOut + 70)
    return pool
  }

  /// 30 tokens of cash at 80 USD: 2,400 USD can be seized, 2,400 / 1.05 repaid.
  @Test("A call seizes no more than the reserve's cash, whatever it asks for")
  func cashShortage() throws {
    var pool = pool(lentOut: 50)
    #expect(pool.reserves[0].cash == 30)
    let market = AaveV3Market(reserves: pool.parameters)
    let prices = [80.0, 1.0]
    var offers: [LiquidationOffer] = []
    market.offers(account: 0, pool: pool, prices: prices, into: &offers)
    let offer = try #require(offers.first)
    #expect(agree(offer.maximumRepayment, 2400 / 1.05, relative: 1e-15))
    var seizures: [Seizure] = []
    let receipt = market.liquidate(
      offer, repaying: 9000, pool: &pool, prices: prices, seizures: &seizures)
    #expect(agree(receipt.repaidUSD, 2400 / 1.05, relative: 1e-15))
    #expect(agree(receipt.seizedUSD, 2400, relative: 1e-15))
    let received = seizures.reduce(0) { $0 + $1.tokens }
    // The fee of 10 % of the bonus stays in the pool as the treasury's claim.
    #expect(agree(received, 30 - 0.1 * (30 - 30 / 1.05), relative: 1e-14))
    #expect(receipt.badDebtUSD == 0)
    #expect(pool.reserves.map(\.deficit) == [0, 0])
  }

  @Test("An empty reserve is not offered")
  func emptyReserve() {
    var pool = pool(lentOut: 50)
    _ = pool.borrow(2, .infinity)
    var offers: [LiquidationOffer] = []
    AaveV3Market(reserves: pool.parameters).offers(
      account: 0, pool: pool, prices: [80, 1], into: &offers)
    #expect(offers.isEmpty)
  }

  /// Nobody else lends the collateral and the protocol takes no fee, so that the reserve's cash ends
  /// at the last balance, up to the rounding of its sums.
  @Test("The last accounts of a drained reserve are seized whole too")
  func lastOnes() {
    for seed in testSeeds(50) {
      var random = TestRandom(seed: seed)
      var collateral = ReserveParameters()
      collateral.liquidationThreshold = 0.8
      collateral.protocolFee = 0
      let count = 300
      let sizes = (0..<count).map { _ in random.logUniform(0.01, 10_000) }
      var pool = LendingPool(
        parameters: [collateral, ReserveParameters()],
        positions: Positions(
          legStart: (0...count).map { Int32(2 * $0) },
          legAsset: (0..<2 * count).map { Int32($0 % 2) }, supplied: sizes.flatMap { [$0, 0] },
          borrowed: sizes.flatMap { [0, $0 * 75] }))
      let receipts = sweep(&pool, AaveV3Market(reserves: pool.parameters), [50, 1])
      for account in 0..<count {
        #expect(pool.positions.supplied[2 * account] == 0, "seed \(seed)")
        #expect(pool.positions.borrowed[2 * account + 1] == 0, "seed \(seed)")
        #expect(receipts[account].badDebtUSD > 0, "seed \(seed)")
      }
    }
  }

  /// 60 % of the collateral's value lies in the asset that pays the smaller bonus.
  @Test("The offer that repays most comes first, of equal ones that with the larger bonus")
  func order() throws {
    var first = ReserveParameters()
    first.liquidationThreshold = 0.8
    first.liquidationBonus = 0.05
    var second = first
    second.liquidationBonus = 0.1
    let reserves = [first, second, ReserveParameters()]
    func offers(_ supplied: [Double], debt: Double) -> [LiquidationOffer] {
      let pool = LendingPool(
        parameters: reserves,
        positions: Positions(
          legStart: [0, 3], legAsset: [0, 1, 2], supplied: supplied + [0],
          borrowed: [0, 0, debt]))
      var offers: [LiquidationOffer] = []
      AaveV3Market(reserves: reserves).offers(
        account: 0, pool: pool, prices: [1, 1, 1], into: &offers)
      return offers
    }
    // Everything may be repaid: the 4,000 of asset 0 pay for less than the 6,000 of asset 1.
    #expect(offers([4000, 6000], debt: 9000).map(\.collateralLeg) == [1, 0])
    #expect(offers([6000, 4000], debt: 9000).map(\.collateralLeg) == [0, 1])
    // Half, 4,100, may be repaid out of either.
    #expect(offers([5000, 5000], debt: 8200).map(\.collateralLeg) == [1, 0])
  }

  /// Each account repays its largest offer once, in the order of accounts.
  private func sweep(
    _ pool: inout LendingPool, _ market: AaveV3Market, _ prices: [Double]
  ) -> [LiquidationReceipt] {
    (0..<pool.positions.accountCount).map { account in
      var offers: [LiquidationOffer] = []
      var seizures: [Seizure] = []
      guard pool.health(of: account, at: prices).isLiquidatable else {
        return LiquidationReceipt()
      }
      market.offers(account: account, pool: pool, prices: prices, into: &offers)
      guard let offer = offers.first else { return LiquidationReceipt() }
      let accepted = market.acceptedRepayment(
        offer.maximumRepayment, offer: offer, pool: pool, prices: prices)
      return market.liquidate(
        offer, repaying: accepted, pool: &pool, prices: prices, seizures: &seizures)
    }
  }

  private func crashed(_ seed: UInt64) -> (LendingPool, [Double]) {
    let (pool, _, prices) = PoolProgram.start(seed: seed)
    return (pool, zip(prices, [0.7, 0.75, 0.65, 1]).map { $0 * $1 })
  }

  private func scaled(_ pool: LendingPool, by factor: Double) -> LendingPool {
    LendingPool(
      parameters: pool.parameters,
      positions: Positions(
        legStart: pool.positions.legStart, legAsset: pool.positions.legAsset,
        supplied: pool.positions.supplied.map { $0 * factor },
        borrowed: pool.positions.borrowed.map { $0 * factor }))
  }

  @Test("Scaling all amounts by a power of two scales every result exactly", arguments: [-9, 12])
  func scaling(exponent: Int) {
    let factor = exp2(Double(exponent))
    for seed in testSeeds(50) {
      var (pool, prices) = crashed(seed)
      var large = scaled(pool, by: factor)
      var rules = AaveV3Liquidation()
      rules.minimumPartialUSD *= factor
      rules.minimumLeftoverUSD *= factor
      let market = AaveV3Market(reserves: pool.parameters)
      for _ in 0..<4 {
        let small = sweep(&pool, market, prices)
        let big = sweep(&large, AaveV3Market(reserves: pool.parameters, rules: rules), prices)
        for (one, other) in zip(small, big) {
          #expect(one.repaidUSD * factor == other.repaidUSD, "seed \(seed)")
          #expect(one.seizedUSD * factor == other.seizedUSD, "seed \(seed)")
          #expect(one.badDebtUSD * factor == other.badDebtUSD, "seed \(seed)")
        }
        pool.accrue(years: 0.01)
        large.accrue(years: 0.01)
      }
      #expect(pool.reserves.map(\.debtIndex) == large.reserves.map(\.debtIndex))
      #expect(pool.reserves.map(\.supplyIndex) == large.reserves.map(\.supplyIndex))
      #expect(pool.reserves.map { $0.cash * factor } == large.reserves.map(\.cash), "seed \(seed)")
    }
  }

  /// Without the minima in USD, which a half may fall below.
  @Test("Two halves of every account are liquidated like the whole")
  func splitting() {
    var liquidated = 0
    for seed in testSeeds(50) {
      var (pool, prices) = crashed(seed)
      var rules = AaveV3Liquidation()
      rules.minimumPartialUSD = 0
      rules.minimumLeftoverUSD = 0
      let market = AaveV3Market(reserves: pool.parameters, rules: rules)
      let half = scaled(pool, by: 0.5).positions
      let legs = half.legAsset.count
      var halves = LendingPool(
        parameters: pool.parameters,
        positions: Positions(
          legStart: half.legStart + half.legStart.dropFirst().map { $0 + Int32(legs) },
          legAsset: half.legAsset + half.legAsset, supplied: half.supplied + half.supplied,
          borrowed: half.borrowed + half.borrowed))
      let whole = sweep(&pool, market, prices)
      let parts = sweep(&halves, market, prices)
      for account in whole.indices {
        let pair = [parts[account], parts[account + whole.count]]
        #expect(pair[0].repaidUSD + pair[1].repaidUSD == whole[account].repaidUSD)
        #expect(pair[0].seizedUSD + pair[1].seizedUSD == whole[account].seizedUSD)
        #expect(pair[0].badDebtUSD + pair[1].badDebtUSD == whole[account].badDebtUSD)
        if whole[account].repaidUSD > 0 { liquidated += 1 }
      }
    }
    #expect(liquidated > 50 || testSeeds(2).count == 1)
  }

  /// Sums run in another order, so that last bits may differ.
  @Test("Relabelling assets and accounts changes nothing")
  func relabelling() {
    for seed in testSeeds(50) {
      var (pool, prices) = crashed(seed)
      let assets = [2, 0, 3, 1]
      let accounts = Array((0..<PoolProgram.accountCount).reversed())
      let legs = accounts.flatMap { account in
        assets.map { account * PoolProgram.assetCount + $0 }
      }
      var other = LendingPool(
        parameters: assets.map { pool.parameters[$0] },
        positions: Positions(
          legStart: pool.positions.legStart, legAsset: pool.positions.legAsset,
          supplied: legs.map { pool.positions.supplied[$0] },
          borrowed: legs.map { pool.positions.borrowed[$0] }))
      let receipts = sweep(&pool, AaveV3Market(reserves: pool.parameters), prices)
      let relabelled = sweep(
        &other, AaveV3Market(reserves: other.parameters), assets.map { prices[$0] })
      for (one, two) in zip(receipts, relabelled.reversed()) {
        #expect(agree(one.repaidUSD, two.repaidUSD, relative: 1e-12), "seed \(seed)")
        #expect(
          agree(
            one.badDebtUSD, two.badDebtUSD, relative: 1e-9, absolute: 1e-9 * one.repaidUSD),
          "seed \(seed)")
      }
    }
  }
}
