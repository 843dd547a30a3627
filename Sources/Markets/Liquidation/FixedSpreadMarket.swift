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
    let debt = largestDebt(of: account, pool, prices)
    guard debt.usd > 0 else { return }
    let holdings = Holdings(account, pool, prices)
    let affordable =
      affordableUSD(holdings) / prices[Int(pool.positions.legAsset[debt.leg])]
    guard affordable > 0 else { return }
    let share = debt.usd <= dustUSD ? 1 : closeFactor
    let repaid = min(share * pool.debt(debt.leg), affordable)
    offers.append(
      LiquidationOffer(
        account: account, debtLeg: debt.leg, collateralLeg: nil, maximumRepayment: repaid,
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
    let holdings = Holdings(offer.account, pool, prices)
    receipt.debtAsset = Int(pool.positions.legAsset[offer.debtLeg])
    let debtPrice = prices[receipt.debtAsset]
    receipt.repaidUSD =
      pool.repay(offer.debtLeg, min(tokens, affordableUSD(holdings) / debtPrice)) * debtPrice
    let wantedUSD = receipt.repaidUSD * (1 + bonus)
    let takesAll = wantedUSD >= holdings.collateralUSD * (1 - 1e-15)
    let first = seizures.count
    pool.withdraw(
      share: takesAll ? .infinity : wantedUSD / holdings.collateralUSD, of: offer.account,
      into: &seizures)
    var largestUSD = 0.0
    for index in first..<seizures.count {
      let usd = seizures[index].tokens * prices[seizures[index].asset]
      receipt.seizedUSD += usd
      if usd > largestUSD { (largestUSD, receipt.collateralAsset) = (usd, seizures[index].asset) }
    }
    receipt.bonusUSD = receipt.seizedUSD - receipt.seizedUSD / (1 + bonus)
    if takesAll {
      for leg in pool.positions.legs(of: offer.account) {
        receipt.badDebtUSD += pool.writeOff(leg) * prices[Int(pool.positions.legAsset[leg])]
      }
    }
    return receipt
  }

  /// The repayment, in USD, that the seizable collateral pays for with the bonus.
  private func affordableUSD(_ holdings: Holdings) -> Double {
    holdings.seizableShare * holdings.collateralUSD / (1 + bonus)
  }

  /// The account's largest debt, the first of equals.
  private func largestDebt(of account: Int, _ pool: LendingPool, _ prices: [Double]) -> (
    leg: Int, usd: Double
  ) {
    var largest = (leg: 0, usd: 0.0)
    pool.positions.forEachLeg(of: account) { leg, asset, _, borrowed in
      guard borrowed > 0 else { return }
      let owedUSD = borrowed * pool.reserves[asset].debtIndex * prices[asset]
      if owedUSD > largest.usd { largest = (leg, owedUSD) }
    }
    return largest
  }

  /// What an account has.
  private struct Holdings {
    var collateralUSD = 0.0
    /// Seizure is pro rata, so that the reserve with the least cash bounds the share of all.
    var seizableShare = 1.0

    init(_ account: Int, _ pool: LendingPool, _ prices: [Double]) {
      pool.positions.forEachLeg(of: account) { _, asset, supplied, _ in
        guard supplied > 0 else { return }
        let balance = supplied * pool.reserves[asset].supplyIndex
        let payable = pool.reserves[asset].payable(balance)
        collateralUSD += balance * prices[asset]
        if payable < balance { seizableShare = min(seizableShare, payable / balance) }
      }
    }
  }
}
