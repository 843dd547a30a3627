import SimulationCore

/// Finds the later places of duplicate keys, of which the YAML parser tells only the first.
///
/// Both candidates are given one name that occurs nowhere else; if the parser still complains at the
/// first place, they stand in the same map. Renamed keys keep their length, so that marks stay true.
struct DuplicateKeys {
  /// What the parser says of a text with duplicate keys.
  struct Report: Error {
    let keys: [String]
    let line: Int
    let column: Int
  }

  /// Placeholders begin with a private-use character, which a scenario may not hold.
  static func isPlaceholder(_ key: String) -> Bool {
    key.unicodeScalars.first.map { (0xE000...0xF8FF).contains($0.value) } ?? false
  }

  /// Scalars that may be read again in the search; a larger mess is reported without second places.
  private static let effortLimit = 1 << 19

  private let name: String
  private let probe: (String) -> Report?
  private var scalars: [Unicode.Scalar]
  private var effort = 0
  private var placeholders: UInt32 = 0
  private(set) var diagnostics: [Diagnostic] = []

  /// `probe` gives the first report of a text, `nil` where it has no duplicate keys.
  init(text: String, name: String, probe: @escaping (String) -> Report?) {
    self.name = name
    self.probe = probe
    scalars = Array(text.unicodeScalars)
  }

  /// The text with all later duplicates renamed to placeholders; `nil` where one was not found.
  mutating func resolve() -> String? {
    while let report = probe(text(scalars)) {
      effort += scalars.count
      guard rename(report) else { return nil }
    }
    return text(scalars)
  }

  private mutating func rename(_ report: Report) -> Bool {
    let mark = SourceMark(file: name, line: report.line, column: report.column)
    let key = report.keys.first ?? ""
    let found = found(Array(key.unicodeScalars), report: report)
    for place in found {
      let position = position(of: place)
      diagnostics.append(
        Diagnostic(
          .duplicateKey,
          at: SourceMark(file: name, line: position.line, column: position.column),
          "duplicate key '\(key.cut(to: 40))'; first given at \(mark.line):\(mark.column)",
          underline: .hidden))
      scalars.replaceSubrange(place..<place + key.unicodeScalars.count, with: placeholder(key))
    }
    if found.isEmpty {
      diagnostics.append(
        Diagnostic(
          .duplicateKey, at: mark, "key '\(key.cut(to: 40))' stands twice in this map",
          underline: .hidden))
    }
    return !found.isEmpty
  }

  /// Offsets of the later occurrences of the key in the same map.
  private mutating func found(_ key: [Unicode.Scalar], report: Report) -> [Int] {
    guard !key.isEmpty, var first = offset(line: report.line, column: report.column) else {
      return []
    }
    if first < scalars.count, scalars[first] == "\"" || scalars[first] == "'" { first += 1 }
    guard matches(key, at: first) else { return [] }
    let mark = placeholder(text(key))
    var marked = scalars
    marked.replaceSubrange(first..<first + key.count, with: mark)
    var found: [Int] = []
    for candidate in stride(from: first + key.count, to: scalars.count, by: 1)
    where matches(key, at: candidate) && isFollowedByColon(candidate + key.count) {
      effort += scalars.count
      if effort > DuplicateKeys.effortLimit { break }
      var trial = marked
      trial.replaceSubrange(candidate..<candidate + key.count, with: mark)
      if let answer = probe(text(trial)), answer.keys.contains(text(mark)) {
        found.append(candidate)
      }
    }
    return found
  }

  private func matches(_ key: [Unicode.Scalar], at offset: Int) -> Bool {
    offset + key.count <= scalars.count && scalars[offset..<offset + key.count].elementsEqual(key)
  }

  private func isFollowedByColon(_ offset: Int) -> Bool {
    let rest = scalars[min(offset, scalars.count)...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
    return rest.first == ":"
  }

  private mutating func placeholder(_ key: String) -> [Unicode.Scalar] {
    placeholders += 1
    let first = Unicode.Scalar(0xE000 + placeholders % 0x1900) ?? "\u{E000}"
    return [first] + [Unicode.Scalar](repeating: "x", count: key.unicodeScalars.count - 1)
  }

  private func text(_ scalars: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private func offset(line: Int, column: Int) -> Int? {
    var place = (line: 1, column: 1)
    for offset in scalars.indices {
      if place == (line, column) { return offset }
      place = advanced(place, over: offset)
    }
    return nil
  }

  private func position(of target: Int) -> (line: Int, column: Int) {
    var place = (line: 1, column: 1)
    for offset in 0..<target { place = advanced(place, over: offset) }
    return place
  }

  private func advanced(_ place: (line: Int, column: Int), over offset: Int) -> (
    line: Int, column: Int
  ) {
    switch scalars[offset] {
    case "\r" where offset + 1 < scalars.count && scalars[offset + 1] == "\n":
      place
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": (place.line + 1, 1)
    default: (place.line, place.column + 1)
    }
  }
}
