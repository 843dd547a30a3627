import Foundation

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
    for (symbol, column) in zip(symbols, columns) where Self.isConstant(column) {
      throw Fault.constant(symbol)
    }
  }

  /// Whether the middle half of the returns is one number.
  package static func isConstant(_ returns: [Double]) -> Bool {
    let sorted = returns.sorted()
    return sorted[sorted.count / 4] == sorted[sorted.count * 3 / 4]
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

  /// Standard errors of ln of the standard deviations: they grow with tails and clusters.
  package var deviationErrors: [Double] { standardised.map(rootMeanSquareError) }

  /// What a fit at the data's standard deviations says of assets whose returns have no fourth moment.
  ///
  /// The factor is that of simulated fits: 1.3 at four degrees of freedom, 1.6 at three.
  func remarks(onHeavyTails isHeavy: [Bool]) -> [String] {
    let heavy = zip(symbols, isHeavy).filter(\.1).map(\.0)
    guard !heavy.isEmpty else { return [] }
    return [
      "standard errors of \(heavy.joined(separator: ", ")) are too small, by up to 1.7: returns with such "
        + "tails have no fourth moment, so that nothing tells the error of their standard deviation"
    ]
  }

  /// Standard deviations over a year, as `volatility_pct_annual` has them but as fractions.
  package var volatilities: [Double] { deviations.map { $0 / stepYears.squareRoot() } }

  /// The columns less their means, in standard deviations.
  package var standardised: [[Double]] {
    zip(columns, zip(means, deviations)).map { column, moments in
      column.map { ($0 - moments.0) / moments.1 }
    }
  }

  /// Pearson's correlations, `[asset][asset]`.
  package var correlation: [[Double]] {
    let products = BLAS.rowProducts(standardised.flatMap { $0 }, rowCount: assetCount)
    return (0..<assetCount).map { row in
      (0..<assetCount).map {
        row == $0 ? 1 : products[row * assetCount + $0] / Double(rowCount)
      }
    }
  }

  /// Prices that make these returns, one row a step: gaps between rows are closed.
  package func priceTable() throws -> PriceTable {
    var logs = [Double](repeating: 0, count: assetCount)
    var rows = [logs.map { _ in 1.0 }]
    for row in 0..<rowCount {
      for asset in logs.indices { logs[asset] += columns[asset][row] }
      rows.append(logs.map { exp($0) })
    }
    return try PriceTable(
      symbols: symbols, timeHours: rows.indices.map { Double($0) * spacingHours }, rows: rows)
  }

  /// Sums of so many rows that they span a day; the same sample where its rows do.
  package func daily() throws -> ReturnSample {
    let size = Int((24 / spacingHours).rounded(.down))
    guard size > 1 else { return self }
    return try ReturnSample(
      symbols: symbols,
      columns: columns.map { column in
        (0..<rowCount / size).map { day in
          column[day * size..<(day + 1) * size].reduce(0, +)
        }
      }, spacingHours: spacingHours * Double(size))
  }

  /// The sample of the rows in `range`.
  package func rows(_ range: Range<Int>) throws -> ReturnSample {
    try ReturnSample(
      symbols: symbols, columns: columns.map { Array($0[range]) }, spacingHours: spacingHours)
  }
}
