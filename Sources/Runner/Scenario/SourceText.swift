package import SimulationCore

/// The text of one source of a scenario, cut into lines as YAML counts them.
package struct SourceText: Sendable {
  /// As the user spelled it: a path, or the option that carried the text.
  package let name: String
  package let lines: [String]

  package init(name: String, text: String) {
    self.name = name
    self.lines = SourceText.lines(of: text)
  }

  /// Longer tokens are never shown whole.
  private static let tokenLimit = 200

  /// Length of the token that begins at `mark`, in Unicode scalars, at least 1 and at most 200.
  package func tokenLength(at mark: SourceMark) -> Int {
    guard mark.line >= 1, mark.line <= lines.count else { return 1 }
    let rest = Array(
      lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).prefix(SourceText.tokenLimit))
    guard let first = rest.first else { return 1 }
    if first == "\"" || first == "'" {
      let closing = rest.dropFirst().firstIndex(of: first)
      return closing.map { $0 - rest.startIndex + 1 } ?? rest.count
    }
    let ends: Set<Unicode.Scalar> = [" ", "\t", ",", ":", "}", "]", "#"]
    return max(1, rest.prefix { !ends.contains($0) }.count)
  }

  /// Line breaks are those of YAML 1.1, which the parser counts: LF, CR, CRLF, NEL, LS and PS.
  private static func lines(of text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r":
        break
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line = String.UnicodeScalarView()
      default:
        line.append(scalar)
      }
      previous = scalar
    }
    lines.append(String(line))
    return lines
  }
}

extension String {
  /// The text with control characters and line breaks written as escapes.
  package var escapingControls: String {
    var out = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      default:
        let isHidden =
          scalar.properties.generalCategory == .control
          || scalar.properties.generalCategory == .format
          || scalar == "\u{2028}" || scalar == "\u{2029}"
        if isHidden {
          out += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out
  }

  /// At most `count` characters, the last of them an ellipsis where something was left out.
  package func cut(to count: Int) -> String {
    self.count <= count ? self : String(prefix(count - 1)) + "…"
  }
}
