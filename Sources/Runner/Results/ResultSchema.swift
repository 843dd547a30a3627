/// JSON Schemas (draft 7) of the JSON that a run writes.
package enum ResultSchema {
  package static let summary = document(
    title: "slipface summary",
    [
      ("schema", .object([("const", .string(Summary.jsonFormat))])),
      ("scenario", text), ("version", text), ("seed", seed), ("paths", count),
      ("requested_paths", count), ("until", until), ("status", status),
      (
        "metrics",
        list(
          object([
            ("metric", text), ("asset", optionalText), ("statistic", text), ("unit", optionalText),
            ("value", optionalNumber), ("ci95_low", optionalNumber),
            ("ci95_high", optionalNumber), ("paths", count), ("note", optionalText),
          ]))
      ),
      ("outputs", .object([("type", .string("object")), ("additionalProperties", text)])),
      ("warnings", list(text)), ("elapsed_s", optionalNumber),
    ])

  package static let manifest = document(
    title: "slipface manifest",
    [
      ("format", .object([("const", .string(Manifest.format))])),
      ("name", text), ("version", text), ("git_commit", optionalText),
      ("scenario_sha256", digest), ("scenario", text),
      ("overrides", list(text)), ("seed", seed), ("rng", text), ("paths", count),
      ("requested_paths", count), ("until", until), ("sampling", sampling),
      ("capped_variances", count), ("shards", count),
      ("results_sha256", digest),
      (
        "environment",
        object([
          ("host", text), ("cpu", text), ("os", text), ("kernel", text), ("threads", count),
          ("blas", text), ("blas_core", text), ("vector_math", text), ("swift", text),
        ])
      ),
      (
        "timing",
        object([
          ("start", text), ("end", text), ("wall_s", number), ("paths_per_s", number),
          ("peak_rss_bytes", count),
        ])
      ),
      ("outputs", list(object([("file", text), ("rows", count), ("sha256", digest)]))),
      ("warnings", list(text)), ("status", status),
    ])

  /// Cuts and strata are empty where no candidates are passed over; the mixture is null without one,
  /// what the run is worth for independent paths.
  private static let sampling = object([
    ("kind", text), ("candidates", count), ("candidates_per_path", count),
    ("score_cuts", list(number)),
    ("strata", list(object([("candidates", count), ("paths", count)]))),
    ("mixture", mixture), ("worth_plain_paths", worth),
  ])
  private static let worth = JSONText.object([
    (
      "anyOf",
      .array([
        type("null"),
        object([("chance_of_bad_debt", optionalNumber), ("mean_of_bad_debt", optionalNumber)]),
      ])
    )
  ])
  private static let mixture = JSONText.object([
    (
      "anyOf",
      .array([
        type("null"),
        object([
          ("nominal_share", number), ("step_share", number), ("variance_share", number),
          ("rate_factor", number), ("offspring_factor", number),
          ("step_variance_factor", number), ("step_shift_sd", number), ("mean_weight", number),
          ("effective_sample_size", number),
        ]),
      ])
    )
  ])
  /// Null without a stopping rule.
  private static let until = JSONText.object([
    (
      "anyOf",
      .array([
        type("null"),
        object([
          ("rule", text), ("strict", type("boolean")), ("met", type("boolean")), ("look", count),
          ("looks", count), ("paths", count), ("relative_error", optionalNumber),
          ("target", number),
        ]),
      ])
    )
  ])
  private static let text = type("string")
  private static let number = type("number")
  private static let optionalText = types("string", "null")
  private static let optionalNumber = types("number", "null")
  private static let count = JSONText.object([
    ("type", .string("integer")), ("minimum", .integer(0)),
  ])
  /// Seeds of 2^63 and above are text.
  private static let seed = types("integer", "string")
  private static let digest = JSONText.object([
    ("type", .string("string")), ("pattern", .string("^[0-9a-f]{64}$")),
  ])
  private static let status = JSONText.object([
    ("enum", .array([.string("complete"), .string("partial")]))
  ])

  private static func type(_ name: String) -> JSONText { .object([("type", .string(name))]) }

  private static func types(_ names: String...) -> JSONText {
    .object([("type", .array(names.map { .string($0) }))])
  }

  private static func list(_ items: JSONText) -> JSONText {
    .object([("type", .string("array")), ("items", items)])
  }

  private static func members(_ properties: [(String, JSONText)]) -> [(String, JSONText)] {
    [
      ("type", .string("object")),
      ("required", .array(properties.map { .string($0.0) })),
      ("properties", .object(properties)),
    ]
  }

  private static func object(_ properties: [(String, JSONText)]) -> JSONText {
    .object(members(properties))
  }

  private static func document(title: String, _ properties: [(String, JSONText)]) -> JSONText {
    .object(
      [
        ("$schema", .string("http://json-schema.org/draft-07/schema#")),
        ("title", .string(title)),
      ] + members(properties))
  }
}
