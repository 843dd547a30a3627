import CKernels
import COpenBLAS

/// The one door to OpenBLAS and LAPACKE; matrices are row-major.
///
/// Products have one fixed shape for each number of assets, because the kernel that OpenBLAS takes
/// for edge columns may round differently. One thread each: the workers are the only parallelism.
package enum BLAS {
  /// Columns of every product: one tile of paths by steps.
  package static let columnCount = Int(CK_TILE_COLUMNS)

  /// The library holds to one thread from the first use on.
  static let oneThread: Void = openblas_set_num_threads(1)

  /// product = coefficients x columns, by `dgemm`.
  ///
  /// - Shape: `coefficients[row][row]`; `columns` and `product` `[row][columnCount]`, apart in memory.
  /// - Cost: O(rowCount squared x columnCount).
  static func multiply(
    _ coefficients: [Double], rowCount: Int, columns: UnsafePointer<Double>,
    into product: UnsafeMutablePointer<Double>
  ) {
    precondition(coefficients.count == rowCount * rowCount, "the coefficients are square")
    _ = oneThread
    let rows = Int32(rowCount)
    let wide = Int32(columnCount)
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, wide, rows, 1, coefficients, rows, columns,
      wide, 0, product, wide)
  }

  /// Lower factor L with L L' = `matrix`, zeros above the diagonal; `nil` where a pivot is not
  /// positive (LAPACK dpotrf).
  ///
  /// - Cost: O(count cubed).
  package static func choleskyFactor(_ matrix: [Double], count: Int) -> [Double]? {
    precondition(matrix.count == count * count, "the matrix is square")
    guard count > 0 else { return [] }
    _ = oneThread
    var factor = matrix
    let status = LAPACKE_dpotrf(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "L")), Int32(count), &factor, Int32(count))
    guard status == 0 else { return nil }
    for row in 0..<count {
      for column in row + 1..<count { factor[row * count + column] = 0 }
    }
    return factor
  }

  /// All products of two rows of `rows`, `[row][row]`, by `dsyrk`.
  ///
  /// - Shape: `rows[row][...]`, rows of one length.
  static func rowProducts(_ rows: [Double], rowCount: Int) -> [Double] {
    let length = rows.count / rowCount
    precondition(length > 0 && rows.count == rowCount * length, "rows have one length")
    _ = oneThread
    var result = [Double](repeating: 0, count: rowCount * rowCount)
    cblas_dsyrk(
      CblasRowMajor, CblasLower, CblasNoTrans, Int32(rowCount), Int32(length), 1, rows,
      Int32(length), 0, &result, Int32(rowCount))
    for row in 0..<rowCount {
      for column in row + 1..<rowCount {
        result[row * rowCount + column] = result[column * rowCount + row]
      }
    }
    return result
  }

  /// X with L X = `columns` for a lower factor L, by `dtrsm`.
  ///
  /// - Shape: `factor[row][row]`, `columns[row][...]`.
  static func forwardSolved(_ factor: [Double], count: Int, columns: [Double]) -> [Double] {
    precondition(factor.count == count * count && count > 0, "the factor is square")
    _ = oneThread
    var solution = columns
    let width = Int32(columns.count / count)
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, Int32(count), width, 1,
      factor, Int32(count), &solution, width)
    return solution
  }

  /// Eigenvalues in rising order, and their vectors as the columns of `vectors` (LAPACK dsyevd);
  /// `nil` where the iteration does not converge.
  ///
  /// - Cost: O(count cubed).
  package static func symmetricEigen(_ matrix: [Double], count: Int) -> (
    values: [Double], vectors: [Double]
  )? {
    precondition(matrix.count == count * count, "the matrix is square")
    guard count > 0 else { return ([], []) }
    _ = oneThread
    var vectors = matrix
    var values = [Double](repeating: 0, count: count)
    let status = LAPACKE_dsyevd(
      LAPACK_ROW_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "L")), Int32(count), &vectors,
      Int32(count), &values)
    return status == 0 ? (values, vectors) : nil
  }

  /// V f(lambda) V' of a symmetric matrix given by its eigenvalues and vectors.
  static func spectral(
    _ eigen: (values: [Double], vectors: [Double]), _ transform: (Double) -> Double
  ) -> [Double] {
    let count = eigen.values.count
    let weights = eigen.values.map(transform)
    var result = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum = 0.0
        for k in 0..<count {
          sum += eigen.vectors[row * count + k] * weights[k] * eigen.vectors[column * count + k]
        }
        result[row * count + column] = sum
        result[column * count + row] = sum
      }
    }
    return result
  }

  /// What the library says about itself.
  static var reportedDescription: BLASDescription {
    BLASDescription(
      configuration: openblas_get_config().map { String(cString: $0) } ?? "",
      core: openblas_get_corename().map { String(cString: $0) } ?? "",
      parallelism: BLASDescription.Parallelism(rawValue: Int(openblas_get_parallel())) ?? .serial)
  }
}
