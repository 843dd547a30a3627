/// The fields that all models on observed prices share, and what they say.
package enum PriceDataFields {
  package static let fields = [
    Field(
      "file", .file, .optional,
      "CSV of prices: time,asset,price_usd, or a time and one column per asset."),
    Field(
      "prices", .mapByName(.list(.number(.pure, .any), 2...1_000_000)), .optional,
      "Prices in the scenario itself: time_hours and one list of USD prices per asset."),
    Field(
      "columns", .mapByAsset(.text), .optional,
      "Names of the assets in the data, where they differ from their symbols."),
    Field("from", .time, .optional, "First time of the data to use."),
    Field("to", .time, .optional, "Last time of the data to use."),
  ]

  /// The inline `prices` as a table; `nil` where the section has none.
  ///
  /// Throws `ParameterError` E035, E036 or E050 for lists that do not fit together.
  package static func inlineTable(_ section: Section) throws -> PriceTable? {
    guard section.has("prices") else { return nil }
    var lists: [(name: String, numbers: [Double])] = []
    for entry in section.map("prices") {
      guard case .list(let values) = entry.value else { continue }
      lists.append((entry.key, values.compactMap(number)))
    }
    guard let times = lists.first(where: { $0.name == "time_hours" })?.numbers else {
      throw ParameterError(key: "prices", code: "E050", "prices lacks the list time_hours")
    }
    let columns = lists.filter { $0.name != "time_hours" }
    for column in columns where column.numbers.count != times.count {
      throw ParameterError(
        key: "prices.\(column.name)", code: "E035",
        "\(column.numbers.count) prices for \(times.count) entries of time_hours")
    }
    do {
      return try PriceTable(
        symbols: columns.map(\.name), timeHours: times,
        rows: times.indices.map { row in columns.map { $0.numbers[row] } })
    } catch let fault as PriceTable.Fault {
      throw ParameterError(key: "prices", code: fault.code, fault.sentence)
    }
  }

  /// The returns of the setting's assets; throws `ParameterError` where data and assets disagree.
  ///
  /// An asset without a column must have volatility 0, and keeps its price.
  package static func returns(_ section: Section, _ setting: PriceSetting) throws -> ObservedReturns
  {
    let table = try setting.data ?? inlineTable(section)
    guard let table else {
      throw ParameterError(key: "file", code: "E050", "the model has no price data")
    }
    return try returns(section, assets: setting.assets, table)
  }

  /// The price at time 0 of assets that do not state one: `nil` where the data lack the asset.
  ///
  /// `replay` starts at the first price of the window, `bootstrap` at the last.
  package static func startingPrices(
    _ kind: String, _ section: Section, symbols: [String], _ table: PriceTable
  ) throws -> [Double?] {
    let assets = symbols.map {
      AssetDynamics(symbol: $0, initialPrice: 1, volatility: 0, drift: 0)
    }
    let observed = try returns(section, assets: assets, table)
    return kind == Replay.kind ? observed.firstPrice : observed.lastPrice
  }

  private static func returns(
    _ section: Section, assets: [AssetDynamics], _ table: PriceTable
  ) throws -> ObservedReturns {
    let names = section.map("columns").compactMap { entry -> (asset: String, column: String)? in
      if case .text(let column) = entry.value { (entry.key, column) } else { nil }
    }
    let columns = try assets.map { asset -> String? in
      if let given = names.first(where: { $0.asset == asset.symbol }) { return given.column }
      if table.symbols.contains(asset.symbol) { return asset.symbol }
      guard asset.volatility == 0 else {
        throw ParameterError(
          key: "columns", code: "E052",
          "\(asset.symbol) has no prices in the data",
          note: "name its column, or give the asset volatility_pct_annual: 0 for a constant price")
      }
      return nil
    }
    let from = try time(section, "from") ?? -.greatestFiniteMagnitude
    let to = try time(section, "to") ?? .greatestFiniteMagnitude
    guard from < to else {
      throw ParameterError(key: "to", code: "E053", "to must be later than from")
    }
    // A millisecond more on each side, so that rounding does not drop the bounds themselves.
    return try ObservedReturns(
      table, columns: columns,
      window: from - PriceTable.resolutionHours...to + PriceTable.resolutionHours)
  }

  /// A time field in hours, as the files have them.
  private static func time(_ section: Section, _ key: String) throws -> Double? {
    if let number = section.written(key) { return ObservationTime.hours(number: number) }
    guard let text = section.text(key) else { return nil }
    guard let hours = ObservationTime.hours(iso8601: text) else {
      throw ParameterError(
        key: key, code: "E053", "'\(text)' is not a time such as 2021-04-05 00:00 (UTC)")
    }
    return hours
  }

  private static func number(_ value: Value) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }
}

extension PriceTable.Fault {
  /// The code under which a scenario's author sees the fault.
  package var code: String {
    switch self {
    case .ragged: "E035"
    case .timeNotRising: "E036"
    case .tooFewRows, .doubledSymbol, .priceNotPositive: "E050"
    }
  }

  /// The fault in words, rows counted from 1.
  package var sentence: String {
    switch self {
    case .tooFewRows(let count): "\(count) rows of prices; at least 2 are needed"
    case .ragged(let row, let entryCount, let symbolCount):
      "row \(row + 1) has \(entryCount) prices for \(symbolCount) assets"
    case .doubledSymbol(let symbol): "\(symbol) stands twice"
    case .timeNotRising(let row): "the time of row \(row + 1) is not later than the one before"
    case .priceNotPositive(let row, let symbol, let price):
      "the price of \(symbol) in row \(row + 1) must be above 0: \(price)"
    }
  }
}
