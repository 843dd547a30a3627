import SimulationCore
import TestSupport
import Testing

/// Accounts whose rows are worked out here, in plain Swift, beside those of the kernel.
private struct WatchedAccounts {
  let assets: Int
  let groups: Int
  var accounts: [(group: Int, held: [Double?], debt: Double, lower: Double, upper: Double)] = []

  /// `held` has one entry an asset, worth at the start; nothing where it has none.
  mutating func add(
    group: Int = 0, held: [Double?], debt: Double = 1, lower: Double = 1, upper: Double = .infinity
  ) {
    accounts.append((group, held, debt, lower, upper))
  }

  /// Every asset at a price of 1, the collaterals first; group g owes asset `assets` + g.
  var places: WatchPlaces {
    WatchPlaces(
      assetCount: assets + groups, collateral: (0..<assets).map(Int32.init),
      startCollateral: [Double](repeating: 1, count: assets),
      debt: (assets..<assets + groups).map(Int32.init),
      startDebt: [Double](repeating: 1, count: groups), hasSeveral: false)
  }

  /// Writes all of them, account n into slot `slots[n]` where that is none of -1.
  func write(to list: inout WatchRows, slots: [Int32]) -> WatchRowBatch {
    var (start, asset): ([Int32], [Int32]) = ([0], [])
    var (supplied, borrowed): ([Double], [Double]) = ([], [])
    var batch = WatchRowBatch(legs: assets + 1)
    for account in accounts {
      for (place, held) in account.held.enumerated() {
        guard let held else { continue }
        asset.append(Int32(place))
        supplied.append(held)
        borrowed.append(0)
      }
      asset.append(Int32(assets + account.group))
      supplied.append(0)
      borrowed.append(account.debt)
      start.append(Int32(asset.count))
    }
    let (book, bookSlots) = emptyBook()
    batch.makeRows(
      accounts.indices.map(Int32.init), from: 0,
      levels: accounts.map { WatchLevels(lower: $0.lower, upper: $0.upper) }, book: book,
      slots: bookSlots, legStart: start, legAsset: asset, supplied: supplied, borrowed: borrowed,
      places: places)
    list.write(&batch, slots: slots)
    return batch
  }

  /// A slot for each of them, nothing written yet.
  private func emptyBook() -> (rows: WatchRows, slots: [Int32]) {
    var rows = WatchRows(assetCount: assets, groupCount: groups + 1)
    let slots = accounts.indices.map {
      Int32(rows.claimSlot(group: accounts[$0].group, account: Int32($0)))
    }
    return (rows, slots)
  }

  /// A list of all of them.
  func list() -> WatchRows {
    var (list, slots) = emptyBook()
    _ = write(to: &list, slots: slots)
    return list
  }

  /// The rule for a single account, by the sums of the kernel.
  func mightLeave(_ number: Int, _ corner: WatchCorner, floor: Double) -> Bool {
    let account = accounts[number]
    func sum(_ weights: [Float]) -> Float {
      var sums: [Float] = [0, 0]
      for (asset, held) in account.held.enumerated() {
        guard let held else { continue }
        let share = account.debt > 0 ? Float(held / account.debt) : 1e30
        sums[asset % 2] += share * weights[asset]
      }
      return sums[0] + sums[1]
    }
    if account.debt <= 0 && account.upper < .infinity { return true }
    let lower = max(Float(account.lower), Float(floor))
    return sum(corner.low) < lower * corner.debtHigh[account.group]
      || sum(corner.high) >= Float(account.upper) * corner.debtLow[account.group]
  }
}

@Suite("Rows of a watch list")
struct WatchRowsTests {
  /// The kernel against the rule for one account in Swift, decision by decision.
  @Test("Marked are those whom the rule for a single account names", arguments: testSeeds(30))
  func kernel(seed: UInt64) {
    var random = TestRandom(seed: seed)
    let (assets, groups) = (1 + random.index(9), 1 + random.index(3))
    let hasUpper = random.chance(0.5)
    var book = WatchedAccounts(assets: assets, groups: groups)
    for _ in 0..<100 {
      book.add(
        group: random.index(groups),
        held: (0..<assets).map { _ in random.chance(0.7) ? random.uniform() : nil },
        debt: random.chance(0.1) ? 0 : random.uniform(0, Double(assets)),
        lower: random.chance(0.05) ? .infinity : random.uniform(0.5, 1.5),
        upper: hasUpper && random.chance(0.5) ? random.uniform(0.5, 2) : .infinity)
    }
    var list = book.list()
    let corner = corner(&random, assets: assets, groups: groups)
    let floor = random.chance(0.5) ? 0 : random.uniform(0, 1.2)
    let isAny = list.test(corner, floor: floor)
    var marked: [Int32] = []
    list.appendMarked(to: &marked)
    let expected = book.accounts.indices.filter { book.mightLeave($0, corner, floor: floor) }
    #expect(marked.sorted() == expected.map(Int32.init))
    #expect(isAny == !expected.isEmpty)

    // An account without a slot is tested alone, and its row can be written later.
    var other = WatchRows(assetCount: assets, groupCount: groups + 1)
    let none = [Int32](repeating: -1, count: 100)
    let batch = book.write(to: &other, slots: none)
    #expect(batch.unlistedCount == 100)
    for index in 0..<100 {
      let (row, account, group) = batch.unlistedRow(index)
      #expect(batch.mightLeave(row, corner, floor: floor) == expected.contains(account))
      other.write(row, of: batch, to: other.claimSlot(group: group, account: Int32(account)))
    }
    let isAnyThere = other.test(corner, floor: floor)
    #expect(isAnyThere == isAny)
    marked = []
    other.appendMarked(to: &marked)
    #expect(marked.sorted() == expected.map(Int32.init))
  }

  private func corner(_ random: inout TestRandom, assets: Int, groups: Int) -> WatchCorner {
    var corner = WatchCorner(assetCount: assets, groupCount: groups + 1)
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
      assetCount: assets, collateral: (0..<assets).map(Int32.init),
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
      let held = (0..<assets).map {
        holdings[$0] * places.startCollateral[$0] / (debt * startDebt)
      }
      point.place(weights: weights, at: places)
      func isMarked(lower: Double, upper: Double) -> Bool {
        var book = WatchedAccounts(assets: assets, groups: 1)
        book.add(held: held, lower: lower, upper: upper)
        var list = book.list()
        return list.testPoint(point, floor: 0)
      }
      let isNear = isMarked(
        lower: below ? health * (1 + 1e-12) : 0,
        upper: below ? .infinity : health * (1 - 1e-12))
      near += isNear ? 1 : 0
      // Well inside its levels it is left in peace.
      let isListed = isMarked(
        lower: below ? health * (1 - 3 * places.slack) : 0,
        upper: below ? .infinity : health * (1 + 3 * places.slack))
      listed += isListed ? 1 : 0
    }
    #expect(near == 2_000)
    #expect(listed == 0)
  }

  @Test("A list takes over the marked rows, and a test there finds the same")
  func copies() {
    var accounts = WatchedAccounts(assets: 1, groups: 1)
    for account in 0..<40 { accounts.add(held: [0.5 + 0.025 * Double(account)]) }
    var book = accounts.list()
    var corner = WatchCorner(assetCount: 1, groupCount: 2)
    (corner.low, corner.high, corner.debtLow, corner.debtHigh) = ([1], [1], [1, 1], [1, 1])
    var list = WatchRows(assetCount: 1, groupCount: 2)
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

    // Of six in a half the other two come along, and are not marked there.
    corner.low = [0.955]
    let isAnyBelow = book.test(corner, floor: 0)
    #expect(isAnyBelow)
    list.removeAll()
    book.copyMarked(to: &list, slots: &slots)
    #expect(slots[23] >= 0 && slots[24] == -1)
    found = []
    let isAnyBelowThere = list.testPoint(corner, floor: 0)
    #expect(isAnyBelowThere)
    list.appendMarked(to: &found)
    #expect(found.sorted() == (0..<22).map(Int32.init))
  }

  @Test("The halves of a block belong to groups of their own, and empty lanes are never marked")
  func halves() {
    var accounts = WatchedAccounts(assets: 2, groups: 3)
    for account in 0..<27 { accounts.add(group: account % 3, held: [nil, 1]) }
    var book = accounts.list()
    // Two halves a group, of which the second has one account.
    #expect(book.blockCount == 3)
    for group in 0..<3 {
      var corner = WatchCorner(assetCount: 2, groupCount: 4)
      (corner.low, corner.high) = ([1, 1], [1, 1])
      (corner.debtLow, corner.debtHigh) = (
        [0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]
      )
      corner.debtHigh[group] = 1.5
      var found: [Int32] = []
      let isAny = book.test(corner, floor: 1.2)
      #expect(isAny)
      book.appendMarked(to: &found)
      #expect(found.sorted() == (0..<27).filter { $0 % 3 == group }.map(Int32.init))
      var list = WatchRows(assetCount: 2, groupCount: 4)
      var slots = [Int32](repeating: -1, count: 27)
      book.copyMarked(to: &list, slots: &slots)
      corner.debtHigh[group] = 0.5
      let isAnyThere = list.test(corner, floor: 1.2)
      #expect(list.blockCount == 1 && !isAnyThere)
    }
  }
}
