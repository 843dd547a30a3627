import SimulationCore

extension Diagnostics {
  /// All diagnostics as text, each with its source line, and the closing count.
  package func text(file: String, nothingWasRun: Bool = true) -> String {
    var out = all.map { block($0).joined(separator: "\n") + "\n" }.joined()
    if let footer = footer(file: file, nothingWasRun: nothingWasRun) { out += footer + "\n" }
    return out
  }

  /// Like `text`, at most 12 lines and 2,000 characters of diagnostics; `run` prints this.
  package func briefText(file: String) -> String {
    let lineLimit = 12
    let characterLimit = 2000
    var lines: [String] = []
    var characters = 0
    var shown = 0
    for diagnostic in all {
      let block = block(diagnostic)
      let size = block.reduce(0) { $0 + $1.count + 1 }
      if lines.count + block.count > lineLimit || characters + size > characterLimit { break }
      lines += block
      characters += size
      shown += 1
    }
    let hidden = all.count - shown
    if hidden > 0 { lines.append("and \(hidden) more: slipface check \(file.escapingControls)") }
    if let footer = footer(file: file, nothingWasRun: true) { lines.append(footer) }
    return lines.map { $0 + "\n" }.joined()
  }

  /// `2 errors, 1 warning in FILE. Nothing was run.`; `nil` where there is nothing to count.
  package func footer(file: String, nothingWasRun: Bool) -> String? {
    var counts: [String] = []
    if errorCount > 0 { counts.append(errorCount == 1 ? "1 error" : "\(errorCount) errors") }
    if warningCount > 0 {
      counts.append(warningCount == 1 ? "1 warning" : "\(warningCount) warnings")
    }
    guard !counts.isEmpty else { return nil }
    let end = nothingWasRun && hasErrors ? " Nothing was run." : ""
    return counts.joined(separator: ", ") + " in \(file.escapingControls)." + end
  }

  /// One line an error for the annotations of GitHub's workflow log.
  package func githubText() -> String {
    all.map { diagnostic in
      let level = diagnostic.severity == .note ? "notice" : diagnostic.severity.rawValue
      let mark = diagnostic.mark
      let message = ([diagnostic.message] + [diagnostic.hint].compactMap { $0 } + diagnostic.notes)
        .joined(separator: "; ")
      return "::\(level) file=\(githubProperty(mark.file)),line=\(mark.line),col=\(mark.column),"
        + "title=\(diagnostic.code)::\(githubData(message))\n"
    }.joined()
  }

  /// One JSON object on one line: counts, and every diagnostic with its place.
  package func json(file: String) -> String {
    return JSONText.object([
      ("schema", .string("slipface.check/1")), ("file", .string(file)),
      ("errors", .integer(errorCount)), ("warnings", .integer(warningCount)),
      ("diagnostics", .array(all.map(\.json))),
    ]).compact
  }

  private func githubData(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private func githubProperty(_ text: String) -> String {
    githubData(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}

extension Diagnostic {
  /// With its place.
  var json: JSONText {
    var members: [(String, JSONText)] = [
      ("severity", .string(severity.rawValue)), ("code", .string(code)),
      ("file", .string(mark.file)), ("line", .integer(mark.line)),
      ("column", .integer(mark.column)), ("message", .string(message)),
    ]
    if let hint { members.append(("hint", .string(hint))) }
    if let second {
      members.append(
        (
          "second",
          .object([
            ("file", .string(second.mark.file)), ("line", .integer(second.mark.line)),
            ("column", .integer(second.mark.column)), ("label", .string(second.label)),
          ])
        ))
    }
    if !notes.isEmpty { members.append(("notes", .array(notes.map { .string($0) }))) }
    return .object(members)
  }
}

/// The lines of one diagnostic, and the piece of source that goes with it.
extension Diagnostics {
  private static let lineWidth = 80
  private static let gutter = "      "

  package func block(_ diagnostic: Diagnostic) -> [String] {
    let mark = diagnostic.mark
    var lines = [
      "\(mark.file.escapingControls):\(mark.line):\(mark.column): \(diagnostic.severity.rawValue): "
        + "\(diagnostic.message.escapingControls) [\(diagnostic.code)]"
    ]
    var secondIsTold = false
    if diagnostic.underline != .hidden, let source = source(named: mark.file),
      mark.line >= 1, mark.line <= source.lines.count
    {
      let window = SourceWindow(
        source.lines[mark.line - 1], column: mark.column, width: Diagnostics.lineWidth)
      let number = String(mark.line)
      lines.append(
        String(repeating: " ", count: max(0, 5 - number.count)) + number + " | " + window.text)
      let length =
        if case .characters(let count) = diagnostic.underline { count } else {
          source.tokenLength(at: mark)
        }
      var carets =
        String(repeating: " ", count: window.caret)
        + String(repeating: "^", count: max(1, min(length, window.text.count - window.caret)))
      if let second = diagnostic.second, second.mark.file == mark.file,
        second.mark.line == mark.line, let place = window.place(of: second.mark.column),
        place > carets.count
      {
        carets += String(repeating: " ", count: place - carets.count)
        carets += "---- \(second.label), \(second.mark.line):\(second.mark.column)"
        secondIsTold = true
      }
      if let hint = diagnostic.hint { carets += " \(hint.escapingControls)" }
      lines.append(Diagnostics.gutter + "| " + carets)
    } else if let hint = diagnostic.hint {
      lines.append(Diagnostics.gutter + "= " + hint.escapingControls)
    }
    if let second = diagnostic.second, !secondIsTold {
      let file = second.mark.file == mark.file ? "" : "\(second.mark.file.escapingControls):"
      lines.append(
        Diagnostics.gutter + "= \(second.label): \(file)\(second.mark.line):\(second.mark.column)")
    }
    lines += diagnostic.notes.map { Diagnostics.gutter + "= " + $0.escapingControls }
    return lines
  }
}

/// The part of a source line that is shown: escaped, cut, with the marked column inside.
private struct SourceWindow {
  let text: String
  /// Offset of the marked column in `text`.
  let caret: Int
  /// Columns in front of those that are looked at.
  private let skipped: Int
  /// For each column after these its offset in `text`; `nil` outside the window.
  private let places: [Int?]

  init(_ line: String, column: Int, width: Int) {
    // A line may be as long as its file: only the neighbourhood of the mark is looked at.
    skipped = max(0, column - 1 - width)
    var cells = line.unicodeScalars.dropFirst(skipped).prefix(3 * width)
      .map { $0 == "\t" ? " " : String($0).escapingControls }
    while cells.last == " " { cells.removeLast() }
    let marked = min(max(0, column - 1 - skipped), cells.count)
    // As much before the mark as leaves room behind it.
    var first = marked
    var before = 1
    while first > 0, before + cells[first - 1].count <= width - 20 {
      first -= 1
      before += cells[first].count
    }
    var shown = first + skipped > 0 ? "…" : ""
    var places = [Int?](repeating: nil, count: cells.count + 1)
    var end = first
    while end < cells.count, shown.count + cells[end].count <= width - 1 {
      places[end] = shown.count
      shown += cells[end]
      end += 1
    }
    if end == cells.count - 1, shown.count + cells[end].count <= width {
      places[end] = shown.count
      shown += cells[end]
      end += 1
    }
    places[end] = shown.count
    if end < cells.count { shown += "…" }
    text = shown
    caret = places[marked] ?? 0
    self.places = places
  }

  func place(of column: Int) -> Int? {
    let index = column - 1 - skipped
    return places.indices.contains(index) ? places[index] : nil
  }
}
