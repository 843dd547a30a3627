import Cascade
import TestSupport
import Testing

@Suite("Queue of targets")
struct DueQueueTests {
  @Test("Random targets on random clocks are found as by a look at each", arguments: testSeeds(20))
  func program(seed: UInt64) {
    var random = TestRandom(seed: seed)
    let (accounts, clocks) = (1 + random.index(200), 1 + random.index(5))
    let clockOf = (0..<accounts).map { _ in Int32(random.index(clocks + 1)) - 1 }
    var queue = DueQueue(clockOf: clockOf, clockCount: clocks)
    let startsFar = random.chance(0.5)
    var targets = (0..<accounts).map { _ in
      startsFar || random.chance(0.3) ? Double.infinity : random.uniform(0, 10)
    }
    if startsFar { queue.reset() } else { queue.reset(to: targets) }
    #expect(queue.usedClocks == (0..<clocks).filter { clockOf.contains(Int32($0)) })
    var total = 0
    for round in 0..<300 {
      for _ in 0..<random.index(4) {
        let account = random.index(accounts)
        targets[account] = random.chance(0.2) ? .infinity : random.uniform(0, 10)
        queue.set(account, to: targets[account])
      }
      // From far below the first targets to beyond the last ones, so that the reach moves on.
      let (clock, time) = (random.index(clocks), 11 * random.logUniform(1e-4, 1))
      var found: [Int32] = []
      queue.take(clock, at: time, into: &found)
      let expected = targets.indices.filter { clockOf[$0] == clock && targets[$0] <= time }
      #expect(found.sorted() == expected.map(Int32.init), "round \(round)")
      total += found.count
      // Some stay due, as owners do who look at every step.
      for account in expected {
        if random.chance(0.5) { targets[account] = time + random.uniform(0, 5) }
        queue.set(account, to: targets[account])
      }
    }
    #expect(total > 0 || clockOf.allSatisfy { $0 < 0 })
    #expect(queue.entryCount <= 2 * accounts)
  }

  @Test("A target that changes is no longer found where it was, and only once where it is")
  func change() {
    var queue = DueQueue(clockOf: [0, 0], clockCount: 1)
    queue.reset(to: [1, 2])
    func taken(_ time: Double) -> [Int32] {
      var found: [Int32] = []
      queue.take(0, at: time, into: &found)
      return found
    }
    #expect(taken(0.5) == [])
    queue.set(0, to: 3)
    queue.set(0, to: 1)
    queue.set(0, to: 3)
    #expect(taken(2) == [1])
    queue.set(1, to: .infinity)
    #expect(taken(2.5) == [])
    #expect(taken(3) == [0])
    #expect(taken(4) == [])

    // Targets that change for ever leave no more behind than there are accounts.
    queue.reset(to: [6, 5])
    #expect(taken(1) == [])
    for time in 0..<1_000 { queue.set(0, to: 7 + Double(time % 10)) }
    #expect(queue.entryCount <= 4)
    #expect(taken(7) == [1])
    #expect(taken(16) == [0])
  }
}
