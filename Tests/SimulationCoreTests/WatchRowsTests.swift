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
    var list = WatchRows(assetCount: assets, groupCount: groups)
    var rows: [(group: Int, row: WatchRow)] = []
    for account in 0..<100 {
      let group = random.index(groups)
      let slot = list.claimSlot(group: group, account: Int32(account))
      let debt = random.chance(0.1) ? 0 : random.uniform(0, Double(assets))
      var row = WatchRow()
      row.lower = random.chance(0.05) ? .infinity : Float(random.uniform(0.5, 1.5))
      row.upper = hasUpper && random.chance(0.5) ? Float(random.uniform(0.5, 2)) : .infinity
      for asset in 0..<assets where random.chance(0.7) {
        row.hold(asset, debt > 0 ? random.uniform() / debt : .infinity)
      }
      list.write(slot, row)
      rows.append((group, row))
    }
    let corner = corner(&random, assets: assets, groups: groups)
    let floor = random.chance(0.5) ? 0 : random.uniform(0, 1.2)
    let isAny = list.test(corner, floor: floor)
    var marked: [Int32] = []
    list.appendMarked(to: &marked)
    let expected = rows.indices.filter {
      rows[$0].row.mightLeave(rows[$0].group, corner, floor: floor)
    }
    #expect(marked.sorted() == expected.map(Int32.init))
    #expect(isAny == !expected.isEmpty)
  }

  private func corner(_ random: inout TestRandom, assets: Int, groups: Int) -> WatchCorner {
    var corner = WatchCorner(assetCount: assets, groupCount: groups)
    for asset in 0..<assets {
      corner.low[asset] = Float(random.uniform(0.5, 1))
      corner.high[asset] = corner.low[asset] * Float(random.uniform(1, 1.2))
    }
    for group in 0..<groups {
      corner.debtLow[group] = Float(random.uniform(0.5, 1))
      corner.debtHigh[group] = corner.debtLow[group] * Float(random.uniform(1, 1.2))
    }
    return corner
  }

  @Test(
    "Rounding to single precision leaves nobody out who is outside by more", arguments: [1, 8, 40])
  func slack(assets: Int) {
    var random = TestRandom(seed: UInt64(assets))
    let places = WatchPlaces(
      collateral: (0..<assets).map(Int32.init),
      startCollateral: (0..<assets).map { _ in random.logUniform(1e-6, 1e6) }, debt: [0],
      startDebt: [random.logUniform(1e-6, 1e6)], hasSeveral: false)
    let startDebt = places.startDebt[0]
    var point = WatchCorner(assetCount: assets, groupCount: 2)
    var (near, listed) = (0, 0)
    for account in 0..<2_000 {
      var weights: [Double] = []
      for start in places.startCollateral {
        weights += [start * random.uniform(0.5, 2), startDebt * random.uniform(0.5, 2)]
      }
      let holdings = (0..<assets).map { random.logUniform(1e-3, 1) / places.startCollateral[$0] }
      let debt = random.logUniform(0.1, 10) / startDebt
      let collateral = zip(holdings, 0..<assets).reduce(0) { $0 + $1.0 * weights[2 * $1.1] }
      // The level is just above its health, by more than doubles lose.
      let health = collateral / (debt * weights[1])
      let below = account % 2 == 0
      var row = WatchRow()
      for asset in 0..<assets {
        row.hold(asset, holdings[asset] * places.startCollateral[asset] / (debt * startDebt))
      }
      if below {
        row.lower = Float(health * (1 + 1e-12))
      } else {
        row.upper = Float(health * (1 - 1e-12))
      }
      point.place(weights: weights, at: places)
      var list = WatchRows(assetCount: assets, groupCount: 2)
      list.write(list.claimSlot(group: 0, account: 0), row)
      near += list.testPoint(point, floor: 0) ? 1 : 0
      // Well inside its levels it is left in peace.
      row.lower = below ? Float(health * (1 - 3 * places.slack)) : 0
      row.upper = below ? .infinity : Float(health * (1 + 3 * places.slack))
      list.write(0, row)
      listed += list.testPoint(point, floor: 0) ? 1 : 0
    }
    #expect(near == 2_000)
    #expect(listed == 0)
  }

  @Test("A list takes over the marked rows, and a test there finds the same")
  func copies() {
    var book = WatchRows(assetCount: 1, groupCount: 1)
    for account in 0..<40 {
      let slot = book.claimSlot(group: 0, account: Int32(account))
      var row = WatchRow()
      row.lower = 1
      row.hold(0, 0.5 + 0.025 * Double(account))
      book.write(slot, row)
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

  @Test("The halves of a block belong to groups of their own, and empty lanes are never marked")
  func halves() {
    var book = WatchRows(assetCount: 2, groupCount: 3)
    var row = WatchRow()
    row.lower = 1
    row.hold(1, 1)
    for account in 0..<27 {
      book.write(book.claimSlot(group: account % 3, account: Int32(account)), row)
    }
    // Two halves a group, of which the second has one account.
    #expect(book.blockCount == 3)
    for group in 0..<3 {
      var corner = WatchCorner(assetCount: 2, groupCount: 3)
      (corner.low, corner.high) = ([1, 1], [1, 1])
      (corner.debtLow, corner.debtHigh) = ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5])
      corner.debtHigh[group] = 1.5
      var found: [Int32] = []
      let isAny = book.test(corner, floor: 1.2)
      #expect(isAny)
      book.appendMarked(to: &found)
      #expect(found.sorted() == (0..<27).filter { $0 % 3 == group }.map(Int32.init))
      var list = WatchRows(assetCount: 2, groupCount: 3)
      var slots = [Int32](repeating: -1, count: 27)
      book.copyMarked(to: &list, slots: &slots)
      corner.debtHigh[group] = 0.5
      let isAnyThere = list.test(corner, floor: 1.2)
      #expect(list.blockCount == 1 && !isAnyThere)
    }
  }
}
