import Foundation
import Markets
import Runner
import TestSupport
import Testing

@Suite("Agreement with integer arithmetic")
struct IntegerAgreementTests {
  @Test("The integer reference gives the wei-exact answers")
  func rawVectors() throws {
    let cases = try ProtocolVectors.cases("aave_v3.json", function: "aave_liquidation_raw")
    #expect(!cases.isEmpty)
    for known in cases {
      // Amounts beyond 128 bits mean "as much as allowed".
      func amount(_ key: String) throws -> UInt128 {
        UInt128(try ConformanceInputs(known.inputs).string(key)) ?? .max
      }
      func number(_ key: String) throws -> UInt128 {
        UInt128(try ConformanceInputs(known.inputs).integer(key))
      }
      func unit(_ key: String) throws -> UInt128 {
        (0..<(try ConformanceInputs(known.inputs).integer(key))).reduce(1) { unit, _ in unit * 10 }
      }
      let settlement = IntegerLiquidation(
        collateralBalance: try amount("coll_balance_raw"),
        collateralPrice: try amount("coll_price_raw"),
        collateralUnit: try unit("coll_decimals"), debtBalance: try amount("debt_balance_raw"),
        debtPrice: try amount("debt_price_raw"), debtUnit: try unit("debt_decimals"),
        totalDebtBase: try amount("total_debt_base_raw"), healthFactor: try amount("hf_raw"),
        debtToCover: try amount("debt_to_cover_raw"), bonusBasisPoints: try number("bonus_bps"),
        feeBasisPoints: try number("fee_bps")
      ).settle()
      let got = settlement.map {
        [
          "debt_repaid_raw": JSONValue.string("\($0.debtRepaid)"),
          "collateral_to_liquidator_raw": .string("\($0.collateralToLiquidator)"),
          "fee_raw": .string("\($0.fee)"),
        ]
      }
      #expect(got == known.expected)
    }
  }

  /// 18-decimal collateral and 6-decimal debt: a unit of the debt is 1e-6 USD, of the smallest
  /// request (1,000 USD) 1e-9; three roundings of that size stay below 1e-8.
  @Test("Random liquidations agree with integers to 1e-8")
  func liquidations() {
    var settled = 0
    for seed in testSeeds(2000) {
      var random = TestRandom(seed: seed)
      let collateralPrice = UInt128(random.logUniform(0.1, 1e5) * 1e8)
      let debtPrice = UInt128(random.uniform(0.95, 1.05) * 1e8)
      let debt = UInt128(random.logUniform(1500, 1e8) * 1e6)
      let debtUSD = Double(debt) * 1e-6 * Double(debtPrice) * 1e-8
      let health = random.uniform(0.5, 0.9999)
      let threshold = random.uniform(0.4, 0.93)
      let collateral = UInt128(
        health * debtUSD / threshold / (Double(collateralPrice) * 1e-8) * 1e18)
      let bonus = UInt128(random.uniform(10_100, 11_500))
      let fee = UInt128(random.uniform(0, 2000))
      let request = random.chance(0.5) ? debt : max(1_000_000_000, debt / 100 * 30)
      var account = AccountHealth()
      var parameters = ReserveParameters()
      parameters.liquidationThreshold = threshold
      let collateralTokens = Double(collateral) * 1e-18
      let debtTokens = Double(debt) * 1e-6
      account.add(
        supplied: collateralTokens, borrowed: 0, price: Double(collateralPrice) * 1e-8,
        parameters: parameters)
      account.add(
        supplied: 0, borrowed: debtTokens, price: Double(debtPrice) * 1e-8,
        parameters: parameters)
      let call = AaveV3Liquidation.Call(
        account: account, collateralBalance: collateralTokens,
        collateralPrice: Double(collateralPrice) * 1e-8, hasOtherCollateral: false,
        debtBalance: debtTokens, debtPrice: Double(debtPrice) * 1e-8,
        bonus: Double(bonus) * 1e-4 - 1, protocolFee: Double(fee) * 1e-4)
      let reference = IntegerLiquidation(
        collateralBalance: collateral, collateralPrice: collateralPrice,
        collateralUnit: 1_000_000_000_000_000_000, debtBalance: debt, debtPrice: debtPrice,
        debtUnit: 1_000_000,
        totalDebtBase: WadRayMath.ratio(debt, debtPrice, over: 1_000_000, .up),
        healthFactor: UInt128(account.healthFactor * 1e18), debtToCover: request,
        bonusBasisPoints: bonus, feeBasisPoints: fee
      ).settle()
      switch (AaveV3Liquidation().settle(call, requested: Double(request) * 1e-6), reference) {
      case (.success(let got), let wanted?):
        settled += 1
        #expect(
          agree(got.debtRepaid, Double(wanted.debtRepaid) * 1e-6, relative: 1e-8), "seed \(seed)")
        #expect(
          agree(
            got.collateralToLiquidator, Double(wanted.collateralToLiquidator) * 1e-18,
            relative: 1e-8), "seed \(seed)")
        // The fee in addition rounds to a whole unit of the collateral.
        #expect(
          agree(
            got.collateralFee, Double(wanted.fee) * 1e-18, relative: 1e-8, absolute: 2e-18),
          "seed \(seed)")
      case (.failure(.mustNotLeaveDust), nil):
        continue
      default:
        Issue.record("one settles and the other refuses, seed \(seed)")
      }
    }
    #expect(settled > 1000 || testSeeds(2).count == 1)
  }

  /// 18 decimals: amounts above 1e-3 tokens are exact to 1e-15, rates in rays to 1e-27; 300 events
  /// of double arithmetic stay below 1e-11.
  @Test("A reserve's balances and indices agree with integers after random programs to 1e-11")
  func reserves() {
    for seed in testSeeds(40) {
      var random = TestRandom(seed: seed)
      let accounts = 4
      var parameters = ReserveParameters()
      parameters.reserveFactor = 0.15
      parameters.interest = TwoSlopeRate(
        optimalUtilisation: 0.8, base: 0.01, slope1: 0.04, slope2: 0.75)
      var reference = IntegerReserve(
        accounts: accounts, reserveFactor: 1500, optimalUsage: WadRayMath.ray / 10 * 8,
        base: WadRayMath.ray / 100, slope1: WadRayMath.ray / 25, slope2: WadRayMath.ray / 4 * 3)
      var pool = LendingPool(
        parameters: [parameters],
        positions: Positions(
          legStart: (0...accounts).map { Int32($0) },
          legAsset: [Int32](repeating: 0, count: accounts),
          supplied: [Double](repeating: 0, count: accounts),
          borrowed: [Double](repeating: 0, count: accounts)))
      let unit = 1e18
      for _ in 0..<300 {
        let account = random.index(accounts)
        switch random.index(5) {
        case 0:
          let tokens = UInt128(random.logUniform(1e-3, 1e6) * unit)
          reference.supply(account, tokens)
          _ = pool.supply(account, Double(tokens) / unit)
        case 1:
          let tokens = min(reference.supply(of: account), reference.cash) / 10 * 9
          guard tokens > 0 else { continue }
          reference.withdraw(account, tokens)
          _ = pool.withdraw(account, Double(tokens) / unit)
        case 2:
          let tokens = reference.cash / 10 * UInt128(random.index(9))
          guard tokens > 0 else { continue }
          reference.borrow(account, tokens)
          _ = pool.borrow(account, Double(tokens) / unit)
        case 3:
          let tokens = reference.debt(of: account) / 10 * 9
          guard tokens > 0 else { continue }
          reference.repay(account, tokens)
          _ = pool.repay(account, Double(tokens) / unit)
        default:
          let seconds = UInt128(12 + random.index(86_400 * 30))
          reference.accrue(seconds: seconds)
          pool.accrue(years: Double(seconds) / Double(WadRayMath.year))
        }
      }
      let ray = Double(WadRayMath.ray)
      #expect(
        agree(pool.reserves[0].debtIndex, Double(reference.debtIndex) / ray, relative: 1e-11),
        "seed \(seed)")
      #expect(
        agree(pool.reserves[0].supplyIndex, Double(reference.supplyIndex) / ray, relative: 1e-11),
        "seed \(seed)")
      let size = Double(reference.totalDebt + reference.cash) / unit
      for account in 0..<accounts {
        #expect(
          agree(
            pool.collateral(account), Double(reference.supply(of: account)) / unit,
            relative: 1e-11, absolute: 1e-11 * size), "seed \(seed)")
        #expect(
          agree(
            pool.debt(account), Double(reference.debt(of: account)) / unit,
            relative: 1e-11, absolute: 1e-11 * size), "seed \(seed)")
      }
      #expect(
        agree(
          pool.reserves[0].scaledTreasury * pool.reserves[0].supplyIndex,
          Double(reference.supply(of: accounts)) / unit, relative: 1e-9), "seed \(seed)")
      #expect(pool.reserves[0].debtIndex > 1, "interest was charged, seed \(seed)")
    }
  }
}
