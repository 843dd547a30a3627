extension Summary {
  package static let jsonFormat = "slipface.summary/1"

  /// The object that `--json` prints; numbers that do not exist are null.
  ///
  /// `outputs` are the paths of the files by name; `elapsedSeconds` is the simulation's.
  package func json(
    description: RunDescription, result: EnsembleResult,
    outputs: [(file: ResultFile, path: String)], elapsedSeconds: Double, warnings: [String]
  ) -> JSONText {
    .object([
      ("schema", .string(Summary.jsonFormat)),
      ("scenario", .string(description.name)),
      ("version", .string(Version.current)),
      ("seed", Manifest.seed(description.seed)),
      ("paths", .integer(pathCount)),
      ("requested_paths", .integer(result.requestedPaths)),
      ("until", result.looks?.json ?? .null),
      ("status", .string(result.isComplete ? "complete" : "partial")),
      ("metrics", .array(rows.map(\.json))),
      ("outputs", .object(outputs.map { ($0.file.rawValue, .string($0.path)) })),
      ("warnings", .array(warnings.map { .string($0) })),
      ("elapsed_s", .finite(elapsedSeconds)),
    ])
  }
}

extension SummaryRow {
  fileprivate var json: JSONText {
    .object([
      ("metric", .string(metric)),
      ("asset", .text(asset)),
      ("statistic", .string(statistic)),
      ("unit", .text(unit)),
      ("value", .finite(value)),
      ("ci95_low", .finite(low)),
      ("ci95_high", .finite(high)),
      ("paths", .integer(paths)),
      ("note", .text(note)),
    ])
  }
}

extension JSONText {
  /// Null where there is no finite number.
  package static func finite(_ value: Double?) -> JSONText {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }

  fileprivate static func text(_ value: String?) -> JSONText { value.map { .string($0) } ?? .null }
}
