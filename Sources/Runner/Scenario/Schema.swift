import SimulationCore

/// The JSON Schema (draft 7) of a scenario file, generated from the field tables.
///
/// Editors with a YAML language server use it for completion, hover text and underlines.
package enum Schema {
  package static let scenario = JSONText.object(
    [
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("slipface scenario, format \(ScenarioTable.format)")),
    ] + members(ScenarioTable.root, selector: nil, extra: [("include", include)]))

  /// The schema as text, one member a line.
  package static var scenarioText: String { scenario.pretty + "\n" }

  private static let include = JSONText.object([
    ("description", .string("Files to merge under this one; this file wins.")),
    (
      "anyOf",
      .array([
        typed("string"), .object([("type", .string("array")), ("items", typed("string"))]),
      ])
    ),
  ])

  private static func typed(_ name: String, _ more: [(String, JSONText)] = []) -> JSONText {
    .object([("type", .string(name))] + more)
  }

  private static func members(
    _ table: FieldTable, selector: (key: String, kind: String)?, extra: [(String, JSONText)] = []
  ) -> [(String, JSONText)] {
    var properties = extra
    if let selector {
      properties.append((selector.key, .object([("const", .string(selector.kind))])))
    }
    properties += table.fields.map { ($0.key, schema($0)) }
    let required = table.fields.compactMap { field -> JSONText? in
      if case .required = field.presence { .string(field.key) } else { nil }
    }
    return [
      ("type", .string("object")), ("description", .string(table.summary)),
      ("properties", .object(properties)), ("required", .array(required)),
      ("additionalProperties", .boolean(false)),
    ]
  }

  private static func schema(_ field: Field) -> JSONText {
    var description = field.meaning
    let unit = field.type.unit
    if unit != .pure { description += " Unit: \(unit.rawValue)." }
    if let neutral = field.neutral { description += " Switched off by \(neutral)." }
    if case .derived(let words) = field.presence { description += " Default: \(words)." }
    var members: [(String, JSONText)] = [("description", .string(description))]
    if case .defaults(let spelled) = field.presence, let value = value(spelled) {
      members.append(("default", value))
    }
    if case .object(let own) = schema(field.type) {
      members += own.filter { $0.0 != "description" }
    }
    return .object(members)
  }

  /// A default as its table spells it, as a JSON value.
  private static func value(_ spelled: String) -> JSONText? {
    var diagnostics = Diagnostics()
    return ScenarioFile.parse(spelled, name: "default", into: &diagnostics)?.canonical
  }

  private static func schema(_ type: FieldType) -> JSONText {
    switch type {
    case .number(_, let bounds): return typed("number", limits(bounds))
    case .integer(let range):
      return typed(
        "integer",
        [("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound))])
    case .seed: return typed("integer", [("minimum", .integer(0))])
    case .boolean: return typed("boolean")
    case .name: return typed("string", [("pattern", .string("^[A-Za-z0-9_.:-]{1,40}$"))])
    case .text, .file, .asset: return typed("string")
    case .time: return .object([("type", .array([.string("string"), .string("number")]))])
    case .word(let words): return .object([("enum", .array(words.map { .string($0) }))])
    case .distribution(_, let bounds):
      let shapes = DistributionTables.all.map { shape in
        JSONText.object(
          members(shape.table, selector: (DistributionTables.selector, shape.word)).map { member in
            guard member.0 == "required", case .array(let keys) = member.1 else { return member }
            return ("required", .array([.string(DistributionTables.selector)] + keys))
          })
      }
      return .object([("anyOf", .array([typed("number", limits(bounds))] + shapes))])
    case .list(let element, let range):
      return typed(
        "array",
        [
          ("items", schema(element)), ("minItems", .integer(range.lowerBound)),
          ("maxItems", .integer(range.upperBound)),
        ])
    case .mapByAsset(let element), .mapByName(let element):
      return typed("object", [("additionalProperties", schema(element))])
    case .block(let table): return .object(members(table, selector: nil))
    case .family(let family): return schema(family)
    case .either(let alternatives):
      return .object([("anyOf", .array(alternatives.map(schema)))])
    }
  }

  /// One branch a member, chosen by the selector's word.
  private static func schema(_ family: Family) -> JSONText {
    let kinds = JSONText.object([
      ("description", .string("Chooses the \(family.name).")),
      ("enum", .array(family.kinds.map { .string($0) })),
    ])
    let branches = family.kinds.compactMap { kind -> JSONText? in
      guard let table = family.table(for: kind) else { return nil }
      var condition: [(String, JSONText)] = [
        ("properties", .object([(family.selector, .object([("const", .string(kind))]))]))
      ]
      if kind != family.defaultKind {
        condition.append(("required", .array([.string(family.selector)])))
      }
      return .object([
        ("if", .object(condition)),
        ("then", .object(members(table, selector: (family.selector, kind)))),
      ])
    }
    return .object([
      ("type", .string("object")), ("description", .string(family.summary)),
      ("properties", .object([(family.selector, kinds)])),
      ("required", .array(family.defaultKind == nil ? [.string(family.selector)] : [])),
      ("allOf", .array(branches)),
    ])
  }

  private static func limits(_ bounds: Bounds) -> [(String, JSONText)] {
    var limits: [(String, JSONText)] = []
    if bounds.low > -.greatestFiniteMagnitude {
      limits.append((bounds.lowOpen ? "exclusiveMinimum" : "minimum", .number(bounds.low)))
    }
    if bounds.high < .greatestFiniteMagnitude {
      limits.append((bounds.highOpen ? "exclusiveMaximum" : "maximum", .number(bounds.high)))
    }
    return limits
  }
}
