import CKernels

/// Accounts packed for the watch test, sixteen side by side; those of a half of a block owe the same
/// group.
package struct WatchRows: Sendable {
  package let assetCount: Int
  private var halfCount = 0
  package var blockCount: Int { (halfCount + 1) / 2 }
  /// `[slot]`, slot = 16 x block + lane; -1 = empty.
  package private(set) var accounts: [Int32] = []
  /// `[block][row][lane]`: what is held of each asset, then lower and upper level.
  private var entries: [Float] = []
  private var rowCount: Int { assetCount + Int(CK_WATCH_LEVELS) }
  /// Whether any row may have a finite upper level.
  private var hasUpper = false
  /// One entry a half.
  private(set) var groups: [Int32] = []
  /// `[block]`, one bit a lane, after a test.
  private var masks: [UInt16] = []
  /// Blocks in which the last test marked anybody.
  private var markedBlocks = 0
  /// The group's next free slot; at the edge of a half it needs another one.
  private var openSlot: [Int32]

  package static let lanes = Int(CK_WATCH_LANES)
  private static let half = Int(CK_WATCH_HALF)
  /// Entries that processors' caches hold, by order of magnitude.
  private static let cached = 1 << 20

  package init(assetCount: Int, groupCount: Int) {
    self.assetCount = assetCount
    openSlot = [Int32](repeating: 0, count: groupCount)
  }

  /// By how much bounds must be loosened, relative, so that rounding leaves nobody out.
  ///
  /// Twice the error bound of a sum of products in single precision (N. Higham, Accuracy and Stability
  /// of Numerical Algorithms, 2002, section 3.1), factors and levels rounded too.
  package static func slack(assetCount: Int) -> Double {
    Double(Float.ulpOfOne) * Double(assetCount + 8)
  }

  package var slots: Range<Int> { 0..<halfCount * WatchRows.half }

  package mutating func removeAll() {
    halfCount = 0
    hasUpper = false
    openSlot.fill(with: 0)
  }

  /// A free slot in a half of the group, for an account that is then written there.
  package mutating func claimSlot(group: Int, account: Int32) -> Int {
    if Int(openSlot[group]) % WatchRows.half == 0 { openSlot[group] = addHalf(group) }
    let slot = Int(openSlot[group])
    openSlot[group] += 1
    accounts[slot] = account
    if assetCount > 0 { entries[firstEntry(slot)] = 0 }
    return slot
  }

  /// The first slot of an empty half at the end.
  private mutating func addHalf(_ group: Int) -> Int32 {
    let (half, lanes) = (halfCount, WatchRows.lanes)
    halfCount += 1
    if half % 2 == 0 {
      makeRoom(for: blockCount)
      let slot = half * WatchRows.half
      for empty in slot..<slot + lanes { accounts[empty] = -1 }
      let first = slot * rowCount
      for entry in first..<first + lanes * rowCount { entries[entry] = 0 }
      for lane in 0..<lanes {
        if assetCount > 0 { entries[first + lane] = CK_WATCH_PLENTY }
        entries[first + lanes * (rowCount - 1) + lane] = .infinity
      }
      groups[half + 1] = 0
    }
    groups[half] = Int32(group)
    return Int32(half * WatchRows.half)
  }

  /// Storage for that many blocks; it grows only beyond the largest list so far.
  private mutating func makeRoom(for blocks: Int) {
    guard masks.count < blocks else { return }
    let missing = blocks - masks.count
    groups += repeatElement(0, count: 2 * missing)
    masks += repeatElement(0, count: missing)
    accounts += repeatElement(-1, count: WatchRows.lanes * missing)
    entries += repeatElement(0, count: WatchRows.lanes * rowCount * missing)
  }

  /// Writes the batch's rows where `slots`, one entry an account, has a place for them, and notes the others
  /// there as unlisted.
  ///
  /// An account's assets are those of its rows before. Cost: O(entries); allocates nothing.
  package mutating func write(_ batch: inout WatchRowBatch, slots: [Int32]) {
    batch.unlistedCount = ck_watch_write_rows(
      batch.count, batch.accounts, slots, batch.ends, batch.assets, batch.shares, batch.lower,
      batch.upper, Int32(rowCount), &entries, entries.count > WatchRows.cached ? 6 : 0,
      &batch.unlisted)
    if batch.hasUpper { hasUpper = true }
  }

  /// Writes one row of a batch.
  package mutating func write(_ row: Int, of batch: WatchRowBatch, to slot: Int) {
    let first = firstEntry(slot)
    for entry in batch.entries(of: row) {
      entries[first + Int(batch.assets[entry]) * WatchRows.lanes] = batch.shares[entry]
    }
    entries[first + assetCount * WatchRows.lanes] = batch.lower[row]
    entries[first + (assetCount + 1) * WatchRows.lanes] = batch.upper[row]
    if batch.upper[row] < .infinity { hasUpper = true }
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
    (halfCount, hasUpper) = (other.halfCount, other.hasUpper)
    openSlot.overwrite(with: other.openSlot)
    let lanes = blockCount * WatchRows.lanes
    groups.overwrite(first: 2 * blockCount, with: other.groups)
    accounts.overwrite(first: lanes, with: other.accounts)
    entries.overwrite(first: lanes * rowCount, with: other.entries)
  }

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
  /// Cost: two products an asset and block of sixteen; allocates nothing.
  package mutating func test(_ corner: WatchCorner, floor: Double, keys: Keys = Keys()) -> Bool {
    precondition(corner.low.count == assetCount && corner.debtLow.count == openSlot.count)
    markedBlocks = keys.values.withUnsafeBufferPointer { values in
      ck_watch(
        blockCount, Int32(assetCount), entries, hasUpper ? 1 : 0, groups,
        values.isEmpty ? nil : values.baseAddress, keys.limit, keys.floorLimit, corner.low,
        corner.high, corner.debtLow, corner.debtHigh, Float(floor), &masks)
    }
    return markedBlocks > 0
  }

  /// The test at one point, whose `high` need not be filled.
  package mutating func testPoint(_ point: WatchCorner, floor: Double) -> Bool {
    markedBlocks = ck_watch(
      blockCount, Int32(assetCount), entries, hasUpper ? 1 : 0, groups, nil, 0, 0, point.low, nil,
      point.debtLow, point.debtHigh, Float(floor), &masks)
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

  /// Makes `list` the rows that the last test marked, and perhaps neighbours of theirs, and notes where
  /// they are there.
  ///
  /// - Precondition: `list` is empty.
  package func copyMarked(to list: inout WatchRows, slots: inout [Int32]) {
    precondition(list.halfCount == 0 && list.assetCount == assetCount)
    // Half of it for accounts that are listed later.
    list.makeRoom(for: 2 * markedBlocks)
    list.hasUpper = hasUpper
    list.halfCount = ck_watch_copy_marked(
      blockCount, Int32(rowCount), entries, groups, masks, accounts, &list.openSlot,
      2 * markedBlocks, &list.entries, &list.groups, &list.accounts, &slots)
    precondition(list.halfCount >= 0, "a group fills at most as many halves as it had")
  }
}

extension WatchRows {
  /// Follows a course up to the first step at which its weights leave the box, or the test at their
  /// point marks anybody; returns how many steps came before it, and whether anybody is marked.
  ///
  /// `logPrice` holds the course's prices `[step][asset]` from entry `offset` on, of which `steps`
  /// follow; `box` is translated for the course. Course and weights are left at the step that was
  /// reached, before its displacement decays.
  package mutating func skipQuietSteps(
    of course: inout PriceCourse, in logPrice: [Double], at offset: Int, steps: Int,
    weights: inout [Double], point: inout WatchCorner, places: WatchPlaces, box: WatchBox,
    floor: Double
  ) -> (steps: Int, isMarked: Bool) {
    let count = course.price.count
    precondition(offset >= 0 && steps >= 0 && offset + steps * count <= logPrice.count)
    precondition(weights.count == 2 * count && places.fit(point) && box.logLow.count == count)
    var isMarked: Int32 = 0
    let passed = ck_watch_quiet(
      steps, Int32(count), logPrice, offset, course.kept, &course.displacement, course.factors,
      &course.price, &course.lowestLog, &weights, &course.room, box.logLow, box.logHigh,
      Int32(places.collateral.count), places.collateral, places.collateralScale,
      Int32(places.debt.count), places.debt, places.debtScale, places.hasSeveral ? 1 : 0,
      places.slack, &point.low, &point.high, &point.debtLow, &point.debtHigh, blockCount, entries,
      hasUpper ? 1 : 0, groups, Float(floor), &masks, &isMarked)
    return (passed, isMarked != 0)
  }
}
