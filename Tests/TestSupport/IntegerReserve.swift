/// One reserve in contract units: indices and rates in rays, scaled balances in token units.
///
/// Balances of suppliers round down and debts up, against the user (Aave v3.5 and later). The last
/// account is the treasury.
package struct IntegerReserve: Sendable {
  package var supplyIndex = WadRayMath.ray
  package var debtIndex = WadRayMath.ray
  package var scaledSupplies: [UInt128]
  package var scaledDebts: [UInt128]
  package var cash: UInt128 = 0
  /// Basis points.
  package let reserveFactor: UInt128
  /// Rays.
  package let optimalUsage: UInt128
  package let base: UInt128
  package let slope1: UInt128
  package let slope2: UInt128

  package init(
    accounts: Int, reserveFactor: UInt128, optimalUsage: UInt128, base: UInt128, slope1: UInt128,
    slope2: UInt128
  ) {
    scaledSupplies = Array(repeating: 0, count: accounts + 1)
    scaledDebts = scaledSupplies
    self.reserveFactor = reserveFactor
    self.optimalUsage = optimalUsage
    self.base = base
    self.slope1 = slope1
    self.slope2 = slope2
  }

  package var totalDebt: UInt128 {
    WadRayMath.rayMultiply(scaledDebts.reduce(0, +), debtIndex, .up)
  }

  package func supply(of account: Int) -> UInt128 {
    WadRayMath.rayMultiply(scaledSupplies[account], supplyIndex, .down)
  }

  package func debt(of account: Int) -> UInt128 {
    WadRayMath.rayMultiply(scaledDebts[account], debtIndex, .up)
  }

  package var rates: (borrow: UInt128, supply: UInt128) {
    let debt = totalDebt
    guard debt > 0 else { return (base, 0) }
    let usage = WadRayMath.rayDivide(debt, cash + debt)
    let borrow =
      usage <= optimalUsage
      ? base + WadRayMath.ratio(slope1, usage, over: optimalUsage, .down)
      : base + slope1
        + WadRayMath.ratio(
          slope2, usage - optimalUsage, over: WadRayMath.ray - optimalUsage, .down)
    let supply = WadRayMath.percent(
      of: WadRayMath.rayMultiply(borrow, usage), basisPoints: 10_000 - reserveFactor, .halfUp)
    return (borrow, supply)
  }

  /// Moves the indices on; as in the contract, the debt index rests while nobody owes anything.
  package mutating func accrue(seconds: UInt128) {
    let rates = rates
    let scaledDebt = scaledDebts.reduce(0, +)
    guard scaledDebt > 0 else { return }
    let before = WadRayMath.rayMultiply(scaledDebt, debtIndex)
    supplyIndex = WadRayMath.rayMultiply(
      supplyIndex, WadRayMath.linear(rate: rates.supply, seconds: seconds))
    debtIndex = WadRayMath.rayMultiply(
      debtIndex, WadRayMath.compounded(rate: rates.borrow, seconds: seconds))
    let interest = WadRayMath.rayMultiply(scaledDebt, debtIndex) - before
    let treasury = WadRayMath.percent(of: interest, basisPoints: reserveFactor, .down)
    scaledSupplies[scaledSupplies.count - 1] += WadRayMath.rayDivide(
      treasury, supplyIndex, .down)
  }

  package mutating func supply(_ account: Int, _ tokens: UInt128) {
    scaledSupplies[account] += WadRayMath.rayDivide(tokens, supplyIndex, .down)
    cash += tokens
  }

  package mutating func withdraw(_ account: Int, _ tokens: UInt128) {
    scaledSupplies[account] -= min(
      scaledSupplies[account], WadRayMath.rayDivide(tokens, supplyIndex, .up))
    cash -= tokens
  }

  package mutating func borrow(_ account: Int, _ tokens: UInt128) {
    scaledDebts[account] += WadRayMath.rayDivide(tokens, debtIndex, .up)
    cash -= tokens
  }

  package mutating func repay(_ account: Int, _ tokens: UInt128) {
    scaledDebts[account] -= min(
      scaledDebts[account], WadRayMath.rayDivide(tokens, debtIndex, .down))
    cash += tokens
  }
}
