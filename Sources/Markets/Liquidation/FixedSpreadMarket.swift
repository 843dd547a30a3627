package import SimulationCore

/// A plain pool: fixed close factor and bonus, collateral seized pro rata, no interest, no caps.
///
/// An account is liquidated at most once a step. Debt at or below the dust limit is closed whole;
/// where the bonus on the repayment would exceed the collateral, all of it is seized, as much debt
/// is repaid as it pays for, and the rest is bad debt. Seized collateral leaves the pool as
/// underlying tokens, so a call never seizes more than the reserves' cash.
///
/// - Source: the threshold model of Perez, Werner, Xu, Livshits (2021), "Liquidations: DeFi on a
///   Knife-edge", with pro-rata seizure.
package struct FixedSpreadMarket: LendingMarket {
  package static let kind = "fixed_spread"
  package static let summary =
    "A plain pool: fixed close factor and bonus, pro-rata seizure, no interest, no caps."

  package static let fields: [Field] = [
    Field(
      "close_factor_pct", .number(.percent, Bounds(0, 100, lowOpen: true)), .defaults("50"),
      "Share of the debt that one liquidation repays."),
    Field(
      "liquidation_bonus_pct", .number(.percent, Bounds(0, 50)), .defaults("5"),
      "What a liquidator receives above the debt repaid."),
    Field(
      "dust_usd", .number(.usd, .nonNegative), .defaults("1000"),
      "Debt at or below this is repaid whole.", neutral: "0"),
    Field(
      "liquidation_thresholds_pct", .mapByAsset(.number(.percent, .percentage)), .required,
      "Share of each collateral that counts towards the health factor."),
  ]

  package let reserves: [ReserveParameters]
  package let closeFactor: Double
  package let bonus: Double
  package let dustUSD: Double
  package var repeatsWithinStep: Bool { false }

  package init(thresholds: [Double], closeFactor: Double, bonus: Double, dustUSD: Double) {
    self.closeFactor = closeFactor
    self.bonus = bonus
    self.dustUSD = dustUSD
    reserves = thresholds.map { threshold in
      var reserve = ReserveParameters()
      reserve.loanToValue = threshold
      reserve.liquidationThreshold = threshold
      reserve.liquidationBonus = bonus
      reserve.protocolFee = 0
      return reserve
    }
  }

  package init(_ section: Section, assets: [String]) throws {
    var thresholds = [Double](repeating: 0, count: assets.count)
    for (symbol, threshold) in section.numbers("liquidation_thresholds_pct") {
      if let asset = assets.firstIndex(of: symbol) { thresholds[asset] = threshold }
    }
    self.init(
      thresholds: thresholds, closeFactor: section.number("close_factor_pct"),
      bonus: section.number("liquidation_bonus_pct"), dustUSD: section.number("dust_usd"))
  }

  package func offers(
    account: Int, pool: LendingPool, prices: [Double], into offers: inout [LiquidationOffer]
  ) {
    var largest: (leg: Int, usd: Double)?
    for leg in pool.positions.legs(of: account) {
      let usd = pool.debt(leg) * prices[Int(pool.positions.legAsset[leg])]
      if usd > largest?.usd ?? 0 { largest = (leg, usd) }
    }
    guard let (leg, debtUSD) = largest else { return }
    let affordable = affordableRepayment(
      account, leg, pool, prices,
      collateralUSD: pool.balances(of: account, at: prices).collateralUSD)
    guard affordable > 0 else { return }
    let share = debtUSD <= dustUSD ? 1 : closeFactor
    let repaid = min(share * pool.debt(leg), affordable)
    offers.append(
      LiquidationOffer(
        account: account, debtLeg: leg, collateralLeg: nil, maximumRepayment: repaid,
        isDivisible: false, proceedsPerUSD: 1 + bonus))
  }

  package func acceptedRepayment(
    _ wanted: Double, offer: LiquidationOffer, pool: LendingPool, prices: [Double]
  ) -> Double {
    // Up to rounding: a wish that went through a price and back is still the whole.
    wanted >= offer.maximumRepayment * (1 - 1e-12) ? offer.maximumRepayment : 0
  }

  package func liquidate(
    _ offer: LiquidationOffer, repaying tokens: Double, pool: inout LendingPool, prices: [Double],
    seizures: inout [Seizure]
  ) -> LiquidationReceipt {
    var receipt = LiquidationReceipt()
    let (collateralUSD, _) = pool.balances(of: offer.account, at: prices)
    let price = debtPrice(offer.debtLeg, pool, prices)
    receipt.debtAsset = Int(pool.positions.legAsset[offer.debtLeg])
    let affordable = affordableRepayment(
      offer.account, offer.debtLeg, pool, prices, collateralUSD: collateralUSD)
    receipt.repaidUSD = pool.repay(offer.debtLeg, min(tokens, affordable)) * price
    let wantedUSD = receipt.repaidUSD * (1 + bonus)
    let takesAll = wantedUSD >= collateralUSD * (1 - 1e-15)
    let share = takesAll ? 1 : wantedUSD / collateralUSD
    var largestUSD = 0.0
    for leg in pool.positions.legs(of: offer.account) where pool.positions.supplied[leg] > 0 {
      let asset = Int(pool.positions.legAsset[leg])
      let seized = pool.withdraw(leg, takesAll ? .infinity : share * pool.collateral(leg))
      guard seized > 0 else { continue }
      seizures.append(Seizure(asset: asset, tokens: seized))
      receipt.seizedUSD += seized * prices[asset]
      if seized * prices[asset] > largestUSD {
        largestUSD = seized * prices[asset]
        receipt.collateralAsset = asset
      }
    }
    receipt.bonusUSD = receipt.seizedUSD - receipt.seizedUSD / (1 + bonus)
    if takesAll {
      for leg in pool.positions.legs(of: offer.account) {
        receipt.badDebtUSD += pool.writeOff(leg) * prices[Int(pool.positions.legAsset[leg])]
      }
    }
    return receipt
  }

  /// The repayment, in tokens, that the seizable collateral pays for with the bonus.
  ///
  /// Seizure is pro rata, so that the reserve with the least cash bounds the share of all.
  private func affordableRepayment(
    _ account: Int, _ debtLeg: Int, _ pool: LendingPool, _ prices: [Double], collateralUSD: Double
  ) -> Double {
    var share = 1.0
    for leg in pool.positions.legs(of: account) where pool.positions.supplied[leg] > 0 {
      let (payable, balance) = (pool.payable(leg), pool.collateral(leg))
      if payable < balance { share = min(share, payable / balance) }
    }
    return share * collateralUSD / (1 + bonus) / debtPrice(debtLeg, pool, prices)
  }

  private func debtPrice(_ leg: Int, _ pool: LendingPool, _ prices: [Double]) -> Double {
    prices[Int(pool.positions.legAsset[leg])]
  }
}
