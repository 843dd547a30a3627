import Foundation

/// Exact relations among health factor, loan-to-value, leverage and the price of liquidation.
///
/// `threshold` LT is the liquidation threshold as a fraction; amounts in USD. Definitions of Aave
/// v3 (health factor) and of isolated margin (perpetuals); no assumption enters.
package enum HealthFactorIdentities {
  /// HF = LT C / D; infinite without debt.
  package static func healthFactor(collateral: Double, debt: Double, threshold: Double) -> Double {
    debt > 0 ? threshold * collateral / debt : .infinity
  }

  /// LTV = LT / HF.
  package static func loanToValue(healthFactor: Double, threshold: Double) -> Double {
    threshold / healthFactor
  }

  /// Assets over equity: 1 / (1 - LTV); `loanToValue` below 1.
  package static func leverage(loanToValue: Double) -> Double { 1 / (1 - loanToValue) }

  /// Debt over assets: 1 - 1 / L.
  package static func loanToValue(leverage: Double) -> Double { 1 - 1 / leverage }

  /// HF at a given leverage: LT / (1 - 1 / L), infinite at L <= 1.
  package static func healthFactor(leverage: Double, threshold: Double) -> Double {
    leverage > 1 ? threshold / (1 - 1 / leverage) : .infinity
  }

  /// The fall of the collateral's price, as a fraction, that brings HF to 1: 1 - 1 / HF.
  package static func priceDropToLiquidation(healthFactor: Double) -> Double {
    1 - 1 / healthFactor
  }

  /// The price at which HF = 1: D / (LT units), for `units` of collateral.
  package static func liquidationPrice(debt: Double, units: Double, threshold: Double) -> Double {
    debt / (threshold * units)
  }

  /// Leverage after `loops` rounds of borrowing at `loanToValue` q and depositing: (1 - q^(n+1)) /
  /// (1 - q).
  package static func loopLeverage(loanToValue: Double, loops: Int) -> Double {
    guard loanToValue != 1 else { return Double(loops) + 1 }
    return (1 - pow(loanToValue, Double(loops) + 1)) / (1 - loanToValue)
  }

  /// Liquidation price of an isolated long perpetual: entry (1 - 1/L) / (1 - m).
  package static func longLiquidationPrice(
    entry: Double, leverage: Double, maintenanceMargin: Double
  ) -> Double {
    entry * (1 - 1 / leverage) / (1 - maintenanceMargin)
  }

  /// Liquidation price of an isolated short perpetual: entry (1 + 1/L) / (1 + m).
  package static func shortLiquidationPrice(
    entry: Double, leverage: Double, maintenanceMargin: Double
  ) -> Double {
    entry * (1 + 1 / leverage) / (1 + maintenanceMargin)
  }
}
