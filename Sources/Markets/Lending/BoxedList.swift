import SimulationCore

/// A box around the weights, and the accounts that could leave their levels somewhere in it.
struct BoxedList: Sendable {
  var rows: WatchRows
  private(set) var corner: WatchCorner
  /// The same box over the weights as they come.
  var box: WatchBox
  /// The lower level for everybody that the list was made with.
  private(set) var floor = 0.0
  /// Slot of each account here, -1 = not listed.
  private var slotOf: [Int32]
  /// Half-widths, as fractions.
  private let width: [Float]
  private let debtWidth: [Float]

  /// An empty list; `width` and `debtWidth` have one entry a coordinate.
  init(
    _ empty: WatchRows, accountCount: Int, weightCount: Int, width: [Double], debtWidth: [Double]
  ) {
    rows = empty
    corner = WatchCorner(assetCount: width.count, groupCount: debtWidth.count + 1)
    box = WatchBox(count: weightCount)
    slotOf = [Int32](repeating: -1, count: accountCount)
    self.width = width.map { Float($0) }
    self.debtWidth = debtWidth.map { Float($0) }
  }

  /// Puts the box around a point, inside `bounds`.
  ///
  /// The last group takes the extremes of all debts' growth.
  mutating func surround(
    _ point: WatchCorner, _ places: WatchPlaces, within bounds: WatchCorner? = nil
  ) {
    for index in width.indices {
      corner.low[index] = point.low[index] * (1 - width[index])
      corner.high[index] = point.low[index] * (1 + width[index])
    }
    let several = debtWidth.count
    (corner.debtLow[several], corner.debtHigh[several]) = (.infinity, 0)
    for index in debtWidth.indices {
      corner.debtLow[index] = point.debtLow[index] * (1 - debtWidth[index])
      corner.debtHigh[index] = point.debtHigh[index] * (1 + debtWidth[index])
      corner.debtLow[several] = min(corner.debtLow[several], corner.debtLow[index])
      corner.debtHigh[several] = max(corner.debtHigh[several], corner.debtHigh[index])
    }
    if let bounds { corner.clip(to: bounds) }
    for index in width.indices {
      let start = places.startCollateral[index]
      box.bound(
        2 * Int(places.collateral[index]), from: Double(corner.low[index]) * start,
        to: Double(corner.high[index]) * start)
    }
    for index in debtWidth.indices {
      // The corner is loosened already; the weight itself must not come near its edge.
      let (start, margin) = (places.startDebt[index], 4 * places.slack)
      box.bound(
        2 * Int(places.debt[index]) + 1, from: Double(corner.debtLow[index]) * start * (1 + margin),
        to: Double(corner.debtHigh[index]) * start * (1 - margin))
    }
  }

  /// Lists those of `source` who could leave their levels in the box, or fall below `floor`.
  mutating func fill(
    from source: inout WatchRows, floor: Double, keys: WatchRows.Keys = WatchRows.Keys()
  ) {
    let isAny = source.test(corner, floor: floor, keys: keys)
    forgetSlots()
    rows.removeAll()
    self.floor = floor
    if isAny { source.copyMarked(to: &rows, slots: &slotOf) }
  }

  /// Takes over another list of the same book.
  ///
  /// Cost: O(accounts listed here and there).
  mutating func takeOver(_ other: BoxedList) {
    forgetSlots()
    rows.takeOver(other.rows)
    corner.takeOver(other.corner)
    box.takeOver(other.box)
    floor = other.floor
    noteSlots { Int32($0) }
  }

  /// Takes over changed rows, and lists those accounts that now could leave their levels in the box.
  mutating func update(_ batch: inout WatchRowBatch) {
    rows.write(&batch, slots: slotOf)
    for index in 0..<batch.unlistedCount {
      let (row, account, group) = batch.unlistedRow(index)
      // The batch may name an account twice.
      if slotOf[account] < 0 {
        guard batch.mightLeave(row, corner, floor: floor) else { continue }
        slotOf[account] = Int32(rows.claimSlot(group: group, account: Int32(account)))
      }
      rows.write(row, of: batch, to: Int(slotOf[account]))
    }
  }

  private mutating func forgetSlots() { noteSlots { _ in -1 } }

  /// Notes a number for each account listed, by its slot.
  private mutating func noteSlots(_ number: (Int) -> Int32) {
    let slots = rows.slots
    rows.accounts.withUnsafeBufferPointer { accounts in
      slotOf.withUnsafeMutableBufferPointer { slotOf in
        for slot in slots where accounts[slot] >= 0 { slotOf[Int(accounts[slot])] = number(slot) }
      }
    }
  }
}

extension WatchCorner {
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
