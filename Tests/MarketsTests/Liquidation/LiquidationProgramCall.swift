import Markets
import TestSupport

/// One liquidation call of a random program, and the invariants that it must keep.
struct LiquidationProgramCall {
  let market: AaveV3Market
  let prices: [Double]
  let choice: Int
  let offer: Int
  let share: Double

  /// A liquidatable account, if there is one; every tenth call tries a healthy account.
  func account(_ pool: LendingPool) -> Int? {
    let accounts = 0..<pool.positions.accountCount
    let unhealthy = accounts.filter { pool.health(of: $0, at: prices).isLiquidatable }
    if unhealthy.isEmpty || choice % 10 == 0 { return choice % accounts.count }
    return unhealthy[choice % unhealthy.count]
  }

  /// Makes the call and returns the first broken invariant.
  ///
  /// The amount is random; where it is refused, the one that the market accepts follows.
  func run(
    _ pool: inout LendingPool, _ model: inout ObviousPool, _ reached: inout PoolProgram.Reached
  ) -> String? {
    guard let account = account(pool) else { return nil }
    let before = pool
    let health = pool.health(of: account, at: prices)
    var offers: [LiquidationOffer] = []
    market.offers(account: account, pool: pool, prices: prices, into: &offers)
    guard !offers.isEmpty else { return nil }
    let offer = offers[self.offer % offers.count]
    guard let collateralLeg = offer.collateralLeg else { return "Aave names the collateral" }
    let wanted = share * pool.debt(offer.debtLeg)
    var seizures: [Seizure] = []
    var receipt = market.liquidate(
      offer, repaying: wanted, pool: &pool, prices: prices, seizures: &seizures)
    let collateral = Int(pool.positions.legAsset[collateralLeg])
    let debt = Int(pool.positions.legAsset[offer.debtLeg])
    if !health.isLiquidatable {
      return receipt.repaidUSD == 0 && seizures.isEmpty ? nil : "a healthy account is refused"
    }
    if receipt.repaidUSD == 0, wanted > 0 {
      reached.dustRefusals += 1
      let accepted = market.acceptedRepayment(wanted, offer: offer, pool: pool, prices: prices)
      if accepted > wanted { return "at most what was asked for is accepted" }
      receipt = market.liquidate(
        offer, repaying: accepted, pool: &pool, prices: prices, seizures: &seizures)
      if (accepted > 0) != (receipt.repaidUSD > 0) { return "what is accepted is settled" }
    }
    guard receipt.repaidUSD > 0 else { return nil }
    reached.liquidations += 1
    if receipt.badDebtUSD > 0 { reached.badDebts += 1 }
    if before.reserves[collateral].cash < before.collateral(collateralLeg) {
      reached.cashShortages += 1
    }
    model.liquidate(
      account, collateral: collateral, debt: debt, repaying: receipt.repaidUSD / prices[debt],
      prices)
    return limits(receipt, offer, before, health, collateralLeg)
      ?? badDebt(receipt, account, before, pool)
      ?? conservation(receipt, seizures, account, before, pool)
      ?? leftovers(offer.debtLeg, collateralLeg, pool)
  }

  /// Invariant 9.
  private func limits(
    _ receipt: LiquidationReceipt, _ offer: LiquidationOffer, _ before: LendingPool,
    _ health: AccountHealth, _ collateralLeg: Int
  ) -> String? {
    let debt = Int(before.positions.legAsset[offer.debtLeg])
    let collateral = Int(before.positions.legAsset[collateralLeg])
    let debtUSD = before.debt(offer.debtLeg) * prices[debt]
    let collateralUSD = before.collateral(collateralLeg) * prices[collateral]
    let close =
      collateralUSD >= 2000 && debtUSD >= 2000 && health.thresholdUSD > 0.95 * health.debtUSD
      ? min(debtUSD, 0.5 * health.debtUSD) : debtUSD
    if receipt.repaidUSD > close * (1 + 1e-12) { return "repaid <= close factor x debt" }
    if receipt.seizedUSD > collateralUSD * (1 + 1e-12) { return "seized <= collateral" }
    let bonus = before.parameters[collateral].liquidationBonus
    if !agree(receipt.seizedUSD, receipt.repaidUSD * (1 + bonus), relative: 1e-9) {
      return "seized = repaid x (1 + bonus)"
    }
    return nil
  }

  /// Invariant 11.
  private func badDebt(
    _ receipt: LiquidationReceipt, _ account: Int, _ before: LendingPool, _ after: LendingPool
  ) -> String? {
    let was = before.health(of: account, at: prices)
    let now = after.health(of: account, at: prices)
    let booked = prices.indices.reduce(0.0) {
      $0 + (after.reserves[$1].deficit - before.reserves[$1].deficit) * prices[$1]
    }
    if !agree(booked, receipt.badDebtUSD, relative: 1e-9, absolute: 1e-9 * was.debtUSD) {
      return "the deficit is the sum of the receipts"
    }
    if receipt.badDebtUSD > was.debtUSD * (1 + 1e-12) { return "bad debt <= debt" }
    if receipt.badDebtUSD > 0, now.thresholdUSD > 0 || now.debtUSD > 0 {
      return "bad debt only where no collateral is left, and then of the whole debt"
    }
    if now.thresholdUSD == 0, now.debtUSD > 0 { return "debt without collateral is bad debt" }
    return nil
  }

  /// Invariant 12, with what was moved rather than with what the receipt says.
  private func conservation(
    _ receipt: LiquidationReceipt, _ seizures: [Seizure], _ account: Int,
    _ before: LendingPool, _ after: LendingPool
  ) -> String? {
    let borrower =
      after.health(of: account, at: prices).equityUSD
      - before.health(of: account, at: prices).equityUSD
    let received = seizures.reduce(0) { $0 + $1.tokens * prices[$1.asset] }
    let profit = received - receipt.repaidUSD
    var protocolUSD = 0.0
    for asset in prices.indices {
      let treasury = after.reserves[asset].scaledTreasury - before.reserves[asset].scaledTreasury
      protocolUSD += treasury * after.reserves[asset].supplyIndex * prices[asset]
      protocolUSD -=
        (after.reserves[asset].deficit - before.reserves[asset].deficit) * prices[asset]
    }
    let size = before.health(of: account, at: prices)
    let rounding = 1e-9 * (size.collateralUSD + size.debtUSD)
    if abs(borrower + profit + protocolUSD) > rounding { return "a liquidation makes no value" }
    let bonus = before.parameters[receipt.collateralAsset].liquidationBonus
    if profit > bonus * receipt.repaidUSD + rounding { return "profit <= bonus x repaid" }
    return nil
  }

  /// Invariant 13: empty on one side, or at least 1,000 USD on both.
  private func leftovers(_ debtLeg: Int, _ collateralLeg: Int, _ pool: LendingPool) -> String? {
    let debt = pool.debt(debtLeg) * prices[Int(pool.positions.legAsset[debtLeg])]
    let collateral =
      pool.collateral(collateralLeg) * prices[Int(pool.positions.legAsset[collateralLeg])]
    if debt == 0 || collateral == 0 { return nil }
    return min(debt, collateral) >= 1000 * (1 - 1e-9) ? nil : "no dust is left"
  }
}
