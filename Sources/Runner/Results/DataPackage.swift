/// The description of all tables by the Frictionless Data Package standard, version 1.
package enum DataPackage {
  /// `isWeighted` says whether paths have weights.
  package static func json(name: String, isWeighted: Bool = false) -> JSONText {
    .object([
      ("profile", .string("tabular-data-package")),
      ("name", .string(identifier(name))),
      ("title", .string(name)),
      ("resources", .array(ResultFile.tables.map { resource($0, isWeighted) })),
    ])
  }

  private static func resource(_ file: ResultFile, _ isWeighted: Bool) -> JSONText {
    .object([
      ("profile", .string("tabular-data-resource")),
      ("name", .string(String(file.rawValue.dropLast(4)))),
      ("path", .string(file.rawValue)),
      ("description", .string(file.meaning)),
      ("format", .string("csv")),
      ("mediatype", .string("text/csv")),
      ("encoding", .string("utf-8")),
      (
        "schema",
        .object([
          ("fields", .array(file.columns(isWeighted: isWeighted).map(field))),
          ("missingValues", .array([.string("")])),
        ])
      ),
    ])
  }

  private static func field(_ column: ColumnDescription) -> JSONText {
    .object(
      [
        ("name", .string(column.name)),
        ("type", .string(column.type.tableSchemaType)),
        ("dtype", .string(column.type.rawValue)),
      ] + (column.unit.map { [("unit", .string($0))] } ?? [])
        + [("description", .string(column.meaning))])
  }

  /// Lower case letters, digits and `.`, `_`, `-`, as the standard wants names to be.
  private static func identifier(_ name: String) -> String {
    String(
      name.lowercased().map { character in
        let kept = character.isASCII && (character.isLetter || character.isNumber)
        return kept || character == "." || character == "_" ? character : "-"
      })
  }
}
