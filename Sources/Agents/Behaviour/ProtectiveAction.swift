/// What an owner must do to bring a position back to a target health factor; sizes are exact.
///
/// C is the collateral's value and D the debt, both in USD at the oracle price; LT the liquidation
/// threshold; h the target. From HF = LT C / D (derived).
package enum ProtectiveAction {
  /// Debt to repay from outside cash: D - LT C / h, in USD; zero where the target is met already.
  package static func repayment(
    collateral: Double, debt: Double, threshold: Double, target: Double
  ) -> Double {
    max(0, debt - threshold * collateral / target)
  }

  /// Collateral to add from outside: (h D - LT C) / LT, in USD; zero where the target is met
  /// already.
  package static func collateralToAdd(
    collateral: Double, debt: Double, threshold: Double, target: Double
  ) -> Double {
    max(0, (target * debt - threshold * collateral) / threshold)
  }

  /// Collateral to sell, and the debt that its proceeds repay, both in USD.
  ///
  ///     repaid = (h D - LT C) / (h - LT / (1 - s)),   sold = repaid / (1 - s)
  ///
  /// Zeros where the target is met already. `nil` where selling cannot reach the target: h <= LT /
  /// (1 - s), or more collateral would be needed than there is.
  package static func sale(
    collateral: Double, debt: Double, threshold: Double, target: Double, slippage: Double
  ) -> (sold: Double, repaid: Double)? {
    let missing = target * debt - threshold * collateral
    guard missing > 0 else { return (0, 0) }
    let gain = target - threshold / (1 - slippage)
    guard gain > 0 else { return nil }
    let repaid = missing / gain
    let sold = repaid / (1 - slippage)
    return sold <= collateral && repaid <= debt ? (sold, repaid) : nil
  }
}
