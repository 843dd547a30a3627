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
/// and a narrow box stand around the present weights; the long and the short list hold whoever could
/// leave its levels somewhere in them. While the weights stay inside the narrow box, a test reads the
/// short list alone. Lists are supersets (bounds are loosened by `slack`); whether an account has left
/// its levels is decided by whoever asks, with `Positions.weigh`, so that results do not depend on boxes.
///
/// - Cost: a test costs two products an asset for every eight accounts listed; leaving a box, the same
///   for the list above it, less the blocks that the accounts' distance from their levels rules out.
package struct HealthWatch: Sendable {
  /// Relative; far above the rounding of a sum of few products.
  private static let slack = 1e-9

  // Which coordinates there are. The last group is that of accounts that owe several assets: it weighs
  // by the largest and smallest growth of any debt coordinate since the start.
  private let places: WatchPlaces
  /// Index of an asset among those two, if it is there.
  private let collateralIndex: [Int?]
  private let debtIndex: [Int?]
  private let startWeight: [Double]
  private let width: (narrow: [Double], wide: [Double])
  private let debtWidth: (narrow: [Double], wide: [Double])

  /// Every account; slots never change.
  private var book: WatchRows
  private var startBook: WatchRows
  private let slotOf: [Int32]
  /// `[block][2]`: smallest health at the start's weights over the lower level, and smallest health.
  private var keys: [Double]
  private var startKeys: [Double]
  /// The same two, one pair an account slot.
  private var slotKeys: [Double]
  private var startSlotKeys: [Double]

  private var long: WatchList
  private var short: WatchList
  private var wide: WatchCorner
  private var narrow: WatchCorner
  private var point: WatchCorner
  /// The same boxes over the weights as they come.
  private var wideBox: WatchBox
  private var narrowBox: WatchBox
  /// Whether the lists and boxes belong to the path under way.
  private var hasLists = false

  /// Accounts whose rows differ from the start's.
  private var dirty: [Int32] = []
  private var isDirty: [Bool]
  private var holdings: [Double]

  /// The accounts that the last test found, in no particular order.
  package private(set) var candidates: [Int32] = []
  /// Tests that rebuilt the long list, and those that rebuilt the short one, on all paths.
  package private(set) var rebuilds = (long: 0, short: 0)

  /// A watch over `pool` as it is at time 0, weighed by `weights`.
  ///
  /// `step` is each asset's standard deviation a step, which `boxes` multiply. `levels` gives each
  /// account's levels at the start.
  package init(
    pool: LendingPool, weights: HealthWeights, step: [Double], boxes: WatchBoxes = WatchBoxes(),
    levels: (Int) -> (lower: Double, upper: Double) = { _ in (1, .infinity) }
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
    collateralIndex = HealthWatch.places(of: collateralAssets, among: pool.assetCount)
    debtIndex = HealthWatch.places(of: debtAssets, among: pool.assetCount)
    startWeight = collateralAssets.map { weights.threshold(Int($0)) }
    func widths(_ assets: [Int32], _ factor: Double, _ least: Double) -> [Double] {
      assets.map { min(WatchBoxes.widest, max(least, factor * step[Int($0)])) }
    }
    width = (
      widths(collateralAssets, boxes.narrow, boxes.least),
      widths(collateralAssets, boxes.wide, 4 * boxes.least)
    )
    debtWidth = (
      widths(debtAssets, boxes.narrow, boxes.least), widths(debtAssets, boxes.wide, 4 * boxes.least)
    )
    let groupCount = debtAssets.count + 1
    let empty = WatchRows(assetCount: collateralAssets.count, groupCount: groupCount)
    book = empty
    long = WatchList(empty, accountCount: positions.accountCount)
    short = long
    let corner = WatchCorner(assetCount: collateralAssets.count, groupCount: groupCount)
    (wide, narrow, point) = (corner, corner, corner)
    wideBox = WatchBox(count: weights.pairs.count)
    narrowBox = wideBox
    holdings = [Double](repeating: 0, count: collateralAssets.count)
    let count = positions.accountCount
    isDirty = [Bool](repeating: false, count: count)

    // Neighbours in the book are alike, so that whole blocks are far from their levels.
    let groups = (0..<count).map { account in
      let owed = positions.legs(of: account).filter { positions.borrowed[$0] > 0 }
      guard owed.count < 2, let leg = owed.first else { return owed.isEmpty ? 0 : groupCount - 1 }
      return isDebt[..<Int(positions.legAsset[leg])].count { $0 }
    }
    places = WatchPlaces(
      collateral: collateralAssets, debt: debtAssets,
      startDebt: debtAssets.map { weights.debt(Int($0)) },
      hasSeveral: groups.contains(groupCount - 1), slack: HealthWatch.slack)
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
    slotKeys = [Double](repeating: .infinity, count: 2 * WatchRows.lanes * book.blockCount)
    keys = [Double](repeating: .infinity, count: 2 * book.blockCount)
    startBook = book
    (startKeys, startSlotKeys) = (keys, slotKeys)
    for account in 0..<count {
      let level = levels(account)
      writeRow(account, positions, lower: level.lower, upper: level.upper)
    }
    startBook = book
    (startKeys, startSlotKeys) = (keys, slotKeys)
  }

  private static func places(of assets: [Int32], among count: Int) -> [Int?] {
    (0..<count).map { assets.firstIndex(of: Int32($0)) }
  }

  // MARK: A path

  /// Puts every row back to the start; to be followed by a test.
  ///
  /// Cost: O(accounts that the path before has changed).
  package mutating func reset() {
    for index in dirty.indices {
      let account = Int(dirty[index])
      isDirty[account] = false
      let slot = Int(slotOf[account])
      book.copy(slot, of: startBook, to: slot)
      for key in 2 * slot..<2 * slot + 2 { slotKeys[key] = startSlotKeys[key] }
      let block = slot / WatchRows.lanes
      for key in 2 * block..<2 * block + 2 { keys[key] = startKeys[key] }
    }
    dirty.removeAll(keepingCapacity: true)
    hasLists = false
    narrowBox.close()
  }

  /// Says that the account's balances or levels are now these.
  ///
  /// Cost: O(legs of the account); allocates nothing but the room of a list that grows.
  package mutating func update(
    _ account: Int, _ positions: Positions, lower: Double, upper: Double
  ) {
    if !isDirty[account] {
      isDirty[account] = true
      dirty.append(Int32(account))
    }
    writeRow(account, positions, lower: lower, upper: upper)
    guard hasLists else { return }
    let slot = Int(slotOf[account])
    long.update(account, from: book, slot, box: wide)
    short.update(account, from: book, slot, box: narrow)
  }

  /// Finds everybody who may be outside its levels at `weights`, or below `floor`, into `candidates`.
  package mutating func test(_ weights: HealthWeights, floor: Double = 0) {
    point.place(weights: weights.pairs, at: places)
    if !hasLists || floor > long.floor || !wideBox.contains(weights.pairs) {
      rebuildLong(floor)
    } else if floor > short.floor || !narrowBox.contains(weights.pairs) {
      rebuildShort(floor)
    }
    candidates.removeAll(keepingCapacity: true)
    guard short.rows.testPoint(point, floor: floor) else { return }
    short.rows.appendMarked(to: &candidates)
  }

  /// Follows a course of prices up to the first step at which a test might find anybody; returns how
  /// many steps came before it.
  ///
  /// `exogenous` holds the prices `[step][asset]` from entry `offset` on, of which `steps` follow.
  /// Course and weights are left at the step that was reached, before its displacement decays.
  package mutating func skipQuietSteps(
    of course: inout PriceCourse, in exogenous: [Double], at offset: Int, steps: Int,
    weights: inout HealthWeights
  ) -> Int {
    short.rows.skipQuietSteps(
      of: &course, in: exogenous, at: offset, steps: steps, weights: &weights.pairs, point: &point,
      places: places, box: narrowBox, floor: short.floor)
  }

  // MARK: Boxes

  private mutating func rebuildLong(_ floor: Double) {
    rebuilds.long += 1
    wide.surround(point, width.wide, debtWidth.wide, places.startDebt)
    wide.write(to: &wideBox, places)
    hasLists = true
    // By how much any health can have shrunk since the start, somewhere in the box.
    var (least, most) = (Double.infinity, 0.0)
    for index in width.wide.indices { least = min(least, wide.low[index] / startWeight[index]) }
    for index in debtWidth.wide.indices {
      most = max(most, wide.debtHigh[index] / places.startDebt[index])
    }
    let limit = most / least * (1 + HealthWatch.slack)
    let isAny = book.test(
      wide, floor: floor,
      keys: WatchRows.Keys(values: keys, limit: limit, floorLimit: floor * limit))
    long.clear(floor: floor)
    if isAny { book.copyMarked(to: &long.rows, slots: &long.slotOf) }
    rebuildShort(floor)
  }

  private mutating func rebuildShort(_ floor: Double) {
    rebuilds.short += 1
    narrow.surround(point, width.narrow, debtWidth.narrow, places.startDebt)
    narrow.clip(to: wide)
    narrow.write(to: &narrowBox, places)
    let isAny = long.rows.test(narrow, floor: floor)
    short.clear(floor: floor)
    if isAny { long.rows.copyMarked(to: &short.rows, slots: &short.slotOf) }
  }

  // MARK: Rows

  /// Writes the account's row and keys in the book.
  private mutating func writeRow(
    _ account: Int, _ positions: Positions, lower: Double, upper: Double
  ) {
    let slot = Int(slotOf[account])
    let group = book.group(of: slot)
    let isSeveral = group == places.debt.count
    var row = WatchRow()
    row.lower = lower
    holdings.fill(with: 0)
    var startThreshold = 0.0
    for leg in positions.legs(of: account) {
      let asset = Int(positions.legAsset[leg])
      if let index = collateralIndex[asset] {
        holdings[index] = positions.supplied[leg]
        startThreshold += positions.supplied[leg] * startWeight[index]
      }
      guard positions.borrowed[leg] > 0 else { continue }
      guard let index = debtIndex[asset], isSeveral || index == group else {
        // A debt that the group does not know: the account is asked always.
        row.lower = .infinity
        continue
      }
      row.debt += positions.borrowed[leg] * (isSeveral ? places.startDebt[index] : 1)
    }
    row.upper = upper < .infinity || row.lower == .infinity ? upper * row.debt : .infinity
    book.write(slot, row, holdings)
    let startDebt =
      row.debt * (isSeveral ? 1 : places.startDebt.isEmpty ? 1 : places.startDebt[group])
    let health = startDebt > 0 ? startThreshold / startDebt : .infinity
    let isNear = row.lower == .infinity || upper < .infinity
    slotKeys[2 * slot] = isNear ? 0 : health / lower
    slotKeys[2 * slot + 1] = isNear ? 0 : health
    refreshKeys(ofBlock: slot / WatchRows.lanes)
  }

  private mutating func refreshKeys(ofBlock block: Int) {
    var (first, second) = (Double.infinity, Double.infinity)
    for slot in block * WatchRows.lanes..<(block + 1) * WatchRows.lanes {
      first = min(first, slotKeys[2 * slot])
      second = min(second, slotKeys[2 * slot + 1])
    }
    keys[2 * block] = first
    keys[2 * block + 1] = second
  }
}

/// The accounts that could leave their levels somewhere in a box.
private struct WatchList: Sendable {
  var rows: WatchRows
  /// Slot of each account here, -1 = not listed.
  var slotOf: [Int32]
  /// The lower level for everybody that the list was made with.
  private(set) var floor = 0.0

  init(_ empty: WatchRows, accountCount: Int) {
    rows = empty
    slotOf = [Int32](repeating: -1, count: accountCount)
  }

  /// Lists nobody, from now on with this floor.
  mutating func clear(floor: Double) {
    for slot in rows.slots where rows.accounts[slot] >= 0 { slotOf[Int(rows.accounts[slot])] = -1 }
    rows.removeAll()
    self.floor = floor
  }

  /// Takes over the account's changed row, or lists it if it now could leave its levels in the box.
  mutating func update(_ account: Int, from book: WatchRows, _ slot: Int, box: WatchCorner) {
    if slotOf[account] < 0 {
      guard book.mightLeave(slot, box, floor: floor) else { return }
      slotOf[account] = Int32(
        rows.claimSlot(group: book.group(of: slot), account: Int32(account)))
    }
    rows.copy(slot, of: book, to: Int(slotOf[account]))
  }
}

extension WatchCorner {
  /// Puts the box around a point; the last group takes the extremes of all debts' growth.
  fileprivate mutating func surround(
    _ point: WatchCorner, _ width: [Double], _ debtWidth: [Double], _ startDebtWeight: [Double]
  ) {
    for index in width.indices {
      low[index] = point.low[index] * (1 - width[index])
      high[index] = point.low[index] * (1 + width[index])
    }
    let several = debtWidth.count
    (debtLow[several], debtHigh[several]) = (.infinity, 0)
    for index in debtWidth.indices {
      debtLow[index] = point.debtLow[index] * (1 - debtWidth[index])
      debtHigh[index] = point.debtHigh[index] * (1 + debtWidth[index])
      debtLow[several] = min(debtLow[several], debtLow[index] / startDebtWeight[index])
      debtHigh[several] = max(debtHigh[several], debtHigh[index] / startDebtWeight[index])
    }
  }

  /// Writes the box's bounds down by asset.
  fileprivate func write(
    to box: inout WatchBox, _ places: WatchPlaces
  ) {
    box.open()
    for index in low.indices {
      box.bound(2 * Int(places.collateral[index]), from: low[index], to: high[index])
    }
    for (index, asset) in places.debt.enumerated() {
      // The corner is loosened already; the weight itself must not come near its edge.
      box.bound(
        2 * Int(asset) + 1, from: debtLow[index] * (1 + 1e-8), to: debtHigh[index] * (1 - 1e-8))
    }
  }

  /// Cuts off what lies outside another box.
  fileprivate mutating func clip(to bounds: WatchCorner) {
    for index in low.indices {
      low[index] = max(low[index], bounds.low[index])
      high[index] = min(high[index], bounds.high[index])
    }
    for index in debtLow.indices {
      debtLow[index] = max(debtLow[index], bounds.debtLow[index])
      debtHigh[index] = min(debtHigh[index], bounds.debtHigh[index])
    }
  }
}
