/// The linked BLAS, for the manifest: results agree to the last bit where these agree.
package struct BLASDescription: Sendable, Equatable {
  /// How OpenBLAS was built to run in parallel; raw values are those of `openblas_get_parallel`.
  package enum Parallelism: Int, Sendable {
    case serial = 0
    case threads = 1
    case openMP = 2
  }

  /// Version and build options.
  package let configuration: String
  /// The processor family whose kernels are in use.
  package let core: String
  package let parallelism: Parallelism

  package init(configuration: String, core: String, parallelism: Parallelism) {
    self.configuration = configuration
    self.core = core
    self.parallelism = parallelism
  }

  /// Whether several workers may call the library at once.
  ///
  /// The serial flavour is built without locks and returns wrong results when two threads use it.
  package var allowsSeveralWorkers: Bool { parallelism != .serial }
}

/// The linked BLAS computes a known answer wrongly.
package struct BLASFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// `product`, `Cholesky factor` or `eigenvalues`.
  package let operation: String
  package let core: String

  package var description: String {
    "OpenBLAS returns a wrong \(operation) with its kernels for \(core); "
      + "another kernel is chosen by the environment variable OPENBLAS_CORETYPE, such as Haswell"
  }
}

extension BLAS {
  /// Holds the library to one thread, checks known answers, and describes it.
  ///
  /// Call it once before the first path; it takes less than a millisecond. Throws `BLASFault` where
  /// a kernel does not suit the processor.
  package static func start() throws -> BLASDescription {
    _ = oneThread
    let description = reportedDescription
    if !multipliesIntegersExactly { throw BLASFault(operation: "product", core: description.core) }
    if !factorsPascalMatrix {
      throw BLASFault(operation: "Cholesky factor", core: description.core)
    }
    if !findsEigenvaluesOfPath { throw BLASFault(operation: "eigenvalues", core: description.core) }
    return description
  }

  /// Products of small integers are exact in any order of summation.
  private static var multipliesIntegersExactly: Bool {
    let rowCount = 8
    let coefficients = (0..<rowCount * rowCount).map { Double(($0 * 5 + 3) % 17 - 8) }
    let columns = (0..<rowCount * columnCount).map { Double(($0 * 7 + 1) % 23 - 11) }
    var product = [Double](repeating: .nan, count: rowCount * columnCount)
    product.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      multiply(coefficients, rowCount: rowCount, columns: columns, into: base)
    }
    for row in 0..<rowCount {
      for column in 0..<columnCount {
        var expected = 0.0
        for k in 0..<rowCount {
          expected += coefficients[row * rowCount + k] * columns[k * columnCount + column]
        }
        if product[row * columnCount + column] != expected { return false }
      }
    }
    return true
  }

  /// The symmetric Pascal matrix C(i + j, i) has the factor C(i, j); all steps are exact.
  private static var factorsPascalMatrix: Bool {
    let count = 8
    var pascal = [Double](repeating: 1, count: count * count)
    var expected = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      expected[row * count] = 1
      for column in 1..<count where row > 0 {
        pascal[row * count + column] =
          pascal[(row - 1) * count + column] + pascal[row * count + column - 1]
        expected[row * count + column] =
          expected[(row - 1) * count + column] + expected[(row - 1) * count + column - 1]
      }
    }
    return choleskyFactor(pascal, count: count) == expected
  }

  /// The chain with 2 on the diagonal and -1 beside it, of order 3, has 2 - sqrt 2, 2, 2 + sqrt 2.
  private static var findsEigenvaluesOfPath: Bool {
    guard let eigen = symmetricEigen([2, -1, 0, -1, 2, -1, 0, -1, 2], count: 3) else {
      return false
    }
    let expected = [2 - 2.0.squareRoot(), 2, 2 + 2.0.squareRoot()]
    return zip(eigen.values, expected).allSatisfy { abs($0 - $1) < 1e-13 }
  }
}
