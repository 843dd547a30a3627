package import SimulationCore

/// Checks a tree of nodes against field tables and collects everything that is wrong with it.
///
/// It never stops at the first fault. A section that comes out while `diagnostics` has errors may
/// lack required values: only `Scenario` hands sections on, and only when there are none.
package struct SectionReader {
  /// Errors that come with the nearest known name.
  private static let advisedErrors = 100

  /// The symbols that the scenario defines, in its order.
  package let assets: [String]
  private let access: FileAccess
  private let folders: [String: String]
  package var diagnostics: Diagnostics
  /// Paths of the blocks in which something is wrong.
  package private(set) var incomplete: Set<String> = []

  /// `folders` gives the folder of each source by its name, for the paths that it holds.
  package init(
    assets: [String], access: FileAccess, folders: [String: String], diagnostics: Diagnostics
  ) {
    self.assets = assets
    self.access = access
    self.folders = folders
    self.diagnostics = diagnostics
  }

  /// Reads a map as the block that `table` describes; `path` is empty for the whole scenario.
  package mutating func section(
    _ node: ScenarioNode, _ table: FieldTable, path: String, kind: String = "",
    selector: String? = nil
  ) -> Section {
    let errorsBefore = diagnostics.errorCount
    defer { if diagnostics.errorCount > errorsBefore { incomplete.insert(path) } }
    var values: [String: Value] = [:]
    var marks: [String: SourceMark] = ["": node.mark]
    guard let entries = node.entries else {
      wrongType(node, path: path, expected: "a block of fields")
      return Section(table: table, kind: kind, path: path, values: values, marks: marks)
    }
    for entry in entries where entry.key != selector {
      guard let field = table[entry.key] else {
        unknownField(entry, table: table, selector: selector, path: path, node: node)
        continue
      }
      marks[entry.key] = entry.value.mark
      values[entry.key] = value(entry.value, field.type, path: join(path, entry.key))
    }
    for field in table.fields where marks[field.key] == nil {
      switch field.presence {
      case .required:
        missing(field, path: path, node: node)
      case .defaults(let spelled):
        values[field.key] = defaultValue(spelled, field, path: join(path, field.key))
      case .optional, .derived:
        break
      }
    }
    return Section(table: table, kind: kind, path: path, values: values, marks: marks)
  }

  /// Reads a map as a member of `family`; `nil` where its selector names no member.
  package mutating func section(_ node: ScenarioNode, _ family: Family, path: String) -> Section? {
    guard node.entries != nil else {
      wrongType(node, path: path, expected: "a block of fields")
      return nil
    }
    let selected = node[family.selector].flatMap { $0.isNull ? nil : $0 }
    guard let kind = selected.map({ $0.scalarText ?? "" }) ?? family.defaultKind else {
      missing(
        Field(family.selector, .word(family.kinds), .required, "Chooses the \(family.name)."),
        path: path, node: node)
      return nil
    }
    guard let table = family.table(for: kind) else {
      let mark = selected?.mark ?? node.mark
      let nearest = NearestName.find(kind, in: family.kinds)
      diagnostics.add(
        Diagnostic(
          .unknownWord, at: mark,
          "unknown \(family.selector) '\(selected?.foundText ?? kind)' in \(path)",
          hint: nearest.map { "did you mean '\($0)'?" },
          notes: ["known: " + family.kinds.joined(separator: ", ")]))
      return nil
    }
    return section(node, table, path: path, kind: kind, selector: family.selector)
  }

  /// A default as its table spells it, read like any value.
  mutating func defaultValue(_ spelled: String, _ field: Field, path: String) -> Value? {
    var own = Diagnostics()
    let node = ScenarioFile.parse(spelled, name: "default of \(path)", into: &own)
    precondition(node != nil && !own.hasErrors, "the default of \(path) is YAML")
    return node.flatMap { value($0, field.type, path: path) }
  }

  func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// The path to open for a file that a scenario names.
  mutating func file(_ text: String, _ node: ScenarioNode, path: String) -> Value? {
    let source = node.mark.file
    let folder = source == Override.sourceName ? nil : folders[source] ?? access.scenarioFolder
    do throws(Diagnostic) {
      return .text(try access.resolve(text, from: folder, at: node.mark))
    } catch {
      diagnostics.add(error.under(path))
      return nil
    }
  }

  private mutating func unknownField(
    _ entry: ScenarioNode.Entry, table: FieldTable, selector: String?, path: String,
    node: ScenarioNode
  ) {
    // Beyond the limit nobody reads the advice, and finding it costs a walk through the block.
    let isAdvised = diagnostics.errorCount < SectionReader.advisedErrors
    let known = isAdvised ? (selector.map { [$0] } ?? []) + table.fields.map(\.key) : []
    let absent = known.filter { node[$0] == nil }
    let nearest = NearestName.find(entry.key, in: absent) ?? NearestName.find(entry.key, in: known)
    diagnostics.add(
      Diagnostic(
        .unknownField, at: entry.keyMark,
        "unknown field '\(entry.key.cut(to: 60))'" + (path.isEmpty ? "" : " in \(path)"),
        hint: nearest.map { "did you mean '\($0)'?" }, notes: origin(entry.value)))
  }

  private mutating func missing(_ field: Field, path: String, node: ScenarioNode) {
    diagnostics.add(
      Diagnostic(
        .missingField, at: node.mark,
        "missing field '\(field.key)'" + (path.isEmpty ? "" : " in \(path)")
          + "; it has no default",
        underline: .hidden,
        notes: ["\(field.key): \(field.type.documentation). \(field.meaning)"] + origin(node)))
  }

  mutating func wrongType(_ node: ScenarioNode, path: String, expected: String) {
    let at = path.isEmpty ? "" : path + ": "
    diagnostics.add(
      Diagnostic(
        .wrongType, at: node.mark, "\(at)expected \(expected), found \(node.foundText)",
        underline: node.scalarText == nil || node.isNull ? .hidden : .token, notes: origin(node)))
  }

  /// Tells that a value stands elsewhere than where it is used.
  func origin(_ node: ScenarioNode) -> [String] { node.isViaAnchor ? ["via anchor"] : [] }
}
