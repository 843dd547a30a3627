import Markets
import TestSupport
import Testing

@Suite("Fixed-spread market")
struct FixedSpreadMarketTests {
  private let market = FixedSpreadMarket(
    thresholds: [0.8, 0.7, 0.9], closeFactor: 0.5, bonus: 0.05, dustUSD: 1000)

  private func pool(_ supplied: [Double], _ borrowed: [Double]) -> LendingPool {
    LendingPool(
      parameters: market.reserves,
      positions: Positions(
        legStart: [0, 3], legAsset: [0, 1, 2], supplied: supplied, borrowed: borrowed))
  }

  private func liquidate(
    _ pool: inout LendingPool, _ prices: [Double]
  ) -> (receipt: LiquidationReceipt, seizures: [Seizure])? {
    var offers: [LiquidationOffer] = []
    market.offers(account: 0, pool: pool, prices: prices, into: &offers)
    guard let offer = offers.first else { return nil }
    var seizures: [Seizure] = []
    let accepted = market.acceptedRepayment(
      offer.maximumRepayment, offer: offer, pool: pool, prices: prices)
    let receipt = market.liquidate(
      offer, repaying: accepted, pool: &pool, prices: prices, seizures: &seizures)
    return (receipt, seizures)
  }

  /// 8,000 of asset 0 and 2,000 of asset 1 against 8,100, with a threshold value of 7,800.
  ///
  /// Half, 4,050, is repaid; 4,252.50 is seized, a share of 0.42525 of each collateral.
  @Test("Half of the debt is repaid and the collateral seized pro rata, by hand")
  func byHand() throws {
    var pool = pool([8, 20, 0], [0, 0, 8100])
    let (receipt, seizures) = try #require(liquidate(&pool, [1000, 100, 1]))
    #expect(agree(receipt.repaidUSD, 4050, relative: 1e-15))
    #expect(agree(receipt.seizedUSD, 4252.5, relative: 1e-14))
    #expect(agree(receipt.bonusUSD, 202.5, relative: 1e-12))
    #expect(receipt.protocolFeeUSD == 0 && receipt.badDebtUSD == 0)
    #expect(seizures.map(\.asset) == [0, 1])
    #expect(agree(seizures[0].tokens, 8 * 0.42525, relative: 1e-14))
    #expect(agree(seizures[1].tokens, 20 * 0.42525, relative: 1e-14))
    #expect(agree(pool.debt(2), 4050, relative: 1e-15))
    #expect(agree(pool.collateral(0), 8 * (1 - 0.42525), relative: 1e-14))
  }

  @Test("Debt at the dust limit is repaid whole, and what is left stays with its owner")
  func dust() throws {
    var small = pool([1.2, 0, 0], [0, 0, 1000])
    let (receipt, _) = try #require(liquidate(&small, [1000, 100, 1]))
    #expect(receipt.repaidUSD == 1000)
    #expect(small.debt(2) == 0)
    #expect(agree(small.collateral(0), 0.15, relative: 1e-13))
    var above = pool([1.2, 0, 0], [0, 0, 1000.01])
    #expect(
      agree(
        try #require(liquidate(&above, [1000, 100, 1])).receipt.repaidUSD, 500.005,
        relative: 1e-15))
  }

  /// 420 of collateral pays for 400; 600 of the 1,000 is bad debt.
  @Test("Where the collateral does not pay for it, all is seized and the rest is bad debt")
  func badDebt() throws {
    var pool = pool([0.42, 0, 0], [0, 0, 1000])
    let (receipt, _) = try #require(liquidate(&pool, [1000, 100, 1]))
    #expect(agree(receipt.repaidUSD, 400, relative: 1e-15))
    #expect(agree(receipt.badDebtUSD, 600, relative: 1e-14))
    #expect(pool.collateral(0) == 0 && pool.debt(2) == 0)
    #expect(agree(pool.reserves[2].deficit, 600, relative: 1e-14))
    #expect(liquidate(&pool, [1000, 100, 1]) == nil)
  }

  /// The rule of the comparison workload: every collateral scaled by 1 - phi, the debt by 1 - f.
  @Test("Random accounts follow the pro-rata rule step by step")
  func workloadRule() throws {
    var closed = 0
    for seed in testSeeds(400) {
      var random = TestRandom(seed: seed)
      var amounts = [random.logUniform(1e2, 1e5), random.logUniform(1e2, 1e5), 0.0]
      var prices = [1.0, 1.0, 1.0]
      var debt = random.uniform(0.95, 1) * (0.8 * amounts[0] + 0.7 * amounts[1])
      var pool = pool(amounts, [0, 0, debt])
      var bad = 0.0
      for _ in 0..<40 where debt > 0 {
        prices = prices.map { $0 * random.uniform(0.85, 1.05) }
        let value = debt * prices[2]
        let collateral = amounts[0] * prices[0] + amounts[1] * prices[1]
        let health = (0.8 * amounts[0] * prices[0] + 0.7 * amounts[1] * prices[1]) / value
        #expect(
          agree(pool.health(of: 0, at: prices).healthFactor, health, relative: 1e-11),
          "seed \(seed)")
        guard health < 1 else { continue }
        let share = value <= 1000 ? 1 : 0.5
        var repaid = share * value
        var phi = 1.05 * repaid / collateral
        if phi >= 1 {
          phi = 1
          repaid = collateral / 1.05
          bad = value - repaid
        }
        let (receipt, _) = try #require(liquidate(&pool, prices))
        #expect(agree(receipt.repaidUSD, repaid, relative: 1e-11), "seed \(seed)")
        #expect(agree(receipt.badDebtUSD, bad, relative: 1e-9), "seed \(seed)")
        amounts = amounts.map { $0 * (1 - phi) }
        debt = phi == 1 || share == 1 ? 0 : debt * (1 - share)
        if debt == 0 { closed += 1 }
        #expect(agree(pool.debt(2), debt, relative: 1e-11), "seed \(seed)")
        for asset in 0..<2 {
          #expect(agree(pool.collateral(asset), amounts[asset], relative: 1e-10, absolute: 1e-9))
        }
      }
    }
    #expect(closed > 50 || testSeeds(2).count == 1)
  }

  @Test("A refused amount repays nothing: a call is all or nothing")
  func indivisible() throws {
    let pool = pool([8, 0, 0], [0, 0, 7000])
    var offers: [LiquidationOffer] = []
    market.offers(account: 0, pool: pool, prices: [1000, 100, 1], into: &offers)
    let offer = try #require(offers.first)
    #expect(!offer.isDivisible)
    #expect(
      market.acceptedRepayment(
        0.999 * offer.maximumRepayment, offer: offer, pool: pool, prices: [1000, 100, 1]) == 0)
  }

  @Test("A wish that passed through a price and back is still the whole")
  func roundings() throws {
    for seed in testSeeds(500) {
      var random = TestRandom(seed: seed)
      let prices = [random.logUniform(0.1, 1e5), 100, random.uniform(0.9, 1.1)]
      let debt = random.logUniform(10, 1e6)
      let pool = pool([0.9 * debt / prices[0], 0, 0], [0, 0, debt])
      var offers: [LiquidationOffer] = []
      market.offers(account: 0, pool: pool, prices: prices, into: &offers)
      let offer = try #require(offers.first)
      let wanted = offer.maximumRepayment * prices[2] / prices[2]
      #expect(
        market.acceptedRepayment(wanted, offer: offer, pool: pool, prices: prices)
          == offer.maximumRepayment, "seed \(seed)")
    }
  }

  /// Half of asset 0's supply is lent out again: only what is there can be seized.
  @Test("Debt is not written off while collateral is left that the reserve cannot pay out")
  func cashShortage() throws {
    var pool = pool([0.42, 0, 0], [0, 0, 1000])
    _ = pool.borrow(0, 0.21)
    // What was borrowed by the account itself is owed in addition: 210 USD.
    let (receipt, seizures) = try #require(liquidate(&pool, [1000, 100, 1]))
    #expect(receipt.badDebtUSD == 0)
    #expect(agree(seizures.reduce(0) { $0 + $1.tokens }, 0.21, relative: 1e-14))
    #expect(agree(receipt.seizedUSD, 1.05 * receipt.repaidUSD, relative: 1e-14))
    #expect(pool.collateral(0) > 0)
    #expect(pool.reserves.map(\.deficit) == [0, 0, 0])
    #expect(liquidate(&pool, [1000, 100, 1]) == nil)
  }
}
