import Foundation

/// How much a profit-seeking liquidator repays when it must sell on a constant-product pool.
///
/// The pool stands at `poolOverOracle` times the oracle price and holds `reserve` R of the debt
/// asset in USD; with the bonus b and the fee f a repaid USD brings assets worth m = (1 + b)(1 - f)
/// poolOverOracle. Selling them yields R m x / (R + m x). Derived; fixed-spread liquidation as in
/// K. Qin, L. Zhou, P. Gamito, P. Jovanovic, A. Gervais, An Empirical Study of DeFi Liquidations,
/// IMC 2021.
package struct LiquidatorSizing: Sendable, Equatable {
  package var reserve: Double
  /// m: value seized, after the fee, per USD repaid.
  package var multiple: Double

  package init(reserve: Double, bonus: Double, fee: Double, poolOverOracle: Double = 1) {
    self.reserve = reserve
    self.multiple = (1 + bonus) * (1 - fee) * poolOverOracle
  }

  /// The repayment that earns most, R (sqrt m - 1) / m; zero where no size earns anything.
  package var optimalRepayment: Double {
    multiple > 1 ? reserve * (multiple.squareRoot() - 1) / multiple : 0
  }

  /// Proceeds less repayment, before gas.
  package func grossProfit(repaying amount: Double) -> Double {
    reserve * multiple * amount / (reserve + multiple * amount) - amount
  }

  /// The profit at the optimum, R (sqrt m - 1)^2 / m.
  package var optimalGrossProfit: Double {
    guard multiple > 1 else { return 0 }
    let root = multiple.squareRoot() - 1
    return reserve * root * root / multiple
  }

  /// The best repayment not above `limit`: profit rises up to the optimum.
  package func repayment(limit: Double) -> Double { min(optimalRepayment, limit) }

  /// The smallest reserve at which the optimum pays for `gas` in USD; infinite where m <= 1.
  package func minimumReserve(gas: Double) -> Double {
    guard multiple > 1 else { return .infinity }
    let root = multiple.squareRoot() - 1
    return gas * multiple / (root * root)
  }
}

/// Two liquidations where one would be limited by the close factor.
///
/// The first repays just so much that the position stays at the limit of liquidation, the second up
/// to the close factor of what is left. Idea of Qin et al. 2021 (IMC), optimal strategy; algebra
/// derived.
package struct TwoStepLiquidation: Sendable, Equatable {
  package let first: Double
  package let second: Double
  /// What one liquidation would repay: close factor times debt.
  package let singleStep: Double
  /// Bonus earned beyond that of the single step.
  package let extraBonus: Double

  /// `nil` where the position is healthy, or where LT (1 + b) >= 1 and no repayment brings it to
  /// the limit.
  package init?(
    collateral: Double, debt: Double, threshold: Double, bonus: Double, closeFactor: Double
  ) {
    let retained = 1 - threshold * (1 + bonus)
    let shortfall = debt - threshold * collateral
    guard retained > 0, shortfall > 0 else { return nil }
    singleStep = closeFactor * debt
    first = shortfall / retained
    second = closeFactor * (debt - first)
    extraBonus = bonus * (first + second - singleStep)
  }

  /// Whether the protocol accepts the first step: it may not repay more than the close factor
  /// allows.
  package var isAllowed: Bool { first <= singleStep }
}

/// When a liquidation makes the position worse.
///
/// It raises the health factor exactly when C / D > 1 + b. Source: J. Warmuz, A. Chaudhary, D.
/// Pinna, Toxic Liquidation Spirals, arXiv 2212.07306 (2022).
package enum ToxicLiquidation {
  /// The loan-to-value above which every liquidation lowers the health factor: 1 / (1 + b).
  package static func frontier(bonus: Double) -> Double { 1 / (1 + bonus) }

  /// The health factor after repaying `amount`: LT (C - (1 + b) x) / (D - x); infinite at full
  /// repayment.
  package static func healthFactor(
    collateral: Double, debt: Double, threshold: Double, bonus: Double, repaying amount: Double
  ) -> Double {
    HealthFactorIdentities.healthFactor(
      collateral: collateral - (1 + bonus) * amount, debt: debt - amount, threshold: threshold)
  }
}
