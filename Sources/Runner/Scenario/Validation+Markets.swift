import Markets
import SimulationCore

/// The parameters of lending markets against each other.
extension Validation {
  /// A market's parameters against each other, and the oracle that it names.
  mutating func check(_ market: Section) {
    checkOracle(of: market)
    for (symbol, value) in market.table["reserves"] == nil ? [] : market.map("reserves") {
      guard case .section(let reserve) = value else { continue }
      checkReserve(reserve, symbol)
    }
    if market.table["liquidation_thresholds_pct"] != nil,
      let bonus = market.written("liquidation_bonus_pct")
    {
      for (symbol, value) in market.map("liquidation_thresholds_pct") {
        guard case .number(let threshold) = value else { continue }
        checkBonus(
          threshold, bonus, at: mark(market, "liquidation_thresholds_pct"),
          name: "\(market.path).liquidation_thresholds_pct.\(symbol)",
          bonusMark: market.mark("liquidation_bonus_pct"))
      }
    }
    for symbol in market.table["interest"] == nil ? [] : market.map("interest").map(\.key)
    where !market.map("reserves").contains(where: { $0.key == symbol }) {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(market, "interest"),
          "\(market.path).interest.\(symbol): the market has no reserve of \(symbol)",
          underline: .hidden))
    }
    if let market = complete(market) {
      report(Result { try LendingMarkets.build(market, assets: symbols) }, in: market)
    }
  }

  private mutating func checkOracle(of market: Section) {
    let names = oracles.isEmpty ? [NamedSection.only] : oracles.map(\.name)
    checkReference(market, "oracle", to: "oracle", among: names)
    guard !market.has("oracle"), names.count > 1 else { return }
    diagnostics.add(
      Diagnostic(
        .missingField, at: mark(market),
        "missing field 'oracle' in \(market.path): the scenario has several", underline: .hidden,
        notes: ["known: " + names.joined(separator: ", ")]))
  }

  private mutating func checkReserve(_ reserve: Section, _ symbol: String) {
    guard let ltv = reserve.written("ltv_pct"),
      let threshold = reserve.written("liquidation_threshold_pct"),
      let bonus = reserve.written("liquidation_bonus_pct")
    else { return }
    if ltv > threshold {
      diagnostics.add(
        Diagnostic(
          .loanToValue, at: mark(reserve, "ltv_pct"),
          "ltv_pct must not exceed liquidation_threshold_pct: \(ltv.shortText) is above "
            + threshold.shortText,
          second: other(reserve, "liquidation_threshold_pct")))
    }
    checkBonus(
      threshold, bonus, at: mark(reserve, "liquidation_threshold_pct"),
      name: "liquidation_threshold_pct", bonusMark: other(reserve, "liquidation_bonus_pct")?.mark)
  }

  private mutating func checkBonus(
    _ threshold: Double, _ bonus: Double, at mark: SourceMark, name: String, bonusMark: SourceMark?
  ) {
    let product = threshold * (1 + bonus / 100)
    guard product >= 100 else { return }
    let rounded = (product * 1000).rounded() / 1000
    diagnostics.add(
      Diagnostic(
        .thresholdBonus, at: mark,
        "\(name) times (1 + liquidation_bonus_pct) must stay below 100 %: "
          + "\(threshold.shortText) with \(bonus.shortText) gives \(rounded.shortText)",
        second: bonusMark.map { Diagnostic.SecondPlace($0, "the bonus") }))
  }

  /// The place of a key that was written; `nil` where it has its default.
  private func other(_ section: Section, _ key: String) -> Diagnostic.SecondPlace? {
    section.isWritten(key)
      ? section.mark(key).map { Diagnostic.SecondPlace($0, "the other value") } : nil
  }
}
