package import SimulationCore

/// One value of a scenario text, independent of the library that read it.
package struct ScenarioNode: Sendable {
  package indirect enum Content: Sendable {
    /// `isPlain` is false where the text stands in quotes or in a block of text.
    case scalar(text: String, isPlain: Bool)
    case list([ScenarioNode])
    case map([Entry])
  }

  package struct Entry: Sendable {
    package let key: String
    package let keyMark: SourceMark
    package var value: ScenarioNode

    package init(key: String, keyMark: SourceMark, value: ScenarioNode) {
      self.key = key
      self.keyMark = keyMark
      self.value = value
    }
  }

  package var content: Content
  package let mark: SourceMark
  /// Whether the value arrived through an alias or a merge key; the mark is then the anchor's.
  package let isViaAnchor: Bool

  package init(_ content: Content, mark: SourceMark, isViaAnchor: Bool = false) {
    self.content = content
    self.mark = mark
    self.isViaAnchor = isViaAnchor
  }

  package var entries: [Entry]? {
    if case .map(let entries) = content { entries } else { nil }
  }

  package var items: [ScenarioNode]? {
    if case .list(let items) = content { items } else { nil }
  }

  package var scalarText: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  package subscript(_ key: String) -> ScenarioNode? {
    entries?.first { $0.key == key }?.value
  }

  /// Absent values: an empty plain scalar, `~` or `null`.
  package var isNull: Bool {
    if case .scalar(let text, true) = content {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// The value as messages show it: `"80%"`, `nothing`, `a list`, `a map`.
  package var foundText: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, true): text.cut(to: 40)
    case .scalar(let text, false): "\"" + text.cut(to: 40) + "\""
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// A text in which equal scenarios are equal: comments, layout and spellings of numbers are gone.
  ///
  /// Compact JSON. Maps keep their order, because the order of assets and cohorts is part of what a
  /// scenario says.
  package var canonical: JSONText {
    switch content {
    case .scalar where isNull: .null
    case .scalar(let text, true):
      switch text {
      case "true", "True", "TRUE": .boolean(true)
      case "false", "False", "FALSE": .boolean(false)
      default: ScenarioNode.canonicalNumber(text) ?? .string(text)
      }
    case .scalar(let text, false): .string(text)
    case .list(let items): .array(items.map(\.canonical))
    case .map(let entries): .object(entries.map { ($0.key, $0.value.canonical) })
    }
  }

  /// Whole numbers beyond 2^53 (seeds) must not pass through a `Double`.
  private static func canonicalNumber(_ text: String) -> JSONText? {
    if let integer = try? NumberGrammar.integer(text, in: Int.min...Int.max) {
      return .integer(integer)
    }
    if (try? NumberGrammar.seed(text)) != nil { return nil }
    return (try? NumberGrammar.number(text)).map { .number($0) }
  }
}
