import SimulationCore
import Testing

@Suite("Price tables")
struct PriceTableTests {
  private func table(_ times: [Double]) throws -> PriceTable {
    try PriceTable(symbols: ["A"], timeHours: times, rows: times.map { _ in [1] })
  }

  @Test(
    "the spacing is the most frequent difference, the shorter one of a tie",
    arguments: [
      ([0, 1, 2, 5, 6], 1), ([0, 1, 3, 5, 6, 8], 2), ([0, 3, 4], 1),
      ([0, 1.0 / 60, 2.0 / 60, 3.0 / 60], 1.0 / 60), ([438_000.5, 438_001, 438_001.5], 0.5),
    ] as [([Double], Double)])
  func spacing(times: [Double], expected: Double) throws {
    // Times are compared in milliseconds.
    #expect(abs(try table(times).spacingHours - expected) < 1 / 3_600_000.0)
  }

  @Test("faults name the row")
  func faults() {
    func make(_ symbols: [String], _ times: [Double], _ rows: [[Double]]) -> PriceTable.Fault? {
      do {
        _ = try PriceTable(symbols: symbols, timeHours: times, rows: rows)
        return nil
      } catch {
        return error as? PriceTable.Fault
      }
    }
    #expect(make(["A"], [0], [[1]]) == .tooFewRows(1))
    #expect(make(["A"], [0, 1], [[1], []]) == .ragged(row: 1, entryCount: 0, symbolCount: 1))
    #expect(make(["A", "A"], [0, 1], [[1, 1], [1, 1]]) == .doubledSymbol("A"))
    #expect(make(["A"], [0, 1, 1], [[1], [1], [1]]) == .timeNotRising(row: 2))
    #expect(make(["A"], [0, .infinity], [[1], [1]]) == .timeNotRising(row: 1))
    #expect(
      make(["A"], [0, 1], [[1], [-2]]) == .priceNotPositive(row: 1, symbol: "A", price: -2))
    #expect(make(["A"], [0, 1], [[.infinity], [1]]) != nil)
    #expect(make(["A"], [0, 1], [[.nan], [1]]) == nil)
  }
}

@Suite("Observed returns")
struct ObservedReturnsTests {
  private let all = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

  @Test("returns across gaps are left out and counted, missing prices make gaps")
  func gaps() throws {
    // B is missing at hour 5; hours 2 to 4 are a gap, and so are 4 to 6 without hour 5.
    let table = try PriceTable(
      symbols: ["A", "B"], timeHours: [0, 1, 2, 4, 5, 6, 7],
      rows: [[1, 8], [2, 8], [4, 8], [1, 4], [1, .nan], [8, 4], [4, 2]])
    #expect(table.spacingHours == 1)
    let both = try ObservedReturns(table, columns: ["A", "B"], window: all)
    #expect(both.rowCount == 3)
    #expect(both.leftOutCount == 2)
    #expect(both.incompleteRowCount == 1)
    // ln 2 is ln(2) again, whatever the power of two's quotient: exact quotients.
    let ln2 = 0.6931471805599453
    #expect(both.returns == [ln2, 0, ln2, 0, -ln2, -ln2])
    #expect(both.firstPrice == [1, 8] && both.lastPrice == [4, 2])

    let alone = try ObservedReturns(table, columns: ["A", nil], window: 4...7)
    #expect(alone.leftOutCount == 0 && alone.incompleteRowCount == 0)
    #expect(alone.returns == [0, 0, 3 * ln2, 0, -ln2, 0])
    #expect(alone.firstPrice == [1, nil])
  }

  @Test("an unknown column and an empty window are refused")
  func faults() throws {
    let table = try PriceTable(symbols: ["A"], timeHours: [0, 1], rows: [[1], [2]])
    let unknown = #expect(throws: ParameterError.self) {
      try ObservedReturns(table, columns: ["B"], window: all)
    }
    #expect(unknown?.code == "E052")
    let empty = #expect(throws: ParameterError.self) {
      try ObservedReturns(table, columns: ["A"], window: 0.5...9)
    }
    #expect(empty?.code == "E053")
  }
}

@Suite("Observation times")
struct ObservationTimeTests {
  @Test(
    "dates are hours since 1970, in UTC",
    arguments: [
      ("1970-01-01", 0, 0), ("1970-01-02T03:30", 1, 3.5), ("1969-12-31 23:00", -1, 23),
      ("2000-03-01", 11_017, 0), ("2020-03-12 10:45:00Z", 18_333, 10.75),
      ("2021-04-05 00:00", 18_722, 0), ("2024-02-29T12:00Z", 19_782, 12),
      ("2021-01-01 00:15:36", 18_628, 0.26), ("2021-01-01 00:00:01.5", 18_628, 1.5 / 3600),
      ("2100-03-01", 47_541, 0),
    ] as [(String, Int, Double)])
  func hours(text: String, days: Int, rest: Double) throws {
    let hours = try #require(ObservationTime.hours(iso8601: text))
    // Rounding of half a million hours to a double.
    #expect(abs(hours - (Double(days) * 24 + rest)) < 1e-9)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "2021", "2021-13-01", "2021-02-29", "1900-02-29", "2021-00-10", "2021-01-00", "2021-1-1",
      "2021-01-01 24:00", "2021-01-01 12", "2021-01-01 12:60", "2021-01-01 12:00:60",
      "2021-01-01T12:00+01:00", "2021-01-01 12:00:00.", " 2021-01-01", "2021-01-01 ", "yesterday",
      "2021-01-01 12:00 ", "２０２１-01-01",
    ])
  func refused(text: String) {
    #expect(ObservationTime.hours(iso8601: text) == nil)
  }
}
