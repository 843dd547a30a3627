/// What one column of a result file holds: written into the header and into `datapackage.json`.
package struct ColumnDescription: Sendable, Equatable {
  /// The type of the cells; the raw value is the word in the package description.
  package enum CellType: String, Sendable {
    case int32 = "i32"
    case int64 = "i64"
    case float64 = "f64"
    case boolean = "bool"
    case text = "str"

    /// The type's name in the Frictionless Table Schema.
    package var tableSchemaType: String {
      switch self {
      case .int32, .int64: "integer"
      case .float64: "number"
      case .boolean: "boolean"
      case .text: "string"
      }
    }
  }

  package let name: String
  package let type: CellType
  /// `USD`, `%`, `h`, `bps` and so on; `nil` for pure numbers and words.
  package let unit: String?
  package let meaning: String

  package init(_ name: String, _ type: CellType, unit: String? = nil, _ meaning: String) {
    self.name = name
    self.type = type
    self.unit = unit
    self.meaning = meaning
  }
}

/// A column together with the way its number is taken from a row; `nan` where it is missing.
///
/// Fractions become percent here and nowhere else. Booleans are 0 and 1.
package struct OutcomeColumn<Row: Sendable>: Sendable {
  package let column: ColumnDescription
  package let value: @Sendable (Row) -> Double

  package init(_ column: ColumnDescription, _ value: @escaping @Sendable (Row) -> Double) {
    self.column = column
    self.value = value
  }
}
