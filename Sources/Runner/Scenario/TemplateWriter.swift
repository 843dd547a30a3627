import SimulationCore

/// Writes a template's values with the tables beside them, for the comments.
struct TemplateWriter {
  private(set) var lines: [String] = []
  /// Tables whose further fields have been shown; they are shown once.
  private var shown: Set<String> = []

  /// Writes the fields of a block in the table's order, `values` as YAML and others as comments.
  mutating func write(
    _ table: FieldTable, _ values: [(String, Template.Value)], indent: Int,
    selector: String? = nil, showsOthers: Bool = true
  ) {
    let known = Set(table.fields.map(\.key) + [selector].compactMap { $0 })
    precondition(values.allSatisfy { known.contains($0.0) }, "\(table.name) has these fields")
    let others = showsOthers && shown.insert(table.name).inserted
    if let selector, case .text(let kind)? = value(values, selector) {
      line("\(selector): \(kind)", table.summary, indent)
    }
    for field in table.fields {
      if let value = value(values, field.key) {
        write(field, value, indent: indent)
      } else if others, let example = example(field) {
        line("# \(field.key): \(example)", field.meaning, indent)
      }
    }
  }

  private mutating func write(_ field: Field, _ value: Template.Value, indent: Int) {
    switch value {
    case .text(let text):
      line("\(field.key): \(text)", field.meaning, indent)
    case .map(let values):
      if indent == 0 { lines.append("") }
      let isEmpty = values.isEmpty
      line(isEmpty ? "\(field.key): {}" : "\(field.key):", field.meaning, indent)
      write(field.type, values, indent: indent + 2, isEmpty: isEmpty)
    case .list(let entries):
      if indent == 0 { lines.append("") }
      line("\(field.key):", field.meaning, indent)
      guard case .list(let element, _) = field.type else { return }
      for entry in entries {
        let first = lines.count
        write(element, entry, indent: indent + 4)
        var head = lines[first]
        head.replaceSubrange(
          head.startIndex..<head.index(head.startIndex, offsetBy: indent + 4),
          with: String(repeating: " ", count: indent + 2) + "- ")
        lines[first] = head
      }
    }
  }

  private mutating func write(
    _ type: FieldType, _ values: [(String, Template.Value)], indent: Int, isEmpty: Bool = false
  ) {
    switch type {
    case .block(let table):
      write(table, values, indent: indent)
    case .family(let family):
      let chosen: String? =
        if case .text(let kind)? = value(values, family.selector) { kind } else {
          family.defaultKind
        }
      guard let table = chosen.flatMap(family.table(for:)) else { return }
      write(table, values, indent: indent, selector: family.selector)
    case .mapByAsset(let element), .mapByName(let element):
      for (key, value) in values {
        guard case .map(let inner) = value else { continue }
        line(inner.isEmpty ? "\(key): {}" : "\(key):", "", indent)
        write(element, inner, indent: indent + 2)
      }
    case .either(let alternatives):
      guard let first = alternatives.first else { return }
      write(first, values, indent: indent, isEmpty: isEmpty)
    default:
      preconditionFailure("a map stands for a block, a family or a map")
    }
  }

  private func value(_ values: [(String, Template.Value)], _ key: String) -> Template.Value? {
    values.first { $0.0 == key }?.1
  }

  /// What the comment shows after the key; `nil` for required fields and for whole blocks.
  private func example(_ field: Field) -> String? {
    switch field.presence {
    case .required: nil
    case .defaults(let spelled): spelled
    case .derived(let words): "(\(words))"
    case .optional: "(none)"
    }
  }

  private mutating func line(_ text: String, _ comment: String, _ indent: Int) {
    let margin = String(repeating: " ", count: indent)
    guard !comment.isEmpty else {
      lines.append(margin + text)
      return
    }
    let gap = String(repeating: " ", count: max(2, 46 - indent - text.count))
    lines.append(margin + text + gap + "# " + comment)
  }
}
