package import SimulationCore

/// A CSV of prices as models are fitted to it, and everything that was wrong with it.
package struct CalibrationData: Sendable {
  package let file: String
  package let table: PriceTable
  package let observed: ObservedReturns
  package let sample: ReturnSample
  /// First and last time used, hours.
  package let span: ClosedRange<Double>
  /// Wrong rows and prices, gaps, and assets without prices in some rows; all of them left out.
  package let leftOut: [Diagnostic]

  /// What to read of the file.
  package struct Choice: Sendable {
    package var file: String
    /// All where empty.
    package var assets: [String] = []
    /// Times as in the file.
    package var from: String?
    package var to: String?

    package init(file: String) { self.file = file }
  }

  /// Reads the file; throws where nothing can be fitted to it.
  package init(_ choice: Choice) throws(Diagnostic) {
    let mark = SourceMark(file: choice.file, line: 1, column: 1)
    let wanted = choice.assets.isEmpty ? nil : Set(choice.assets)
    let read = try PriceCSV.readLeavingOut(choice.file, wanted: wanted, at: mark)
    file = choice.file
    table = read.table
    let symbols = choice.assets.isEmpty ? table.symbols : choice.assets
    let from = try Self.time(choice.from, "--from", mark) ?? table.timeHours[0]
    let to = try Self.time(choice.to, "--to", mark) ?? table.timeHours[table.rowCount - 1]
    guard from < to else {
      throw Diagnostic(.dataWindow, at: mark, "--to must be later than --from", underline: .hidden)
    }
    guard !symbols.isEmpty else {
      throw Diagnostic(
        .tableHeader, at: mark, "no column holds prices of an asset", underline: .hidden)
    }
    // A millisecond more on each side, so that rounding does not drop the bounds themselves.
    let window = from - 1e-6...to + 1e-6
    do {
      observed = try ObservedReturns(table, columns: symbols, window: window)
      sample = try ReturnSample(observed, symbols: symbols)
    } catch let fault as ReturnSample.Fault {
      throw Diagnostic(.dataTooShort, at: mark, fault.sentence, underline: .hidden)
    } catch let error as ParameterError {
      throw Diagnostic(
        code: error.code, at: mark, error.message, underline: .hidden,
        notes: [error.note].compactMap { $0 })
    } catch {
      throw Diagnostic(.priceData, at: mark, "\(error)", underline: .hidden)
    }
    span = max(from, table.timeHours[0])...min(to, table.timeHours[table.rowCount - 1])
    leftOut =
      read.leftOut + Self.gaps(table, window, mark) + Self.empty(table, symbols, window, mark)
  }

  /// What was left out, the first of each kind with its place, and how many more there are.
  package var leftOutLines: [String] {
    let shownOfEach = 10
    var counts: [String: Int] = [:]
    var lines: [String] = []
    for diagnostic in leftOut {
      counts[diagnostic.code, default: 0] += 1
      guard counts[diagnostic.code, default: 0] <= shownOfEach else { continue }
      lines += Diagnostics().block(diagnostic)
    }
    for (code, count) in counts.sorted(by: { $0.key < $1.key }) where count > shownOfEach {
      lines.append("and \(NumberText.grouped(count - shownOfEach)) more of [\(code)]")
    }
    return lines
  }

  /// The first return that ends after the time; throws where none begins before or none ends after
  /// it.
  func firstRow(from text: String, option: String) throws(Diagnostic) -> Int {
    let mark = SourceMark(file: file, line: 1, column: 1)
    let time = try Self.time(text, option, mark) ?? .nan
    guard let row = observed.endHours.firstIndex(where: { $0 > time }), row > 0 else {
      throw Diagnostic(
        .dataWindow, at: mark, "\(option): no returns on one side of \(text.cut(to: 40))",
        underline: .hidden)
    }
    return row
  }

  private static func time(_ text: String?, _ option: String, _ mark: SourceMark)
    throws(Diagnostic) -> Double?
  {
    guard let text else { return nil }
    if let hours = ObservationTime.hours(iso8601: text) { return hours }
    if let hours = try? NumberGrammar.number(text) { return hours }
    throw Diagnostic(
      .dataWindow, at: mark,
      "\(option): '\(text.cut(to: 40))' is not a time such as 2021-04-05 00:00 (UTC)",
      underline: .hidden)
  }

  /// A warning for every difference of two times that is not the spacing.
  private static func gaps(_ table: PriceTable, _ window: ClosedRange<Double>, _ mark: SourceMark)
    -> [Diagnostic]
  {
    let times = table.timeHours.filter { window.contains($0) }
    return zip(times, times.dropFirst()).compactMap { before, after in
      let hours = after - before
      guard abs(hours - table.spacingHours) > 1e-6 else { return nil }
      let kind = hours > table.spacingHours ? "a gap" : "a step"
      return Diagnostic(
        code: DiagnosticCode.dataWindow.rawValue, severity: .warning, at: mark,
        "\(kind) of \(NumberText.significant(hours)) h from \(ObservationTime.text(hours: before)) to "
          + "\(ObservationTime.text(hours: after)); the spacing is "
          + "\(NumberText.significant(table.spacingHours)) h",
        underline: .hidden, notes: ["the return over it is left out"])
    }
  }

  /// A warning for every asset that lacks prices.
  private static func empty(
    _ table: PriceTable, _ symbols: [String], _ window: ClosedRange<Double>, _ mark: SourceMark
  ) -> [Diagnostic] {
    let rows = (0..<table.rowCount).filter { window.contains(table.timeHours[$0]) }
    return symbols.compactMap { symbol in
      guard let place = table.symbols.firstIndex(of: symbol) else { return nil }
      let count = rows.count { table.price(row: $0, symbol: place).isNaN }
      guard count > 0 else { return nil }
      return Diagnostic(
        code: DiagnosticCode.dataMissing.rawValue, severity: .warning, at: mark,
        "column \(symbol): \(NumberText.grouped(count)) of \(NumberText.grouped(rows.count)) rows "
          + "have no price",
        underline: .hidden,
        notes: ["these rows are left out for all assets; --assets fits without \(symbol)"])
    }
  }
}

extension ReturnSample.Fault {
  var sentence: String {
    switch self {
    case .tooFewRows(let count):
      "\(count) returns with a price for every asset; a fit needs \(ReturnSample.fewestRows)"
    case .tooShort(let days):
      "returns of \(NumberText.significant(days)) days with a price for every asset; a fit needs "
        + "\(ReturnSample.shortestDays.shortText)"
    case .constant(let symbol):
      "half of the returns of \(symbol) or more are the same; leave it out with --assets"
    }
  }
}
