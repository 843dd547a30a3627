/// The log returns that models are fitted to, one column an asset.
package struct ReturnSample: Sendable {
  package let symbols: [String]
  /// `[asset][row]`, at the data's own spacing.
  package let columns: [[Double]]
  package let spacingHours: Double

  /// Fewest returns that a fit makes sense with, and the shortest time that they span.
  package static let fewestRows = 100
  package static let shortestDays = 30.0

  /// What makes returns unfit.
  package enum Fault: Error, Sendable, Equatable {
    case tooFewRows(Int)
    case tooShort(days: Double)
    /// The asset's price hardly ever moves.
    case constant(String)
  }

  /// Checks the columns, which have one length; throws `Fault`.
  package init(symbols: [String], columns: [[Double]], spacingHours: Double) throws {
    precondition(symbols.count == columns.count && !columns.isEmpty, "a column an asset")
    self.symbols = symbols
    self.columns = columns
    self.spacingHours = spacingHours
    guard rowCount >= Self.fewestRows else { throw Fault.tooFewRows(rowCount) }
    let days = Double(rowCount) * spacingHours / 24
    guard days >= Self.shortestDays else { throw Fault.tooShort(days: days) }
    for (symbol, column) in zip(symbols, columns) {
      let sorted = column.sorted()
      guard sorted[sorted.count / 4] < sorted[sorted.count * 3 / 4] else {
        throw Fault.constant(symbol)
      }
    }
  }

  /// The same assets' returns as price models read them.
  package init(_ observed: ObservedReturns, symbols: [String]) throws {
    let (count, rows) = (observed.assetCount, observed.rowCount)
    try self.init(
      symbols: symbols,
      columns: (0..<count).map { asset in
        (0..<rows).map { observed.returns[$0 * count + asset] }
      }, spacingHours: observed.spacingHours)
  }

  package var rowCount: Int { columns[0].count }

  package var assetCount: Int { columns.count }

  /// Length of a step in years.
  package var stepYears: Double { spacingHours * Unit.hours.factor }

  /// Means of the columns.
  package var means: [Double] { columns.map { $0.reduce(0, +) / Double($0.count) } }

  /// Standard deviations of the columns.
  package var deviations: [Double] {
    zip(columns, means).map { column, mean in
      (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)).squareRoot()
    }
  }

  /// Standard deviations over a year, as `volatility_pct_annual` has them but as fractions.
  package var volatilities: [Double] { deviations.map { $0 / stepYears.squareRoot() } }

  /// The columns less their means, in standard deviations.
  package var standardised: [[Double]] {
    zip(columns, zip(means, deviations)).map { column, moments in
      column.map { ($0 - moments.0) / moments.1 }
    }
  }

  /// The sample of the rows in `range`.
  package func rows(_ range: Range<Int>) throws -> ReturnSample {
    try ReturnSample(
      symbols: symbols, columns: columns.map { Array($0[range]) }, spacingHours: spacingHours)
  }
}
