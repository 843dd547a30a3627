package import SimulationCore

/// Half-widths of the boxes around prices, in standard deviations of a step; they change no result.
package struct WatchBoxes: Sendable {
  package var narrow = 6.0
  package var wide = 30.0
  /// Of the narrow box, as a fraction; four times that of the wide one.
  package var least = 0.001
  /// No box reaches further, as a fraction.
  static let widest = 0.5

  package init() {}

  package init(narrow: Double, wide: Double, least: Double) {
    self.narrow = narrow
    self.wide = wide
    self.least = least
  }
}

/// Finds the accounts of a pool whose health factor may have left its levels, without a look at the others.
///
/// An account is asked when threshold < lower x debt or threshold >= upper x debt. The weights of
/// `HealthWeights` are the coordinates, so that prices and interest indices move the same way. A wide
/// and a narrow box stand around the present weights, each with the list of whoever could leave its
/// levels somewhere in it. While the weights stay inside the narrow box, a test reads its list alone. Lists are supersets (bounds are loosened by `slack`); whether an account has left
/// its levels is decided by whoever asks, with `Positions.weigh`, so that results do not depend on boxes.
///
/// - Cost: a test costs two products an asset for every sixteen accounts listed; leaving a box, the same
///   for the list above it, less the blocks that the accounts' distance from their levels rules out.
package struct HealthWatch: Sendable {
  /// Relative; far above the rounding of a product.
  private static let slack = 1e-9

  /// One account in so many is cheaper to put back alone than with all of them.
  private static let fewDirty = 10

  // Which coordinates there are. The last group is that of accounts that owe several assets: it weighs
  // by the largest and smallest growth of any debt coordinate since the start.
  private let places: WatchPlaces

  /// Every account; slots never change.
  private var book: WatchRows
  private var startBook: WatchRows
  private let slotOf: [Int32]
  /// `[block][2]`: at the start's weights, a bound on the smallest health over the lower level, and one on
  /// the smallest health.
  private var keys: [Double]
  private var startKeys: [Double]

  private var wide: BoxedList
  private var narrow: BoxedList
  /// The same two as a path begins with them.
  private var startWide: BoxedList
  private var startNarrow: BoxedList
  private var point: WatchCorner

  /// Accounts whose rows differ from the start's.
  private var dirty: [Int32] = []
  private var isDirty: [Bool]
  private var batch: WatchRowBatch

  /// The accounts that the last test found, in no particular order.
  package private(set) var candidates: [Int32] = []
  /// How often the lists of the wide and of the narrow box were made, on all paths.
  package private(set) var rebuilds = (wide: 0, narrow: 0)

  /// A watch over `pool` as it is at time 0, weighed by `weights`.
  ///
  /// `step` is each asset's standard deviation a step, which `boxes` multiply. `levels` gives each
  /// account's levels at the start, `floor` the lower level for everybody that a path's first tests
  /// are likely to ask for.
  package init(
    pool: LendingPool, weights: HealthWeights, step: [Double], boxes: WatchBoxes = WatchBoxes(),
    floor: Double = 0, levels: (Int) -> WatchLevels = { _ in WatchLevels(lower: 1) }
  ) {
    let positions = pool.positions
    var isCollateral = [Bool](repeating: false, count: pool.assetCount)
    var isDebt = isCollateral
    for leg in positions.legAsset.indices {
      let asset = Int(positions.legAsset[leg])
      if pool.parameters[asset].liquidationThreshold > 0 { isCollateral[asset] = true }
      if positions.borrowed[leg] > 0 { isDebt[asset] = true }
    }
    let collateralAssets = isCollateral.indices.filter { isCollateral[$0] }.map(Int32.init)
    let debtAssets = isDebt.indices.filter { isDebt[$0] }.map(Int32.init)
    func widths(_ assets: [Int32], _ factor: Double, _ least: Double) -> [Double] {
      assets.map { min(WatchBoxes.widest, max(least, factor * step[Int($0)])) }
    }
    func list(_ rows: WatchRows, _ factor: Double, _ least: Double) -> BoxedList {
      BoxedList(
        rows, accountCount: positions.accountCount, weightCount: weights.pairs.count,
        width: widths(collateralAssets, factor, least),
        debtWidth: widths(debtAssets, factor, least))
    }
    let groupCount = debtAssets.count + 1
    let empty = WatchRows(assetCount: collateralAssets.count, groupCount: groupCount)
    book = empty
    wide = list(empty, boxes.wide, 4 * boxes.least)
    narrow = list(empty, boxes.narrow, boxes.least)
    (startWide, startNarrow) = (wide, narrow)
    point = WatchCorner(assetCount: collateralAssets.count, groupCount: groupCount)
    let count = positions.accountCount
    batch = WatchRowBatch(legs: (0..<count).map { positions.legs(of: $0).count }.max() ?? 0)
    isDirty = [Bool](repeating: false, count: count)

    // Neighbours in the book are alike, so that whole blocks are far from their levels.
    let groups = (0..<count).map { account in
      let owed = positions.legs(of: account).filter { positions.borrowed[$0] > 0 }
      guard owed.count < 2, let leg = owed.first else { return owed.isEmpty ? 0 : groupCount - 1 }
      return isDebt[..<Int(positions.legAsset[leg])].count { $0 }
    }
    places = WatchPlaces(
      assetCount: pool.assetCount, collateral: collateralAssets,
      startCollateral: collateralAssets.map { weights.threshold(Int($0)) }, debt: debtAssets,
      startDebt: debtAssets.map { weights.debt(Int($0)) },
      hasSeveral: groups.contains(groupCount - 1))
    let ratios = (0..<count).map { account in
      let (threshold, debt) = positions.weigh(account, weights)
      return debt > 0 ? threshold / (debt * levels(account).lower) : .infinity
    }
    let order = (0..<count).sorted { (groups[$0], ratios[$0], $0) < (groups[$1], ratios[$1], $1) }
    var slots = [Int32](repeating: 0, count: count)
    for account in order {
      slots[account] = Int32(book.claimSlot(group: groups[account], account: Int32(account)))
    }
    slotOf = slots
    keys = [Double](repeating: .infinity, count: 2 * book.blockCount)
    (startBook, startKeys) = (book, keys)
    let everybody = (0..<count).map(Int32.init)
    let startLevels = (0..<count).map(levels)
    for first in stride(from: 0, to: count, by: WatchRowBatch.capacity) {
      makeRows(everybody, from: first, positions, startLevels)
    }
    (startBook, startKeys) = (book, keys)
    point.place(weights: weights.pairs, at: places)
    rebuildWide(floor)
    (startWide, startNarrow) = (wide, narrow)
  }

  // MARK: A path

  /// Puts every row and both lists back to the start.
  ///
  /// Cost: O(accounts that the path before has changed, and accounts listed).
  package mutating func reset() {
    let isWhole = dirty.count > slotOf.count / HealthWatch.fewDirty
    if isWhole {
      book.takeOver(startBook)
      keys.overwrite(with: startKeys)
    }
    for index in dirty.indices {
      let account = Int(dirty[index])
      isDirty[account] = false
      guard !isWhole else { continue }
      let slot = Int(slotOf[account])
      book.copy(slot, of: startBook, to: slot)
      let block = slot / WatchRows.lanes
      for key in 2 * block..<2 * block + 2 { keys[key] = startKeys[key] }
    }
    dirty.removeAll(keepingCapacity: true)
    wide.takeOver(startWide)
    narrow.takeOver(startNarrow)
  }

  /// Says that the balances or levels of these accounts are now other ones; `levels` has their levels in
  /// the same order, and may have more entries.
  ///
  /// Cost: O(legs of the accounts); allocates nothing but the room of a list that grows.
  package mutating func update(
    _ accounts: [Int32], _ positions: Positions, levels: [WatchLevels]
  ) {
    for account in accounts where !isDirty[Int(account)] {
      isDirty[Int(account)] = true
      dirty.append(account)
    }
    for first in stride(from: 0, to: accounts.count, by: WatchRowBatch.capacity) {
      makeRows(accounts, from: first, positions, levels)
      wide.update(&batch)
      narrow.update(&batch)
    }
  }

  /// Finds everybody who may be outside its levels at `weights`, or below `floor`, into `candidates`.
  ///
  /// Where `asksFloor` is false, lists are kept good for `floor`, but nobody is asked for it.
  package mutating func test(
    _ weights: HealthWeights, floor: Double = 0, asksFloor: Bool = true
  ) {
    point.place(weights: weights.pairs, at: places)
    if floor > wide.floor || !wide.box.contains(weights.pairs) {
      rebuildWide(floor)
    } else if floor > narrow.floor || !narrow.box.contains(weights.pairs) {
      rebuildNarrow(floor)
    }
    candidates.removeAll(keepingCapacity: true)
    guard narrow.rows.testPoint(point, floor: asksFloor ? floor : 0) else { return }
    narrow.rows.appendMarked(to: &candidates)
  }

  /// Follows a course of prices up to the first step at which somebody may be outside its levels, into
  /// `candidates`; returns how many steps came before it.
  ///
  /// `logPrice` holds the course's prices `[step][asset]` from entry `offset` on, of which `steps`
  /// follow. Course and weights are left at the step that was reached, before its displacement decays.
  package mutating func skipQuietSteps(
    of course: inout PriceCourse, in logPrice: [Double], at offset: Int, steps: Int,
    weights: inout HealthWeights
  ) -> Int {
    candidates.removeAll(keepingCapacity: true)
    var passed = 0
    while true {
      narrow.box.translate(for: course)
      let stop = narrow.rows.skipQuietSteps(
        of: &course, in: logPrice, at: offset + passed * course.price.count,
        steps: steps - passed, weights: &weights.pairs, point: &point, places: places,
        box: narrow.box, floor: narrow.floor)
      passed += stop.steps
      guard passed < steps else { return passed }
      if stop.isMarked {
        narrow.rows.appendMarked(to: &candidates)
        return passed
      }
      // The prices have left the box.
      test(weights)
      guard candidates.isEmpty else { return passed }
      course.decay()
      passed += 1
    }
  }

  // MARK: Boxes

  private mutating func rebuildWide(_ floor: Double) {
    rebuilds.wide += 1
    wide.surround(point, places)
    // By how much any health can have shrunk since the start, somewhere in the box.
    var (least, most) = (Double.infinity, 0.0)
    for low in wide.corner.low { least = min(least, Double(low)) }
    for high in wide.corner.debtHigh { most = max(most, Double(high)) }
    let limit = most / least * (1 + HealthWatch.slack)
    wide.fill(
      from: &book, floor: floor,
      keys: WatchRows.Keys(values: keys, limit: limit, floorLimit: floor * limit))
    rebuildNarrow(floor)
  }

  private mutating func rebuildNarrow(_ floor: Double) {
    rebuilds.narrow += 1
    narrow.surround(point, places, within: wide.corner)
    narrow.fill(from: &wide.rows, floor: floor)
  }

  // MARK: Rows

  /// Makes the rows of a batch and writes them and their keys in the book.
  private mutating func makeRows(
    _ accounts: [Int32], from first: Int, _ positions: Positions, _ levels: [WatchLevels]
  ) {
    batch.makeRows(
      accounts, from: first, levels: levels, book: book, slots: slotOf,
      legStart: positions.legStart, legAsset: positions.legAsset, supplied: positions.supplied,
      borrowed: positions.borrowed, places: places)
    book.write(&batch, slots: slotOf)
    // Bounds that never rise again on a path: a block is looked at once too often rather than too rarely.
    for row in 0..<batch.count {
      let block = Int(slotOf[Int(batch.accounts[row])]) / WatchRows.lanes
      let health = batch.health[row]
      keys[2 * block] = min(keys[2 * block], health / Double(batch.lower[row]))
      keys[2 * block + 1] = min(keys[2 * block + 1], health)
    }
  }
}
