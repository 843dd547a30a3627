/// A known answer's inputs do not suit its function.
package struct ConformanceInputError: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// Reads the inputs of one known answer; throws `ConformanceInputError` where they do not suit.
package struct ConformanceInputs: Sendable {
  package let values: [String: JSONValue]

  package init(_ values: [String: JSONValue]) { self.values = values }

  /// The value of a key, or of a key inside an object, as in `loop.q`; null counts as absent.
  package func value(_ key: String) -> JSONValue? {
    var members = values
    var path = key.split(separator: ".").map(String.init)[...]
    while let head = path.popFirst() {
      guard let found = members[head], found != .null else { return nil }
      if path.isEmpty { return found }
      guard case .object(let inner) = found else { return nil }
      members = inner
    }
    return nil
  }

  package func has(_ key: String) -> Bool { value(key) != nil }

  /// A number, which may be written as a string.
  package func number(_ key: String) throws -> Double {
    try ConformanceInputs.number(try required(key), key)
  }

  package func integer(_ key: String) throws -> Int {
    try ConformanceInputs.whole(try number(key), key)
  }

  /// A number as an integer in `range`; throws with the name of its `key`.
  package static func whole(
    _ number: Double, _ key: String, in range: ClosedRange<Int> = 0...1_000_000_000
  ) throws -> Int {
    guard let integer = Int(exactly: number), range.contains(integer) else {
      throw ConformanceInputError(
        "\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A number that must lie strictly between 0 and 1; throws with the name of its `key`.
  package static func probability(_ number: Double, _ key: String) throws -> Double {
    guard number > 0, number < 1 else {
      throw ConformanceInputError("\(key) must lie between 0 and 1")
    }
    return number
  }

  /// A number whose square, summed up, is still one; throws with the name of its `key`.
  @discardableResult
  static func squarable(_ number: Double, _ key: String) throws -> Double {
    guard abs(number) <= 1e150 else {
      throw ConformanceInputError("\(key) must not exceed 1e150 in size")
    }
    return number
  }

  package func string(_ key: String) throws -> String {
    guard case .string(let text) = try required(key) else {
      throw ConformanceInputError("\(key) must be a text")
    }
    return text
  }

  /// A list of numbers; a single number is a list of one.
  package func numbers(_ key: String) throws -> [Double] {
    guard case .array(let items) = try required(key) else { return [try number(key)] }
    return try items.map { try ConformanceInputs.number($0, key) }
  }

  static let positive = 1...1_000_000_000

  /// The confidence of an interval.
  func level() throws -> Double {
    try ConformanceInputs.probability(try number("level"), "level")
  }

  /// A probability under `key`.
  func probability(_ key: String) throws -> Double {
    try ConformanceInputs.probability(try number(key), key)
  }

  /// A list long enough for the estimator, and as long as the list `other` where they are pairs.
  func sample(_ key: String, atLeast least: Int = 2, like other: String? = nil) throws -> [Double] {
    let values = try numbers(key)
    guard values.count >= least else {
      throw ConformanceInputError("\(key) must have \(least) values or more")
    }
    for value in values { try ConformanceInputs.squarable(value, key) }
    if let other, try numbers(other).count != values.count {
      throw ConformanceInputError("\(key) must be as long as \(other)")
    }
    return values
  }

  /// A list of whole numbers in `range`.
  func integers(
    _ key: String, in range: ClosedRange<Int> = 0...1_000_000_000
  ) throws -> [Int] {
    try numbers(key).map { try ConformanceInputs.whole($0, key, in: range) }
  }

  package func matrix(_ key: String) throws -> [[Double]] {
    try list(key).map { try ConformanceInputs.row($0, key) }
  }

  /// A list of numbers inside a list.
  static func row(_ value: JSONValue, _ key: String) throws -> [Double] {
    guard case .array(let items) = value else {
      throw ConformanceInputError("\(key) must be a list of lists")
    }
    return try items.map { try number($0, key) }
  }

  package func list(_ key: String) throws -> [JSONValue] {
    guard case .array(let items) = try required(key) else {
      throw ConformanceInputError("\(key) must be a list")
    }
    return items
  }

  /// The inputs inside an object.
  package func object(_ key: String) throws -> ConformanceInputs {
    guard case .object(let members) = try required(key) else {
      throw ConformanceInputError("\(key) must be an object")
    }
    return ConformanceInputs(members)
  }

  /// Works a scalar rule through its inputs, element by element where some are lists.
  ///
  /// `body` receives one number a key, in the order of `keys`. Lists have equal lengths and go
  /// together, numbers go with every element; each result takes the shape of the lists.
  package func elementwise(
    _ keys: String..., body: ([Double]) throws -> [String: JSONValue]
  ) throws -> [String: JSONValue] {
    let inputs = try keys.map { try required($0) }
    return try ConformanceInputs.elementwise(keys, inputs, body)
  }

  private static func elementwise(
    _ keys: [String], _ inputs: [JSONValue], _ body: ([Double]) throws -> [String: JSONValue]
  ) throws -> [String: JSONValue] {
    var length: Int?
    for (key, input) in zip(keys, inputs) {
      guard case .array(let items) = input else { continue }
      if let length, length != items.count {
        throw ConformanceInputError("\(key) has \(items.count) elements, another list \(length)")
      }
      length = items.count
    }
    guard let length else {
      return try body(zip(keys, inputs).map { try number($1, $0) })
    }
    var columns: [String: [JSONValue]] = [:]
    for index in 0..<length {
      let element = inputs.map { input in
        if case .array(let items) = input { items[index] } else { input }
      }
      for (key, value) in try elementwise(keys, element, body) {
        columns[key, default: []].append(value)
      }
    }
    return columns.mapValues { .array($0) }
  }

  private func required(_ key: String) throws -> JSONValue {
    guard let value = value(key) else { throw ConformanceInputError("\(key) is missing") }
    return value
  }

  private static func number(_ value: JSONValue, _ key: String) throws -> Double {
    switch value {
    case .number(let number): return number
    case .string(let text):
      if let number = Double(text), number.isFinite { return number }
    default: break
    }
    throw ConformanceInputError("\(key) must be a number, not \(value)")
  }
}
