import Markets

extension ConformanceRegistry {
  /// Lending pools and exchanges: protocols.md, sections 1 and 9.1.
  static let protocols: [String: ConformanceFunction] = [
    "aave_account": { raw in
      let account = try ConformanceAccount(ConformanceInputs(raw))
      let health = account.health
      return [
        "total_collateral_usd": JSONValue(health.collateralUSD),
        "total_debt_usd": JSONValue(health.debtUSD),
        "avg_ltv": JSONValue(health.borrowLimitUSD / health.collateralUSD),
        "avg_liquidation_threshold": JSONValue(health.thresholdUSD / health.collateralUSD),
        "health_factor": JSONValue(health.healthFactor),
        "available_borrow_usd": JSONValue(health.availableBorrowUSD),
        "liquidatable": .boolean(health.isLiquidatable),
      ]
    },
    "aave_liquidation": { raw in
      let inputs = ConformanceInputs(raw)
      var account = try ConformanceAccount(inputs)
      let requested = inputs.has("debt_to_cover") ? try inputs.number("debt_to_cover") : nil
      return try account.liquidate(
        collateral: try inputs.string("collateral"), debt: try inputs.string("debt"),
        requested: requested)
    },
    "aave_rates": { raw in
      try ConformanceInputs(raw).elementwise(
        "total_debt", "available_liquidity", "deficit", "optimal_usage", "base_rate", "slope1",
        "slope2", "reserve_factor"
      ) { v in
        let curve = TwoSlopeRate(
          optimalUtilisation: v[3], base: v[4], slope1: v[5], slope2: v[6])
        let rates = curve.rates(debt: v[0], liquidity: v[1], deficit: v[2], reserveFactor: v[7])
        return [
          "borrow_usage": JSONValue(rates.borrowUsage),
          "supply_usage": JSONValue(rates.supplyUsage),
          "borrow_rate": JSONValue(rates.borrowRate), "supply_rate": JSONValue(rates.supplyRate),
        ]
      }
    },
    "aave_accrual": { raw in
      try ConformanceInputs(raw).elementwise(
        "borrow_rate", "supply_rate", "seconds", "variable_index", "liquidity_index"
      ) { v in
        let years = v[2] / 31_536_000
        let compounded = InterestAccrual.compounded(rate: v[0], years: years)
        let linear = InterestAccrual.linear(rate: v[1], years: years)
        return [
          "compounded_factor": JSONValue(compounded), "linear_factor": JSONValue(linear),
          "variable_index": JSONValue(v[3] * compounded),
          "liquidity_index": JSONValue(v[4] * linear),
        ]
      }
    },
    "amm_constant_product": { raw in
      try ConformanceInputs(raw).elementwise("reserve_in", "reserve_out", "amount_in", "fee") { v in
        let swap = ConstantProduct.swap(
          reserveIn: v[0], reserveOut: v[1], amountIn: v[2], fee: v[3])
        return [
          "amount_out": JSONValue(swap.amountOut),
          "spot_price_before": JSONValue(swap.spotBefore),
          "spot_price_after": JSONValue(swap.spotAfter),
          "average_price": JSONValue(swap.averagePrice), "slippage": JSONValue(swap.slippage),
        ]
      }
    },
    "amm_constant_product_to_price": { raw in
      try ConformanceInputs(raw).elementwise(
        "reserve_in", "reserve_out", "target_price_out_per_in", "fee"
      ) { v in
        let trade = ConstantProduct.amountToReach(
          price: v[2], reserveIn: v[0], reserveOut: v[1], fee: v[3])
        return [
          "amount_in": JSONValue(trade.amountIn), "amount_out": JSONValue(trade.amountOut),
        ]
      }
    },
  ]
}

/// The account of an Aave case as the only one of a real pool.
private struct ConformanceAccount {
  private var symbols: [String] = []
  private var prices: [Double] = []
  private let market: AaveV3Market
  private var pool: LendingPool

  /// Reads `collaterals` and `debts`; an asset that stands in both is one leg.
  init(_ inputs: ConformanceInputs) throws {
    var reserves: [ReserveParameters] = []
    var supplied: [Double] = []
    var borrowed: [Double] = []
    for side in ["collaterals", "debts"] {
      for item in try inputs.list(side) {
        guard case .object(let members) = item else {
          throw ConformanceInputError("\(side) must be a list of objects")
        }
        let entry = ConformanceInputs(members)
        let symbol = try entry.string("symbol")
        let asset = symbols.firstIndex(of: symbol) ?? symbols.count
        if asset == symbols.count {
          symbols.append(symbol)
          prices.append(try entry.number("price"))
          reserves.append(ReserveParameters())
          supplied.append(0)
          borrowed.append(0)
        }
        guard side == "collaterals" else {
          borrowed[asset] += try entry.number("amount")
          continue
        }
        supplied[asset] += try entry.number("amount")
        reserves[asset].loanToValue = try entry.number("ltv")
        reserves[asset].liquidationThreshold = try entry.number("lt")
        if inputs.has("liquidation_bonus") {
          reserves[asset].liquidationBonus = try inputs.number("liquidation_bonus") - 1
          reserves[asset].protocolFee = try inputs.number("protocol_fee")
        }
      }
    }
    market = AaveV3Market(reserves: reserves)
    pool = LendingPool(
      parameters: reserves,
      positions: Positions(
        legStart: [0, Int32(symbols.count)], legAsset: symbols.indices.map { Int32($0) },
        supplied: supplied, borrowed: borrowed))
  }

  var health: AccountHealth { pool.health(of: 0, at: prices) }

  /// Makes one liquidation call on the pool; the amounts are what the pool moved.
  mutating func liquidate(
    collateral: String, debt: String, requested: Double?
  ) throws -> [String: JSONValue] {
    guard let collateralLeg = symbols.firstIndex(of: collateral),
      let debtLeg = symbols.firstIndex(of: debt)
    else { throw ConformanceInputError("the call names an asset that the account does not have") }
    var offers: [LiquidationOffer] = []
    market.offers(account: 0, pool: pool, prices: prices, into: &offers)
    guard
      let offer = offers.first(where: {
        $0.debtLeg == debtLeg && $0.collateralLeg == collateralLeg
      })
    else { throw ConformanceInputError("there is nothing to repay or nothing to seize") }
    let before = health
    var results = [
      "health_factor_before": JSONValue(before.healthFactor),
      "max_liquidatable_debt": JSONValue(offer.maximumRepayment),
    ]
    if let refusal = refusal(collateralLeg, debtLeg, requested) {
      results["outcome"] = .string("revert")
      results["reason"] = .string(refusal.rawValue)
    } else {
      results["outcome"] = .string("ok")
    }
    var seizures: [Seizure] = []
    let receipt = market.liquidate(
      offer, repaying: requested ?? .infinity, pool: &pool, prices: prices, seizures: &seizures)
    guard let seizure = seizures.first else { return results }
    let deficits = pool.reserves.map(\.deficit).enumerated().filter { $0.element > 0 }
    results.merge([
      "debt_repaid": JSONValue(receipt.repaidUSD / prices[debtLeg]),
      "collateral_to_liquidator": JSONValue(seizure.tokens),
      "collateral_fee_to_treasury": JSONValue(pool.reserves[collateralLeg].scaledTreasury),
      "liquidator_gross_profit_usd": JSONValue(
        seizure.tokens * prices[collateralLeg] - receipt.repaidUSD),
      "deficit_by_debt_asset": .object(
        deficits.reduce(into: [:]) { $0[symbols[$1.offset]] = JSONValue($1.element) }),
      "collateral_left": JSONValue(pool.collateral(collateralLeg)),
      "debt_left_in_asset": JSONValue(pool.debt(debtLeg)),
      "health_factor_after": JSONValue(health.healthFactor),
    ]) { _, moved in moved }
    return results
  }

  /// Why the rule refuses the call; the pool itself only moves nothing then.
  private func refusal(
    _ collateralLeg: Int, _ debtLeg: Int, _ requested: Double?
  ) -> AaveV3Liquidation.Refusal? {
    let call = AaveV3Liquidation.Call(
      account: health, collateralBalance: pool.collateral(collateralLeg),
      collateralPrice: prices[collateralLeg],
      hasOtherCollateral: symbols.indices.contains {
        $0 != collateralLeg && pool.positions.supplied[$0] > 0
      },
      debtBalance: pool.debt(debtLeg), debtPrice: prices[debtLeg],
      bonus: pool.parameters[collateralLeg].liquidationBonus,
      protocolFee: pool.parameters[collateralLeg].protocolFee)
    if case .failure(let refusal) = market.rules.settle(call, requested: requested) {
      return refusal
    }
    return nil
  }
}
