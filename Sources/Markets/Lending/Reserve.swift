package import SimulationCore

/// Risk parameters of one asset in a lending pool; fractions of one, tokens for the caps.
package struct ReserveParameters: Sendable {
  package var loanToValue = 0.0
  package var liquidationThreshold = 0.0
  /// Above one hundred per cent: 0.05 seizes 1.05 USD for each USD repaid.
  package var liquidationBonus = 0.05
  /// The protocol's share of the bonus.
  package var protocolFee = 0.1
  /// The treasury's share of borrowers' interest.
  package var reserveFactor = 0.1
  /// Tokens; 0 = none.
  package var supplyCap = 0.0
  package var borrowCap = 0.0
  /// Total supply at time 0 in tokens; `nil` derives it from the accounts.
  package var initialSupply: Double?
  package var interest: TwoSlopeRate?

  package init() {}

  package static let table = FieldTable(
    "reserve", "One asset of a lending pool.",
    [
      Field(
        "supply", .number(.tokens, .nonNegative),
        .derived("accounts' collateral + their debt in the asset / 0.8"),
        "Total supply at time 0, accounts' collateral included; the rest belongs to lenders."),
      Field(
        "ltv_pct", .number(.percent, .percentage), .defaults("0"),
        "Loan to value: how much may be borrowed against the collateral; 0 = none."),
      Field(
        "liquidation_threshold_pct", .number(.percent, .percentage), .defaults("0"),
        "Share of the collateral that counts towards the health factor; 0 = no collateral."),
      Field(
        "liquidation_bonus_pct", .number(.percent, Bounds(0, 50)), .defaults("5"),
        "What a liquidator receives above the debt repaid."),
      Field(
        "protocol_fee_pct", .number(.percent, .percentage), .defaults("10"),
        "The protocol's share of the bonus."),
      Field(
        "reserve_factor_pct", .number(.percent, .percentage), .defaults("10"),
        "The treasury's share of borrowers' interest."),
      Field(
        "supply_cap", .number(.tokens, .nonNegative), .defaults("0"),
        "Total supply above which nobody may add; 0 = none."),
      Field(
        "borrow_cap", .number(.tokens, .nonNegative), .defaults("0"),
        "Total debt above which nobody may borrow; 0 = none."),
    ])

  package init(_ section: Section) {
    loanToValue = section.number("ltv_pct")
    liquidationThreshold = section.number("liquidation_threshold_pct")
    liquidationBonus = section.number("liquidation_bonus_pct")
    protocolFee = section.number("protocol_fee_pct")
    reserveFactor = section.number("reserve_factor_pct")
    supplyCap = section.number("supply_cap")
    borrowCap = section.number("borrow_cap")
    initialSupply = section.optionalNumber("supply")
  }
}

/// The two-slope borrow rate of Aave's default strategy; all rates a year, as fractions.
///
///     R = base + slope1 * U / U*                             for U <= U*
///     R = base + slope1 + slope2 * (U - U*) / (1 - U*)       above
///
/// - Source: aave-dao/aave-v3-origin, DefaultReserveInterestRateStrategyV2.
package struct TwoSlopeRate: Sendable {
  package let optimalUtilisation: Double
  package let base: Double
  package let slope1: Double
  package let slope2: Double

  package init(optimalUtilisation: Double, base: Double, slope1: Double, slope2: Double) {
    self.optimalUtilisation = optimalUtilisation
    self.base = base
    self.slope1 = slope1
    self.slope2 = slope2
  }

  package init(_ section: Section) {
    self.init(
      optimalUtilisation: section.number("optimal_utilisation_pct"),
      base: section.number("base_pct_annual"), slope1: section.number("slope1_pct_annual"),
      slope2: section.number("slope2_pct_annual"))
  }

  package static let table = FieldTable(
    "interest", "The two-slope curve of one reserve's borrow rate.",
    [
      Field(
        "optimal_utilisation_pct", .number(.percent, Bounds(1, 99)), .required,
        "Utilisation at which the second slope begins."),
      Field(
        "base_pct_annual", .number(.percentAnnual, Bounds(0, 1000)), .defaults("0"),
        "Borrow rate of an idle pool."),
      Field(
        "slope1_pct_annual", .number(.percentAnnual, Bounds(0, 1000)), .required,
        "Rise of the rate up to the optimal utilisation."),
      Field(
        "slope2_pct_annual", .number(.percentAnnual, Bounds(0, 10000)), .required,
        "Rise of the rate from there to full utilisation."),
    ])

  /// Utilisation and rates for one reserve's balances, in tokens.
  ///
  /// `borrowUsage` is debt / (liquidity + debt), `supplyUsage` counts the deficit too.
  package func rates(debt: Double, liquidity: Double, deficit: Double, reserveFactor: Double)
    -> ReserveRates
  {
    guard debt > 0 else {
      return ReserveRates(borrowUsage: 0, supplyUsage: 0, borrowRate: base, supplyRate: 0)
    }
    let borrowUsage = debt / (liquidity + debt)
    let supplyUsage = debt / (liquidity + debt + deficit)
    let borrowRate =
      borrowUsage <= optimalUtilisation
      ? base + slope1 * borrowUsage / optimalUtilisation
      : base + slope1 + slope2 * (borrowUsage - optimalUtilisation) / (1 - optimalUtilisation)
    return ReserveRates(
      borrowUsage: borrowUsage, supplyUsage: supplyUsage, borrowRate: borrowRate,
      supplyRate: borrowRate * supplyUsage * (1 - reserveFactor))
  }
}

/// Usage and yearly rates of one reserve.
package struct ReserveRates: Sendable {
  package let borrowUsage: Double
  package let supplyUsage: Double
  package let borrowRate: Double
  package let supplyRate: Double
}

/// How Aave's indices grow between two interactions.
package enum InterestAccrual {
  /// Debt index factor over `years` at the yearly `rate`: three terms of the exponential series.
  ///
  /// - Source: aave-dao/aave-v3-origin, MathUtils.calculateCompoundedInterest (v3.5 and later).
  package static func compounded(rate: Double, years: Double) -> Double {
    let x = rate * years
    return 1 + x + x * (x / 2 + x * x / 6)
  }

  /// Supply index factor over `years` at the yearly `rate`.
  package static func linear(rate: Double, years: Double) -> Double { 1 + rate * years }
}
