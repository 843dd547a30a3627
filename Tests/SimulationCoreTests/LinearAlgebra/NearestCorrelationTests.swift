import SimulationCore
import Testing

/// Expected matrices are the project's vectors `higham-a` and `higham-b` (float64 Dykstra iterations,
/// absolute tolerance 1e-7); the first is the 3 by 3 example of Higham (2002), section 4.
@Suite("Nearest correlation matrix")
struct NearestCorrelationTests {
  private func expect(_ nearest: NearestCorrelation, _ expected: [[Double]], _ distance: Double) {
    for (row, entries) in expected.enumerated() {
      for (column, entry) in entries.enumerated() {
        #expect(abs(nearest.matrix[row][column] - entry) <= 1e-7)
      }
    }
    #expect(abs(nearest.frobeniusDistance - distance) <= 1e-7)
  }

  @Test("Higham's 3 by 3 example has its published solution")
  func higham() throws {
    let nearest = try NearestCorrelation(to: [[1, 1, 0], [1, 1, 1], [0, 1, 1]])
    expect(
      nearest,
      [
        [1, 0.760689853402, 0.157298106138], [0.760689853402, 1, 0.760689853402],
        [0.157298106138, 0.760689853402, 1],
      ], 0.5277904635818276)
  }

  @Test("a diagonal of twos comes back as ones")
  func chain() throws {
    let nearest = try NearestCorrelation(
      to: [[2, -1, 0, 0], [-1, 2, -1, 0], [0, -1, 2, -1], [0, 0, -1, 2]])
    expect(
      nearest,
      [
        [1, -0.808412498149, 0.191587501851, 0.106775049026],
        [-0.808412498149, 1, -0.656232694807, 0.191587501851],
        [0.191587501851, -0.656232694807, 1, -0.808412498149],
        [0.106775049026, 0.191587501851, -0.808412498149, 1],
      ], 2.133729108708922)
  }

  @Test("a correlation matrix is its own nearest, and every result can be factored")
  func fixedPoint() throws {
    let rows: [[Double]] = [[1, 0.6, 0.2], [0.6, 1, -0.3], [0.2, -0.3, 1]]
    let same = try NearestCorrelation(to: rows)
    #expect(same.frobeniusDistance < 1e-9)
    let repaired = try NearestCorrelation(to: [[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]])
    #expect(try !Correlation(matrix: repaired.matrix).isRankDeficient)
  }

  @Test("rows that are no symmetric matrix are refused")
  func faults() {
    #expect(throws: NearestCorrelation.Fault.asymmetric(row: 1, column: 0)) {
      try NearestCorrelation(to: [[1, 0.5], [0.4, 1]])
    }
    #expect(throws: NearestCorrelation.Fault.notSquare(row: 1, columnCount: 1, rowCount: 2)) {
      try NearestCorrelation(to: [[1, 0.5], [0.5]])
    }
    #expect(throws: NearestCorrelation.Fault.asymmetric(row: 1, column: 1)) {
      try NearestCorrelation(to: [[1, 0.5], [0.5, .nan]])
    }
  }
}
