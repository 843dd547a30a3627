package import SimulationCore

/// One thing to tell about the input, with the place where it stands.
package struct Diagnostic: Error, Sendable, Equatable {
  package enum Severity: String, Sendable {
    case error, warning, note
  }

  /// Another place that belongs to the message.
  package struct SecondPlace: Sendable, Equatable {
    package let mark: SourceMark
    package let label: String

    package init(_ mark: SourceMark, _ label: String) {
      self.mark = mark
      self.label = label
    }
  }

  /// How much of the source line is underlined.
  package enum Underline: Sendable, Equatable {
    /// The source line is not shown.
    case hidden
    /// The word or number at the mark.
    case token
    /// So many characters.
    case characters(Int)
  }

  package let severity: Severity
  package let code: String
  package let mark: SourceMark
  package let underline: Underline
  package let message: String
  /// Stands beside the underline.
  package let hint: String?
  package let second: SecondPlace?
  package let notes: [String]

  package init(
    _ code: DiagnosticCode, at mark: SourceMark, _ message: String,
    underline: Underline = .token, hint: String? = nil, second: SecondPlace? = nil,
    notes: [String] = []
  ) {
    self.init(
      code: code.rawValue, severity: code.severity, at: mark, message, underline: underline,
      hint: hint, second: second, notes: notes)
  }

  /// For codes that a model brings along in a `ParameterError`.
  package init(
    code: String, severity: Severity = .error, at mark: SourceMark, _ message: String,
    underline: Underline = .token, hint: String? = nil, second: SecondPlace? = nil,
    notes: [String] = []
  ) {
    self.severity = severity
    self.code = code
    self.mark = mark
    self.underline = underline
    self.message = message
    self.hint = hint
    self.second = second
    self.notes = notes
  }
}

extension Diagnostic {
  /// The same with a path before its message.
  package func under(_ path: String) -> Diagnostic {
    Diagnostic(
      code: code, severity: severity, at: mark, "\(path): \(message)", underline: underline,
      hint: hint, second: second, notes: notes)
  }
}

/// Everything there is to tell about one scenario, and the texts that it is read from.
package struct Diagnostics: Error, Sendable {
  /// Beyond so many only the count is kept.
  package static let limit = 1000

  /// The scenario file first, then what it includes and what the command line sets.
  package private(set) var sources: [SourceText] = []
  private var kept: [Diagnostic] = []
  package private(set) var errorCount = 0
  package private(set) var warningCount = 0
  /// Whether every error is a file that is missing or unreadable.
  private var onlyMissingFiles = true

  package init() {}

  package var hasErrors: Bool { errorCount > 0 }

  /// 0 without errors, 66 where files are missing or unreadable, else 65.
  package var exitCode: Int32 { errorCount == 0 ? 0 : onlyMissingFiles ? 66 : 65 }

  package mutating func add(_ source: SourceText) { sources.append(source) }

  package mutating func add(_ diagnostic: Diagnostic) {
    switch diagnostic.severity {
    case .error:
      errorCount += 1
      if diagnostic.code != DiagnosticCode.fileMissing.rawValue { onlyMissingFiles = false }
    case .warning: warningCount += 1
    case .note: break
    }
    if kept.count < Diagnostics.limit { kept.append(diagnostic) }
  }

  /// Takes over everything that `other` tells.
  package mutating func add(_ other: Diagnostics) {
    for source in other.sources where !sources.contains(where: { $0.name == source.name }) {
      sources.append(source)
    }
    for diagnostic in other.kept { add(diagnostic) }
  }

  /// In the order of the sources, then of lines and columns.
  package var all: [Diagnostic] {
    let rank = Dictionary(
      sources.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return kept.enumerated().sorted { left, right in
      let a = left.element.mark
      let b = right.element.mark
      let leftKey = (rank[a.file] ?? Int.max, a.line, a.column, left.offset)
      let rightKey = (rank[b.file] ?? Int.max, b.line, b.column, right.offset)
      return leftKey < rightKey
    }.map(\.element)
  }

  package func source(named name: String) -> SourceText? { sources.first { $0.name == name } }
}
