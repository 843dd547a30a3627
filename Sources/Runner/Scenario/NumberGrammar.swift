/// The spellings that are numbers in a scenario and in data files.
///
/// Decimal digits, at most one point, an optional sign and an optional exponent. Nothing else: the
/// further spellings of YAML 1.1 (`1_000`, `0x10`, `010`, `1:30`, `.nan`) mean different things to
/// different readers.
package enum NumberGrammar {
  /// Why a text is no number, and what to write instead.
  package struct Fault: Error, Sendable, Equatable {
    /// Follows `found "..."` in a message; empty where the found text says enough.
    package let reason: String
    package let advice: String?

    package init(reason: String = "", advice: String? = nil) {
      self.reason = reason
      self.advice = advice
    }
  }

  /// The finite number that `text` spells.
  package static func number(_ text: String) throws(Fault) -> Double {
    guard let parts = Parts(text) else { throw fault(of: text) }
    if parts.hasLeadingZero { throw leadingZero(text) }
    guard let value = Double(text.hasSuffix(".") ? text + "0" : text), value.isFinite else {
      throw Fault(reason: "larger than 1.8e308")
    }
    if value == 0, parts.hasNonZeroDigit { throw Fault(reason: "smaller than 5e-324", advice: "0") }
    return value
  }

  /// The whole number that `text` spells, inside `range`; `nil` where it lies outside.
  package static func integer(_ text: String, in range: ClosedRange<Int>) throws(Fault) -> Int? {
    guard let parts = Parts(text) else { throw fault(of: text) }
    if parts.hasLeadingZero { throw leadingZero(text) }
    if parts.isPlainDigits {
      guard let value = Int(text), range.contains(value) else { return nil }
      return value
    }
    let value = try number(text)
    guard value == value.rounded() else { throw Fault(reason: "not a whole number") }
    guard let whole = Int(exactly: value), range.contains(whole) else { return nil }
    return whole
  }

  /// A whole number from 0 to 2^64 - 1; `nil` where it lies outside.
  package static func seed(_ text: String) throws(Fault) -> UInt64? {
    guard let parts = Parts(text), parts.isPlainDigits else { throw fault(of: text) }
    if parts.hasLeadingZero { throw leadingZero(text) }
    return UInt64(text)
  }

  /// Whether the text is meant as a number, well spelled or not.
  package static func looksNumeric(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first(where: { !"+-.".unicodeScalars.contains($0) })
    else {
      return false
    }
    return first.properties.numericType != nil
      || ["nan", "inf", "infinity"].contains(text.lowercased().trimmingPrefix("-").description)
      || [".nan", ".inf"].contains(text.lowercased().trimmingPrefix("-").description)
  }

  private static func leadingZero(_ text: String) -> Fault {
    let sign = text.hasPrefix("-") ? "-" : ""
    let digits = text.drop { $0 == "+" || $0 == "-" }
    let decimal = sign + digits.drop { $0 == "0" }
    let octal = Int(digits, radix: 8).map { " (or \(sign)\($0) if octal was meant)" }
    return Fault(advice: decimal.isEmpty ? "0" : decimal + (octal ?? ""))
  }

  private static func fault(of text: String) -> Fault {
    let lowered = text.lowercased()
    let bare = lowered.drop { $0 == "+" || $0 == "-" }
    if [".nan", "nan", ".inf", "inf", "infinity"].contains(String(bare)) {
      return Fault(reason: "numbers are finite")
    }
    if bare.hasPrefix("0x"), let value = Int(bare.dropFirst(2), radix: 16) {
      return Fault(advice: String(value))
    }
    if bare.hasPrefix("0o"), let value = Int(bare.dropFirst(2), radix: 8) {
      return Fault(advice: String(value))
    }
    if bare.hasPrefix("0b"), let value = Int(bare.dropFirst(2), radix: 2) {
      return Fault(advice: String(value))
    }
    if text.contains(":"), text.allSatisfy({ $0.isNumber || ":.+-".contains($0) }) {
      return Fault(reason: "a time", advice: "one decimal number in the field's unit")
    }
    let ascii = String(
      text.map { character in
        character.wholeNumberValue.map { $0 < 10 ? Character(String($0)) : character } ?? character
      })
    let cleaned = ascii.filter { !"_,' %$".contains($0) && !$0.isWhitespace }
    if cleaned != text, let parts = Parts(cleaned), !parts.hasLeadingZero {
      return Fault(advice: cleaned)
    }
    return Fault()
  }

  /// The shape of a well-spelled number.
  private struct Parts {
    var hasLeadingZero = false
    var hasNonZeroDigit = false
    var isPlainDigits = true

    init?(_ text: String) {
      var rest = Array(text.utf8)[...]
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      let whole = Parts.digits(&rest)
      var fraction: ArraySlice<UInt8> = []
      if rest.first == UInt8(ascii: ".") {
        isPlainDigits = false
        rest.removeFirst()
        fraction = Parts.digits(&rest)
      }
      guard whole.count + fraction.count > 0 else { return nil }
      if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        isPlainDigits = false
        rest.removeFirst()
        if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
        guard !Parts.digits(&rest).isEmpty else { return nil }
      }
      guard rest.isEmpty else { return nil }
      hasLeadingZero = whole.count > 1 && whole.first == UInt8(ascii: "0")
      let zero = UInt8(ascii: "0")
      hasNonZeroDigit = whole.contains { $0 != zero } || fraction.contains { $0 != zero }
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      rest = rest.dropFirst(digits.count)
      return digits
    }
  }
}
