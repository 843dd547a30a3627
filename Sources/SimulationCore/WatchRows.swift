import CKernels

/// Two corners of a box of coordinates: the lowest and highest weight of each asset's collateral, and of
/// each group's debt.
package struct WatchCorner: Sendable {
  package var low: [Double]
  package var high: [Double]
  package var debtLow: [Double]
  package var debtHigh: [Double]

  /// Makes this the single point of `weights`, one pair an asset: of a token supplied, and of one owed.
  ///
  /// Bounds are loosened by `slack`. With `startDebt`, the last group takes the extremes of all debts'
  /// weights over it.
  package mutating func place(
    weights: [Double], collateral: [Int32], debt: [Int32], startDebt: [Double]?, slack: Double
  ) {
    precondition(
      collateral.count == low.count && debt.count < debtLow.count && debtHigh.count == debtLow.count
    )
    if let startDebt {
      ck_watch_place(
        Int32(collateral.count), collateral, Int32(debt.count), debt, weights, startDebt, slack,
        &low, &debtLow, &debtHigh)
    } else {
      ck_watch_place(
        Int32(collateral.count), collateral, Int32(debt.count), debt, weights, nil, slack, &low,
        &debtLow, &debtHigh)
    }
  }

  package init(assetCount: Int, groupCount: Int) {
    low = [Double](repeating: 0, count: assetCount)
    high = low
    debtLow = [Double](repeating: 0, count: groupCount)
    debtHigh = debtLow
  }
}

/// Bounds on every weight of a pool.
package struct WatchBox: Sendable {
  private var low: [Double]
  private var high: [Double]

  /// A box that bounds nothing.
  package init(count: Int) {
    low = [Double](repeating: -.infinity, count: count)
    high = [Double](repeating: .infinity, count: count)
  }

  package mutating func bound(_ index: Int, from least: Double, to most: Double) {
    low[index] = least
    high[index] = most
  }

  package func contains(_ values: [Double]) -> Bool {
    precondition(values.count == low.count)
    return ck_inside(low.count, values, low, high) != 0
  }
}

/// One account of a watch list: what it holds and owes, and the levels at which it must be asked.
package struct WatchRow: Sendable {
  /// What it owes, in the group's unit.
  package var debt = 0.0
  /// It is asked when its ratio of collateral to debt is below this.
  package var lower = 0.0
  /// It is asked when its collateral reaches this times the weight of the debt: a ratio times `debt`.
  package var upper = Double.infinity

  package init() {}
}

/// Accounts packed for the watch test, eight side by side; those of a block owe the same group.
package struct WatchRows: Sendable {
  package let assetCount: Int
  package private(set) var blockCount = 0
  /// `[slot]`, slot = 8 x block + lane; -1 = empty.
  package private(set) var accounts: [Int32] = []
  /// `[block][row][lane]`: what is held of each asset, then debt, lower and upper level.
  private var entries: [Double] = []
  private var rowCount: Int { assetCount + Int(CK_WATCH_LEVELS) }
  /// Whether any row may have a finite upper level.
  private var hasUpper = false
  private var groups: [Int32] = []
  /// `[block]`, one bit a lane, after a test.
  package private(set) var masks: [UInt8] = []
  /// The group's block that has room, its next free lane; -1 = none.
  private var openBlock: [Int]
  private var openLane: [Int]

  package static let lanes = Int(CK_LANES)

  package init(assetCount: Int, groupCount: Int) {
    self.assetCount = assetCount
    openBlock = [Int](repeating: -1, count: groupCount)
    openLane = openBlock
  }

  package var slots: Range<Int> { 0..<blockCount * WatchRows.lanes }

  package mutating func removeAll() {
    blockCount = 0
    hasUpper = false
    openBlock.fill(with: -1)
  }

  /// A free slot in a block of the group, for an account that is then written there.
  package mutating func claimSlot(group: Int, account: Int32) -> Int {
    if openBlock[group] < 0 || openLane[group] == WatchRows.lanes {
      openBlock[group] = addBlock(group)
      openLane[group] = 0
    }
    let slot = openBlock[group] * WatchRows.lanes + openLane[group]
    openLane[group] += 1
    accounts[slot] = account
    return slot
  }

  /// An empty block at the end; storage grows only beyond the largest list so far.
  private mutating func addBlock(_ group: Int) -> Int {
    let block = blockCount
    blockCount += 1
    let lanes = WatchRows.lanes
    if groups.count < blockCount {
      groups.append(0)
      masks.append(0)
      accounts += repeatElement(-1, count: lanes)
      entries += repeatElement(0, count: lanes * rowCount)
    }
    groups[block] = Int32(group)
    for slot in block * lanes..<(block + 1) * lanes { accounts[slot] = -1 }
    let first = block * lanes * rowCount
    for entry in first..<first + lanes * rowCount { entries[entry] = 0 }
    for entry in first + lanes * (rowCount - 1)..<first + lanes * rowCount {
      entries[entry] = .infinity
    }
    return block
  }

  /// Writes an account's row; `holdings` has one amount an asset.
  package mutating func write(_ slot: Int, _ row: WatchRow, _ holdings: [Double]) {
    let (first, lanes) = (firstEntry(slot), WatchRows.lanes)
    for asset in 0..<assetCount { entries[first + asset * lanes] = holdings[asset] }
    let levels = first + assetCount * lanes
    entries[levels] = row.debt
    entries[levels + lanes] = row.lower
    entries[levels + 2 * lanes] = row.upper
    if row.upper < .infinity { hasUpper = true }
  }

  /// Copies a row of `other` as it stands.
  package mutating func copy(_ source: Int, of other: WatchRows, to slot: Int) {
    let (first, second) = (firstEntry(slot), firstEntry(source))
    let last = (rowCount - 1) * WatchRows.lanes
    precondition(
      other.assetCount == assetCount && first + last < entries.count
        && second + last < other.entries.count)
    hasUpper = hasUpper || other.hasUpper
    let count = Int32(rowCount)
    entries.withUnsafeMutableBufferPointer { entries in
      other.entries.withUnsafeBufferPointer { source in
        guard let to = entries.baseAddress, let from = source.baseAddress else { return }
        ck_watch_copy(count, from + second, to + first)
      }
    }
  }

  package func group(of slot: Int) -> Int { Int(groups[slot / WatchRows.lanes]) }

  private func firstEntry(_ slot: Int) -> Int {
    slot / WatchRows.lanes * WatchRows.lanes * rowCount + slot % WatchRows.lanes
  }

  /// Limits beyond which a block need not be looked at.
  package struct Keys {
    /// `[block][2]`, compared with the two limits.
    package let values: [Double]
    package let limit: Double
    package let floorLimit: Double

    /// No keys: every block is looked at.
    package init() { self.init(values: [], limit: 0, floorLimit: 0) }

    package init(values: [Double], limit: Double, floorLimit: Double) {
      self.values = values
      self.limit = limit
      self.floorLimit = floorLimit
    }
  }

  /// Marks in `masks` the accounts that lie outside their levels somewhere in the box.
  ///
  /// `floor` is a lower level for everybody. Returns whether there are any.
  ///
  /// Cost: two products an asset and block of eight; allocates nothing.
  package mutating func test(_ corner: WatchCorner, floor: Double, keys: Keys = Keys()) -> Bool {
    precondition(corner.low.count == assetCount && corner.debtLow.count == openBlock.count)
    return keys.values.withUnsafeBufferPointer { values in
      ck_watch(
        blockCount, Int32(assetCount), entries, hasUpper ? 1 : 0, groups,
        values.isEmpty ? nil : values.baseAddress, keys.limit, keys.floorLimit, corner.low,
        corner.high, corner.debtLow, corner.debtHigh, floor, &masks) > 0
    }
  }

  /// The test at one point, whose `high` need not be filled.
  package mutating func testPoint(_ point: WatchCorner, floor: Double) -> Bool {
    point.low.withUnsafeBufferPointer { low in
      ck_watch(
        blockCount, Int32(assetCount), entries, hasUpper ? 1 : 0, groups, nil, 0, 0,
        low.baseAddress, low.baseAddress, point.debtLow, point.debtHigh, floor, &masks) > 0
    }
  }

  /// Appends the accounts that the last test marked.
  package func appendMarked(to list: inout [Int32]) {
    for block in 0..<blockCount where masks[block] != 0 {
      var mask = masks[block]
      while mask != 0 {
        let slot = block * WatchRows.lanes + mask.trailingZeroBitCount
        mask &= mask - 1
        if accounts[slot] >= 0 { list.append(accounts[slot]) }
      }
    }
  }

  /// Copies the rows that the last test marked to another list, and notes where they are there.
  package func copyMarked(to list: inout WatchRows, slots: inout [Int32]) {
    for block in 0..<blockCount where masks[block] != 0 {
      var mask = masks[block]
      while mask != 0 {
        let slot = block * WatchRows.lanes + mask.trailingZeroBitCount
        mask &= mask - 1
        guard accounts[slot] >= 0 else { continue }
        let place = list.claimSlot(group: Int(groups[block]), account: accounts[slot])
        list.copy(slot, of: self, to: place)
        slots[Int(accounts[slot])] = Int32(place)
      }
    }
  }

  /// The test of one account, by the same rule.
  package func mightLeave(_ slot: Int, _ corner: WatchCorner, floor: Double) -> Bool {
    let group = group(of: slot)
    var (below, above) = (0.0, 0.0)
    let (first, lanes) = (firstEntry(slot), WatchRows.lanes)
    for asset in 0..<assetCount {
      let amount = entries[first + asset * lanes]
      below += amount * corner.low[asset]
      above += amount * corner.high[asset]
    }
    let levels = first + assetCount * lanes
    let stays =
      below >= max(entries[levels + lanes], floor) * (entries[levels] * corner.debtHigh[group])
      && above < entries[levels + 2 * lanes] * corner.debtLow[group]
    return !stays
  }
}
