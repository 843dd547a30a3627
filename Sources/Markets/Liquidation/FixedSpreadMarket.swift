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
    let survey = Survey(account, pool, prices)
    guard survey.debtUSD > 0 else { return }
    let affordable = affordableRepayment(survey, survey.debtLeg, pool, prices)
    guard affordable > 0 else { return }
    let share = survey.debtUSD <= dustUSD ? 1 : closeFactor
    let repaid = min(share * pool.debt(survey.debtLeg), affordable)
    offers.append(
      LiquidationOffer(
        account: account, debtLeg: survey.debtLeg, collateralLeg: nil, maximumRepayment: repaid,
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
    let survey = Survey(offer.account, pool, prices)
    receipt.debtAsset = Int(pool.positions.legAsset[offer.debtLeg])
    let affordable = affordableRepayment(survey, offer.debtLeg, pool, prices)
    receipt.repaidUSD =
      pool.repay(offer.debtLeg, min(tokens, affordable)) * prices[receipt.debtAsset]
    let wantedUSD = receipt.repaidUSD * (1 + bonus)
    let takesAll = wantedUSD >= survey.collateralUSD * (1 - 1e-15)
    let share = takesAll ? 1 : wantedUSD / survey.collateralUSD
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
  private func affordableRepayment(
    _ survey: Survey, _ debtLeg: Int, _ pool: LendingPool, _ prices: [Double]
  ) -> Double {
    survey.seizableShare * survey.collateralUSD / (1 + bonus)
      / prices[Int(pool.positions.legAsset[debtLeg])]
  }

  /// What an account has and owes, in one pass over its legs.
  private struct Survey {
    var collateralUSD = 0.0
    /// Seizure is pro rata, so that the reserve with the least cash bounds the share of all.
    var seizableShare = 1.0
    /// The largest debt, the first of equals.
    var debtLeg = 0
    var debtUSD = 0.0

    init(_ account: Int, _ pool: LendingPool, _ prices: [Double]) {
      for leg in pool.positions.legs(of: account) {
        let price = prices[Int(pool.positions.legAsset[leg])]
        let (payable, balance) = (pool.payable(leg), pool.collateral(leg))
        collateralUSD += balance * price
        if payable < balance { seizableShare = min(seizableShare, payable / balance) }
        let owedUSD = pool.debt(leg) * price
        if owedUSD > debtUSD { (debtLeg, debtUSD) = (leg, owedUSD) }
      }
    }
  }
}
