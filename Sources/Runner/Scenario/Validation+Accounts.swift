import Markets
import SimulationCore

/// The accounts at time 0 and their owners.
extension Validation {
  /// Sums of shares may miss their target by this, from rounding of written decimals.
  static let shareTolerance = 1e-9

  mutating func checkPositions() {
    let blocks = root.blocks("positions")
    guard let first = blocks.first else { return }
    if markets.isEmpty, !root.isWritten("market"), !root.isWritten("markets") {
      diagnostics.add(
        Diagnostic(
          .missingField, at: mark(first), "positions need a market; the scenario has none",
          underline: .hidden))
    }
    var filled: [String: SourceMark] = [:]
    for positions in blocks {
      checkMarket(of: positions, isAlone: blocks.count == 1, &filled)
      positions.text("source") == "csv" ? checkFileBook(positions) : checkSyntheticBook(positions)
    }
  }

  /// Each block fills one market of its own; a file may fill all of them by its column `market`.
  private mutating func checkMarket(
    of positions: Section, isAlone: Bool, _ filled: inout [String: SourceMark]
  ) {
    if !markets.isEmpty {
      checkReference(positions, "market", to: "market", among: markets.map(\.name))
    }
    if let name = positions.text("market") ?? (markets.count == 1 ? markets[0].name : nil) {
      unique(name, &filled, positions, "market")
      return
    }
    guard markets.count > 1 else { return }
    let isFile = positions.text("source") == "csv"
    guard !isFile || !isAlone else { return }
    diagnostics.add(
      Diagnostic(
        .missingField, at: mark(positions),
        "missing field 'market' in \(positions.path): the scenario has several",
        underline: .hidden,
        notes: ["known: " + markets.map(\.name).joined(separator: ", ")]
          + (isFile ? ["a file with the column market can only stand alone"] : [])))
  }

  private mutating func checkFileBook(_ positions: Section) {
    let own = ["source", "file", "market"]
    for field in positions.table.fields
    where !own.contains(field.key) && positions.isWritten(field.key) {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, field.key),
          "\(positions.path).\(field.key) has no meaning with source: csv",
          underline: .hidden))
    }
    if !positions.isWritten("file") {
      diagnostics.add(
        Diagnostic(
          .missingField, at: mark(positions),
          "missing field 'file' in \(positions.path) with source: csv",
          underline: .hidden))
    }
  }

  private mutating func checkSyntheticBook(_ positions: Section) {
    let isWritten = positions.isWritten
    if isWritten("file") {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, "file"),
          "\(positions.path).file has no meaning with source: synthetic; write source: csv",
          underline: .hidden))
    }
    if isWritten("debt_asset") == isWritten("debt_mix") {
      diagnostics.add(
        Diagnostic(
          .oneOfTwo, at: mark(positions, "debt_mix"),
          "\(positions.path): give exactly one of debt_asset and debt_mix", underline: .hidden))
    }
    if !isWritten("collateral_mix") {
      diagnostics.add(
        Diagnostic(
          .missingField, at: mark(positions),
          "missing field 'collateral_mix' in \(positions.path); it has no default",
          underline: .hidden,
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
          "\(positions.path).assets_per_account: expected 1 to \(collaterals), the number of collaterals "
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
    let name = positions.text("market") ?? markets.first?.name
    guard let market = complete(markets.first(where: { $0.name == name })?.section),
      let rules = try? LendingMarkets.build(market, assets: symbols)
    else { return }
    for (symbol, share) in positions.numbers("collateral_mix") where share > 0 {
      guard let asset = symbols.firstIndex(of: symbol),
        rules.reserves[asset].liquidationThreshold == 0
      else { continue }
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark(positions, "collateral_mix"),
          "\(positions.path).collateral_mix: \(symbol) is no collateral of the market: "
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
          "\(positions.path).\(key): the market has no reserve of \(symbol)", underline: .hidden))
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
