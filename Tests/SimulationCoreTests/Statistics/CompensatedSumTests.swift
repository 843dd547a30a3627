import SimulationCore
import Testing

@Suite("Compensated sums")
struct CompensatedSumTests {
  @Test("Terms that a plain sum loses are kept")
  func cancellation() {
    #expect(compensatedSum([1, 1e100, 1, -1e100]) == 2)
    // 1 + 2^-53 a thousand times: the plain sum stays at 1.
    #expect(compensatedSum([1] + Array(repeating: 0x1p-53, count: 1024)) == 1 + 0x1p-43)
  }

  @Test("A sum over many chunks is the exact one, rounded")
  func chunks() {
    // A thousand times the double nearest 0.1 is 100 + 5.6e-15; the plain sum ends at
    // 99.9999999999986.
    #expect(compensatedSum(Array(repeating: 0.1, count: 1000)) == 100)
    #expect(compensatedSum([]) == 0)
  }

  @Test("Mean and variance keep their digits on a large offset")
  func moments() {
    // 1e9 + {4, 7, 13, 16}: mean 1e9 + 10, variance 30.
    let moments = SampleMoments([4, 7, 13, 16].map { 1e9 + $0 })
    #expect(moments.mean == 1e9 + 10)
    #expect(moments.variance == 30)
    #expect(SampleMoments([5]).variance == 0)
  }
}
