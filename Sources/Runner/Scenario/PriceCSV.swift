package import SimulationCore

/// Reads prices from a CSV: tidy (`time,asset,price_usd`) or wide (a time, one column per asset).
package enum PriceCSV {
  /// The columns of a tidy file, in any order.
  private static let tidy = ["time", "asset", "price_usd"]

  /// The prices of the assets named `wanted` (all where `nil`), empty fields as NaN.
  ///
  /// Times are ISO 8601 UTC, hours, or seconds or milliseconds since 1970. Throws with row and column;
  /// cost linear in the file, memory linear in its rows.
  package static func read(_ path: String, wanted: Set<String>? = nil, at mark: SourceMark)
    throws(Diagnostic) -> PriceTable
  {
    var stream = try CSVStream.open(path, at: mark)
    var faults = RowFaults(leavesOut: false)
    let rows = try rows(&stream, wanted, &faults)
    return try table(rows, stream)
  }

  /// A file of prices with all that is wrong in it.
  package struct Reading: Sendable {
    package let table: PriceTable
    /// The file's line that each row of the table ends on.
    package let lines: [Int]
    package let leftOut: [Diagnostic]
  }

  /// Like `read`, but takes pipes, sorts rows by time, leaves out rows and prices that are wrong, and
  /// tells which; throws where the file lacks an asset.
  package static func readLeavingOut(
    _ path: String, wanted: Set<String>? = nil, at mark: SourceMark
  ) throws(Diagnostics) -> Reading {
    var faults = RowFaults(leavesOut: true)
    do throws(Diagnostic) {
      var stream = try CSVStream.openAny(path, at: mark)
      var rows = try rows(&stream, wanted, &faults)
      if let name = wanted?.sorted().first(where: { !rows.names.contains($0) }) {
        throw Diagnostic(
          .dataMissing, at: SourceMark(file: stream.name, line: 1, column: 1),
          "the data have no asset \(name.cut(to: 40))", underline: .hidden,
          hint: NearestName.find(name, in: rows.names).map { "did you mean '\($0)'?" },
          notes: ["assets: \(rows.names.joined(separator: ", ").cut(to: 200))"])
      }
      rows.sort(stream.name, &faults)
      return Reading(
        table: try table(rows, stream), lines: rows.lines, leftOut: faults.found)
    } catch {
      var diagnostics = Diagnostics()
      for fault in faults.found { diagnostics.add(fault) }
      diagnostics.add(error)
      throw diagnostics
    }
  }

  /// What becomes of a wrong row or price.
  private struct RowFaults {
    let leavesOut: Bool
    var found: [Diagnostic] = []

    /// Notes a fault that concerns no more than its row; throws every other.
    mutating func add(_ fault: Diagnostic) throws(Diagnostic) {
      guard leavesOut, let advice = RowFaults.advice[fault.code] else { throw fault }
      note(fault, advice)
    }

    mutating func note(_ fault: Diagnostic, _ advice: String) {
      found.append(
        Diagnostic(
          code: fault.code, severity: .warning, at: fault.mark, fault.message, underline: .hidden,
          notes: [advice]))
    }

    private static let advice = [
      DiagnosticCode.tableRow.rawValue:
        "the row is left out; give it as many fields as the header has",
      DiagnosticCode.tableValue.rawValue:
        "the price is left out; leave the field empty where there is none",
      DiagnosticCode.time.rawValue:
        "the row is left out; each row needs a time of its own",
    ]
  }

  private static func rows(
    _ stream: inout CSVStream, _ wanted: Set<String>?, _ faults: inout RowFaults
  ) throws(Diagnostic) -> Rows {
    let isTidy = tidy.allSatisfy { stream.header.contains($0) }
    if !isTidy, stream.header.contains("asset") {
      let missing = tidy.filter { !stream.header.contains($0) }
      throw stream.fault(
        .tableHeader,
        "a tidy price file has the columns \(tidy.joined(separator: ", ")); "
          + "\(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing")
    }
    guard stream.header.count > 1 else {
      throw stream.fault(
        .tableHeader, "the header has one column; commas part the time from the prices")
    }
    guard isTidy || stream.header.dropFirst().contains(where: { Double($0) == nil }) else {
      throw stream.fault(
        .tableHeader, "the first row holds prices; it must name the columns, time first")
    }
    return isTidy ? try readTidy(&stream, wanted, &faults) : try readWide(&stream, wanted, &faults)
  }

  private static func table(_ rows: Rows, _ stream: borrowing CSVStream) throws(Diagnostic)
    -> PriceTable
  {
    do {
      return try PriceTable(symbols: rows.symbols, timeHours: rows.hours, rows: rows.prices)
    } catch PriceTable.Fault.tooFewRows(let count) {
      throw stream.fileFault(.tableEmpty, "prices need at least 2 rows, found \(count)")
    } catch let fault as PriceTable.Fault {
      throw stream.fileFault(.tableValue, fault.sentence)
    } catch {
      throw stream.fileFault(.tableValue, "the rows make no table of prices")
    }
  }

  private struct Rows {
    var symbols: [String] = []
    /// Of all the file's assets.
    var names: [String] = []
    var hours: [Double] = []
    var prices: [[Double]] = []
    var lines: [Int] = []

    /// By time; of rows of one time the first is kept.
    mutating func sort(_ file: String, _ faults: inout RowFaults) {
      func fault(_ line: Int, _ message: String) -> Diagnostic {
        Diagnostic(
          .time, at: SourceMark(file: file, line: line, column: 1), message, underline: .hidden)
      }
      if let row = hours.indices.dropFirst().first(where: { hours[$0] < hours[$0 - 1] }) {
        faults.note(
          fault(lines[row], "row \(lines[row]) is earlier than the row before"),
          "all rows are sorted by time")
      }
      var kept: [Int] = []
      for row in hours.indices.sorted(by: { (hours[$0], $0) < (hours[$1], $1) }) {
        if let last = kept.last, hours[row] - hours[last] < PriceTable.resolutionHours {
          faults.note(
            fault(lines[row], "row \(lines[row]) has the time of row \(lines[last])"),
            "the row is left out; each row needs a time of its own")
        } else {
          kept.append(row)
        }
      }
      (hours, prices, lines) = (
        kept.map { hours[$0] }, kept.map { prices[$0] }, kept.map { lines[$0] }
      )
    }
  }

  /// Whether there is another record that is a row; goes past those that are none.
  private static func next(_ stream: inout CSVStream, _ faults: inout RowFaults)
    throws(Diagnostic) -> Bool
  {
    while true {
      do throws(Diagnostic) {
        return try stream.next()
      } catch {
        try faults.add(error)
      }
    }
  }

  private static func readWide(
    _ stream: inout CSVStream, _ wanted: Set<String>?, _ faults: inout RowFaults
  ) throws(Diagnostic) -> Rows {
    let fields = stream.header.indices.dropFirst().filter {
      wanted?.contains(stream.header[$0]) ?? true
    }
    var rows = Rows()
    rows.symbols = fields.map { stream.header[$0] }
    rows.names = Array(stream.header.dropFirst())
    while try next(&stream, &faults) {
      let hours: Double
      do throws(Diagnostic) {
        hours = try time(stream, field: 0)
        if !faults.leavesOut, let last = rows.hours.last, hours <= last {
          throw stream.fault(.time, field: 0, "the time is not later than that of the row before")
        }
      } catch {
        try faults.add(error)
        continue
      }
      var prices: [Double] = []
      prices.reserveCapacity(fields.count)
      for field in fields { prices.append(try price(stream, field: field, &faults)) }
      rows.hours.append(hours)
      rows.prices.append(prices)
      rows.lines.append(stream.line)
    }
    return rows
  }

  private static func readTidy(
    _ stream: inout CSVStream, _ wanted: Set<String>?, _ faults: inout RowFaults
  ) throws(Diagnostic) -> Rows {
    let places = tidy.map { stream.header.firstIndex(of: $0) ?? 0 }
    var symbols: [String: Int] = [:]
    var order: [String] = []
    var names: [String] = []
    var known: Set<String> = []
    var byHour: [Double: [Int: Double]] = [:]
    var lines: [Double: Int] = [:]
    while try next(&stream, &faults) {
      let symbol = stream.text(places[1])
      if known.insert(symbol).inserted { names.append(symbol) }
      guard wanted?.contains(symbol) ?? true else { continue }
      let hours: Double
      do throws(Diagnostic) {
        hours = try time(stream, field: places[0])
      } catch {
        try faults.add(error)
        continue
      }
      let price = try price(stream, field: places[2], &faults)
      let column = symbols[symbol] ?? order.count
      if column == order.count {
        symbols[symbol] = column
        order.append(symbol)
      }
      if byHour[hours]?[column] != nil {
        try faults.add(
          stream.fault(
            .tableValue, field: places[1],
            "'\(symbol.cut(to: 40))' has two prices for \(stream.text(places[0]).cut(to: 40))"))
        continue
      }
      byHour[hours, default: [:]][column] = price
      lines[hours] = stream.line
    }
    var rows = Rows()
    rows.symbols = order
    rows.names = names
    rows.hours = byHour.keys.sorted()
    rows.prices = rows.hours.map { hours in
      order.indices.map { byHour[hours]?[$0] ?? .nan }
    }
    rows.lines = rows.hours.map { lines[$0] ?? 1 }
    return rows
  }

  private static func time(_ stream: borrowing CSVStream, field: Int) throws(Diagnostic) -> Double {
    let text = stream.text(field)
    if let hours = ObservationTime.hours(iso8601: text) { return hours }
    if let number = try? NumberGrammar.number(text) { return ObservationTime.hours(number: number) }
    throw stream.fault(
      .time, field: field,
      "expected a time such as 2021-04-05 00:00 (UTC) or hours as a number, "
        + "found \"\(text.cut(to: 40))\"")
  }

  /// NaN for an empty field, and for one that is left out.
  private static func price(
    _ stream: borrowing CSVStream, field: Int, _ faults: inout RowFaults
  ) throws(Diagnostic) -> Double {
    if stream.isEmpty(field) { return .nan }
    do throws(Diagnostic) {
      let price = try stream.number(field)
      guard price > 0 else {
        throw stream.fault(
          .tableValue, field: field, "a price must be above 0, found \(price.shortText)")
      }
      return price
    } catch {
      try faults.add(error)
      return .nan
    }
  }
}
