import Foundation
import SimulationCore
import Testing

@Suite("Bounds and looks")
struct BoundsAndLooksTests {
  @Test("What the worst of n paths says")
  func bounds() {
    // 0.05^(1/20000) = 0.99985022.
    #expect(abs(shareBelowWorst(count: 20_000) - 0.999_850_225) < 1e-9)
  }

  @Test(
    "Looks are doublings of 1,024 up to the limit",
    arguments: [
      (500, [500]), (1024, [1024]), (1025, [1024, 1025]),
      (10_000, [1024, 2048, 4096, 8192, 10_000]),
    ])
  func looks(limit: Int, counts: [Int]) {
    #expect(LookSchedule(limit: limit).counts == counts)
  }

  @Test("Halving a relative error takes four times the paths")
  func predicted() {
    #expect(LookSchedule.predicted(count: 1024, reached: 0.1, target: 0.05) == 4096)
  }
}
