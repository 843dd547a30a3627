package import SimulationCore

/// How types, units and ranges are put into words, in messages and in the reference.
extension FieldType {
  /// What a message expects: `a number`, `true or false`, `one of always, never`.
  package var expectation: String {
    switch self {
    case .number: "a number"
    case .integer: "a whole number"
    case .seed: "a whole number from 0 to 18446744073709551615"
    case .boolean: "true or false"
    case .name: "a name"
    case .text: "text"
    case .file: "a file"
    case .word(let words): words.count == 1 ? words[0] : "one of " + words.joined(separator: ", ")
    case .asset: "an asset"
    case .distribution: "a number or a distribution"
    case .time: "a time"
    case .list(let element, _): "a list (of \(element.plural))"
    case .mapByAsset(let element): "a map (from assets to \(element.plural))"
    case .mapByName(let element): "a map (from names to \(element.plural))"
    case .block, .family: "a block of fields"
    case .either(let alternatives): alternatives.map(\.expectation).joined(separator: ", or ")
    }
  }

  /// The same for many of them, as elements of lists and maps.
  package var plural: String {
    switch self {
    case .number: "numbers"
    case .integer, .seed: "whole numbers"
    case .boolean: "true or false"
    case .name: "names"
    case .text: "texts"
    case .file: "files"
    case .word: "words"
    case .asset: "assets"
    case .distribution: "numbers or distributions"
    case .time: "times"
    case .list(let element, _): "lists of \(element.plural)"
    case .mapByAsset(let element), .mapByName(let element): "maps to \(element.plural)"
    case .block, .family: "blocks"
    case .either(let alternatives): alternatives.map(\.plural).joined(separator: " or ")
    }
  }

  /// The column "type" of the reference: kind, unit and range.
  package var documentation: String {
    switch self {
    case .number(let unit, let bounds):
      FieldType.joined(["number", unit.rawValue, bounds.isUnlimited ? "" : bounds.words])
    case .integer(let range): FieldType.joined(["whole number", "", FieldType.words(range)])
    case .seed: "whole number, 0 to 2^64 - 1"
    case .boolean: "true or false"
    case .word(let words): words.map { "`\($0)`" }.joined(separator: " ")
    case .distribution(let unit, let bounds):
      FieldType.joined([
        "number or distribution", unit.rawValue, bounds.isUnlimited ? "" : bounds.words,
      ])
    case .list(let element, let range):
      FieldType.joined(["list of \(element.plural)", element.unit.rawValue, FieldType.count(range)])
    case .mapByAsset(let element), .mapByName(let element):
      FieldType.joined([expectation, element.unit.rawValue])
    case .either(let alternatives):
      alternatives.map(\.documentation).joined(separator: " or ")
    default: expectation
    }
  }

  private static func joined(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (Int.min, Int.max): ""
    case (let low, Int.max): "at least \(low)"
    case (Int.min, let high): "at most \(high)"
    case (let low, let high): "\(low) to \(high)"
    }
  }

  package static func count(_ range: ClosedRange<Int>) -> String {
    if range.lowerBound == range.upperBound { return "\(range.lowerBound) entries" }
    if range.upperBound == Int.max {
      return range.lowerBound == 0 ? "" : "at least \(range.lowerBound) entries"
    }
    return "\(range.lowerBound) to \(range.upperBound) entries"
  }
}

extension Bounds {
  package var isUnlimited: Bool {
    low == -.greatestFiniteMagnitude && high == .greatestFiniteMagnitude
  }

  /// `0 to 100`, `above 0`, `above 2 to 1000`, `0 to below 100`.
  package var words: String {
    let hasLow = low > -.greatestFiniteMagnitude
    let hasHigh = high < .greatestFiniteMagnitude
    let lowText = low.shortText
    let highText = high.shortText
    switch (hasLow, hasHigh) {
    case (false, false): return "any finite number"
    case (true, false): return lowOpen ? "above \(lowText)" : "at least \(lowText)"
    case (false, true): return highOpen ? "below \(highText)" : "at most \(highText)"
    case (true, true):
      return (lowOpen ? "above \(lowText)" : lowText) + " to "
        + (highOpen ? "below \(highText)" : highText)
    }
  }
}

extension Unit {
  /// With a leading blank, to follow a range in a message; empty for pure numbers.
  package var suffix: String { self == .pure ? "" : " " + rawValue }
}
