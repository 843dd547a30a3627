import SimulationCore

/// The checks that a scenario's bytes pass before the YAML parser sees them.
enum ScenarioEncoding {
  /// The text of UTF-8 bytes, without a byte order mark.
  static func text(of bytes: [UInt8], name: String, byteLimit: Int) throws(Diagnostic) -> String {
    let start = SourceMark(file: name, line: 1, column: 1)
    if bytes.count > byteLimit {
      throw Diagnostic(
        .tooLarge, at: start,
        "a scenario has at most \(byteLimit >> 20) MB, this file has \(bytes.count) bytes",
        underline: .hidden)
    }
    let marks: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0, 0], "UTF-32"), ([0, 0, 0xFE, 0xFF], "UTF-32"), ([0xFF, 0xFE], "UTF-16"),
      ([0xFE, 0xFF], "UTF-16"),
    ]
    if let mark = marks.first(where: { bytes.starts(with: $0.0) }) {
      throw Diagnostic(
        .encoding, at: start, "the file is \(mark.1); save it as UTF-8", underline: .hidden)
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      let place = firstInvalid(body)
      throw Diagnostic(
        .encoding, at: SourceMark(file: name, line: place.line, column: place.column),
        "the file is not UTF-8: byte 0x\(String(place.byte, radix: 16))", underline: .hidden)
    }
    return text
  }

  /// Refuses NUL and all other characters that have no place in a text file.
  static func refuseControlCharacters(_ text: String, name: String) throws(Diagnostic) {
    var line = 1
    var column = 1
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x0A where previous == "\r":
        break
      case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
        line += 1
        column = 1
      case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F...0x9F, 0xE000...0xF8FF, 0xFEFF, 0xFFFE,
        0xFFFF:
        let what = scalar.value == 0 ? "a NUL byte" : "the control character"
        let code = scalar.value == 0 ? "" : " U+" + String(scalar.value, radix: 16, uppercase: true)
        throw Diagnostic(
          .controlCharacter, at: SourceMark(file: name, line: line, column: column),
          "\(what)\(code) stands in the file", underline: .characters(1))
      default:
        column += 1
      }
      previous = scalar
    }
  }

  /// Whether the text may hold an alias inside a key.
  ///
  /// The parser hashes keys, and a nested alias in a key would make it walk the whole expansion. Such
  /// keys are refused, and so is the rare quoted text that looks like one beside an alias.
  static func mayHideAliasesInKeys(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r"]
    let openers: Set<Unicode.Scalar> = ["{", "[", ",", "-", "?", ":"]
    var hasAlias = false
    var hasSuspiciousKey = false
    /// The last scalar that is no blank, and whether only blanks stand before on its line.
    var last: Unicode.Scalar = "\n"
    var lineIsBlank = true
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : "\n"
      let isTokenStart = lineIsBlank || openers.contains(last)
      if scalar == "*", isTokenStart, !blanks.contains(next) {
        hasAlias = true
        var end = index + 1
        while end < scalars.count, !blanks.contains(scalars[end]), scalars[end] != "," { end += 1 }
        while end < scalars.count, scalars[end] == " " { end += 1 }
        if end < scalars.count, scalars[end] == ":" { hasSuspiciousKey = true }
        if scalars[index..<min(end, scalars.count)].contains(":") { hasSuspiciousKey = true }
      }
      if scalar == "?", isTokenStart, blanks.contains(next) { hasSuspiciousKey = true }
      if scalar == ":", last == "]" || last == "}" { hasSuspiciousKey = true }
      if scalar == "\n" || scalar == "\r" {
        lineIsBlank = true
      } else if !blanks.contains(scalar) {
        lineIsBlank = false
      }
      if !blanks.contains(scalar) { last = scalar }
    }
    return hasAlias && hasSuspiciousKey
  }

  private static func firstInvalid(_ bytes: ArraySlice<UInt8>) -> (
    line: Int, column: Int, byte: UInt8
  ) {
    var decoder = Unicode.UTF8.ForwardParser()
    var source = bytes.makeIterator()
    var line = 1
    var column = 1
    var offset = bytes.startIndex
    while true {
      switch decoder.parseScalar(from: &source) {
      case .valid(let encoded):
        offset += encoded.count
        if encoded.count == 1, encoded.first == 0x0A {
          line += 1
          column = 1
        } else {
          column += 1
        }
      case .emptyInput, .error:
        return (line, column, offset < bytes.endIndex ? bytes[offset] : 0)
      }
    }
  }
}
