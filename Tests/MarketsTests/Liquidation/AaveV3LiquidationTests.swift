import Markets
import TestSupport
import Testing

@Suite("One Aave v3 liquidation call")
struct AaveV3LiquidationTests {
  /// Prices of 1, so that tokens are USD; other debt of the account counts towards its health.
  private func call(
    collateral: Double, debt: Double, threshold: Double, bonus: Double = 0.05,
    otherDebt: Double = 0, otherCollateral: Double = 0
  ) -> AaveV3Liquidation.Call {
    var account = AccountHealth()
    var parameters = ReserveParameters()
    parameters.liquidationThreshold = threshold
    account.add(
      supplied: collateral + otherCollateral, borrowed: debt + otherDebt, price: 1,
      parameters: parameters)
    return AaveV3Liquidation.Call(
      account: account, collateralBalance: collateral, collateralPrice: 1,
      hasOtherCollateral: otherCollateral > 0, debtBalance: debt, debtPrice: 1, bonus: bonus,
      protocolFee: 0.1)
  }

  /// Thresholds are exact in binary where the boundary matters: 0.875 x 10,000 / 8,750 = 1.
  @Test("A health factor of exactly 1 is safe, the next number below is not")
  func boundaryOfHealth() {
    let rules = AaveV3Liquidation()
    let safe = call(collateral: 10_000, debt: 8750, threshold: 0.875)
    #expect(rules.settle(safe) == .failure(.healthFactorNotBelowThreshold))
    let unsafe = call(collateral: 10_000, debt: 8750.nextUp, threshold: 0.875)
    #expect(throws: Never.self) { try rules.settle(unsafe).get() }
  }

  /// 0.95 x 10,000 is 9,500 in doubles too: HF = 9,500 / 10,000.
  @Test("At a health factor of 0.95 everything may be repaid, above it half")
  func boundaryOfCloseFactor() {
    let rules = AaveV3Liquidation()
    let at = call(collateral: 12_500, debt: 10_000, threshold: 0.76)
    #expect(at.account.thresholdUSD == 9500)
    #expect(rules.maximumRepayment(at) == 10_000)
    let above = call(collateral: 12_500.01, debt: 10_000, threshold: 0.76)
    #expect(rules.maximumRepayment(above) == 5000)
  }

  @Test(
    "Partial closing needs 2,000 USD on both sides of the call",
    arguments: [
      (2000.0, 2000.0, 1000.0), (1999.99, 2000, 2000), (2000, 1999.99, 1999.99),
    ])
  func boundaryOfSize(collateral: Double, debt: Double, maximum: Double) {
    #expect(
      AaveV3Liquidation().maximumRepayment(
        call(collateral: collateral, debt: debt, threshold: 0.99)) == maximum)
  }

  @Test("Half of the whole debt may be all of one asset's debt")
  func halfOfTheWhole() {
    let rules = AaveV3Liquidation()
    let small = call(collateral: 10_000, debt: 4000, threshold: 0.99, otherDebt: 6000)
    #expect(rules.maximumRepayment(small) == 4000)
    let large = call(collateral: 10_000, debt: 6000, threshold: 0.99, otherDebt: 4000)
    #expect(rules.maximumRepayment(large) == 5000)
  }

  /// Debt 4,000 with everything allowed: 3,000 leaves exactly 1,000.
  @Test("Exactly 1,000 USD may be left, a cent less may not")
  func boundaryOfDust() {
    let rules = AaveV3Liquidation()
    let deep = call(collateral: 5000, debt: 4000, threshold: 0.7)
    #expect(throws: Never.self) { try rules.settle(deep, requested: 3000).get() }
    #expect(rules.settle(deep, requested: 3000.01) == .failure(.mustNotLeaveDust))
    #expect(agree(rules.acceptedRepayment(deep, wanted: 3000.01), 3000, relative: 1e-11))
    #expect(rules.acceptedRepayment(deep, wanted: 4000) == 4000)
    // Collateral 3,000 at bonus 5 %: 2,000 / 1.05 may be repaid before less than 1,000 is left.
    let thin = call(collateral: 3000, debt: 4000, threshold: 0.7)
    #expect(rules.settle(thin, requested: 2000) == .failure(.mustNotLeaveDust))
    #expect(agree(rules.acceptedRepayment(thin, wanted: 2000), 2000 / 1.05, relative: 1e-11))
  }

  /// Against every amount on a grid: none that is larger, and not above the wish, is accepted.
  @Test("The accepted repayment is the largest that the rules accept")
  func largestAccepted() {
    let rules = AaveV3Liquidation()
    for seed in testSeeds(300) {
      var random = TestRandom(seed: seed)
      let debt = random.logUniform(500, 20_000)
      let call = call(
        collateral: debt * random.uniform(0.3, 1.3), debt: debt,
        threshold: random.uniform(0.5, 0.75))
      let wanted = debt * random.uniform(0.05, 1.1)
      let accepted = rules.acceptedRepayment(call, wanted: wanted)
      var best = 0.0
      for step in 1...1000 {
        guard
          case .success(let settlement) = rules.settle(
            call, requested: wanted * Double(step) / 1000)
        else { continue }
        best = max(best, settlement.debtRepaid)
      }
      #expect(accepted >= best * (1 - 1e-11), "seed \(seed)")
      #expect(accepted <= wanted, "seed \(seed)")
    }
  }

  /// Amounts pass from the rule to a liquidator, through prices, and back to the rule.
  @Test("What is accepted is settled as it stands, and a wish may pass through a price and back")
  func roundings() {
    let rules = AaveV3Liquidation()
    for seed in testSeeds(2000) {
      var random = TestRandom(seed: seed)
      let price = random.logUniform(1e-3, 1e5)
      let debtPrice = random.logUniform(1e-3, 1e5)
      let debtUSD = random.logUniform(100, 1e6)
      let collateralUSD = debtUSD * random.uniform(0.3, 1.2)
      var account = AccountHealth()
      account.collateralUSD = collateralUSD
      account.thresholdUSD = 0.75 * collateralUSD
      account.debtUSD = debtUSD
      let call = AaveV3Liquidation.Call(
        account: account, collateralBalance: collateralUSD / price, collateralPrice: price,
        hasOtherCollateral: false, debtBalance: debtUSD / debtPrice, debtPrice: debtPrice,
        bonus: random.uniform(0.01, 0.12), protocolFee: 0.1)
      let whole = call.debtBalance * debtPrice / debtPrice
      let accepted = rules.acceptedRepayment(call, wanted: whole)
      guard case .success(let settlement) = rules.settle(call, requested: accepted) else {
        Issue.record("accepted \(accepted) and refused it, seed \(seed)")
        continue
      }
      #expect(settlement.debtRepaid == accepted, "seed \(seed)")
      // Below 95 % of health everything goes at once: one side ends at exactly zero.
      #expect(
        settlement.debtRepaid == call.debtBalance
          || settlement.collateralSeized == call.collateralBalance, "seed \(seed)")
    }
  }

  /// Collateral / debt = 1 + bonus leaves health as it was: 1.0625 and powers of two are exact.
  @Test(
    "A partial liquidation helps above (1 + bonus) x debt, and harms below",
    arguments: [(1.0626, 1), (1.0625, 0), (1.0624, -1)])
  func toxicRange(ratio: Double, sign: Int) throws {
    let debt = 1_048_576.0
    let call = call(collateral: ratio * debt, debt: debt, threshold: 0.875, bonus: 0.0625)
    let settlement = try AaveV3Liquidation().settle(call, requested: debt / 4).get()
    let before = call.account.healthFactor
    let after =
      0.875 * (call.collateralBalance - settlement.collateralSeized)
      / (debt - settlement.debtRepaid)
    #expect((after > before ? 1 : after < before ? -1 : 0) == sign)
  }

  /// 1,000,000 USD of debt at threshold 93 % and bonus 5 %: health about 0.9765, so that each call
  /// repays half, until the account is small.
  @Test("Repeated calls end without bad debt just above the toxic range, with it just below")
  func repeatedCalls() {
    for (side, isToxic) in [(-1e-6, false), (1e-6, true)] {
      var parameters = ReserveParameters()
      parameters.liquidationThreshold = 0.93
      parameters.protocolFee = 0
      let reserves = [parameters, ReserveParameters()]
      let market = AaveV3Market(reserves: reserves)
      let collateral = 1_000_000 / (1 / 1.05 + side)
      var pool = LendingPool(
        parameters: reserves,
        positions: Positions(
          legStart: [0, 2], legAsset: [0, 1], supplied: [collateral, 0],
          borrowed: [0, 1_000_000]))
      let prices = [1.0, 1.0]
      var health = pool.health(of: 0, at: prices)
      var calls = 0
      var badDebtUSD = 0.0
      while health.isLiquidatable, calls < 100 {
        var offers: [LiquidationOffer] = []
        var seizures: [Seizure] = []
        market.offers(account: 0, pool: pool, prices: prices, into: &offers)
        guard let offer = offers.first else { break }
        let repaid = market.acceptedRepayment(
          offer.maximumRepayment, offer: offer, pool: pool, prices: prices)
        let receipt = market.liquidate(
          offer, repaying: repaid, pool: &pool, prices: prices, seizures: &seizures)
        badDebtUSD += receipt.badDebtUSD
        let after = pool.health(of: 0, at: prices)
        if after.debtUSD > 0 {
          #expect((after.healthFactor > health.healthFactor) == !isToxic)
        }
        health = after
        calls += 1
      }
      #expect(calls > 5)
      #expect(health.debtUSD == 0)
      #expect((badDebtUSD > 0) == isToxic)
    }
  }
}
