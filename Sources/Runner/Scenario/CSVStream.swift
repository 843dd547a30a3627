import Foundation
package import SimulationCore

/// The records of a CSV file (RFC 4180), one after the other through a buffer of bounded size.
///
/// UTF-8 with or without byte order mark, LF or CRLF. Refuses NUL, other encodings, quotes that do not
/// close, and records with another number of fields than the header. Cost: linear in the file; memory
/// of one record and one chunk.
package struct CSVStream: ~Copyable {
  private static let chunkSize = 64 << 10
  private static let recordLimit = 1 << 20

  /// As messages name the file.
  package let name: String
  package private(set) var header: [String] = []
  /// Line on which the current record begins; the header's is 1.
  package private(set) var line = 0
  private let descriptor: Int32
  private var chunk = [UInt8](repeating: 0, count: chunkSize)
  private var chunkEnd = 0
  private var place = 0
  private var nextLine = 1
  private var record: [UInt8] = []
  private var ends: [Int] = []
  /// Where each field of the record begins.
  private var places: [(line: Int, column: Int)] = []
  /// Characters of the current line that have been read.
  private var column = 0
  private var hasHighBytes = false

  /// Opens a regular file and reads its header; `mark` is where the scenario names the file.
  package static func open(_ path: String, at mark: SourceMark) throws(Diagnostic) -> CSVStream {
    try stream(try FileAccess.openRegular(path, at: mark), name: path)
  }

  /// The same for what the command line names: a file, a pipe, or `-` for standard input.
  package static func openAny(_ path: String, at mark: SourceMark) throws(Diagnostic) -> CSVStream {
    try stream(try FileAccess.openStream(path, at: mark), name: path)
  }

  private static func stream(_ descriptor: Int32, name: String) throws(Diagnostic) -> CSVStream {
    var stream = CSVStream(descriptor, name: name)
    try stream.readHeader()
    return stream
  }

  private init(_ descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  private mutating func readHeader() throws(Diagnostic) {
    guard try readRecord() else {
      throw fault(.tableEmpty, "the file is empty")
    }
    header = (0..<ends.count).map { text($0) }
    if record.starts(with: [0xFF, 0xFE]) || record.starts(with: [0xFE, 0xFF]) {
      throw fault(.tableEncoding, "the file is UTF-16; save it as UTF-8")
    }
    for (index, column) in header.enumerated() where header[..<index].contains(column) {
      throw fault(.tableHeader, "the header names column '\(column.cut(to: 40))' twice")
    }
  }

  deinit { close(descriptor) }

  /// Goes on to the next record, past empty lines; false at the end of the file.
  package mutating func next() throws(Diagnostic) -> Bool {
    guard try readRecord() else { return false }
    guard ends.count == header.count else {
      throw fault(
        .tableRow, "row \(line) has \(ends.count) fields, the header has \(header.count)")
    }
    return true
  }

  package func bytes(_ field: Int) -> ArraySlice<UInt8> {
    record[(field == 0 ? 0 : ends[field - 1])..<ends[field]]
  }

  package func text(_ field: Int) -> String { String(decoding: bytes(field), as: UTF8.self) }

  package func isEmpty(_ field: Int) -> Bool { bytes(field).isEmpty }

  /// The finite number in a field; throws with row and column where it holds anything else.
  package func number(_ field: Int) throws(Diagnostic) -> Double {
    if let number = shortNumber(bytes(field)) { return number }
    let text = text(field)
    do throws(NumberGrammar.Fault) {
      return try NumberGrammar.number(text)
    } catch {
      let reason = error.reason.isEmpty ? "" : " (\(error.reason))"
      let advice = error.advice.map { "; write \($0)" } ?? ""
      throw fault(
        .tableValue, field: field,
        "expected a number, found \"\(text.cut(to: 40))\"\(reason)\(advice)")
    }
  }

  /// A fault of the file as a whole.
  package func fileFault(_ code: DiagnosticCode, _ message: String) -> Diagnostic {
    Diagnostic(
      code, at: SourceMark(file: name, line: 1, column: 1), message, underline: .hidden)
  }

  /// A fault of the current record.
  package func fault(_ code: DiagnosticCode, _ message: String) -> Diagnostic {
    Diagnostic(
      code, at: SourceMark(file: name, line: max(1, line), column: 1), message, underline: .hidden)
  }

  /// A fault of one field of the current record.
  package func fault(_ code: DiagnosticCode, field: Int, _ message: String) -> Diagnostic {
    Diagnostic(
      code, at: SourceMark(file: name, line: places[field].line, column: places[field].column),
      "row \(line), column \(header[field].cut(to: 40)): \(message)", underline: .hidden)
  }

  private mutating func readRecord() throws(Diagnostic) -> Bool {
    repeat {
      record.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      places.removeAll(keepingCapacity: true)
      hasHighBytes = false
      line = nextLine
      column = 0
      guard try fillRecord() else { return false }
    } while ends.count == 1 && record.isEmpty && !header.isEmpty
    if hasHighBytes, String(validating: record, as: UTF8.self) == nil, !header.isEmpty || !isUTF16 {
      throw fault(.tableEncoding, "row \(line) is not UTF-8")
    }
    return true
  }

  private var isUTF16: Bool {
    record.starts(with: [0xFF, 0xFE]) || record.starts(with: [0xFE, 0xFF])
  }

  /// One record without its line end; false where nothing is left.
  private mutating func fillRecord() throws(Diagnostic) -> Bool {
    var isQuoted = false
    var fieldStart = true
    var sawAnything = false
    places.append((nextLine, 1))
    while let byte = try nextByte() {
      sawAnything = true
      if byte & 0xC0 != 0x80 { column += 1 }
      if isQuoted {
        if byte == UInt8(ascii: "\"") {
          if try peek() == UInt8(ascii: "\"") {
            place += 1
            column += 1
            record.append(byte)
          } else {
            isQuoted = false
          }
        } else {
          try append(byte)
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where fieldStart:
        isQuoted = true
        fieldStart = false
      case UInt8(ascii: ","):
        ends.append(record.count)
        places.append((nextLine, column + 1))
        fieldStart = true
      case UInt8(ascii: "\n"):
        nextLine += 1
        finishRecord()
        return true
      default:
        try append(byte)
        fieldStart = false
      }
    }
    if isQuoted { throw fault(.tableRow, "row \(line): a quote is not closed") }
    if sawAnything { finishRecord() }
    return sawAnything
  }

  private mutating func finishRecord() {
    if record.last == UInt8(ascii: "\r"), record.count > (ends.last ?? 0) { record.removeLast() }
    ends.append(record.count)
  }

  private mutating func append(_ byte: UInt8) throws(Diagnostic) {
    if byte == 0 {
      throw fault(.tableEncoding, "row \(line), column \(ends.count + 1): a NUL byte")
    }
    if byte == UInt8(ascii: "\n") {
      nextLine += 1
      column = 0
    }
    if byte >= 0x80 { hasHighBytes = true }
    if record.count >= CSVStream.recordLimit {
      throw fault(.tableRow, "row \(line) is longer than 1 MB; is a quote not closed?")
    }
    record.append(byte)
  }

  private mutating func nextByte() throws(Diagnostic) -> UInt8? {
    if place == chunkEnd, try !refill() { return nil }
    defer { place += 1 }
    return chunk[place]
  }

  private mutating func peek() throws(Diagnostic) -> UInt8? {
    if place == chunkEnd, try !refill() { return nil }
    return chunk[place]
  }

  private mutating func refill() throws(Diagnostic) -> Bool {
    let isStart = nextLine == 1 && chunkEnd == 0
    while true {
      let count = chunk.withUnsafeMutableBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return read(descriptor, base, buffer.count)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw fault(.fileMissing, String(cString: strerror(errno)))
      }
      chunkEnd = count
      place = isStart && chunk.starts(with: [0xEF, 0xBB, 0xBF]) ? min(3, count) : 0
      return place < count
    }
  }

  /// Digits with at most one point, short enough to be exact; `nil` for everything else.
  private func shortNumber(_ bytes: ArraySlice<UInt8>) -> Double? {
    var mantissa: UInt64 = 0
    var decimals = -1
    var digits = 0
    var isNegative = false
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if digits == 1, mantissa == 0, decimals < 0 { return nil }
        mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0"))
        digits += 1
        if decimals >= 0 { decimals += 1 }
        if digits > 15 { return nil }
      case UInt8(ascii: ".") where decimals < 0: decimals = 0
      case UInt8(ascii: "-") where offset == 0: isNegative = true
      default: return nil
      }
    }
    guard digits > 0 else { return nil }
    // Both parts are whole and below 2^53, so that one division gives the nearest number.
    let value = Double(mantissa) / powersOfTen[max(0, decimals)]
    return isNegative ? -value : value
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
