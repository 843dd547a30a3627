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
  private var holdings: [Double]

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
    floor: Double = 0, levels: (Int) -> (lower: Double, upper: Double) = { _ in (1, .infinity) }
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
    keys = [Double](repeating: .infinity, count: 2 * book.blockCount)
    (startBook, startKeys) = (book, keys)
    for account in 0..<count {
      let level = levels(account)
      writeRow(account, positions, lower: level.lower, upper: level.upper)
    }
    (startBook, startKeys) = (book, keys)
    point.place(weights: weights.pairs, at: places)
    rebuildWide(floor)
    (startWide, startNarrow) = (wide, narrow)
  }

  private static func places(of assets: [Int32], among count: Int) -> [Int?] {
    (0..<count).map { assets.firstIndex(of: Int32($0)) }
  }

  // MARK: A path

  /// Puts every row and both lists back to the start.
  ///
  /// Cost: O(accounts that the path before has changed, and accounts listed).
  package mutating func reset() {
    for index in dirty.indices {
      let account = Int(dirty[index])
      isDirty[account] = false
      let slot = Int(slotOf[account])
      book.copy(slot, of: startBook, to: slot)
      let block = slot / WatchRows.lanes
      for key in 2 * block..<2 * block + 2 { keys[key] = startKeys[key] }
    }
    dirty.removeAll(keepingCapacity: true)
    wide.takeOver(startWide)
    narrow.takeOver(startNarrow)
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
    let slot = Int(slotOf[account])
    wide.update(account, from: book, slot)
    narrow.update(account, from: book, slot)
  }

  /// Finds everybody who may be outside its levels at `weights`, or below `floor`, into `candidates`.
  package mutating func test(_ weights: HealthWeights, floor: Double = 0) {
    point.place(weights: weights.pairs, at: places)
    if floor > wide.floor || !wide.box.contains(weights.pairs) {
      rebuildWide(floor)
    } else if floor > narrow.floor || !narrow.box.contains(weights.pairs) {
      rebuildNarrow(floor)
    }
    candidates.removeAll(keepingCapacity: true)
    guard narrow.rows.testPoint(point, floor: floor) else { return }
    narrow.rows.appendMarked(to: &candidates)
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
    narrow.rows.skipQuietSteps(
      of: &course, in: exogenous, at: offset, steps: steps, weights: &weights.pairs, point: &point,
      places: places, box: narrow.box, floor: narrow.floor)
  }

  // MARK: Boxes

  private mutating func rebuildWide(_ floor: Double) {
    rebuilds.wide += 1
    wide.surround(point, places)
    // By how much any health can have shrunk since the start, somewhere in the box.
    var (least, most) = (Double.infinity, 0.0)
    for index in startWeight.indices {
      least = min(least, wide.corner.low[index] / startWeight[index])
    }
    for index in places.startDebt.indices {
      most = max(most, wide.corner.debtHigh[index] / places.startDebt[index])
    }
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
    // Bounds that never rise again on a path: a block is looked at once too often rather than too rarely.
    let block = slot / WatchRows.lanes
    keys[2 * block] = min(keys[2 * block], isNear ? 0 : health / lower)
    keys[2 * block + 1] = min(keys[2 * block + 1], isNear ? 0 : health)
  }
}
