import Cascade
import Runner
import Testing

@Suite("Columns of paths.csv and assets.csv")
struct OutcomeTableTests {
  @Test("paths.csv has the documented columns first, in their order")
  func columnOrder() {
    let documented = """
      path,bad_debt_usd,liquidated_collateral_usd,repaid_debt_usd,liquidations,accounts_liquidated,\
      cascade_depth_rounds,cascade_size_accounts,first_liquidation_hours,liquidator_profit_usd,\
      trader_loss_usd,panic_sold_usd,topped_up_usd,max_oracle_gap_bps,peak_utilisation_pct,\
      min_health_factor,gas_usd,insolvent_accounts,rounds_capped_steps,amplification,\
      branching_ratio,branching_ratio_usd
      """
    let names = OutcomeTable.columns.map(\.column.name)
    #expect(names.prefix(22).joined(separator: ",") == documented)
    #expect(Set(names).count == names.count)
  }

  @Test("assets.csv has the documented columns in their order")
  func assetColumnOrder() {
    #expect(
      ResultFile.assets.columns.map(\.name) == [
        "path", "asset", "min_price_usd", "end_price_usd", "max_drawdown_pct", "sold_usd",
        "max_price_impact_bps", "bad_debt_usd",
      ])
  }

  @Test("Types are those of the documentation, and units stand in the names")
  func types() {
    for entry in OutcomeTable.columns {
      let column = entry.column
      if column.name == "path" { #expect(column.type == .int64) }
      for (suffix, unit) in [("_usd", "USD"), ("_pct", "%"), ("_bps", "bps"), ("_hours", "h")]
      where column.name.hasSuffix(suffix) && column.name != "branching_ratio_usd" {
        #expect(column.unit == unit, "\(column.name)")
        #expect(column.type == .float64, "\(column.name)")
      }
    }
  }

  @Test("Fractions leave the table as percent")
  func percent() throws {
    var outcome = PathOutcome(assetCount: 1)
    outcome.peakUtilisation = 0.25
    outcome.assets[0].maxDrawdown = 0.5
    let utilisation = try #require(
      OutcomeTable.columns.first { $0.column.name == "peak_utilisation_pct" })
    let drawdown = try #require(
      AssetTable.columns.first { $0.column.name == "max_drawdown_pct" })
    #expect(utilisation.value(outcome) == 25)
    #expect(drawdown.value(outcome.assets[0]) == 50)
  }

  @Test("Every field of a path's outcome has a column of its own")
  func completeness() {
    // Fields that are no column: the flag that stops a run, the list of assets, and the count of held
    // variances, which summary and manifest give for all paths.
    let fields = Mirror(reflecting: PathOutcome(assetCount: 0)).children.compactMap(\.label)
    let derived = ["amplification", "branchingRatio", "branchingRatioUSD"]
    #expect(fields.count - 3 + derived.count == OutcomeTable.columns.count)
  }
}
