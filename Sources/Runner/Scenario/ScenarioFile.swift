import SimulationCore
import Yams

/// Turns the text of a scenario into a tree of nodes, or says what is wrong with it.
///
/// YAML 1.2, one document, read through `Yams.compose`, so that every key and value keeps its line
/// and column. Anchors, aliases and merge keys are resolved here under a budget of nodes.
package enum ScenarioFile {
  /// A larger file is no scenario.
  package static let byteLimit = 8 << 20
  /// Values after aliases are resolved.
  package static let nodeLimit = 1_000_000

  /// The tree of one UTF-8 document; `nil` where `diagnostics` says why there is none.
  ///
  /// Adds the source's text to `diagnostics`. Cost: linear in the text, unless keys are duplicated.
  package static func parse(_ bytes: [UInt8], name: String, into diagnostics: inout Diagnostics)
    -> (text: String, node: ScenarioNode?)?
  {
    do throws(Diagnostic) {
      let text = try ScenarioEncoding.text(of: bytes, name: name, byteLimit: byteLimit)
      return (text, parse(text, name: name, into: &diagnostics))
    } catch {
      diagnostics.add(error)
      return nil
    }
  }

  /// The tree of one document given as text, such as the value of an override.
  ///
  /// `source` is what messages show where the document is a part of it.
  package static func parse(
    _ text: String, name: String, source: SourceText? = nil, columnOffset: Int = 0,
    into diagnostics: inout Diagnostics
  ) -> ScenarioNode? {
    diagnostics.add(source ?? SourceText(name: name, text: text))
    do throws(Diagnostic) {
      try ScenarioEncoding.refuseControlCharacters(text, name: name)
      if ScenarioEncoding.mayHideAliasesInKeys(text) {
        throw Diagnostic(
          .syntax, at: SourceMark(file: name, line: 1, column: 1),
          "a key must be plain text, not an alias, a list or a map", underline: .hidden)
      }
      guard let root = try composed(text, name: name, into: &diagnostics) else { return nil }
      guard let root else {
        return ScenarioNode(
          .scalar(text: "", isPlain: true), mark: SourceMark(file: name, line: 1, column: 1))
      }
      var budget = nodeLimit
      try count(root, budget: &budget, name: name)
      var walk = Walk(name: name, columnOffset: columnOffset)
      let node = try walk.node(root, isFirst: true)
      return node
    } catch {
      diagnostics.add(error)
      return nil
    }
  }

  /// The composed document, with later duplicates of a key under other names.
  ///
  /// `nil` where duplicates cannot be told apart; the root of an empty document is `nil` inside.
  private static func composed(_ text: String, name: String, into diagnostics: inout Diagnostics)
    throws(Diagnostic) -> Yams.Node??
  {
    do {
      return .some(try Yams.compose(yaml: text, .default, .default, .utf8))
    } catch YamlError.duplicatedKeysInMapping {
      var duplicates = DuplicateKeys(text: text, name: name, probe: duplicateReport)
      let unique = duplicates.resolve()
      duplicates.diagnostics.forEach { diagnostics.add($0) }
      guard let unique else { return nil }
      do {
        return .some(try Yams.compose(yaml: unique, .default, .default, .utf8))
      } catch {
        throw syntaxError(error, text: text, name: name)
      }
    } catch {
      throw syntaxError(error, text: text, name: name)
    }
  }

  private static func duplicateReport(_ text: String) -> DuplicateKeys.Report? {
    do {
      _ = try Yams.compose(yaml: text, .default, .default, .utf8)
      return nil
    } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
      return DuplicateKeys.Report(
        keys: keys, line: context.mark.line, column: context.mark.column)
    } catch {
      return nil
    }
  }

  /// Refuses a tree whose aliases unfold to more nodes than a scenario can need.
  private static func count(_ node: Yams.Node, budget: inout Int, name: String) throws(Diagnostic) {
    budget -= 1
    if budget < 0 {
      throw Diagnostic(
        .tooLarge, at: SourceMark(file: name, line: 1, column: 1),
        "aliases unfold to more than \(nodeLimit) values", underline: .hidden)
    }
    switch node {
    case .scalar, .alias: break
    case .sequence(let items): for item in items { try count(item, budget: &budget, name: name) }
    case .mapping(let pairs):
      for pair in pairs {
        try count(pair.key, budget: &budget, name: name)
        try count(pair.value, budget: &budget, name: name)
      }
    }
  }

  /// The parser's complaint in our form; its own words may carry a whole line of input and are cut.
  private static func syntaxError(_ error: any Error, text: String, name: String) -> Diagnostic {
    guard let error = error as? YamlError else {
      return Diagnostic(
        .syntax, at: SourceMark(file: name, line: 1, column: 1), "the file is not YAML",
        underline: .hidden)
    }
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = SourceMark(file: name, line: mark.line, column: mark.column)
      if problem.contains("nesting level") {
        return Diagnostic(
          .tooLarge, at: place, "lists and maps are nested too deeply", underline: .hidden)
      }
      if problem.contains("another document") {
        return Diagnostic(
          .syntax, at: place, "a second document begins here; a scenario is one document",
          underline: .hidden)
      }
      if problem.contains("undefined alias") {
        return Diagnostic(
          .syntax, at: place, "an alias names an anchor that is not complete before it",
          underline: .token)
      }
      if lineHasTabIndent(text, line: mark.line) {
        return Diagnostic(
          .syntax, at: place, "a tab indents this line; write spaces", underline: .hidden)
      }
      let words = (context.map { $0.text + ": " } ?? "") + problem
      return Diagnostic(
        .syntax, at: place, "not YAML: " + words.cut(to: 80), underline: .characters(1))
    default:
      return Diagnostic(
        .syntax, at: SourceMark(file: name, line: 1, column: 1), "the file is not YAML",
        underline: .hidden)
    }
  }

  private static func lineHasTabIndent(_ text: String, line: Int) -> Bool {
    let lines = SourceText(name: "", text: text).lines
    guard line >= 1, line <= lines.count else { return false }
    return lines[line - 1].prefix { $0 == " " || $0 == "\t" }.contains("\t")
  }
}

/// Copies a composed document into nodes, in document order.
private struct Walk {
  let name: String
  let columnOffset: Int
  /// Place of the last node that was written where it was met; aliased nodes lie before it.
  private var cursor = (line: 0, column: 0)
  private var anchorDepth = 0

  init(name: String, columnOffset: Int) {
    self.name = name
    self.columnOffset = columnOffset
  }

  /// `isFirst`: the node may begin where its parent begins.
  mutating func node(_ node: Yams.Node, isFirst: Bool) throws(Diagnostic) -> ScenarioNode {
    let place = (line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    let isAlias = place < cursor || (place == cursor && !isFirst)
    if isAlias { anchorDepth += 1 }
    defer { if isAlias { anchorDepth -= 1 } }
    if anchorDepth == 0 { cursor = place }
    let mark = mark(place)
    return ScenarioNode(try content(node, mark: mark), mark: mark, isViaAnchor: anchorDepth > 0)
  }

  private mutating func content(_ node: Yams.Node, mark: SourceMark) throws(Diagnostic)
    -> ScenarioNode.Content
  {
    switch node {
    case .scalar(let scalar):
      return .scalar(text: scalar.string, isPlain: scalar.style == .plain)
    case .sequence(let sequence):
      var items: [ScenarioNode] = []
      items.reserveCapacity(sequence.count)
      for item in sequence { items.append(try self.node(item, isFirst: items.isEmpty)) }
      return .list(items)
    case .mapping(let mapping):
      return .map(try entries(mapping))
    case .alias:
      throw Diagnostic(.syntax, at: mark, "an alias stands where a value is expected")
    }
  }

  private mutating func entries(_ mapping: Yams.Node.Mapping) throws(Diagnostic)
    -> [ScenarioNode.Entry]
  {
    var entries: [ScenarioNode.Entry] = []
    var merged: [ScenarioNode.Entry] = []
    var isFirst = true
    for pair in mapping {
      let key = try node(pair.key, isFirst: isFirst)
      let value = try node(pair.value, isFirst: false)
      isFirst = false
      guard case .scalar(let text, let isPlain) = key.content else {
        throw Diagnostic(
          .syntax, at: key.mark, "a key must be plain text, not a list or a map",
          underline: .characters(1))
      }
      if DuplicateKeys.isPlaceholder(text) { continue }
      if text == "<<", isPlain {
        merged += try mergedEntries(value)
      } else {
        entries.append(ScenarioNode.Entry(key: text, keyMark: key.mark, value: value))
      }
    }
    var known = Set(entries.map(\.key))
    return entries + merged.filter { known.insert($0.key).inserted }
  }

  /// The entries that `<<` brings in; of a list of maps, earlier ones win.
  private func mergedEntries(_ value: ScenarioNode) throws(Diagnostic) -> [ScenarioNode.Entry] {
    let maps = value.items ?? [value]
    var merged: [ScenarioNode.Entry] = []
    var known = Set<String>()
    for map in maps {
      guard let entries = map.entries else {
        throw Diagnostic(.syntax, at: value.mark, "<< takes a map or a list of maps")
      }
      merged += entries.filter { known.insert($0.key).inserted }
    }
    return merged
  }

  private func mark(_ place: (line: Int, column: Int)) -> SourceMark {
    SourceMark(
      file: name, line: place.line,
      column: place.line == 1 ? place.column + columnOffset : place.column)
  }
}
