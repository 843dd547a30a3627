import SimulationCore

/// The scenario reference, generated from the field tables: one Markdown page, and plain text for
/// `slipface help scenario PATH`.
package enum ReferencePage {
  /// The page of the documentation catalogue.
  package static var markdown: String {
    var lines = [
      "# Scenario reference", "",
      "Every field of a scenario file, generated from the tables that check it.", "",
      "## Rules for all blocks", "",
      "- A file is one YAML 1.2 document in UTF-8. Keys are unique; an unknown key is an error.",
      "- Numbers are decimal digits with at most one point, an optional sign and an exponent.",
      "- Units are part of the names. Shares in `_pct` fields are percent: write 83, not 0.83.",
      "- Names have 1 to 40 of the characters A-Z a-z 0-9 _ . : -.",
      "- Paths are relative to the file that holds them and stay inside the scenario's folder,",
      "  unless `--data-dir` names another one.",
      "- `include: FILE` or a list of files: maps are merged by key, lists replaced; the including",
      "  file wins.",
      "- A neutral value switches a field's mechanism off and moves no other random number.", "",
    ]
    for block in FieldIndex.scenario.blocks { lines += section(block) }
    lines += ["## Distributions", "", "A field that takes one also takes a plain number.", ""]
    for shape in DistributionTables.all {
      lines += ["### distribution: \(shape.word)", "", shape.table.summary, ""]
      lines += rows(shape.table) + [""]
    }
    lines += ["## Messages", "", "| code | meaning |", "|---|---|"]
    lines += DiagnosticCode.allCases.map { "| \($0.rawValue) | \(cell($0.meaning)) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The fields at a path in plain text; `nil` where nothing is there.
  package static func text(path: String) -> String? {
    let found = FieldIndex.scenario.lookUp(path)
    guard !found.blocks.isEmpty else { return nil }
    return found.blocks.map { block in
      var lines = found.field == nil ? [title(block), "  " + block.table.summary] : []
      for field in block.table.fields where found.field.map({ $0 == field.key }) ?? true {
        lines.append("")
        let name = [block.path, field.key].filter { !$0.isEmpty }.joined(separator: ".")
        lines.append("  " + (found.field == nil ? field.key : name) + kind(block, found.field))
        lines.append("    " + field.meaning)
        lines.append("    type: " + field.type.documentation)
        lines.append("    default: " + presence(field))
        if let neutral = field.neutral { lines.append("    neutral: " + neutral) }
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n\n") + "\n"
  }

  private static func kind(_ block: FieldIndex.Block, _ field: String?) -> String {
    guard field != nil, let selector = block.selector else { return "" }
    return " (\(selector.key): \(selector.kind))"
  }

  private static func title(_ block: FieldIndex.Block) -> String {
    let path = block.path.isEmpty ? "top level" : block.path
    return block.selector.map { "\(path), \($0.key): \($0.kind)" } ?? path
  }

  private static func section(_ block: FieldIndex.Block) -> [String] {
    ["## \(title(block))", "", block.table.summary, ""]
      + (block.table.fields.isEmpty ? ["No fields.", ""] : rows(block.table) + [""])
  }

  private static func rows(_ table: FieldTable) -> [String] {
    ["| field | type | default | neutral | meaning |", "|---|---|---|---|---|"]
      + table.fields.map { field in
        let cells = [
          "`\(field.key)`", cell(field.type.documentation), cell(presence(field)),
          cell(field.neutral ?? ""), cell(field.meaning),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
      }
  }

  private static func presence(_ field: Field) -> String {
    switch field.presence {
    case .required: "required"
    case .optional: "none"
    case .defaults(let spelled): spelled
    case .derived(let words): words
    }
  }

  private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
