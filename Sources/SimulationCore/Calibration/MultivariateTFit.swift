import Foundation

/// The multivariate Student-t law fitted to the rows of returns by maximum likelihood.
///
///     r = location + S T,   T multivariate t with nu degrees of freedom, scale matrix S S'
///
/// Location and scale matrix for a given nu by the EM algorithm in its parameter-expanded form, nu
/// itself on the likelihood that they leave. The matrix is robust: rows of large moves weigh
/// little.
///
/// - Units: those of the returns.
/// - Cost: about 200 passes over the rows, each O(rows x assets squared).
/// - Source: K. Lange, R. Little, J. Taylor (1989), section 3; C. Liu, D. Rubin, Y. Wu, Biometrika
///   85 (1998), for the expansion; D. Tyler, Biometrika 70 (1983), for the errors of correlations.
package struct MultivariateTFit: Sendable {
  package let degreesOfFreedom: Estimate
  package let location: [Double]
  /// Roots of the scale matrix's diagonal.
  package let scales: [Double]
  /// The scale matrix with ones on its diagonal.
  package let correlation: [[Double]]
  package let logLikelihood: Double
  private let rowCount: Int

  /// `[asset][row]`; more rows than assets.
  ///
  /// `nil` where the scale matrix is singular: one asset's returns follow from the others'.
  package init?(_ columns: [[Double]], degreesOfFreedom range: ClosedRange<Double> = 2.05...1000) {
    guard var state = State(columns) else { return nil }
    let rowCount = state.rowCount
    func negativeLogLikelihood(_ logNu: Double) -> Double {
      state.settle(degreesOfFreedom: exp(logNu)) ? -state.logLikelihood(exp(logNu)) : .nan
    }
    let bounds = log(range.lowerBound)...log(range.upperBound)
    let least = BoxMinimum(
      [.init(start: log(4), step: 0.2, in: bounds)], tolerance: 1e-4,
      of: {
        negativeLogLikelihood($0[0])
      })
    let nu = exp(least.point[0])
    let error = ObservedInformation(
      at: [nu], scales: [nu / Double(rowCount).squareRoot()], bounds: [range]
    ) { negativeLogLikelihood(log($0[0])) }.standardErrors[0]
    self.init(&state, Estimate(nu, standardError: error))
  }

  /// The most likely location and scale matrix for a given nu.
  package init?(_ columns: [[Double]], held nu: Double) {
    guard var state = State(columns) else { return nil }
    self.init(&state, Estimate(nu))
  }

  private init?(_ state: inout State, _ nu: Estimate) {
    guard state.settle(degreesOfFreedom: nu.value) else { return nil }
    degreesOfFreedom = nu
    rowCount = state.rowCount
    logLikelihood = state.logLikelihood(nu.value)
    location = state.location
    let matrix = state.matrix
    let count = state.columns.count
    let roots = (0..<count).map { matrix[$0 * count + $0].squareRoot() }
    scales = roots
    correlation = (0..<count).map { row in
      (0..<count).map { row == $0 ? 1 : matrix[row * count + $0] / (roots[row] * roots[$0]) }
    }
  }

  /// (1 - rho^2) sqrt((1 + 2 / (assets + nu)) / rows): the expected information about a correlation
  /// of an elliptical law, which neither scale nor nu has a part in.
  package func correlationError(_ row: Int, _ column: Int) -> Double {
    let rho = correlation[row][column]
    let excess = 2 / (Double(correlation.count) + degreesOfFreedom.value)
    return (1 - rho * rho) * ((1 + excess) / Double(rowCount)).squareRoot()
  }
}

/// Location and scale matrix on their way to the maximum.
private struct State {
  let columns: [[Double]]
  let rowCount: Int
  var location: [Double]
  /// `[asset][asset]`.
  var matrix: [Double]
  /// Lower Cholesky factor of the matrix.
  private var factor: [Double]
  /// Squared distance of each row from the location, in the matrix's metric.
  private var distances: [Double]

  /// Where the EM algorithm has converged: relative change of the trace.
  private static let tolerance = 1e-10

  init?(_ columns: [[Double]]) {
    self.columns = columns
    rowCount = columns[0].count
    location = columns.map { $0.reduce(0, +) / Double($0.count) }
    matrix = []
    factor = []
    distances = [Double](repeating: 0, count: rowCount)
    guard weigh([Double](repeating: 1, count: rowCount)) else { return nil }
  }

  /// The location and matrix that are most likely for `nu`; false where the matrix is singular.
  mutating func settle(degreesOfFreedom nu: Double) -> Bool {
    let size = nu + Double(columns.count)
    for _ in 0..<1000 {
      let before = matrix
      guard weigh(distances.map { size / (nu + $0) }) else { return false }
      let change = zip(matrix, before).reduce(0) { max($0, abs($1.0 - $1.1)) }
      if change <= Self.tolerance * (matrix.max() ?? 0) { break }
    }
    return true
  }

  func logLikelihood(_ nu: Double) -> Double {
    let count = Double(columns.count)
    let logs = VectorMath.log(distances.map { 1 + $0 / nu }).reduce(0, +)
    let determinant = columns.indices.reduce(0) { $0 + log(factor[$1 * (columns.count + 1)]) }
    let constant =
      logGamma(0.5 * (nu + count)) - logGamma(0.5 * nu) - 0.5 * count * log(nu * Double.pi)
    return Double(rowCount) * (constant - determinant) - 0.5 * (nu + count) * logs
  }

  /// Weighted mean and covariance, and the distances that follow from them.
  private mutating func weigh(_ weights: [Double]) -> Bool {
    let count = columns.count
    let total = weights.reduce(0, +)
    let roots = weights.map { $0.squareRoot() }
    location = columns.map { column in
      zip(column, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    var centred: [Double] = []
    centred.reserveCapacity(count * rowCount)
    for (column, mean) in zip(columns, location) {
      centred.append(contentsOf: column.map { $0 - mean })
    }
    var scaled = centred
    scaled.withUnsafeMutableBufferPointer { values in
      for asset in 0..<count {
        for row in 0..<rowCount { values[asset * rowCount + row] *= roots[row] }
      }
    }
    matrix = BLAS.rowProducts(scaled, rowCount: count).map { $0 / total }
    guard let factor = BLAS.choleskyFactor(matrix, count: count) else { return false }
    self.factor = factor
    let whitened = BLAS.forwardSolved(factor, count: count, columns: centred)
    distances.fill(with: 0)
    distances.withUnsafeMutableBufferPointer { sums in
      for asset in 0..<count {
        for row in 0..<rowCount {
          let value = whitened[asset * rowCount + row]
          sums[row] += value * value
        }
      }
    }
    return true
  }
}
