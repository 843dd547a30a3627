/// Times of price data, in UTC, without a calendar library: independent of locale and time zone.
package enum ObservationTime {
  /// Hours since 1970-01-01 00:00 UTC of `YYYY-MM-DD`, optionally followed by a blank or `T`, `hh:mm`,
  /// `:ss`, a fraction of a second, and `Z` or `+00:00`; `nil` for anything else.
  package static func hours(iso8601 text: String) -> Double? {
    var rest = Array(text.utf8)[...]
    if rest.last == UInt8(ascii: "Z") {
      rest.removeLast()
    } else if rest.suffix(6).elementsEqual("+00:00".utf8) {
      rest.removeLast(6)
    }
    guard let year = digits(4, &rest), take("-", &rest), let month = digits(2, &rest),
      take("-", &rest), let day = digits(2, &rest),
      (1...12).contains(month), (1...monthLength(year, month)).contains(day)
    else { return nil }
    let hours = Double(dayNumber(year, month, day) * 24)
    if rest.isEmpty { return hours }
    guard take("T", &rest) || take(" ", &rest), let hour = digits(2, &rest), take(":", &rest),
      let minute = digits(2, &rest), hour < 24, minute < 60
    else { return nil }
    guard let seconds = seconds(&rest) else { return nil }
    return hours + Double(hour) + Double(minute) / 60 + seconds / 3600
  }

  /// Hours as a source's number has them: plain hours, or since 1970-01-01 00:00 UTC where the number
  /// is so large that it counts seconds or milliseconds from there.
  package static func hours(number: Double) -> Double {
    switch abs(number) {
    case 1e9..<1e11: number / 3600
    case 1e11..<1e14: number / 3_600_000
    default: number
    }
  }

  /// `YYYY-MM-DD hh:mm` of hours since 1970-01-01 00:00 UTC, to the minute below; plain hours where
  /// they are too few to be a date of this century.
  package static func text(hours: Double) -> String {
    guard hours >= firstDate, hours < 1e8 else { return "hour \(hours)" }
    let minutes = Int((hours * 60 + 1e-6).rounded(.down))
    var days = minutes / 1440
    var year = 1970 + days / 366
    while dayNumber(year + 1, 1, 1) <= days { year += 1 }
    days -= dayNumber(year, 1, 1)
    var month = 1
    while days >= monthLength(year, month) {
      days -= monthLength(year, month)
      month += 1
    }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    return "\(year)-\(two(month))-\(two(days + 1)) \(two(minutes / 60 % 24)):\(two(minutes % 60))"
  }

  /// 2000-01-01.
  private static let firstDate = 262_968.0

  /// `:ss` and an optional fraction, or nothing.
  private static func seconds(_ rest: inout ArraySlice<UInt8>) -> Double? {
    if rest.isEmpty { return 0 }
    guard take(":", &rest), let whole = digits(2, &rest), whole < 60 else { return nil }
    if rest.isEmpty { return Double(whole) }
    guard take(".", &rest), (1...9).contains(rest.count) else { return nil }
    let count = rest.count
    guard let fraction = digits(count, &rest) else { return nil }
    let scale = (0..<count).reduce(1.0) { product, _ in product * 10 }
    return Double(whole) + Double(fraction) / scale
  }

  private static func digits(_ count: Int, _ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.count >= count else { return nil }
    var value = 0
    for byte in rest.prefix(count) {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    rest = rest.dropFirst(count)
    return value
  }

  private static func take(_ character: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private static func isLeap(_ year: Int) -> Bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
  }

  private static func monthLength(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let past = year - 1
    let leapDays = past / 4 - past / 100 + past / 400 - 477
    let monthDays = (1..<month).reduce(0) { $0 + monthLength(year, $1) }
    return (year - 1970) * 365 + leapDays + monthDays + day - 1
  }
}
