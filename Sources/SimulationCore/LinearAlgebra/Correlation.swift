/// A checked correlation matrix with a factor F, F F' = matrix.
///
/// F is the lower Cholesky factor. Where the matrix is positive semidefinite without full rank, F is
/// its symmetric square root, which needs no choice of sign or order.
package struct Correlation: Sendable, Equatable {
  /// Number of assets.
  package let count: Int
  /// `[asset][asset]` row-major.
  package let matrix: [Double]
  /// `[asset][asset]` row-major; lower triangular unless `isRankDeficient`.
  package let factor: [Double]
  package let isRankDeficient: Bool

  /// What a list of numbers lacks to be a correlation matrix; rows and columns count from 0.
  package enum Fault: Error, Sendable, Equatable {
    case notSquare(row: Int, columnCount: Int, rowCount: Int)
    case asymmetric(row: Int, column: Int, value: Double, mirrored: Double)
    case diagonalNotOne(row: Int, value: Double)
    /// Includes entries that are not finite.
    case beyondOne(row: Int, column: Int, value: Double)
    case notPositiveSemidefinite(smallestEigenvalue: Double)
    case loadingBeyondOne(asset: Int, value: Double)
  }

  /// Eigenvalues above minus this count as zero: rounding of decimals typed into a file.
  package static let eigenvalueTolerance = 1e-10
  /// Differences up to this from symmetry and from a unit diagonal are rounding.
  package static let entryTolerance = 1e-12

  /// Checks the rows and factors the matrix; throws `Fault`.
  ///
  /// - Cost: O(count cubed).
  package init(matrix rows: [[Double]]) throws {
    let count = rows.count
    for (row, entries) in rows.enumerated() where entries.count != count {
      throw Fault.notSquare(row: row, columnCount: entries.count, rowCount: count)
    }
    for row in 0..<count {
      let diagonal = rows[row][row]
      guard abs(diagonal - 1) <= Correlation.entryTolerance else {
        throw Fault.diagonalNotOne(row: row, value: diagonal)
      }
      for column in 0..<count where column != row {
        let value = rows[row][column]
        guard abs(value) <= 1 else { throw Fault.beyondOne(row: row, column: column, value: value) }
        guard column > row || abs(value - rows[column][row]) <= Correlation.entryTolerance else {
          throw Fault.asymmetric(
            row: row, column: column, value: value, mirrored: rows[column][row])
        }
      }
    }
    // The lower triangle is the matrix; the upper one may differ from it by rounding.
    var matrix = [Double](repeating: 1, count: count * count)
    for row in 0..<count {
      for column in 0..<row {
        matrix[row * count + column] = rows[row][column]
        matrix[column * count + row] = rows[row][column]
      }
    }
    self.count = count
    self.matrix = matrix
    if let factor = BLAS.choleskyFactor(matrix, count: count) {
      self.factor = factor
      self.isRankDeficient = false
      return
    }
    guard let eigen = BLAS.symmetricEigen(matrix, count: count), let smallest = eigen.values.first
    else { throw Fault.notPositiveSemidefinite(smallestEigenvalue: .nan) }
    guard smallest >= -Correlation.eigenvalueTolerance else {
      throw Fault.notPositiveSemidefinite(smallestEigenvalue: smallest)
    }
    self.factor = BLAS.spectral(eigen) { max($0, 0).squareRoot() }
    self.isRankDeficient = true
  }

  /// Uncorrelated assets.
  package static func identity(_ count: Int) -> Correlation { Correlation(identity: count) }

  /// One common factor: C_ij = l_i l_j for i != j; throws where a loading is beyond one.
  package static func oneFactor(_ loadings: [Double]) throws -> Correlation {
    for (asset, loading) in loadings.enumerated() where !(abs(loading) <= 1) {
      throw Fault.loadingBeyondOne(asset: asset, value: loading)
    }
    return try Correlation(
      matrix: loadings.indices.map { row in
        loadings.indices.map { row == $0 ? 1 : loadings[row] * loadings[$0] }
      })
  }

  /// The same correlations among the entries at `places`, in that order, of `count` that have none else.
  package func embedded(at places: [Int], count wide: Int) throws -> Correlation {
    precondition(places.count == count, "a place for every row")
    guard places != Array(0..<wide) else { return self }
    var rows = (0..<wide).map { row in (0..<wide).map { row == $0 ? 1.0 : 0 } }
    for (row, target) in places.enumerated() {
      for (column, place) in places.enumerated() { rows[target][place] = self[row, column] }
    }
    return try Correlation(matrix: rows)
  }

  /// (1 - t) C + t among the assets that take part, all others uncorrelated; C itself for t = 0.
  ///
  /// Valid wherever C is, t in [0, 1]: a mean of two matrices without negative eigenvalues has none.
  /// Rounding can still make it throw `Fault`.
  package func pulled(by t: Double, among takesPart: [Bool]? = nil) throws -> Correlation {
    guard t > 0 else { return self }
    return try Correlation(
      matrix: (0..<count).map { row in
        (0..<count).map { column in
          guard row != column else { return 1 }
          guard takesPart?[row] ?? true, takesPart?[column] ?? true else { return 0 }
          return (1 - t) * self[row, column] + t
        }
      })
  }

  /// Row `row`, column `column`.
  package subscript(_ row: Int, _ column: Int) -> Double { matrix[row * count + column] }

  private init(identity count: Int) {
    var matrix = [Double](repeating: 0, count: count * count)
    for row in 0..<count { matrix[row * count + row] = 1 }
    self.count = count
    self.matrix = matrix
    self.factor = matrix
    self.isRankDeficient = false
  }
}
