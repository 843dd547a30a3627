import SimulationCore

/// Spots fractions of one in percent fields: 0.83 for 83 %.
enum WrongUnit {
  /// No market has such a field below 1 %; it is an error.
  private static let neverBelowOne = ["liquidation_threshold", "ltv", "close_factor"]
  /// Below 1 % is possible here (a stable asset's volatility, a small shock) and worth a warning.
  private static let seldomBelowOne = ["volatility", "bonus", "drop", "recover"]

  /// The code to report, where `value` looks like a fraction; `path` tells the field.
  static func code(_ value: Double, _ unit: Unit, path: String) -> DiagnosticCode? {
    guard unit == .percent || unit == .percentAnnual, value > 0, value < 1 else { return nil }
    let keys = path.split(separator: ".").suffix(2)
    func names(_ words: [String]) -> Bool {
      keys.contains { key in words.contains { key.contains($0) && key.contains("_pct") } }
    }
    if names(neverBelowOne) { return .wrongUnit }
    if names(seldomBelowOne) { return .fractionAsPercent }
    return nil
  }
}
