/// Observed prices of several assets at common times.
package struct PriceTable: Sendable, Equatable {
  package let symbols: [String]
  /// Strictly rising; hours since 1970-01-01 00:00 UTC where the source gave dates, else as given.
  package let timeHours: [Double]
  /// `[row][symbol]` row-major, USD; NaN where there is no price.
  package let prices: [Double]
  /// The most frequent difference of consecutive times; the shorter one where two are as frequent.
  package let spacingHours: Double

  /// What makes rows unusable as a table; rows count from 0.
  package enum Fault: Error, Sendable, Equatable {
    case tooFewRows(Int)
    case ragged(row: Int, entryCount: Int, symbolCount: Int)
    case doubledSymbol(String)
    case timeNotRising(row: Int)
    case priceNotPositive(row: Int, symbol: String, price: Double)
  }

  /// Times are told apart to the millisecond.
  static let ticksPerHour = 3_600_000.0
  package static let resolutionHours = 1 / ticksPerHour

  /// Checks the rows; throws `Fault`.
  package init(symbols: [String], timeHours: [Double], rows: [[Double]]) throws {
    guard timeHours.count >= 2, rows.count == timeHours.count else {
      throw Fault.tooFewRows(min(rows.count, timeHours.count))
    }
    var seen: Set<String> = []
    for symbol in symbols where !seen.insert(symbol).inserted {
      throw Fault.doubledSymbol(symbol)
    }
    for (row, entries) in rows.enumerated() {
      guard entries.count == symbols.count else {
        throw Fault.ragged(row: row, entryCount: entries.count, symbolCount: symbols.count)
      }
      guard timeHours[row].isFinite, abs(timeHours[row]) < 1e9,
        row == 0 || timeHours[row] - timeHours[row - 1] >= PriceTable.resolutionHours
      else { throw Fault.timeNotRising(row: row) }
      for (symbol, price) in zip(symbols, entries) where !price.isNaN {
        guard price > 0, price.isFinite else {
          throw Fault.priceNotPositive(row: row, symbol: symbol, price: price)
        }
      }
    }
    self.symbols = symbols
    self.timeHours = timeHours
    self.prices = rows.flatMap { $0 }
    self.spacingHours = PriceTable.mostFrequentDifference(timeHours)
  }

  package var rowCount: Int { timeHours.count }

  /// NaN where the price is missing.
  package func price(row: Int, symbol: Int) -> Double { prices[row * symbols.count + symbol] }

  private static func mostFrequentDifference(_ times: [Double]) -> Double {
    let ticks = zip(times.dropFirst(), times).map { ticksBetween($0.1, $0.0) }.sorted()
    var best = (ticks: ticks[0], count: 0)
    var start = 0
    for end in 1...ticks.count where end == ticks.count || ticks[end] != ticks[start] {
      if end - start > best.count { best = (ticks[start], end - start) }
      start = end
    }
    return Double(best.ticks) / ticksPerHour
  }

  /// Whole milliseconds from one time to another.
  static func ticksBetween(_ earlier: Double, _ later: Double) -> Int {
    Int(((later - earlier) * ticksPerHour).rounded())
  }
}
