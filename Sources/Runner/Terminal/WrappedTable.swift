/// A table of text whose columns move into further blocks where the line is too short for them.
package struct WrappedTable {
  /// Header and cells of one column, one cell a row.
  package struct Column {
    package let header: String
    package let cells: [String]
    /// Least width, the gap to the column on the left included.
    package let minimumWidth: Int
    package let alignsRight: Bool

    package init(_ header: String, _ cells: [String], minimumWidth: Int, alignsRight: Bool = true) {
      self.header = header
      self.cells = cells
      self.minimumWidth = minimumWidth
      self.alignsRight = alignsRight
    }

    fileprivate var width: Int {
      max(minimumWidth, gap + ([header] + cells).reduce(0) { max($0, $1.count) })
    }

    fileprivate var gap: Int { alignsRight ? 2 : 4 }

    fileprivate func text(_ cell: String) -> String {
      alignsRight
        ? cell.padded(left: width)
        : (String(repeating: " ", count: gap) + cell)
          .padded(right: width)
    }
  }

  /// Stand at the left of every block.
  private let labels: [String]
  private let columns: [Column]

  package init(labels: [String], columns: [Column]) {
    precondition(columns.allSatisfy { $0.cells.count == labels.count }, "one cell a row")
    self.labels = labels
    self.columns = columns
  }

  /// Width of the table where all columns stand side by side.
  package var fullWidth: Int { labelWidth + columns.reduce(0) { $0 + $1.width } }

  /// One line a row in each block, blocks parted by an empty line; a column is never cut.
  package func lines(width: Int) -> [String] {
    var blocks: [[Column]] = []
    var used = 0
    for column in columns {
      if blocks.isEmpty || used + column.width > width {
        blocks.append([])
        used = labelWidth
      }
      blocks[blocks.count - 1].append(column)
      used += column.width
    }
    return Array(
      blocks.map { block in
        let header = "".padded(right: labelWidth) + block.map { $0.text($0.header) }.joined()
        let rows = labels.indices.map { row in
          labels[row].padded(right: labelWidth) + block.map { $0.text($0.cells[row]) }.joined()
        }
        return ([header] + rows).map(\.withoutTrailingSpaces)
      }.joined(separator: [""]))
  }

  private var labelWidth: Int { labels.reduce(0) { max($0, $1.count) } }
}

extension String {
  package var withoutTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Joins items with gaps, and begins a new line, indented, where the next item does not fit.
package func flowed(
  _ items: [String], gap: String, lead: String, width: Int
) -> [String] {
  let indent = String(repeating: " ", count: lead.count)
  var lines: [String] = []
  var line = lead
  var isEmpty = true
  for item in items {
    if !isEmpty && line.count + gap.count + item.count > width {
      lines.append(line)
      line = indent
      isEmpty = true
    }
    line += (isEmpty ? "" : gap) + item
    isEmpty = false
  }
  return (lines + [line]).map(\.withoutTrailingSpaces)
}
