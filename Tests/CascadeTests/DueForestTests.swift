import Cascade
import TestSupport
import Testing

@Suite("Forest of targets")
struct DueForestTests {
  @Test("Random targets on random clocks are found as by a look at each", arguments: testSeeds(20))
  func program(seed: UInt64) {
    var random = TestRandom(seed: seed)
    let (accounts, clocks) = (1 + random.index(200), 1 + random.index(5))
    let clockOf = (0..<accounts).map { _ in Int32(random.index(clocks + 1)) - 1 }
    var forest = DueForest(clockOf: clockOf, clockCount: clocks)
    var targets = (0..<accounts).map { _ in
      random.chance(0.3) ? Double.infinity : random.uniform(0, 10)
    }
    forest.reset(to: targets)
    for _ in 0..<300 {
      for _ in 0..<random.index(4) {
        let account = random.index(accounts)
        targets[account] = random.chance(0.2) ? .infinity : random.uniform(0, 10)
        forest.set(account, to: targets[account])
      }
      let (clock, time) = (random.index(clocks), random.uniform(-1, 11))
      var found: [Int32] = []
      forest.collect(clock, at: time, into: &found)
      let expected = targets.indices.filter { clockOf[$0] == clock && targets[$0] <= time }
      #expect(found.sorted() == expected.map(Int32.init))
      #expect(forest.isAnyDue(clock, at: time) == !expected.isEmpty)
    }
  }
}
