/// Writes one CSV file: RFC 4180 with LF, a header row, empty cells for what is missing.
///
/// Numbers have the fewest digits that give the same number back; `nan` and infinities are missing.
package struct CSVWriter {
  private let file: AtomicFile
  private let columnCount: Int
  private var cellsInRow = 0
  /// Rows after the header.
  package private(set) var rowCount = 0

  /// Writes the header; throws `OutputError` as every other method.
  package init(_ file: AtomicFile, columns: [ColumnDescription]) throws(OutputError) {
    self.file = file
    columnCount = columns.count
    for column in columns { try put(CSVWriter.quoted(column.name)) }
    endLine()
  }

  package mutating func cell(_ value: Double) throws(OutputError) {
    // Adding zero turns -0 into 0.
    try put(value.isFinite ? (value + 0).description : "")
  }

  package mutating func cell(_ value: Double?) throws(OutputError) { try cell(value ?? .nan) }

  package mutating func cell(_ value: Int) throws(OutputError) { try put(String(value)) }

  package mutating func cell(_ value: Int?) throws(OutputError) {
    try put(value.map { String($0) } ?? "")
  }

  package mutating func cell(_ text: String) throws(OutputError) {
    try put(CSVWriter.quoted(CSVWriter.inert(text)))
  }

  package mutating func cell(_ text: String?) throws(OutputError) { try cell(text ?? "") }

  /// A number in the spelling of its column; `nan` is missing, integers beyond 2^53 are not expected.
  package mutating func cell(
    _ value: Double, as type: ColumnDescription.CellType
  ) throws(OutputError) {
    switch type {
    case .int32, .int64: try cell(Int(exactly: value))
    case .boolean: try put(value.isNaN ? "" : value != 0 ? "true" : "false")
    case .float64, .text: try cell(value)
    }
  }

  /// Ends the row, which must hold one cell a column.
  package mutating func endRow() {
    precondition(cellsInRow == columnCount, "a row has one cell a column")
    endLine()
    rowCount += 1
  }

  /// Gives the file its name; returns the number of rows.
  package func commit() throws(OutputError) -> Int {
    try file.commit()
    return rowCount
  }

  private mutating func put(_ text: String) throws(OutputError) {
    if cellsInRow > 0 { file.write(UInt8(ascii: ",")) }
    try file.write(text)
    cellsInRow += 1
  }

  private mutating func endLine() {
    file.write(UInt8(ascii: "\n"))
    cellsInRow = 0
  }

  private static func quoted(_ text: String) -> String {
    let special = text.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
        || $0 == UInt8(ascii: "\r")
    }
    guard special else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  /// Spreadsheets run text that begins like a formula; an apostrophe in front keeps it text.
  private static func inert(_ text: String) -> String {
    guard let first = text.utf8.first else { return text }
    let formula: [UInt8] = Array("=+-@\t\r".utf8)
    return formula.contains(first) ? "'" + text : text
  }
}
