package import SimulationCore

/// A CSV of prices as models are fitted to it, and everything that was wrong with it.
package struct CalibrationData: Sendable {
  package let file: String
  package let table: PriceTable
  /// The file's line that each row of the table ends on.
  package let lines: [Int]
  package let observed: ObservedReturns
  package let sample: ReturnSample
  /// First and last time used, hours.
  package let span: ClosedRange<Double>
  /// Wrong rows and prices, gaps, and assets without prices in some rows; all of them left out.
  package let leftOut: [Diagnostic]
  /// What to read of the file.
  package let choice: Choice

  /// A file and the part of it to read.
  package struct Choice: Sendable {
    package var file: String
    /// All where empty.
    package var assets: [String] = []
    /// Times as in the file.
    package var from: String?
    package var to: String?

    package init(file: String) { self.file = file }
  }

  /// Reads the file; throws where nothing can be fitted to it, with what was left out before.
  ///
  /// Assets whose price hardly ever moves are left out where `assets` names none.
  package init(_ choice: Choice) throws(Diagnostics) {
    let mark = SourceMark(file: choice.file, line: 1, column: 1)
    let wanted = choice.assets.isEmpty ? nil : Set(choice.assets)
    let read = try PriceCSV.readLeavingOut(choice.file, wanted: wanted, at: mark)
    file = choice.file
    self.choice = choice
    table = read.table
    lines = read.lines
    var leftOut = read.leftOut
    do throws(Diagnostic) {
      let symbols = choice.assets.isEmpty ? table.symbols : choice.assets
      try Self.check(symbols, mark)
      let from = try Self.time(choice.from, "--from", mark) ?? table.timeHours[0]
      let to = try Self.time(choice.to, "--to", mark) ?? table.timeHours[table.rowCount - 1]
      guard from < to else {
        throw Diagnostic(
          .dataWindow, at: mark,
          "--to must be later than --from: \(ObservationTime.text(hours: to)) is not later than "
            + ObservationTime.text(hours: from), underline: .hidden)
      }
      guard from <= table.timeHours[table.rowCount - 1], to >= table.timeHours[0] else {
        throw Diagnostic(
          .dataWindow, at: mark, "no row lies between --from and --to", underline: .hidden)
      }
      // A millisecond more on each side, so that rounding does not drop the bounds themselves.
      let window = from - 1e-6...to + 1e-6
      span = max(from, table.timeHours[0])...min(to, table.timeHours[table.rowCount - 1])
      leftOut += Self.gaps(table, read.lines, window, mark)
      let moving = try Self.moving(table, symbols, window, mark)
      guard wanted == nil || moving.count == symbols.count else {
        throw Self.constant(symbols.filter { !moving.contains($0) }, mark)
      }
      leftOut += symbols.filter { !moving.contains($0) }.map { Self.leftOut($0, mark) }
      leftOut += Self.empty(table, moving, window, mark)
      (observed, sample) = try Self.sample(table, moving, window, mark)
      leftOut += Self.pegged(sample, mark)
    } catch {
      var diagnostics = Diagnostics()
      for warning in leftOut { diagnostics.add(warning) }
      diagnostics.add(error)
      throw diagnostics
    }
    self.leftOut = leftOut
  }

  /// Refuses names that no scenario takes.
  private static func check(_ symbols: [String], _ mark: SourceMark) throws(Diagnostic) {
    guard !symbols.isEmpty else {
      throw Diagnostic(
        .tableHeader, at: mark, "no column holds prices of an asset", underline: .hidden)
    }
    for symbol in symbols {
      guard symbol.isScenarioName else {
        throw Diagnostic(
          .badName, at: mark,
          "a scenario's asset has 1 to 40 of the characters A-Z a-z 0-9 _ . : - as its name, found "
            + "\"\(symbol.cut(to: 40))\"", underline: .hidden,
          notes: ["rename the column, or leave it out with --assets"])
      }
    }
  }

  /// Returns over the rows in which all `symbols` have a price.
  private static func sample(
    _ table: PriceTable, _ symbols: [String], _ window: ClosedRange<Double>, _ mark: SourceMark
  ) throws(Diagnostic) -> (ObservedReturns, ReturnSample) {
    do {
      let observed = try ObservedReturns(table, columns: symbols, window: window)
      return (observed, try ReturnSample(observed, symbols: symbols))
    } catch ReturnSample.Fault.constant(let symbol) {
      throw constant([symbol], mark)
    } catch let fault as ReturnSample.Fault {
      throw Diagnostic(.dataTooShort, at: mark, fault.sentence, underline: .hidden)
    } catch let error as ParameterError {
      throw Diagnostic(
        code: error.code, at: mark, error.message, underline: .hidden,
        notes: [error.note].compactMap { $0 })
    } catch {
      throw Diagnostic(.priceData, at: mark, "\(error)", underline: .hidden)
    }
  }

  /// The assets whose own prices move.
  private static func moving(
    _ table: PriceTable, _ symbols: [String], _ window: ClosedRange<Double>, _ mark: SourceMark
  ) throws(Diagnostic) -> [String] {
    let moving = symbols.filter { symbol in
      guard let own = try? ObservedReturns(table, columns: [symbol], window: window) else {
        return true
      }
      return !ReturnSample.isConstant(own.returns)
    }
    guard !moving.isEmpty else { throw constant(symbols, mark) }
    return moving
  }

  private static func constant(_ symbols: [String], _ mark: SourceMark) -> Diagnostic {
    Diagnostic(
      .dataConstant, at: mark,
      "half of the returns of \(symbols.joined(separator: ", ")) or more are the same",
      underline: .hidden, notes: ["leave it out with --assets; a stable coin is a peg"])
  }

  private static func leftOut(_ symbol: String, _ mark: SourceMark) -> Diagnostic {
    let fault = constant([symbol], mark)
    return Diagnostic(
      code: fault.code, severity: .warning, at: mark, fault.message, underline: .hidden,
      notes: ["\(symbol) is left out; a stable coin is a peg"])
  }

  /// Assets that move less than a tenth of what half of the assets do, or than this a year.
  private static let pegVolatility = 0.05

  /// A warning for every asset that looks pegged: models with common parts fit its noise and miss the
  /// crashes of the others.
  private static func pegged(_ sample: ReturnSample, _ mark: SourceMark) -> [Diagnostic] {
    let volatilities = sample.volatilities
    let median = volatilities.sorted()[volatilities.count / 2]
    let limit = max(pegVolatility, median / 10)
    return zip(sample.symbols, volatilities).filter { $0.1 < limit }.map { symbol, volatility in
      Diagnostic(
        code: DiagnosticCode.dataPegged.rawValue, severity: .warning, at: mark,
        "\(symbol) moves \(NumberText.significant(volatility * 100)) % a year, as an asset with a peg",
        underline: .hidden,
        notes: [
          "crashes that all assets share are fitted to it, too: leave it out with --assets, and give "
            + "it a peg in the scenario"
        ])
    }
  }

  /// Why a scenario cannot name the file as its data; `nil` where it can.
  var reasonNotToReadAgain: String? {
    if file == "-" { return "reads the file again, and standard input is none" }
    let refused = [DiagnosticCode.tableRow, .tableValue, .time].map(\.rawValue)
    return leftOut.contains { refused.contains($0.code) }
      ? "reads the file again, and would stop at its wrong rows" : nil
  }

  /// What was left out, the first of each kind with its place, and how many more there are.
  package var leftOutLines: [String] { Self.lines(leftOut) }

  /// The same of any diagnostics.
  package static func lines(_ diagnostics: [Diagnostic]) -> [String] {
    let shownOfEach = 10
    var counts: [String: Int] = [:]
    var lines: [String] = []
    for diagnostic in diagnostics {
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
    if let number = try? NumberGrammar.number(text) { return ObservationTime.hours(number: number) }
    throw Diagnostic(
      .dataWindow, at: mark,
      "\(option): '\(text.cut(to: 40))' is not a time such as 2021-04-05 00:00 (UTC)",
      underline: .hidden)
  }

  /// A warning for every difference of two times that is not the spacing, at the line before it.
  private static func gaps(
    _ table: PriceTable, _ lines: [Int], _ window: ClosedRange<Double>, _ mark: SourceMark
  ) -> [Diagnostic] {
    let rows = (0..<table.rowCount).filter { window.contains(table.timeHours[$0]) }
    return zip(rows, rows.dropFirst()).compactMap { row, next in
      let (before, after) = (table.timeHours[row], table.timeHours[next])
      let hours = after - before
      guard abs(hours - table.spacingHours) > 1e-6 else { return nil }
      let kind = hours > table.spacingHours ? "a gap" : "a step"
      return Diagnostic(
        code: DiagnosticCode.dataGap.rawValue, severity: .warning,
        at: SourceMark(file: mark.file, line: lines[row], column: 1),
        "after row \(lines[row]) \(kind) of \(NumberText.significant(hours)) h from \(ObservationTime.text(hours: before)) to "
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
      "half of the returns of \(symbol) or more are the same"
    }
  }
}
