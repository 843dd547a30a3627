import Cascade

/// A line of the summary table: which metric, under which name, in which spelling.
struct SummaryLine {
  let metric: String
  var asset: String?
  let label: String
  let unit: String
  let style: NumberText.Style
  var tail = Metric.Tail.upper

  /// The lines of the table; the price is that of the asset that was sold most.
  static func lines(_ summary: Summary, assets: [String]) -> [SummaryLine] {
    var lines = [
      SummaryLine(metric: "bad_debt_usd", label: "bad debt", unit: "USD", style: .money),
      SummaryLine(
        metric: "liquidated_collateral_usd", label: "liquidated collateral", unit: "USD",
        style: .money),
      SummaryLine(
        metric: "accounts_liquidated", label: "accounts liquidated", unit: "", style: .count),
      SummaryLine(
        metric: "cascade_depth_rounds", label: "cascade depth", unit: "rounds", style: .count),
    ]
    if let asset = mostSold(summary, assets) {
      lines.append(
        SummaryLine(
          metric: "min_price_usd", asset: asset, label: "lowest \(asset) price", unit: "USD",
          style: .price, tail: .lower))
    }
    return lines + [
      SummaryLine(
        metric: "peak_utilisation_pct", label: "peak utilisation", unit: "%", style: .percent),
      SummaryLine(
        metric: "liquidator_profit_usd", label: "liquidator profit", unit: "USD", style: .money),
      SummaryLine(
        metric: "trader_loss_usd", label: "traders' loss", unit: "USD", style: .money),
    ]
  }

  private static func mostSold(_ summary: Summary, _ assets: [String]) -> String? {
    func key(_ asset: String) -> (Double, Double) {
      let sold = summary.row("sold_usd", "p50", asset: asset)?.value
      let fall = summary.row("max_drawdown_pct", "p50", asset: asset)?.value
      return (sold ?? 0, fall ?? 0)
    }
    // The first of equals, as max(by:) gives the last.
    return assets.reversed().max { key($0) < key($1) }
  }

  /// The value as a cell, with the mark that its uncertainty earns.
  func cell(_ row: SummaryRow?) -> String {
    guard let row, let value = row.value else { return "n/a" }
    let text = NumberText.text(value, style)
    if row.note == "heavy" && !SummaryLine.isBelowPrintedDigits(row) { return "!" + text }
    return SummaryLine.isRough(row) ? "~" + text : text
  }

  /// Whether the interval is so narrow that a doubt about its width cannot reach the printed digits.
  static func isBelowPrintedDigits(_ row: SummaryRow) -> Bool {
    guard let value = row.value, let low = row.low, let high = row.high else { return false }
    return high > low && 0.5 * (high - low) < 1e-3 * abs(value)
  }

  /// Whether the interval is wider than 10 % either way, or optimistic.
  static func isRough(_ row: SummaryRow) -> Bool {
    guard let value = row.value, value != 0, !isBelowPrintedDigits(row) else { return false }
    guard row.note == nil, let low = row.low, let high = row.high else { return true }
    return 0.5 * (high - low) > 0.1 * abs(value)
  }

  /// `[low, high]`, or the end that exists.
  func interval(_ row: SummaryRow?) -> String {
    guard let row, row.value != nil else { return "n/a" }
    let suffix = tail == .lower ? "   (lower tail)" : ""
    switch (row.low, row.high) {
    case (let low?, let high?):
      return "[\(NumberText.text(low, style)), \(NumberText.text(high, style))]" + suffix
    case (let low?, nil): return "above \(NumberText.text(low, style))" + suffix
    case (nil, let high?): return "below \(NumberText.text(high, style))" + suffix
    case (nil, nil): return "n/a"
    }
  }
}
