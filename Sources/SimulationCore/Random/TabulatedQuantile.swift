import CKernels

/// The quantile function of a law on tables, for draws by inversion at the speed of a polynomial.
///
/// Cells are narrow in proportion to the smaller tail probability t = min(u, 1 - u): 16 to each
/// octave from 2^-53, the smallest that a uniform here can have, to 1/2, on both sides. In a cell the
/// function is the polynomial of degree 5 in t that has its values and its first and second
/// derivatives at both edges, so that it is smooth across cells and exact at their edges.
package struct TabulatedQuantile: Sendable {
  /// `[side][octave][cell][coefficient]`: side 0 for u < 1/2; that of the place's power 0 first.
  package let coefficients: [Double]

  /// The quantile function and its first two derivatives, all by the smaller tail probability.
  package struct Edge: Sendable {
    package let value: Double
    package let slope: Double
    package let curvature: Double

    package init(value: Double, slope: Double, curvature: Double) {
      self.value = value
      self.slope = slope
      self.curvature = curvature
    }
  }

  /// Edges by the side (0 for u < 1/2) and the smaller tail probability, which falls from call to
  /// call on a side.
  package init(edge: (_ side: Int, _ tail: Double) -> Edge) {
    let cellCount = Int(CK_TABLE_CELLS)
    let perCell = Int(CK_TABLE_COEFFICIENTS)
    let perSide = Int(CK_TABLE_OCTAVES) * cellCount
    var table = [Double](repeating: 0, count: 2 * perSide * perCell)
    for side in 0..<2 {
      var upper = edge(side, 0.5)
      for cell in (0..<perSide).reversed() {
        let octave = Double(sign: .plus, exponent: cell / cellCount - 53, significand: 1)
        let width = octave / Double(cellCount)
        let lower = edge(side, octave + Double(cell % cellCount) * width)
        let first = (side * perSide + cell) * perCell
        table.replaceSubrange(
          first..<first + perCell,
          with: TabulatedQuantile.polynomial(from: lower, to: upper, width: width))
        upper = lower
      }
    }
    coefficients = table
  }

  /// Hermite's polynomial of degree 5 on a cell, by the place in it from 0 to 1.
  static func polynomial(from a: Edge, to b: Edge, width: Double) -> [Double] {
    let (slope, curvature) = (a.slope * width, a.curvature * width * width)
    // What the parabola at the lower edge misses at the upper one, and its first two derivatives.
    let value = b.value - a.value - slope - 0.5 * curvature
    let turn = b.slope * width - slope - curvature
    let bend = b.curvature * width * width - curvature
    return [
      a.value, slope, 0.5 * curvature, 10 * value - 4 * turn + 0.5 * bend,
      -15 * value + 7 * turn - bend, 6 * value - 3 * turn + 0.5 * bend,
    ]
  }
}
