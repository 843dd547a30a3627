import Foundation
import Markets
import TestSupport

extension PoolProgram {
  /// Runs the events; the first broken invariant as a sentence, or `nil`.
  static func firstViolation(
    seed: UInt64, _ events: [Event], reached: inout Reached
  ) -> String? {
    var (pool, model, prices) = start(seed: seed)
    let market = AaveV3Market(reserves: pool.parameters)
    let lenders = (0..<assetCount).map { lendersScaled(pool, $0) }
    for (number, event) in events.enumerated() {
      let before = pool
      var touched = -1
      var broken: String?
      switch event {
      case .supply(let leg, let share):
        touched = leg / assetCount
        let tokens = share * 1000 / prices[leg % assetCount]
        let added = pool.supply(leg, tokens)
        model.supply(touched, leg % assetCount, added)
        broken = added == tokens ? nil : "without a cap everything is supplied"
      case .withdraw(let leg, let share):
        touched = leg / assetCount
        guard free(pool, touched, prices) > 0 else { continue }
        let room = free(pool, touched, prices) / prices[leg % assetCount]
        let tokens = min(share * pool.collateral(leg), room)
        model.withdraw(touched, leg % assetCount, pool.withdraw(leg, tokens))
      case .borrow(let leg, let share):
        touched = leg / assetCount
        let room = free(pool, touched, prices) / prices[leg % assetCount]
        let lent = pool.borrow(leg, min(share, 1) * room)
        model.borrow(touched, leg % assetCount, lent)
        broken =
          lent <= before.reserves[leg % assetCount].cash ? nil : "nobody borrows above the cash"
      case .repay(let leg, let share):
        touched = leg / assetCount
        let owed = pool.debt(leg)
        let repaid = pool.repay(leg, share * owed)
        model.repay(touched, leg % assetCount, repaid)
        broken = repaid <= owed ? nil : "nobody repays above the debt"
      case .accrue(let days):
        pool.accrue(years: days / 365)
        model.accrue(years: days / 365)
        broken = interest(before, pool)
      case .price(let asset, let factor):
        prices[asset] *= factor
      case .writeOff(let leg):
        touched = leg / assetCount
        let asset = leg % assetCount
        guard pool.debt(leg) > 0 else { continue }
        let burnt = pool.writeOff(leg)
        model.writeOff(touched, asset)
        reached.writeOffs += 1
        broken =
          pool.reserves[asset].deficit == before.reserves[asset].deficit + burnt
          ? nil : "deficit = burnt"
      case .liquidate(let choice, let offer, let share):
        let call = LiquidationProgramCall(
          market: market, prices: prices, choice: choice, offer: offer, share: share)
        touched = call.account(pool) ?? -1
        guard touched >= 0 else { continue }
        broken = call.run(&pool, &model, &reached)
      }
      broken = broken ?? unchangedOthers(before, pool, touched, prices, event)
      broken = broken ?? gift(before, pool, touched, prices, event)
      broken = broken ?? identities(pool, lenders, before)
      broken = broken ?? difference(pool, model)
      if pool.reserves.contains(where: { $0.cash == 0 }) { reached.emptyReserves += 1 }
      if let broken { return "event \(number), \(event): \(broken)" }
    }
    return nil
  }

  /// USD that the account may take out before its loan-to-value limit.
  private static func free(_ pool: LendingPool, _ account: Int, _ prices: [Double]) -> Double {
    pool.health(of: account, at: prices).availableBorrowUSD
  }

  private static func lendersScaled(_ pool: LendingPool, _ asset: Int) -> Double {
    let rows = stride(from: asset, to: pool.positions.supplied.count, by: assetCount)
    return rows.reduce(pool.reserves[asset].scaledSupply - pool.reserves[asset].scaledTreasury) {
      $0 - pool.positions.supplied[$1]
    }
  }

  /// Invariants 2, 3 and 4 of the pool, and that nothing is negative.
  private static func identities(
    _ pool: LendingPool, _ lenders: [Double], _ before: LendingPool
  ) -> String? {
    for asset in 0..<assetCount {
      let rows = stride(from: asset, to: pool.positions.borrowed.count, by: assetCount)
      let borrowed = rows.reduce(0) { $0 + pool.positions.borrowed[$1] }
      // Sums of thousands of roundings of the largest amount that passed through.
      let size = pool.totalSupply(asset) + pool.totalDebt(asset) + pool.reserves[asset].deficit
      func equal(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * size }
      if !equal(
        pool.totalSupply(asset) + pool.reserves[asset].unallocated,
        pool.totalDebt(asset) + pool.reserves[asset].cash + pool.reserves[asset].deficit)
      {
        return "asset \(asset): supply + unallocated = debt + cash + deficit"
      }
      if !equal(borrowed, pool.reserves[asset].scaledDebt) {
        return "asset \(asset): debt = its rows"
      }
      if !equal(lendersScaled(pool, asset), lenders[asset]) {
        return "asset \(asset): supply = rows + treasury + lenders"
      }
      if pool.reserves[asset].supplyIndex < before.reserves[asset].supplyIndex
        || pool.reserves[asset].debtIndex < before.reserves[asset].debtIndex
        || pool.reserves[asset].supplyIndex < 1
      {
        return "asset \(asset): indices start at 1 and never fall"
      }
      if pool.reserves[asset].cash < 0
        || pool.reserves[asset].deficit < before.reserves[asset].deficit
      {
        return "asset \(asset): cash is not negative, the deficit never falls"
      }
    }
    let rows = pool.positions
    if rows.supplied.contains(where: { $0 < 0 }) || rows.borrowed.contains(where: { $0 < 0 }) {
      return "no balance is negative"
    }
    return nil
  }

  /// Invariant 5: borrowers pay at least what suppliers get; the treasury has its share.
  private static func interest(_ before: LendingPool, _ after: LendingPool) -> String? {
    for asset in 0..<assetCount {
      let charged = after.totalDebt(asset) - before.totalDebt(asset)
      let growth = after.reserves[asset].supplyIndex / before.reserves[asset].supplyIndex - 1
      let paid = before.totalSupply(asset) * growth
      let minted = after.reserves[asset].scaledTreasury - before.reserves[asset].scaledTreasury
      let treasury = minted * after.reserves[asset].supplyIndex
      let rounding = 1e-12 * (before.totalDebt(asset) + before.totalSupply(asset))
      if charged - paid - treasury < -rounding { return "interest paid <= interest charged" }
      if abs(treasury - charged * after.parameters[asset].reserveFactor) > rounding {
        return "the treasury gets the reserve factor's share"
      }
    }
    return nil
  }

  /// Invariant 8: no call on one account changes another's health.
  private static func unchangedOthers(
    _ before: LendingPool, _ after: LendingPool, _ touched: Int, _ prices: [Double],
    _ event: Event
  ) -> String? {
    if case .accrue = event { return nil }
    if case .price = event { return nil }
    for account in 0..<accountCount where account != touched {
      if before.health(of: account, at: prices) != after.health(of: account, at: prices) {
        return "a call on account \(touched) moved account \(account)"
      }
    }
    return nil
  }

  /// Invariant 16, and 8 for the account itself: gifts never lower health, and taking out within
  /// the loan-to-value limit never makes a healthy account unhealthy.
  private static func gift(
    _ before: LendingPool, _ after: LendingPool, _ touched: Int, _ prices: [Double],
    _ event: Event
  ) -> String? {
    guard touched >= 0 else { return nil }
    let was = before.health(of: touched, at: prices)
    let now = after.health(of: touched, at: prices)
    switch event {
    case .supply, .repay:
      // Two roundings of the sum.
      return now.healthFactor >= was.healthFactor * (1 - 1e-15) ? nil : "a gift lowered health"
    case .withdraw, .borrow:
      return was.isLiquidatable || !now.isLiquidatable ? nil : "a healthy account fell below 1"
    default: return nil
    }
  }

  /// The pool against the obvious model, account by account.
  private static func difference(_ pool: LendingPool, _ model: ObviousPool) -> String? {
    for asset in 0..<assetCount {
      let size = pool.totalSupply(asset) + pool.totalDebt(asset) + pool.reserves[asset].deficit
      func equal(_ left: Double, _ right: Double) -> Bool { abs(left - right) <= 1e-9 * size }
      let treasury = pool.reserves[asset].scaledTreasury * pool.reserves[asset].supplyIndex
      if !equal(pool.reserves[asset].cash, model.assets[asset].cash)
        || !equal(pool.reserves[asset].deficit, model.assets[asset].deficit)
        || !equal(treasury, model.assets[asset].treasury)
        || !equal(pool.reserves[asset].unallocated, model.assets[asset].surplus)
      {
        return "asset \(asset): totals differ from the obvious model"
      }
      for account in 0..<accountCount {
        let leg = account * assetCount + asset
        if !equal(pool.collateral(leg), model.supplied[account][asset])
          || !equal(pool.debt(leg), model.owed[account][asset])
        {
          return "account \(account), asset \(asset): balance differs from the obvious model"
        }
      }
    }
    return nil
  }
}
