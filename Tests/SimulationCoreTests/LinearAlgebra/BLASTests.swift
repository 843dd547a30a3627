import SimulationCore
import Testing

@Suite("BLAS")
struct BLASTests {
  @Test("the start-up self-test passes and describes the library")
  func start() throws {
    let description = try BLAS.start()
    #expect(description.configuration.contains("OpenBLAS"))
    #expect(!description.core.isEmpty)
    #expect(try BLAS.start() == description)
  }

  @Test("only the serial flavour is held to one worker")
  func workers() {
    func description(_ parallelism: BLASDescription.Parallelism) -> BLASDescription {
      BLASDescription(configuration: "", core: "", parallelism: parallelism)
    }
    #expect(!description(.serial).allowsSeveralWorkers)
    #expect(description(.threads).allowsSeveralWorkers)
    #expect(description(.openMP).allowsSeveralWorkers)
  }

  @Test("the Cholesky factor of a 3 by 3 matrix is the one worked out by hand")
  func cholesky() throws {
    // [4 12 -16; 12 37 -43; -16 -43 98] = L L' with L = [2; 6 1; -8 5 3]: all steps in integers.
    let factor = try #require(
      BLAS.choleskyFactor([4, 12, -16, 12, 37, -43, -16, -43, 98], count: 3))
    #expect(factor == [2, 0, 0, 6, 1, 0, -8, 5, 3])
  }

  @Test("a matrix with a negative eigenvalue has no Cholesky factor")
  func indefinite() {
    #expect(BLAS.choleskyFactor([1, 2, 2, 1], count: 2) == nil)
  }

  @Test("eigenvalues rise and their vectors rebuild the matrix")
  func eigen() throws {
    let matrix = [2.0, 0.5, -1, 0.5, 3, 0.25, -1, 0.25, 1]
    let eigen = try #require(BLAS.symmetricEigen(matrix, count: 3))
    #expect(eigen.values == eigen.values.sorted())
    for row in 0..<3 {
      for column in 0..<3 {
        let entry = (0..<3).reduce(0.0) {
          $0 + eigen.vectors[row * 3 + $1] * eigen.values[$1] * eigen.vectors[column * 3 + $1]
        }
        // A few roundings of numbers below 4.
        #expect(abs(entry - matrix[row * 3 + column]) < 1e-14)
      }
    }
  }
}
