/// Integer arithmetic of Aave v3.7: ray = 10^27, percentages in basis points.
///
/// Every product is taken at full width, so that nothing overflows before the division. Source:
/// aave-dao/aave-v3-origin, WadRayMath, PercentageMath and MathUtils, by their rounding rules.
package enum WadRayMath {
  package static let ray: UInt128 = 1_000_000_000_000_000_000_000_000_000
  package static let year: UInt128 = 31_536_000

  package enum Rounding: Sendable { case down, up, halfUp }

  /// left x right / divisor.
  package static func ratio(
    _ left: UInt128, _ right: UInt128, over divisor: UInt128, _ rounding: Rounding
  ) -> UInt128 {
    let product = left.multipliedFullWidth(by: right)
    let (quotient, remainder) = divisor.dividingFullWidth(product)
    switch rounding {
    case .down: return quotient
    case .up: return remainder > 0 ? quotient + 1 : quotient
    case .halfUp: return remainder >= divisor - remainder ? quotient + 1 : quotient
    }
  }

  package static func rayMultiply(
    _ left: UInt128, _ right: UInt128, _ rounding: Rounding = .halfUp
  ) -> UInt128 { ratio(left, right, over: ray, rounding) }

  package static func rayDivide(
    _ left: UInt128, _ right: UInt128, _ rounding: Rounding = .halfUp
  ) -> UInt128 { ratio(left, ray, over: right, rounding) }

  package static func percent(
    of value: UInt128, basisPoints: UInt128, _ rounding: Rounding
  ) -> UInt128 { ratio(value, basisPoints, over: 10_000, rounding) }

  package static func undoPercent(
    of value: UInt128, basisPoints: UInt128, _ rounding: Rounding
  ) -> UInt128 { ratio(value, 10_000, over: basisPoints, rounding) }

  /// Growth factor of the debt index, a ray: three terms of the exponential series.
  package static func compounded(rate: UInt128, seconds: UInt128) -> UInt128 {
    let x = rate * seconds / year
    return ray + x + rayMultiply(x, x / 2 + rayMultiply(x, x / 6))
  }

  /// Growth factor of the supply index, a ray.
  package static func linear(rate: UInt128, seconds: UInt128) -> UInt128 {
    ray + rate * seconds / year
  }
}

/// One liquidation call in contract units: the health factor a wad, prices with 8 decimals.
package struct IntegerLiquidation: Sendable {
  package var collateralBalance: UInt128
  package var collateralPrice: UInt128
  package var collateralUnit: UInt128
  package var debtBalance: UInt128
  package var debtPrice: UInt128
  package var debtUnit: UInt128
  package var totalDebtBase: UInt128
  package var healthFactor: UInt128
  package var debtToCover: UInt128
  package var bonusBasisPoints: UInt128
  package var feeBasisPoints: UInt128

  package struct Settlement: Sendable, Equatable {
    package var debtRepaid: UInt128
    package var collateralToLiquidator: UInt128
    package var fee: UInt128
  }

  package init(
    collateralBalance: UInt128, collateralPrice: UInt128, collateralUnit: UInt128,
    debtBalance: UInt128, debtPrice: UInt128, debtUnit: UInt128, totalDebtBase: UInt128,
    healthFactor: UInt128, debtToCover: UInt128, bonusBasisPoints: UInt128,
    feeBasisPoints: UInt128
  ) {
    self.collateralBalance = collateralBalance
    self.collateralPrice = collateralPrice
    self.collateralUnit = collateralUnit
    self.debtBalance = debtBalance
    self.debtPrice = debtPrice
    self.debtUnit = debtUnit
    self.totalDebtBase = totalDebtBase
    self.healthFactor = healthFactor
    self.debtToCover = debtToCover
    self.bonusBasisPoints = bonusBasisPoints
    self.feeBasisPoints = feeBasisPoints
  }

  /// What the call moves; `nil` where it would leave dust.
  ///
  /// Half of the debt rounds half up, the seizure down, the debt for a capped seizure up, the bonus
  /// part divides down, the fee rounds up (protocols.md, 1.2).
  package func settle() -> Settlement? {
    let dollar: UInt128 = 100_000_000
    let collateralBase = WadRayMath.ratio(
      collateralBalance, collateralPrice, over: collateralUnit, .down)
    let debtBase = WadRayMath.ratio(debtBalance, debtPrice, over: debtUnit, .up)
    var limit = debtBalance
    if collateralBase >= 2000 * dollar, debtBase >= 2000 * dollar,
      healthFactor > 950_000_000_000_000_000
    {
      let half = WadRayMath.percent(of: totalDebtBase, basisPoints: 5000, .halfUp)
      if debtBase > half { limit = WadRayMath.ratio(half, debtUnit, over: debtPrice, .down) }
    }
    var repaid = min(debtToCover, limit)
    let base = WadRayMath.ratio(
      debtPrice * repaid, collateralUnit, over: collateralPrice * debtUnit, .down)
    var seized = WadRayMath.percent(of: base, basisPoints: bonusBasisPoints, .down)
    if seized > collateralBalance {
      seized = collateralBalance
      let worth = WadRayMath.ratio(
        collateralPrice * debtUnit, seized, over: debtPrice * collateralUnit, .down)
      repaid = WadRayMath.undoPercent(of: worth, basisPoints: bonusBasisPoints, .up)
    }
    if repaid < debtBalance, seized < collateralBalance {
      let debtLeft = WadRayMath.ratio(debtBalance - repaid, debtPrice, over: debtUnit, .down)
      let collateralLeft = WadRayMath.ratio(
        collateralBalance - seized, collateralPrice, over: collateralUnit, .down)
      if debtLeft < 1000 * dollar || collateralLeft < 1000 * dollar { return nil }
    }
    let bonusPart =
      seized - WadRayMath.undoPercent(of: seized, basisPoints: bonusBasisPoints, .down)
    let fee = WadRayMath.percent(of: bonusPart, basisPoints: feeBasisPoints, .up)
    return Settlement(debtRepaid: repaid, collateralToLiquidator: seized - fee, fee: fee)
  }
}
