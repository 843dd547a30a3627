import Foundation

/// How a number stands on the terminal: three significant digits, SI letters, thousands separators.
package enum NumberText {
  package enum Style: Sendable {
    /// `71.2 k`, `1.84 M`; whole below 1,000 where it is.
    case money
    /// `1,318`; three digits where it is not whole and below 100.
    case count
    /// `1,962`; three digits below 1,000.
    case price
    /// `91.3`.
    case percent
    /// `1.46`.
    case ratio
  }

  package static func text(_ value: Double, _ style: Style) -> String {
    switch style {
    case .money: money(value, space: " ")
    case .count:
      abs(value) >= 100 || value == value.rounded() ? grouped(value) : significant(value)
    case .price: abs(value) >= 1000 ? grouped(value) : significant(value)
    case .percent: fixed(value, decimals: 1)
    case .ratio: significant(value)
    }
  }

  /// `71.2 k` and so on; `space` stands between number and letter.
  package static func money(_ value: Double, space: String = "") -> String {
    let letters = ["", "k", "M", "B", "T"]
    var scaled = abs(value)
    var power = 0
    // 999.5 would round to 1000.
    while scaled >= 999.5 && power < letters.count - 1 {
      scaled /= 1000
      power += 1
    }
    guard power > 0 else { return significant(value) }
    return sign(value) + digits(scaled) + space + letters[power]
  }

  /// Three significant digits without exponent; whole numbers below 1,000 without decimals.
  package static func significant(_ value: Double) -> String {
    let size = abs(value)
    if size == size.rounded() && size < 1000 { return sign(value) + fixed(size, decimals: 0) }
    if size >= 999.5 { return grouped(value) }
    return size < 1e-9 ? "0" : sign(value) + digits(size)
  }

  /// Of a positive number below 999.5.
  private static func digits(_ size: Double) -> String {
    let magnitude = Int(log10(size).rounded(.down))
    var decimals = max(0, 2 - magnitude)
    // 9.999 becomes 10.0, not 10.00.
    if decimals > 0 && size >= pow(10, Double(magnitude + 1)) - 0.5 * pow(10, Double(-decimals)) {
      decimals -= 1
    }
    return fixed(size, decimals: min(decimals, 11))
  }

  /// Rounded to a whole number, with commas: `1,318`.
  package static func grouped(_ value: Double) -> String {
    let digits = Array(fixed(abs(value), decimals: 0))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (text == "0" ? "" : sign(value)) + text
  }

  package static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// With that many decimals and no thousands separators.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    // Small negative numbers round to nothing, not to less than nothing.
    return text.hasPrefix("-") && !text.contains { $0 >= "1" && $0 <= "9" }
      ? String(text.dropFirst()) : text
  }

  /// `0:00:08`.
  package static func duration(_ seconds: Double) -> String {
    let total = Int(min(max(seconds, 0), 3_600_000).rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    return "\(total / 3600):\(two(total / 60 % 60)):\(two(total % 60))"
  }

  /// `21.3 s`, `4 min 10 s`, `2 h 5 min`.
  package static func elapsed(_ seconds: Double) -> String {
    if seconds < 60 { return "\(significant(max(seconds, 0.001))) s" }
    let total = Int(seconds.rounded())
    if total < 3600 { return "\(total / 60) min \(total % 60) s" }
    return "\(total / 3600) h \(total % 3600 / 60) min"
  }

  /// `212 MB`.
  package static func bytes(_ count: Int) -> String {
    let size = Double(count)
    return size >= 1e9
      ? "\(significant(size / 1e9)) GB" : "\(significant(max(1, (size / 1e6).rounded()))) MB"
  }

  private static func sign(_ value: Double) -> String { value < 0 ? "-" : "" }
}

extension String {
  /// Spaces in front up to that width.
  package func padded(left width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// Spaces behind up to that width.
  package func padded(right width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
