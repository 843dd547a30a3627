package import Cascade

/// What happened on the recorded paths, one event a row.
package enum EventTable {
  package static let columns = [
    ColumnDescription("path", .int64, "Number of the path, from 0."),
    ColumnDescription("time_hours", .float64, unit: "h", "Time since the start."),
    ColumnDescription("block", .int64, "Block of the chain since the start."),
    ColumnDescription("event", .text, "Kind of the event."),
    ColumnDescription("cascade", .int32, "Number of the cascade on the path; empty outside one."),
    ColumnDescription("round", .int32, "Generation inside the cascade, from 0."),
    ColumnDescription("account", .int64, "Account concerned."),
    ColumnDescription("cohort", .text, "Cohort of the account."),
    ColumnDescription("liquidator", .text, "Who liquidated."),
    ColumnDescription("collateral_asset", .text, "Asset seized, sold, added or priced."),
    ColumnDescription("debt_asset", .text, "Asset repaid or written off."),
    ColumnDescription("repaid_usd", .float64, unit: "USD", "Debt repaid."),
    ColumnDescription("seized_usd", .float64, unit: "USD", "Collateral seized, sold or added."),
    ColumnDescription("bonus_usd", .float64, unit: "USD", "Part of the seizure above the debt."),
    ColumnDescription("health_before", .float64, "Health factor before."),
    ColumnDescription("health_after", .float64, "Health factor after; empty without debt."),
    ColumnDescription("market_price_usd", .float64, unit: "USD", "Market price."),
    ColumnDescription("oracle_price_usd", .float64, unit: "USD", "Oracle price."),
    ColumnDescription(
      "impact_bps", .float64, unit: "bps",
      "Distance of the market price below the exogenous one at the event."),
    ColumnDescription("bad_debt_usd", .float64, unit: "USD", "Debt written off."),
    ColumnDescription("gas_usd", .float64, unit: "USD", "What the liquidator spent on gas."),
    ColumnDescription(
      "bid_usd", .float64, unit: "USD", "What the liquidator bid for priority."),
  ]

  package static func write(
    _ events: [CascadeEvent], assets: [String], to writer: inout CSVWriter
  ) throws(OutputError) {
    for event in events {
      try writer.cell(event.path)
      try writer.cell(event.timeHours)
      try writer.cell(event.block)
      try writer.cell(event.kind.rawValue)
      try writer.cell(event.cascade > 0 ? event.cascade : nil)
      try writer.cell(event.cascade > 0 ? event.round : nil)
      try writer.cell(event.account)
      try writer.cell(event.cohort)
      try writer.cell(event.liquidator)
      try writer.cell(event.collateralAsset.map { assets[$0] })
      try writer.cell(event.debtAsset.map { assets[$0] })
      for value in [
        event.repaidUSD, event.seizedUSD, event.bonusUSD, event.healthBefore, event.healthAfter,
        event.marketPriceUSD, event.oraclePriceUSD, event.impactBps,
        event.badDebtUSD, event.gasUSD, event.bidUSD,
      ] { try writer.cell(value) }
      writer.endRow()
    }
  }
}
