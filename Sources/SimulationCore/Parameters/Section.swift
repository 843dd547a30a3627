import Foundation

/// A position in a scenario's source text; lines and columns count from 1.
package struct SourceMark: Sendable, Hashable {
  package let file: String
  package let line: Int
  package let column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }
}

/// A checked value of a field.
package indirect enum Value: Sendable {
  /// As written; `Section` converts by the field's unit.
  case number(Double)
  case integer(Int)
  case seed(UInt64)
  case boolean(Bool)
  /// Names, texts, files, words, asset symbols.
  case text(String)
  /// Parameters converted to the unit used inside.
  case distribution(Distribution)
  case list([Value])
  /// Key and value in source order.
  case map([(key: String, value: Value)])
  case section(Section)
}

/// The checked content of one block; reading from it cannot fail.
///
/// A `Section` exists only after its block passed its `FieldTable`: every key is known, every
/// required key is there, every default is filled in, every number is inside its bounds. Asking for
/// a key that the table does not declare, or with another type, is a programming error.
package struct Section: Sendable {
  package let table: FieldTable
  /// The selector's word where the block belongs to a family, else empty.
  package let kind: String
  /// Where the block stands, such as `market.reserves.WETH`.
  package let path: String
  private let values: [String: Value]
  private let marks: [String: SourceMark]

  package init(
    table: FieldTable, kind: String = "", path: String = "", values: [String: Value],
    marks: [String: SourceMark] = [:]
  ) {
    self.table = table
    self.kind = kind
    self.path = path
    self.values = values
    self.marks = marks
  }

  /// Where the key (or, for an empty key, the block) stands in the source, if it was written.
  package func mark(_ key: String = "") -> SourceMark? { marks[key] ?? marks[""] }

  /// Whether the key stands in the source; false where it only has a default.
  package func isWritten(_ key: String) -> Bool { marks[key] != nil }

  /// Whether the key was written or has a default.
  package func has(_ key: String) -> Bool { value(key) != nil }

  /// The key's value; `nil` where it is absent and has no default.
  package func value(_ key: String) -> Value? {
    precondition(table[key] != nil, "\(table.name) declares \(key)")
    return values[key]
  }

  /// The number in the unit used inside: fractions, USD, tokens, years.
  package func number(_ key: String) -> Double {
    guard let number = optionalNumber(key) else {
      preconditionFailure("\(table.name).\(key) is a number that is always present")
    }
    return number
  }

  /// Like `number`, `nil` where the field is absent or holds a word instead.
  package func optionalNumber(_ key: String) -> Double? {
    guard let value = value(key), let written = Section.written(value) else { return nil }
    return written * unit(of: key)
  }

  /// The number exactly as the scenario spells it, without conversion.
  package func written(_ key: String) -> Double? { value(key).flatMap(Section.written) }

  package func integer(_ key: String) -> Int {
    guard case .integer(let integer)? = value(key) else {
      preconditionFailure("\(table.name).\(key) is an integer that is always present")
    }
    return integer
  }

  package func seed(_ key: String) -> UInt64 {
    guard case .seed(let seed)? = value(key) else {
      preconditionFailure("\(table.name).\(key) is a seed that is always present")
    }
    return seed
  }

  package func boolean(_ key: String) -> Bool {
    guard case .boolean(let boolean)? = value(key) else {
      preconditionFailure("\(table.name).\(key) is a boolean that is always present")
    }
    return boolean
  }

  /// A name, word, text, file or asset; `nil` where absent or of another shape.
  package func text(_ key: String) -> String? {
    guard case .text(let text)? = value(key) else { return nil }
    return text
  }

  package func distribution(_ key: String) -> Distribution? {
    switch value(key) {
    case .distribution(let distribution)?: distribution
    case .number(let written)?: .constant(written * unit(of: key))
    case .integer(let written)?: .constant(Double(written) * unit(of: key))
    default: nil
    }
  }

  package func list(_ key: String) -> [Value] {
    guard case .list(let list)? = value(key) else { return [] }
    return list
  }

  package func map(_ key: String) -> [(key: String, value: Value)] {
    guard case .map(let map)? = value(key) else { return [] }
    return map
  }

  package func section(_ key: String) -> Section? {
    guard case .section(let section)? = value(key) else { return nil }
    return section
  }

  /// The numbers of a map, converted by the unit of the map's element.
  package func numbers(_ key: String) -> [(key: String, value: Double)] {
    let factor = unit(of: key)
    return map(key).compactMap { entry in
      Section.written(entry.value).map { (entry.key, $0 * factor) }
    }
  }

  /// The numbers of a list, converted by the unit of the list's element.
  package func numberList(_ key: String) -> [Double] {
    let factor = unit(of: key)
    return list(key).compactMap { Section.written($0).map { $0 * factor } }
  }

  private static func written(_ value: Value) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  private func unit(of key: String) -> Double { table[key].map { $0.type.unit.factor } ?? 1 }
}

extension FieldType {
  /// The unit of a number, of a distribution, or of a collection's elements.
  package var unit: Unit {
    switch self {
    case .number(let unit, _), .distribution(let unit, _): unit
    case .list(let element, _), .mapByAsset(let element), .mapByName(let element): element.unit
    case .either(let alternatives):
      alternatives.lazy.map(\.unit).first { $0 != .pure } ?? .pure
    default: .pure
    }
  }
}

/// A parameter that passed its own field's check and yet cannot be used with the others.
package struct ParameterError: Error, Sendable {
  /// The key inside the section at fault, dotted where it is nested.
  package let key: String
  package let code: String
  package let message: String
  package let note: String?

  package init(key: String, code: String, _ message: String, note: String? = nil) {
    self.key = key
    self.code = code
    self.message = message
    self.note = note
  }
}

extension Double {
  /// Rounded to three significant digits, for messages.
  var threeDigits: Double {
    guard isFinite, self != 0 else { return self }
    let scale = pow(10, 2 - floor(log10(abs(self))))
    return scale.isNormal ? (self * scale).rounded() / scale : self
  }
}
