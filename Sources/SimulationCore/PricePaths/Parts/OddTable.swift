import Foundation

/// An odd, rising function on tables, at the speed of a polynomial.
///
/// 16 cells to each octave of |x| from 2^-8 on and one cell below, on which the function is the
/// polynomial of degree 5 with exact values and first and second derivatives at the edges.
struct OddTable: Sendable {
  private static let firstExponent = -8
  private static let cellBits = 4

  private let coefficients: [Double]
  private let limit: Double

  /// Tabulates up to `limit`, where x is cut off.
  init(limit: Double, edge: (_ x: Double) -> TabulatedQuantile.Edge) {
    self.init(limit: limit, edge: edge) {
      TabulatedQuantile.polynomial(from: $0, to: $1, width: $2)
    }
  }

  /// Tabulates a function with corners, linear inside the cells.
  init(limit: Double, linear value: (_ x: Double) -> Double) {
    self.init(limit: limit, edge: value) { lower, upper, _ in
      [lower, upper - lower, 0, 0, 0, 0]
    }
  }

  private init<Edge>(
    limit: Double, edge: (_ x: Double) -> Edge,
    cell: (_ lower: Edge, _ upper: Edge, _ width: Double) -> [Double]
  ) {
    precondition(limit > 1, "the table reaches beyond one")
    self.limit = limit
    var table: [Double] = []
    var lower = edge(0)
    var x = 0.0
    var width = Double(sign: .plus, exponent: OddTable.firstExponent, significand: 1)
    while x <= limit {
      let upper = edge(x + width)
      table += cell(lower, upper, width)
      x += width
      width = x.ulp * Double(1 << (52 - OddTable.cellBits))
      lower = upper
    }
    coefficients = table
  }

  func callAsFunction(_ x: Double) -> Double {
    let size = min(abs(x), limit)
    var cell = 0
    var place = size * Double(sign: .plus, exponent: -OddTable.firstExponent, significand: 1)
    if place >= 1 {
      let shift = UInt64(52 - OddTable.cellBits)
      let origin = UInt64(1023 + OddTable.firstExponent) << UInt64(OddTable.cellBits)
      cell = 1 + Int((size.bitPattern >> shift) - origin)
      let rest = size.bitPattern & ((1 << shift) - 1)
      place = Double(rest) / Double(UInt64(1) << shift)
    }
    let c = cell * 6
    var value = coefficients[c + 5]
    for power in (0..<5).reversed() { value = value * place + coefficients[c + power] }
    return x < 0 ? -value : value
  }
}
