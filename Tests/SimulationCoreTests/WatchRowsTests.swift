import SimulationCore
import TestSupport
import Testing

@Suite("Rows of a watch list")
struct WatchRowsTests {
  /// The kernel against the rule for one account in Swift, decision by decision.
  @Test("Marked are those whom the rule for a single account names", arguments: testSeeds(30))
  func kernel(seed: UInt64) {
    var random = TestRandom(seed: seed)
    let (assets, groups) = (1 + random.index(9), 1 + random.index(3))
    let hasUpper = random.chance(0.5)
    var rows = WatchRows(assetCount: assets, groupCount: groups)
    var slots: [Int] = []
    for account in 0..<100 {
      let slot = rows.claimSlot(group: random.index(groups), account: Int32(account))
      var row = WatchRow()
      row.debt = random.chance(0.1) ? 0 : random.uniform(0, Double(assets))
      row.lower = random.chance(0.05) ? .infinity : random.uniform(0.5, 1.5)
      row.upper = hasUpper && random.chance(0.5) ? row.debt * random.uniform(0.5, 2) : .infinity
      let holdings = (0..<assets).map { _ in random.chance(0.3) ? 0 : random.uniform() }
      rows.write(slot, row, holdings)
      slots.append(slot)
    }
    var corner = WatchCorner(assetCount: assets, groupCount: groups)
    for asset in 0..<assets {
      corner.low[asset] = random.uniform(0.5, 1)
      corner.high[asset] = corner.low[asset] * random.uniform(1, 1.2)
    }
    for group in 0..<groups {
      corner.debtLow[group] = random.uniform(0.5, 1)
      corner.debtHigh[group] = corner.debtLow[group] * random.uniform(1, 1.2)
    }
    let floor = random.chance(0.5) ? 0 : random.uniform(0, 1.2)
    let isAny = rows.test(corner, floor: floor)
    var marked: [Int32] = []
    rows.appendMarked(to: &marked)
    let expected = slots.filter { rows.mightLeave($0, corner, floor: floor) }
      .map { rows.accounts[$0] }
    #expect(Set(marked) == Set(expected) && marked.count == expected.count)
    #expect(isAny == !expected.isEmpty)
  }

  @Test("A list takes over the marked rows, and a test there finds the same")
  func copies() {
    var book = WatchRows(assetCount: 1, groupCount: 1)
    for account in 0..<40 {
      let slot = book.claimSlot(group: 0, account: Int32(account))
      var row = WatchRow()
      row.debt = 1
      row.lower = 1
      book.write(slot, row, [0.5 + 0.025 * Double(account)])
    }
    var corner = WatchCorner(assetCount: 1, groupCount: 1)
    (corner.low, corner.high, corner.debtLow, corner.debtHigh) = ([1], [1], [1], [1])
    var list = WatchRows(assetCount: 1, groupCount: 1)
    var slots = [Int32](repeating: -1, count: 40)
    let isAny = book.test(corner, floor: 0)
    #expect(isAny)
    book.copyMarked(to: &list, slots: &slots)
    var found: [Int32] = []
    let isAnyThere = list.testPoint(corner, floor: 0)
    #expect(isAnyThere)
    list.appendMarked(to: &found)
    #expect(found == (0..<20).map(Int32.init))
    #expect(slots[19] == 19 && slots[20] == -1)
  }
}
