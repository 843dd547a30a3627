package import SimulationCore

/// Aave v3 as a market of the simulator: the pool's own rules for every account that needs them.
///
/// Seized collateral leaves the pool as underlying tokens, so a call never seizes more than the
/// reserve's cash. Every supplied asset with a threshold counts as collateral.
///
/// - Source: aave-dao/aave-v3-origin (v3.3 to v3.7).
package struct AaveV3Market: LendingMarket {
  package static let kind = "aave_v3"
  package static let summary =
    "Aave v3: close factor by health and size, fixed bonus, protocol fee, reserve deficits."

  package static let fields: [Field] = [
    Field(
      "close_factor_pct", .number(.percent, Bounds(0, 100, lowOpen: true)), .defaults("50"),
      "Share of the whole debt that one call may repay; 100 = always everything."),
    Field(
      "full_close_below_health", .number(.pure, .unitInterval), .defaults("0.95"),
      "At or below this health factor one call may repay everything."),
    Field(
      "min_partial_usd", .number(.usd, .nonNegative), .defaults("2000"),
      "Below this much collateral or debt one call may repay everything; 0 switches it off.",
      neutral: "0"),
    Field(
      "min_leftover_usd", .number(.usd, .nonNegative), .defaults("1000"),
      "What a partial call must leave on both sides; 0 switches it off.", neutral: "0"),
    Field(
      "reserves", .mapByAsset(.block(ReserveParameters.table)), .required,
      "The assets that the pool lists."),
    Field(
      "interest", .mapByAsset(.block(TwoSlopeRate.table)), .optional,
      "Rate curves; a reserve without one charges no interest."),
  ]

  package let reserves: [ReserveParameters]
  package let rules: AaveV3Liquidation
  package var repeatsWithinStep: Bool { true }

  package init(reserves: [ReserveParameters], rules: AaveV3Liquidation = AaveV3Liquidation()) {
    self.reserves = reserves
    self.rules = rules
  }

  package init(_ section: Section, assets: [String]) throws {
    var rules = AaveV3Liquidation()
    rules.closeFactor = section.number("close_factor_pct")
    rules.fullCloseBelowHealth = section.number("full_close_below_health")
    rules.minimumPartialUSD = section.number("min_partial_usd")
    rules.minimumLeftoverUSD = section.number("min_leftover_usd")
    self.rules = rules
    var reserves = assets.map { _ in ReserveParameters() }
    for (symbol, value) in section.map("reserves") {
      guard case .section(let reserve) = value, let asset = assets.firstIndex(of: symbol) else {
        continue
      }
      reserves[asset] = ReserveParameters(reserve)
    }
    for (symbol, value) in section.map("interest") {
      guard case .section(let curve) = value, let asset = assets.firstIndex(of: symbol) else {
        continue
      }
      reserves[asset].interest = TwoSlopeRate(curve)
    }
    self.reserves = reserves
  }

  package func offers(
    account: Int, pool: LendingPool, prices: [Double], into offers: inout [LiquidationOffer]
  ) {
    let legs = pool.positions.legs(of: account)
    let health = pool.health(of: account, at: prices)
    for debtLeg in legs where pool.positions.borrowed[debtLeg] > 0 {
      for collateralLeg in legs where pool.positions.supplied[collateralLeg] > 0 {
        let asset = Int(pool.positions.legAsset[collateralLeg])
        let parameters = pool.parameters[asset]
        guard pool.payable(collateralLeg) > 0, parameters.liquidationThreshold > 0 else { continue }
        let call = call(account, collateralLeg, debtLeg, health, pool, prices)
        offers.append(
          LiquidationOffer(
            account: account, debtLeg: debtLeg, collateralLeg: collateralLeg,
            maximumRepayment: min(
              rules.maximumRepayment(call), affordable(call, collateralLeg, pool)),
            isDivisible: true,
            proceedsPerUSD: 1 + parameters.liquidationBonus * (1 - parameters.protocolFee)))
      }
    }
    // A handful at most: each moves before those that it outranks.
    for index in offers.indices.dropFirst() {
      var place = index
      while place > 0, rank(offers[place], pool, prices) < rank(offers[place - 1], pool, prices) {
        offers.swapAt(place, place - 1)
        place -= 1
      }
    }
  }

  /// What orders offers: the most that the call can repay, then the larger bonus, then the larger
  /// collateral, then the legs.
  private func rank(
    _ offer: LiquidationOffer, _ pool: LendingPool, _ prices: [Double]
  ) -> (Double, Double, Double, Int, Int) {
    guard let leg = offer.collateralLeg else { return (0, 0, 0, offer.debtLeg, 0) }
    let asset = Int(pool.positions.legAsset[leg])
    let debtPrice = prices[Int(pool.positions.legAsset[offer.debtLeg])]
    let collateralUSD = pool.collateral(leg) * prices[asset]
    let repayableUSD = min(
      offer.maximumRepayment * debtPrice,
      collateralUSD / (1 + pool.parameters[asset].liquidationBonus))
    return (-repayableUSD, -offer.proceedsPerUSD, -collateralUSD, offer.debtLeg, leg)
  }

  package func acceptedRepayment(
    _ wanted: Double, offer: LiquidationOffer, pool: LendingPool, prices: [Double]
  ) -> Double {
    guard let collateralLeg = offer.collateralLeg else { return 0 }
    let health = pool.health(of: offer.account, at: prices)
    let call = call(offer.account, collateralLeg, offer.debtLeg, health, pool, prices)
    return rules.acceptedRepayment(call, wanted: min(wanted, affordable(call, collateralLeg, pool)))
  }

  package func liquidate(
    _ offer: LiquidationOffer, repaying tokens: Double, pool: inout LendingPool, prices: [Double],
    seizures: inout [Seizure]
  ) -> LiquidationReceipt {
    var receipt = LiquidationReceipt()
    guard let collateralLeg = offer.collateralLeg else { return receipt }
    let health = pool.health(of: offer.account, at: prices)
    let call = call(offer.account, collateralLeg, offer.debtLeg, health, pool, prices)
    let asset = Int(pool.positions.legAsset[collateralLeg])
    let wanted = min(tokens, affordable(call, collateralLeg, pool))
    guard case .success(let settlement) = rules.settle(call, requested: wanted) else {
      return receipt
    }
    receipt.collateralAsset = asset
    receipt.debtAsset = Int(pool.positions.legAsset[offer.debtLeg])
    receipt.repaidUSD = pool.repay(offer.debtLeg, settlement.debtRepaid) * call.debtPrice
    pool.transferToTreasury(collateralLeg, settlement.collateralFee)
    let takesAll = settlement.collateralSeized >= call.collateralBalance
    let taken = pool.withdraw(
      collateralLeg, takesAll ? .infinity : settlement.collateralToLiquidator)
    seizures.append(Seizure(asset: asset, tokens: taken))
    receipt.seizedUSD = settlement.collateralSeized * call.collateralPrice
    receipt.protocolFeeUSD = settlement.collateralFee * call.collateralPrice
    receipt.bonusUSD = receipt.seizedUSD - receipt.seizedUSD / (1 + call.bonus)
    if settlement.leavesDeficit {
      for leg in pool.positions.legs(of: offer.account) {
        receipt.badDebtUSD += pool.writeOff(leg) * prices[Int(pool.positions.legAsset[leg])]
      }
    }
    return receipt
  }

  /// The repayment at which the seizure would empty the reserve's cash.
  private func affordable(_ call: AaveV3Liquidation.Call, _ collateralLeg: Int, _ pool: LendingPool)
    -> Double
  {
    let payable = pool.payable(collateralLeg)
    guard payable < call.collateralBalance else { return .infinity }
    return payable * call.collateralPrice / call.debtPrice / (1 + call.bonus)
  }

  private func call(
    _ account: Int, _ collateralLeg: Int, _ debtLeg: Int, _ health: AccountHealth,
    _ pool: LendingPool, _ prices: [Double]
  ) -> AaveV3Liquidation.Call {
    let collateralAsset = Int(pool.positions.legAsset[collateralLeg])
    let debtAsset = Int(pool.positions.legAsset[debtLeg])
    let others = pool.positions.legs(of: account).contains {
      $0 != collateralLeg && pool.positions.supplied[$0] > 0
        && pool.parameters[Int(pool.positions.legAsset[$0])].liquidationThreshold > 0
    }
    return AaveV3Liquidation.Call(
      account: health, collateralBalance: pool.collateral(collateralLeg),
      collateralPrice: prices[collateralAsset], hasOtherCollateral: others,
      debtBalance: pool.debt(debtLeg), debtPrice: prices[debtAsset],
      bonus: pool.parameters[collateralAsset].liquidationBonus,
      protocolFee: pool.parameters[collateralAsset].protocolFee)
  }
}
