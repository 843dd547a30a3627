import Foundation

/// Gives each asset a Student-t law of its own under a common Student-t copula.
///
///     r = s g(x),   g(x) = quantile_i(P(T <= x)),   x the tile's draw, T Student-t with its degrees of freedom
///
/// with quantile_i that of a Student-t law of unit variance. g is tabulated; both tail probabilities
/// of a draw are right to about 1e-9 of themselves.
struct OwnTails: ReturnStage {
  /// g times s by asset, for draws of unit variance.
  private let tables: [OddTable?]
  private let stepDeviation: [Double]
  /// Turns a draw of unit variance into one of the law T.
  private let spread: Double

  init(degreesOfFreedom: Double, own: [Double], stepDeviation: [Double]) {
    let copula = StudentTDistribution(degreesOfFreedom: degreesOfFreedom)
    spread = (degreesOfFreedom / (degreesOfFreedom - 2)).squareRoot()
    self.stepDeviation = stepDeviation
    let limit = OwnTails.limit(copula)
    var known: [Double: OddTable] = [:]
    tables = zip(own, stepDeviation).map { nu, s -> OddTable? in
      guard s > 0 else { return nil }
      if let table = known[nu] { return table }
      let table = OddTable(limit: limit) {
        OwnTails.edge($0, copula, StudentTDistribution(degreesOfFreedom: nu))
      }
      known[nu] = table
      return table
    }
  }

  func state(assetCount: Int) {}
  func start(_ state: inout Void, _ tile: inout WalkTile) {}

  func apply(_ tile: inout WalkTile, _ state: inout Void) {
    let columnCount = tile.steps.count * WalkTile.laneCount
    for asset in 0..<tile.assetCount {
      let (table, s) = (tables[asset], stepDeviation[asset])
      tile.withMoves { moves, scale in
        let row = moves + asset * WalkTile.columnCount
        for column in 0..<columnCount {
          row[column] = table.map { s * $0(spread * scale[column] * row[column]) } ?? 0
        }
      }
    }
  }

  /// Beyond this a draw comes once in 1e60, and probabilities are still far from underflow.
  static func limit(_ copula: StudentTDistribution) -> Double {
    var limit = 2.0
    while limit < 0x1p40, copula.cdf(-2 * limit) > 1e-60 { limit *= 2 }
    return limit
  }

  /// g and its derivatives: g' = f(x) / f_i(g), and ln f has derivative -(nu + 1) x / (nu + x^2).
  private static func edge(
    _ x: Double, _ copula: StudentTDistribution, _ own: StudentTDistribution
  ) -> TabulatedQuantile.Edge {
    let scale = own.unitVarianceScale ?? 1
    let value = -own.quantile(copula.cdf(-x))
    let slope = copula.density(x) / own.density(value)
    func logSlope(_ law: StudentTDistribution, _ x: Double) -> Double {
      -(law.degreesOfFreedom + 1) * x / (law.degreesOfFreedom + x * x)
    }
    let curvature = slope * (logSlope(copula, x) - slope * logSlope(own, value))
    return TabulatedQuantile.Edge(
      value: scale * value, slope: scale * slope, curvature: scale * curvature)
  }
}
