/// A JSON value that is written with its members in the given order.
package indirect enum JSONText: Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// Finite; written with the fewest digits that give the same number back.
  case number(Double)
  case string(String)
  case array([JSONText])
  case object([(String, JSONText)])

  /// On one line, without spaces.
  package var compact: String { write(indent: nil, depth: 0) }

  /// One member a line, two spaces a level.
  package var pretty: String { write(indent: "  ", depth: 0) }

  private func write(indent: String?, depth: Int) -> String {
    switch self {
    case .null: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .number(let value): return value.shortText
    case .string(let value): return JSONText.quoted(value)
    case .array(let items):
      return JSONText.enclosed(
        "[", "]", items.map { $0.write(indent: indent, depth: depth + 1) }, indent, depth)
    case .object(let members):
      let space = indent == nil ? "" : " "
      let items = members.map { key, value in
        JSONText.quoted(key) + ":" + space + value.write(indent: indent, depth: depth + 1)
      }
      return JSONText.enclosed("{", "}", items, indent, depth)
    }
  }

  private static func enclosed(
    _ open: String, _ close: String, _ items: [String], _ indent: String?, _ depth: Int
  ) -> String {
    guard let indent, !items.isEmpty else { return open + items.joined(separator: ",") + close }
    let margin = "\n" + String(repeating: indent, count: depth)
    return open + items.map { margin + indent + $0 }.joined(separator: ",") + margin + close
  }

  private static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if scalar.value < 0x20 || scalar.value == 0x7F {
          let digits = String(scalar.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}

extension Double {
  /// The fewest digits that give the same number back, without a point where it is whole.
  package var shortText: String {
    if let whole = Int(exactly: self), abs(whole) < 1_000_000_000_000_000 { return String(whole) }
    return description
  }
}
