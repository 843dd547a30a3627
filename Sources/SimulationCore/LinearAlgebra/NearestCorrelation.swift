/// The correlation matrix closest to a symmetric matrix in the Frobenius norm.
///
/// Alternating projections on the positive semidefinite matrices and on those with a unit diagonal,
/// with Dykstra's correction; then eigenvalues are floored at `eigenvalueFloor` and the diagonal is
/// rescaled to one, so that the result can be factored.
///
/// - Source: N. J. Higham, Computing the nearest correlation matrix, IMA Journal of Numerical
///   Analysis 22 (2002), algorithm 3.3.
/// - Cost: O(count cubed) an iteration; convergence is linear.
package struct NearestCorrelation: Sendable, Equatable {
  /// `[asset][asset]`.
  package let matrix: [[Double]]
  /// Root of the sum of squared changes.
  package let frobeniusDistance: Double
  package let iterationCount: Int

  package enum Fault: Error, Sendable, Equatable {
    case notSquare(row: Int, columnCount: Int, rowCount: Int)
    /// Includes entries that are not finite.
    case asymmetric(row: Int, column: Int)
    case notConverged(iterationCount: Int)
  }

  package static let relativeChange = 1e-10
  package static let eigenvalueFloor = 1e-10
  package static let iterationLimit = 10_000

  /// Searches from `rows`; throws `Fault`.
  package init(to rows: [[Double]]) throws {
    let count = rows.count
    for row in 0..<count {
      guard rows[row].count == count else {
        throw Fault.notSquare(row: row, columnCount: rows[row].count, rowCount: count)
      }
    }
    for row in 0..<count {
      for column in 0...row {
        guard rows[row][column].isFinite,
          abs(rows[row][column] - rows[column][row]) <= Correlation.entryTolerance
        else { throw Fault.asymmetric(row: row, column: column) }
      }
    }
    let start = rows.flatMap { $0 }
    let (projected, iterations) = try NearestCorrelation.alternate(start, count)
    let result = try NearestCorrelation.positiveDefinite(projected, count)
    matrix = (0..<count).map { Array(result[$0 * count..<($0 + 1) * count]) }
    frobeniusDistance = NearestCorrelation.distance(start, result)
    iterationCount = iterations
  }

  private static func alternate(_ start: [Double], _ count: Int) throws -> ([Double], Int) {
    var unitDiagonal = start
    var correction = [Double](repeating: 0, count: start.count)
    var semidefinite = start
    for iteration in 1...iterationLimit {
      let corrected = zip(unitDiagonal, correction).map { $0 - $1 }
      guard let eigen = BLAS.symmetricEigen(corrected, count: count) else {
        throw Fault.notConverged(iterationCount: iteration)
      }
      let nextSemidefinite = BLAS.spectral(eigen) { max($0, 0) }
      correction = zip(nextSemidefinite, corrected).map { $0 - $1 }
      var nextUnit = nextSemidefinite
      for row in 0..<count { nextUnit[row * count + row] = 1 }
      let size = norm(nextUnit)
      let change = max(
        distance(nextSemidefinite, semidefinite), distance(nextUnit, unitDiagonal),
        distance(nextUnit, nextSemidefinite))
      semidefinite = nextSemidefinite
      unitDiagonal = nextUnit
      if change <= relativeChange * size { return (unitDiagonal, iteration) }
    }
    throw Fault.notConverged(iterationCount: iterationLimit)
  }

  private static func positiveDefinite(_ matrix: [Double], _ count: Int) throws -> [Double] {
    guard let eigen = BLAS.symmetricEigen(matrix, count: count) else {
      throw Fault.notConverged(iterationCount: iterationLimit)
    }
    let floored = BLAS.spectral(eigen) { max($0, eigenvalueFloor) }
    let scale = (0..<count).map { 1 / floored[$0 * count + $0].squareRoot() }
    var result = floored
    for row in 0..<count {
      for column in 0..<count {
        result[row * count + column] =
          row == column ? 1 : floored[row * count + column] * (scale[row] * scale[column])
      }
    }
    return result
  }

  private static func norm(_ matrix: [Double]) -> Double {
    matrix.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }
}
