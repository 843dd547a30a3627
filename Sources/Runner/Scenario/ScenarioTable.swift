import Agents
import Markets
package import SimulationCore

/// The fields of a whole scenario file; every block's own table is reached from here.
package enum ScenarioTable {
  /// The version of the format that this program reads.
  package static let format = "slipface/1"
  /// More assets than any market lists; a full correlation of them still takes under a second.
  package static let assetLimit = 1000

  package static let root = FieldTable(
    "scenario", "A whole scenario file.",
    [
      Field(
        "format", .text, .required, "Version of the file format: slipface/1."),
      Field(
        "name", .name, .required, "The scenario's name, in the results' headings and manifest."),
      Field("description", .text, .optional, "What the scenario holds, in words."),
      Field("question", .text, .optional, "The question that it answers."),
      Field("expected", .text, .optional, "What to expect, and why."),
      Field("sources", .list(.text, 0...1000), .optional, "Where its numbers come from."),
      Field("run", .block(run), .required, "How many paths, how long, in which steps."),
      Field("assets", .mapByName(.block(asset)), .required, "The assets, by symbol."),
      Field("dynamics", .family(PriceModels.family), .required, PriceModels.family.summary),
      Field(
        "shocks", .list(.block(ScriptedShock.table), 0...10_000), .defaults("[]"),
        ScriptedShock.table.summary),
      Field("market", .family(LendingMarkets.family), .optional, LendingMarkets.family.summary),
      Field(
        "markets", .mapByName(.family(LendingMarkets.family)), .optional,
        "Several lending markets by name, each like `market`; instead of it."),
      Field(
        "positions",
        .either([.block(PositionBook.table), .list(.block(PositionBook.table), 1...1000)]),
        .optional, PositionBook.table.summary + " With several markets: a list, each with `market`."
      ),
      Field(
        "traders", .list(.family(DecisionRules.family), 0...1000), .defaults("[]"),
        "Cohorts of owners; accounts beyond their shares never act."),
      Field("herd", .block(HerdLayer.table), .optional, HerdLayer.table.summary),
      Field(
        "liquidators", .list(.family(Liquidators.family), 0...1000), .defaults("[]"),
        Liquidators.family.summary),
      Field(
        "venues", .list(.family(Exchanges.family), 0...1000), .defaults("[]"),
        Exchanges.family.summary),
      Field("oracle", .family(PriceOracles.family), .derived("{kind: spot}"), oracleMeaning),
      Field(
        "oracles", .mapByName(.family(PriceOracles.family)), .optional,
        "Several oracles by name, each like `oracle`; markets choose one by their field `oracle`."),
      Field("gas", .block(GasMarket.table), .optional, GasMarket.table.summary),
      Field("output", .block(OutputOptions.table), .defaults("{}"), OutputOptions.table.summary),
    ])

  private static let oracleMeaning = PriceOracles.family.summary

  package static var run: FieldTable { RunOptions.table }

  package static let asset = FieldTable(
    "asset", "One asset: its price at time 0, and how volatile it is.",
    [
      Field(
        "price_usd", .number(.usd, .positive),
        .derived(
          "pegged: ratio times the other's price; replay: the first price of the data, bootstrap and "
            + "filtered_historical: the last; else required"),
        "Price at time 0."),
      Field(
        "volatility_pct_annual", .number(.percentAnnual, Bounds(0, 1000)),
        .derived(
          "pegged: follows from the peg; models on data, t_copula apart: that of the data, where an asset "
            + "without data says 0; else required"),
        "Standard deviation of the log price over a year; 0 keeps it on its drift.", neutral: "0"),
      Field(
        "drift_pct_annual", .number(.percentAnnual, Bounds(-1000, 1000)), .defaults("0"),
        "Drift a year; none for pegged assets and models on data, whose moves hold it.",
        neutral: "0"),
      Field("peg", .block(Peg.table), .optional, Peg.table.summary),
    ])
}
