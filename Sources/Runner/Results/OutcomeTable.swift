package import Cascade

/// The columns of `paths.csv`, in order; new ones are appended, never inserted.
package enum OutcomeTable {
  /// A metric is one column here and one field of `PathOutcome`.
  package static let columns: [OutcomeColumn<PathOutcome>] = losses + liquidations + added

  /// The last column of runs whose paths do not all stand for the same.
  package static let weight = ColumnDescription(
    "weight", .float64, "Candidates that the path stands for; only with weighted sampling.")

  private static let losses: [OutcomeColumn<PathOutcome>] = [
    integer("path", as: .int64, "Number of the path, from 0.") { $0.path },
    usd("bad_debt_usd", "Debt written off because no collateral was left.") { $0.badDebtUSD },
    usd(
      "liquidated_collateral_usd",
      "Collateral seized, at oracle prices, protocol fees included."
    ) { $0.liquidatedCollateralUSD },
    usd("repaid_debt_usd", "Debt repaid by liquidators.") { $0.repaidDebtUSD },
    integer("liquidations", "Liquidation calls.") { $0.liquidations },
    integer("accounts_liquidated", "Different accounts liquidated.") { $0.accountsLiquidated },
    integer(
      "cascade_depth_rounds", unit: "rounds", "Generations of the path's largest cascade."
    ) { $0.cascadeDepthRounds },
    integer("cascade_size_accounts", "Different accounts in the path's largest cascade.") {
      $0.cascadeSizeAccounts
    },
    number("first_liquidation_hours", "h", "Time of the first liquidation; missing without one.") {
      $0.firstLiquidationHours
    },
    usd("liquidator_profit_usd", "Profit of all liquidators after gas and bids.") {
      $0.liquidatorProfitUSD
    },
    usd("trader_loss_usd", "Fall of owners' equity and cash at market prices; negative = gain.") {
      $0.traderLossUSD
    },
    usd("panic_sold_usd", "Sold by owners in panic, at the market price before each sale.") {
      $0.panicSoldUSD
    },
    usd("topped_up_usd", "Debt repaid by owners from outside cash.") { $0.toppedUpUSD },
    number("max_oracle_gap_bps", "bps", "Largest distance between oracle and market price.") {
      $0.maxOracleGapBps
    },
    number("peak_utilisation_pct", "%", "Largest utilisation of any reserve.") {
      100 * $0.peakUtilisation
    },
    number(
      "min_health_factor", nil,
      "Smallest health factor at the start of any step; missing where nobody owes anything."
    ) { $0.minHealthFactor },
    usd("gas_usd", "Gas paid by liquidators.") { $0.gasUSD },
  ]

  private static let liquidations: [OutcomeColumn<PathOutcome>] = [
    integer(
      "insolvent_accounts",
      "Accounts worth less than their debt at the end, and accounts whose debt was written off."
    ) { $0.insolventAccounts },
    integer(
      "rounds_capped_steps", unit: "steps",
      "Steps whose rounds ended while accounts were still becoming liquidatable."
    ) { $0.roundsCappedSteps },
    number(
      "amplification", nil,
      "Liquidated collateral over that of the same path without price feedback."
    ) { $0.amplification },
    number("branching_ratio", nil, "Liquidations caused by one liquidation, by count.") {
      $0.branchingRatio
    },
    number("branching_ratio_usd", nil, "Liquidations caused by one liquidation, by USD seized.") {
      $0.branchingRatioUSD
    },
  ]

  private static let added: [OutcomeColumn<PathOutcome>] = [
    integer("cascades", "Cascades on the path.") { $0.cascades },
    usd("voluntary_sold_usd", "Sold by owners to deleverage or close, panic sales left out.") {
      $0.voluntarySoldUSD
    },
    usd("releveraged_usd", "Bought by owners to restore leverage.") { $0.releveragedUSD },
    usd(
      "forced_sold_usd", "Seized collateral sold in venues, at the market price before each sale."
    ) { $0.forcedSoldUSD },
    integer(
      "induced_liquidations", "Liquidations that the exogenous price alone would not have caused."
    ) { $0.inducedLiquidations },
    integer(
      "parent_liquidations", "Liquidations of generations that had their chance to cause others."
    ) { $0.parentLiquidations },
    usd("induced_usd", "Collateral seized in the induced liquidations.") { $0.inducedUSD },
    usd("parent_usd", "Collateral seized in the parent liquidations.") { $0.parentUSD },
    usd(
      "liquidated_without_feedback_usd",
      "Collateral seized on the same path without price feedback; missing where not computed."
    ) { $0.liquidatedWithoutFeedbackUSD },
    usd(
      "open_shortfall_usd",
      "Debt above collateral of accounts that end under water and were not written off."
    ) { $0.openShortfallUSD },
    integer("clamped_prices", "Log prices that had to be clamped.") { $0.clampedPrices },
  ]

  private static func integer(
    _ name: String, as type: ColumnDescription.CellType = .int32, unit: String? = nil,
    _ meaning: String, _ value: @escaping @Sendable (PathOutcome) -> Int
  ) -> OutcomeColumn<PathOutcome> {
    OutcomeColumn(ColumnDescription(name, type, unit: unit, meaning)) { Double(value($0)) }
  }

  private static func usd(
    _ name: String, _ meaning: String, _ value: @escaping @Sendable (PathOutcome) -> Double
  ) -> OutcomeColumn<PathOutcome> { number(name, "USD", meaning, value) }

  private static func number(
    _ name: String, _ unit: String?, _ meaning: String,
    _ value: @escaping @Sendable (PathOutcome) -> Double
  ) -> OutcomeColumn<PathOutcome> {
    OutcomeColumn(ColumnDescription(name, .float64, unit: unit, meaning), value)
  }
}

/// The columns of `assets.csv` after `path` and `asset`, in order.
package enum AssetTable {
  package static let columns: [OutcomeColumn<AssetOutcome>] = [
    column("min_price_usd", "USD", "Lowest market price.") { $0.minPriceUSD },
    column("end_price_usd", "USD", "Market price at the horizon.") { $0.endPriceUSD },
    column("max_drawdown_pct", "%", "Largest fall of the market price from a running maximum.") {
      100 * $0.maxDrawdown
    },
    column("sold_usd", "USD", "Sold in venues by anybody, at the exogenous price.") {
      $0.soldUSD
    },
    column(
      "max_price_impact_bps", "bps",
      "Largest distance of the market price from the exogenous one."
    ) { $0.maxPriceImpactBps },
    column("bad_debt_usd", "USD", "Debt in this asset written off.") { $0.badDebtUSD },
  ]

  private static func column(
    _ name: String, _ unit: String, _ meaning: String,
    _ value: @escaping @Sendable (AssetOutcome) -> Double
  ) -> OutcomeColumn<AssetOutcome> {
    OutcomeColumn(ColumnDescription(name, .float64, unit: unit, meaning), value)
  }
}
