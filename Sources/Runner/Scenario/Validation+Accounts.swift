import Markets
import SimulationCore

/// The market's parameters, the accounts in it and their owners.
extension Validation {
  /// Sums of shares may miss their target by this, from rounding of written decimals.
  private static let shareTolerance = 1e-9

  mutating func checkMarket() {
    guard let market = root.section("market") else { return }
    onlyMain(market, "oracle", what: "oracle")
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

  /// There is one market and one oracle, both called `main`.
  private mutating func onlyMain(_ section: Section, _ key: String, what: String) {
    guard section.table[key] != nil, let name = section.text(key), name != "main" else { return }
    diagnostics.add(
      Diagnostic(
        .unknownWord, at: mark(section, key),
        "\(section.path).\(key): unknown \(what) '\(name)'; the only one is main"))
  }

  mutating func checkPositions() {
    guard let positions = root.section("positions") else { return }
    onlyMain(positions, "market", what: "market")
    if root.section("market") == nil, !root.isWritten("market") {
      diagnostics.add(
        Diagnostic(
          .missingField, at: mark(positions), "positions need a market; the scenario has none",
          underline: .hidden))
    }
    positions.text("source") == "csv" ? checkFileBook(positions) : checkSyntheticBook(positions)
  }

  private mutating func checkFileBook(_ positions: Section) {
    let own = ["source", "file", "market"]
    for field in positions.table.fields
    where !own.contains(field.key) && positions.isWritten(field.key) {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, field.key),
          "positions.\(field.key) has no meaning with source: csv",
          underline: .hidden))
    }
    if !positions.isWritten("file") {
      diagnostics.add(
        Diagnostic(
          .missingField, at: mark(positions), "missing field 'file' in positions with source: csv",
          underline: .hidden))
    }
  }

  private mutating func checkSyntheticBook(_ positions: Section) {
    let isWritten = positions.isWritten
    if isWritten("file") {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, "file"),
          "positions.file has no meaning with source: synthetic; write source: csv",
          underline: .hidden))
    }
    if isWritten("debt_asset") == isWritten("debt_mix") {
      diagnostics.add(
        Diagnostic(
          .oneOfTwo, at: mark(positions, "debt_mix"),
          "positions: give exactly one of debt_asset and debt_mix", underline: .hidden))
    }
    if !isWritten("collateral_mix") {
      diagnostics.add(
        Diagnostic(
          .missingField, at: mark(positions),
          "missing field 'collateral_mix' in positions; it has no default", underline: .hidden,
          notes: ["collateral_mix: shares by which accounts draw their collateral; sum 1"]))
    }
    for key in ["debt_mix", "collateral_mix"] where isWritten(key) {
      checkSum(positions, key)
    }
    checkBookAgainstMarket(positions)
    let collaterals = positions.numbers("collateral_mix").filter { $0.value > 0 }.count
    if case .integer(let wanted)? = positions.value("assets_per_account"), collaterals > 0,
      wanted > collaterals
    {
      diagnostics.add(
        Diagnostic(
          .outOfRange, at: mark(positions, "assets_per_account"),
          "positions.assets_per_account: expected 1 to \(collaterals), the number of collaterals "
            + "in collateral_mix, found \(wanted)"))
    }
  }

  private mutating func checkSum(_ section: Section, _ key: String) {
    let sum = section.numbers(key).reduce(0) { $0 + $1.value }
    guard !section.numbers(key).isEmpty, abs(sum - 1) > Validation.shareTolerance else { return }
    diagnostics.add(
      Diagnostic(
        .sharesSum, at: mark(section, key),
        "\(section.path).\(key): shares must sum to 1, the sum is "
          + ((sum * 1e9).rounded() / 1e9).shortText, underline: .hidden))
  }

  private mutating func checkBookAgainstMarket(_ positions: Section) {
    guard let market = complete(root.section("market")),
      let rules = try? LendingMarkets.build(market, assets: symbols)
    else { return }
    for (symbol, share) in positions.numbers("collateral_mix") where share > 0 {
      guard let asset = symbols.firstIndex(of: symbol),
        rules.reserves[asset].liquidationThreshold == 0
      else { continue }
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, "collateral_mix"),
          "positions.collateral_mix: \(symbol) is no collateral of the market: "
            + "its liquidation threshold is 0", underline: .hidden))
    }
    guard market.table["reserves"] != nil else { return }
    let listed = Set(market.map("reserves").map(\.key))
    let debts =
      positions.numbers("debt_mix").filter { $0.value > 0 }.map { (key: "debt_mix", $0.key) }
      + [positions.text("debt_asset")].compactMap { $0 }.map { (key: "debt_asset", $0) }
    for (key, symbol) in debts where !listed.contains(symbol) {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, key),
          "positions.\(key): the market has no reserve of \(symbol)", underline: .hidden))
    }
  }

  mutating func checkTraders() {
    let traders = root.sections("traders")
    let keys = ["share_of_accounts_pct", "share_of_debt_pct"]
    var names: [String: SourceMark] = [:]
    var sum = 0.0
    for trader in traders {
      if let name = trader.text("cohort") { unique(name, &names, trader, "cohort") }
      let given = keys.filter(trader.isWritten)
      if given.count != 1 {
        diagnostics.add(
          Diagnostic(
            .oneOfTwo, at: mark(trader, given.last ?? ""),
            "\(trader.path): give exactly one of \(keys[0]) and \(keys[1])", underline: .hidden))
      }
      sum += given.first.flatMap { trader.written($0) } ?? 0
      if trader.table["choice"] != nil, let choice = trader.section("choice") {
        checkChoice(choice)
      }
    }
    guard let first = traders.first else { return }
    let place = root.mark("traders") ?? mark(first)
    let shown = ((sum * 1e9).rounded() / 1e9).shortText
    if sum > 100 * (1 + Validation.shareTolerance) {
      diagnostics.add(
        Diagnostic(
          .sharesAbove, at: place, "traders: shares must not exceed 100 %, the sum is \(shown)",
          underline: .hidden))
    } else if sum < 100 * (1 - Validation.shareTolerance) {
      diagnostics.add(
        Diagnostic(
          .passiveRemainder, at: place,
          "traders: shares sum to \(shown) %; the other accounts never act", underline: .hidden))
    }
  }

  private mutating func checkChoice(_ choice: Section) {
    guard complete(choice) != nil else { return }
    let sum = choice.table.fields.reduce(0) { $0 + (choice.written($1.key) ?? 0) }
    guard abs(sum - 1) > Validation.shareTolerance else { return }
    diagnostics.add(
      Diagnostic(
        .sharesSum, at: mark(choice),
        "\(choice.path): shares must sum to 1, the sum is "
          + ((sum * 1e9).rounded() / 1e9).shortText, underline: .hidden))
  }
}
