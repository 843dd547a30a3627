import CKernels

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
  private var masks: [UInt8] = []
  /// Blocks in which the last test marked anybody.
  private var markedBlocks = 0
  /// The group's next free slot; at the edge of a block it needs another one.
  private var openSlot: [Int32]

  package static let lanes = Int(CK_LANES)

  package init(assetCount: Int, groupCount: Int) {
    self.assetCount = assetCount
    openSlot = [Int32](repeating: 0, count: groupCount)
  }

  package var slots: Range<Int> { 0..<blockCount * WatchRows.lanes }

  package mutating func removeAll() {
    blockCount = 0
    hasUpper = false
    openSlot.fill(with: 0)
  }

  /// A free slot in a block of the group, for an account that is then written there.
  package mutating func claimSlot(group: Int, account: Int32) -> Int {
    if Int(openSlot[group]) % WatchRows.lanes == 0 { openSlot[group] = addBlock(group) }
    let slot = Int(openSlot[group])
    openSlot[group] += 1
    accounts[slot] = account
    return slot
  }

  /// The first slot of an empty block at the end.
  private mutating func addBlock(_ group: Int) -> Int32 {
    let block = blockCount
    blockCount += 1
    makeRoom(for: blockCount)
    let lanes = WatchRows.lanes
    groups[block] = Int32(group)
    for slot in block * lanes..<(block + 1) * lanes { accounts[slot] = -1 }
    let first = block * lanes * rowCount
    for entry in first..<first + lanes * rowCount { entries[entry] = 0 }
    for entry in first + lanes * (rowCount - 1)..<first + lanes * rowCount {
      entries[entry] = .infinity
    }
    return Int32(block * lanes)
  }

  /// Storage for that many blocks; it grows only beyond the largest list so far.
  private mutating func makeRoom(for blocks: Int) {
    guard groups.count < blocks else { return }
    let missing = blocks - groups.count
    groups += repeatElement(0, count: missing)
    masks += repeatElement(0, count: missing)
    accounts += repeatElement(-1, count: WatchRows.lanes * missing)
    entries += repeatElement(0, count: WatchRows.lanes * rowCount * missing)
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

  /// Takes over the rows of a list of the same shape.
  package mutating func takeOver(_ other: WatchRows) {
    precondition(other.rowCount == rowCount && other.openSlot.count == openSlot.count)
    makeRoom(for: other.blockCount)
    (blockCount, hasUpper) = (other.blockCount, other.hasUpper)
    openSlot.overwrite(with: other.openSlot)
    groups.overwrite(first: blockCount, with: other.groups)
    accounts.overwrite(first: blockCount * WatchRows.lanes, with: other.accounts)
    entries.overwrite(first: blockCount * WatchRows.lanes * rowCount, with: other.entries)
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
    precondition(corner.low.count == assetCount && corner.debtLow.count == openSlot.count)
    markedBlocks = keys.values.withUnsafeBufferPointer { values in
      ck_watch(
        blockCount, Int32(assetCount), entries, hasUpper ? 1 : 0, groups,
        values.isEmpty ? nil : values.baseAddress, keys.limit, keys.floorLimit, corner.low,
        corner.high, corner.debtLow, corner.debtHigh, floor, &masks)
    }
    return markedBlocks > 0
  }

  /// The test at one point, whose `high` need not be filled.
  package mutating func testPoint(_ point: WatchCorner, floor: Double) -> Bool {
    markedBlocks = ck_watch(
      blockCount, Int32(assetCount), entries, hasUpper ? 1 : 0, groups, nil, 0, 0, point.low, nil,
      point.debtLow, point.debtHigh, floor, &masks)
    return markedBlocks > 0
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

  /// Makes `list` the rows that the last test marked, and notes where they are there.
  ///
  /// - Precondition: `list` is empty.
  package func copyMarked(to list: inout WatchRows, slots: inout [Int32]) {
    precondition(list.blockCount == 0 && list.assetCount == assetCount)
    list.makeRoom(for: markedBlocks)
    list.hasUpper = hasUpper
    list.blockCount = ck_watch_copy_marked(
      blockCount, Int32(rowCount), entries, groups, masks, accounts, &list.openSlot, markedBlocks,
      &list.entries, &list.groups, &list.accounts, &slots)
    precondition(list.blockCount >= 0, "a group fills at most as many blocks as it had")
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

extension WatchRows {
  /// Follows a course up to the first step at which its weights leave the box, or the test at their
  /// point marks anybody; returns how many steps came before it.
  ///
  /// `exogenous` holds the prices `[step][asset]` from entry `offset` on, of which `steps` follow.
  /// Course and weights are left at the step that was reached, before its displacement decays.
  package mutating func skipQuietSteps(
    of course: inout PriceCourse, in exogenous: [Double], at offset: Int, steps: Int,
    weights: inout [Double], point: inout WatchCorner, places: WatchPlaces, box: WatchBox,
    floor: Double
  ) -> Int {
    let count = course.price.count
    precondition(offset >= 0 && steps >= 0 && offset + steps * count <= exogenous.count)
    precondition(weights.count == 2 * count && places.fit(point) && box.low.count == 2 * count)
    return ck_watch_quiet(
      steps, Int32(count), exogenous, offset, course.isMoved ? 1 : 0, course.kept,
      &course.displacement, course.factors, &course.price, &course.lowest, &weights,
      &course.room, box.low, box.high, Int32(places.collateral.count), places.collateral,
      Int32(places.debt.count),
      places.debt, places.hasSeveral ? 1 : 0, places.startDebt, places.slack, &point.low,
      &point.high, &point.debtLow, &point.debtHigh, blockCount, entries, hasUpper ? 1 : 0, groups,
      floor,
      &masks)
  }
}
