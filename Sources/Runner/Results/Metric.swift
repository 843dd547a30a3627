package import Cascade

/// A column whose distribution over paths the summary describes.
package struct Metric: Sendable {
  /// Where the bad outcomes lie.
  package enum Tail: Sendable {
    case upper, lower
  }

  package let name: String
  package let unit: String?
  package let tail: Tail
  /// Whether the share of paths above zero says something.
  package let mayBeZero: Bool

  package init(_ name: String, unit: String?, tail: Tail = .upper, mayBeZero: Bool = true) {
    self.name = name
    self.unit = unit
    self.tail = tail
    self.mayBeZero = mayBeZero
  }

  /// Columns of `paths.csv` that are described path by path: all but the number of the path and the
  /// ratios, whose averages over paths mislead.
  package static let ofPaths: [(metric: Metric, value: @Sendable (PathOutcome) -> Double)] =
    OutcomeTable.columns.compactMap { entry in
      let name = entry.column.name
      guard name != "path", !ratioNames.contains(name) else { return nil }
      let isHealth = name == "min_health_factor"
      let metric = Metric(
        name, unit: entry.column.unit, tail: isHealth ? .lower : .upper,
        mayBeZero: !isHealth && name != "first_liquidation_hours")
      return (metric, entry.value)
    }

  /// Columns of `assets.csv`; debt written off is told apart from that of the whole path.
  package static let ofAssets: [(metric: Metric, value: @Sendable (AssetOutcome) -> Double)] =
    AssetTable.columns.map { entry in
      let name = entry.column.name
      let isPrice = name == "min_price_usd" || name == "end_price_usd"
      let metric = Metric(
        name == "bad_debt_usd" ? "asset_bad_debt_usd" : name, unit: entry.column.unit,
        tail: isPrice ? .lower : .upper, mayBeZero: !isPrice)
      return (metric, entry.value)
    }

  /// Quoted as ratios of sums over all paths only.
  package static let ratioNames = ["amplification", "branching_ratio", "branching_ratio_usd"]
}
