import SimulationCore
import Testing

@Suite("Correlation")
struct CorrelationTests {
  /// F F' of the factor against the matrix; the tolerance is a few roundings of numbers up to 1.
  private func rebuilds(_ correlation: Correlation, within tolerance: Double = 1e-14) -> Bool {
    let count = correlation.count
    for row in 0..<count {
      for column in 0..<count {
        let entry = (0..<count).reduce(0.0) {
          $0 + correlation.factor[row * count + $1] * correlation.factor[column * count + $1]
        }
        if abs(entry - correlation[row, column]) > tolerance { return false }
      }
    }
    return true
  }

  @Test("two assets have the factor [1 0; rho sqrt(1 - rho^2)]")
  func twoAssets() throws {
    let correlation = try Correlation(matrix: [[1, 0.6], [0.6, 1]])
    #expect(correlation.factor[0] == 1 && correlation.factor[1] == 0)
    #expect(correlation.factor[2] == 0.6)
    #expect(abs(correlation.factor[3] - 0.8) < 1e-15)
    #expect(!correlation.isRankDeficient)
  }

  @Test("the one-factor matrix holds the products of the loadings")
  func oneFactor() throws {
    // Loadings of the benchmark workloads; C_01 = 0.792 there.
    let correlation = try Correlation.oneFactor([0.9, 0.88, 0.9, 0.8, 0.75, 0.72, 0.7, 0.1])
    #expect(abs(correlation[0, 1] - 0.792) < 1e-15)
    #expect(correlation[7, 7] == 1)
    #expect(correlation[2, 6] == correlation[6, 2])
    #expect(rebuilds(correlation))
  }

  @Test("the identity is its own factor")
  func identity() {
    let correlation = Correlation.identity(3)
    #expect(correlation.factor == [1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(correlation.matrix == correlation.factor)
  }

  @Test("a matrix of rank one runs by its symmetric square root")
  func rankDeficient() throws {
    let ones = try Correlation(matrix: [[1, 1, -1], [1, 1, -1], [-1, -1, 1]])
    #expect(ones.isRankDeficient)
    #expect(rebuilds(ones))
    #expect(rebuilds(try .oneFactor([1, 1, 0.5])))
  }

  @Test(
    "bad matrices are refused with what is wrong",
    arguments: [
      ([[1, 0.5], [0.5]], Correlation.Fault.notSquare(row: 1, columnCount: 1, rowCount: 2)),
      ([[1, 0.5]], .notSquare(row: 0, columnCount: 2, rowCount: 1)),
      (
        [[1, 0.5], [0.4, 1]],
        .asymmetric(row: 1, column: 0, value: 0.4, mirrored: 0.5)
      ),
      ([[1, 0], [0, 0.9]], .diagonalNotOne(row: 1, value: 0.9)),
      ([[1, 1.5], [1.5, 1]], .beyondOne(row: 0, column: 1, value: 1.5)),
    ])
  func faults(matrix: [[Double]], fault: Correlation.Fault) {
    #expect(throws: fault) { try Correlation(matrix: matrix) }
  }

  @Test("a matrix that is not positive semidefinite is refused with its smallest eigenvalue")
  func indefinite() throws {
    // Eigenvalues 1 - 0.9 sqrt 2, 1, 1 + 0.9 sqrt 2.
    let rows: [[Double]] = [[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]]
    let fault = #expect(throws: Correlation.Fault.self) { try Correlation(matrix: rows) }
    guard case .notPositiveSemidefinite(let smallest)? = fault else {
      Issue.record("another fault: \(String(describing: fault))")
      return
    }
    #expect(abs(smallest - (1 - 0.9 * 2.0.squareRoot())) < 1e-14)
  }

  @Test("numbers that are not finite are refused")
  func notFinite() {
    #expect(throws: Correlation.Fault.self) { try Correlation(matrix: [[1, .nan], [.nan, 1]]) }
    #expect(throws: Correlation.Fault.self) { try Correlation(matrix: [[.nan]]) }
    #expect(throws: Correlation.Fault.loadingBeyondOne(asset: 1, value: -1.2)) {
      try Correlation.oneFactor([0.5, -1.2])
    }
  }
}
