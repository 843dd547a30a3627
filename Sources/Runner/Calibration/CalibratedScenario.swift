import Foundation
package import SimulationCore

/// A fitted model as the blocks of a scenario, ready to paste or to `include`.
package struct CalibratedScenario {
  private let data: CalibrationData
  private let fit: ModelFit

  package init(_ data: CalibrationData, _ fit: ModelFit) {
    self.data = data
    self.fit = fit
  }

  /// `assets` with the last prices and the volatilities of the data, and `dynamics`.
  package var yaml: String {
    let sample = data.sample
    let span =
      "\(ObservationTime.text(hours: data.span.lowerBound)) to "
      + ObservationTime.text(hours: data.span.upperBound)
    var lines = [
      "# slipface calibrate \(data.file.escapingControls): \(fit.kind), \(span),",
      "# \(sample.rowCount) returns over \(sample.spacingHours.shortText) h",
      "assets:",
    ]
    for (asset, symbol) in sample.symbols.enumerated() {
      let price = data.observed.lastPrice[asset] ?? 1
      // Models on data take the moves from there.
      let volatility =
        fit.isParametric
        ? ", volatility_pct_annual: \(Self.rounded(100 * sample.volatilities[asset]))" : ""
      lines.append("  \(symbol): {price_usd: \(price.shortText)\(volatility)}")
    }
    lines += ["dynamics:", "  model: \(fit.kind)"]
    for setting in fit.settings {
      switch setting.value {
      case .common(let number): lines.append("  \(setting.key): \(Self.rounded(number))")
      case .byAsset(let numbers):
        let entries = zip(sample.symbols, numbers).map { "\($0): \(Self.rounded($1))" }
        lines.append("  \(setting.key): {\(entries.joined(separator: ", "))}")
      }
    }
    guard fit.isParametric else {
      lines.append("  file: \(JSONText.string(data.file).compact)")
      for (key, time) in [("from", data.choice.from), ("to", data.choice.to)] {
        if let time { lines.append("  \(key): \(time)") }
      }
      return lines.joined(separator: "\n") + "\n"
    }
    return lines.joined(separator: "\n") + "\n"
      + CorrelationRepair.yaml(order: sample.symbols, matrix: correlation)
  }

  /// Four decimals; where rounding leaves no valid matrix, the nearest one that is.
  private var correlation: [[Double]] {
    let rounded = fit.correlation.map { row in row.map { ($0 * 1e4).rounded() / 1e4 } }
    return CorrelationRepair(order: data.sample.symbols, rows: rounded)?.matrix ?? rounded
  }

  /// Five significant digits.
  private static func rounded(_ value: Double) -> String {
    guard value != 0, let short = Double(String(format: "%.5g", value)) else { return "0" }
    return short.shortText
  }
}
