import Foundation

/// Log returns of observed prices at the data's own spacing, one column an asset of the scenario.
///
/// Rows in which an asset of the scenario has no price are skipped first. A return over another
/// interval than the spacing is then left out and counted; the returns on both sides of it follow
/// each other.
package struct ObservedReturns: Sendable, Equatable {
  package let assetCount: Int
  /// `[row][asset]` row-major; zero in the columns of assets without data.
  package let returns: [Double]
  package let spacingHours: Double
  /// When each return ends, in the table's hours, `[row]`.
  package let endHours: [Double]
  /// Returns that were left out because they span a gap.
  package let leftOutCount: Int
  /// Rows of the window that lack a price.
  package let incompleteRowCount: Int
  /// First and last price in the window, USD; `nil` for assets without data.
  package let firstPrice: [Double?]
  package let lastPrice: [Double?]

  package var rowCount: Int { assetCount == 0 ? 0 : returns.count / assetCount }

  /// Reads the window `from ... to` of the table; `columns` gives the table's name of each asset, or
  /// `nil` for an asset without data.
  ///
  /// Throws `ParameterError` for a name that the table lacks and for a window without a return.
  package init(
    _ table: PriceTable, columns: [String?], window: ClosedRange<Double>
  ) throws {
    let places = try columns.map { name in
      try name.map { try ObservedReturns.place(of: $0, in: table) }
    }
    let inside = (0..<table.rowCount).filter { window.contains(table.timeHours[$0]) }
    let complete = inside.filter { row in
      places.allSatisfy { $0.map { !table.price(row: row, symbol: $0).isNaN } ?? true }
    }
    let spacing = PriceTable.ticksBetween(0, table.spacingHours)
    var returns: [Double] = []
    var endHours: [Double] = []
    var leftOut = 0
    for (row, next) in zip(complete, complete.dropFirst()) {
      guard PriceTable.ticksBetween(table.timeHours[row], table.timeHours[next]) == spacing else {
        leftOut += 1
        continue
      }
      endHours.append(table.timeHours[next])
      for place in places {
        returns.append(
          place.map { log(table.price(row: next, symbol: $0) / table.price(row: row, symbol: $0)) }
            ?? 0)
      }
    }
    guard let first = complete.first, let last = complete.last, !returns.isEmpty else {
      throw ParameterError(
        key: "from", code: "E053",
        "the data hold no return over \(table.spacingHours) hours with a price for every asset "
          + "between from and to",
        note: "\(inside.count) rows in the window, \(complete.count) of them complete")
    }
    self.assetCount = columns.count
    self.returns = returns
    self.spacingHours = table.spacingHours
    self.endHours = endHours
    self.leftOutCount = leftOut
    self.incompleteRowCount = inside.count - complete.count
    self.firstPrice = places.map { $0.map { table.price(row: first, symbol: $0) } }
    self.lastPrice = places.map { $0.map { table.price(row: last, symbol: $0) } }
  }

  /// Rows that one step of the setting takes; throws `ParameterError` E054 where it is no whole number.
  func rowsPerStep(_ setting: PriceSetting) throws -> Int {
    let stepHours = setting.stepYears / Unit.hours.factor
    let ratio = stepHours / spacingHours
    let rows = ratio.rounded()
    guard rows >= 1, abs(ratio - rows) <= 1e-6 * rows else {
      throw ParameterError(
        key: "", code: "E054",
        "a step must be a whole multiple of the data's spacing: \(stepHours) hours a step, "
          + "\(spacingHours) hours from price to price",
        note: "set run.step_minutes to a multiple of \(spacingHours * 60)")
    }
    return Int(rows)
  }

  private static func place(of name: String, in table: PriceTable) throws -> Int {
    guard let place = table.symbols.firstIndex(of: name) else {
      throw ParameterError(
        key: "columns", code: "E052", "the data have no column \(name)",
        note: "columns: \(table.symbols.joined(separator: ", "))")
    }
    return place
  }
}
