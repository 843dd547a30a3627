/// How much of an asset its largest holders have at time 0.
package enum ConcentrationTable {
  package static let columns = [
    ColumnDescription("asset", .text, "Symbol."),
    ColumnDescription("side", .text, "supplied or borrowed."),
    ColumnDescription("top_accounts", .int32, "Number of largest accounts."),
    ColumnDescription("share_pct", .float64, unit: "%", "Their share of the side."),
    ColumnDescription(
      "hhi", .float64, "Herfindahl-Hirschman index of the side: sum of squared shares, 0 to 1."),
  ]

  package static let buckets = [1, 10, 100]

  package struct Row: Sendable, Equatable {
    package let asset: String
    package let side: String
    package let topAccounts: Int
    package let share: Double
    package let herfindahlIndex: Double
  }

  /// Rows by asset, side and bucket; a side that nobody holds has none.
  package static func rows(_ holdings: [AssetHoldings]) -> [Row] {
    holdings.flatMap { entry in
      [("supplied", entry.suppliedUSD), ("borrowed", entry.borrowedUSD)].flatMap { side, amounts in
        rows(asset: entry.asset, side: side, amounts)
      }
    }
  }

  private static func rows(asset: String, side: String, _ amounts: [Double]) -> [Row] {
    let descending = amounts.filter { $0 > 0 }.sorted(by: >)
    let total = descending.reduce(0, +)
    guard total > 0 else { return [] }
    let index = descending.reduce(0) { $0 + ($1 / total) * ($1 / total) }
    return buckets.map { count in
      // All of them is the whole, whatever the rounding of the sum.
      let share =
        count >= descending.count ? 1 : descending.prefix(count).reduce(0, +) / total
      return Row(
        asset: asset, side: side, topAccounts: count, share: share, herfindahlIndex: index)
    }
  }

  package static func write(_ rows: [Row], to writer: inout CSVWriter) throws(OutputError) {
    for row in rows {
      try writer.cell(row.asset)
      try writer.cell(row.side)
      try writer.cell(row.topAccounts)
      try writer.cell(100 * row.share)
      try writer.cell(row.herfindahlIndex)
      writer.endRow()
    }
  }
}
