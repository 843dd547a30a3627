import CKernels

/// The levels of an account's health factor at which it must be asked.
package struct WatchLevels: Sendable {
  /// It is asked below this.
  package var lower: Double
  /// It is asked from this on.
  package var upper: Double

  package init(lower: Double, upper: Double = .infinity) {
    self.lower = lower
    self.upper = upper
  }
}

/// New rows of some accounts of a watch's lists: what each holds as shares of what it owes, and the
/// levels at which it must be asked.
///
/// In single precision, as lists are; what rounding can do is left to who makes corners. It is filled
/// with up to `capacity` accounts, made from their legs, written to lists, and filled again.
package struct WatchRowBatch: Sendable {
  package static let capacity = 256

  package private(set) var count = 0
  package private(set) var accounts: [Int32]
  /// The list's group to which each account belongs.
  private(set) var groups: [Int32]
  /// An account is asked when its ratio of collateral to debt is below `lower`, or reaches `upper`.
  package private(set) var lower: [Float]
  private(set) var upper: [Float]
  /// Whether any of them may have a finite upper level.
  private(set) var hasUpper = false
  /// A bound on the account's health at the start's weights; 0 where none may rule it out.
  package private(set) var health: [Double]

  /// The rows one after the other: end of each, and its assets and shares.
  private(set) var ends: [Int32]
  private(set) var assets: [Int32]
  private(set) var shares: [Float]

  /// The rows that the last list had no slot for.
  var unlisted: [Int32]
  package internal(set) var unlistedCount = 0

  /// Room for accounts of up to `legs` legs.
  package init(legs: Int) {
    let capacity = WatchRowBatch.capacity
    accounts = [Int32](repeating: 0, count: capacity)
    (groups, ends, unlisted) = (accounts, accounts, accounts)
    lower = [Float](repeating: 0, count: capacity)
    upper = lower
    health = [Double](repeating: 0, count: capacity)
    assets = [Int32](repeating: 0, count: capacity * legs)
    shares = [Float](repeating: 0, count: capacity * legs)
  }

  /// Makes the rows of the accounts from entry `first` on, as many as there is room for.
  ///
  /// `levels` stand in the order of the accounts, and there may be more. `book` holds all accounts, each in
  /// its slot of `slots`. Account a owns the legs `legStart[a] ..< legStart[a + 1]`.
  ///
  /// Cost: O(legs of these accounts); allocates nothing.
  package mutating func makeRows(
    _ accounts: [Int32], from first: Int, levels: [WatchLevels], book: WatchRows, slots: [Int32],
    legStart: [Int32], legAsset: [Int32], supplied: [Double], borrowed: [Double],
    places: WatchPlaces
  ) {
    count = min(accounts.count - first, WatchRowBatch.capacity)
    precondition(first >= 0 && count >= 0 && levels.count >= first + count)
    for index in 0..<count { self.accounts[index] = accounts[first + index] }
    hasUpper = levels.withUnsafeBytes { levels in
      precondition(MemoryLayout<WatchLevels>.stride == 2 * MemoryLayout<Double>.stride)
      guard let base = levels.assumingMemoryBound(to: Double.self).baseAddress else {
        return false
      }
      return ck_watch_make_rows(
        count, self.accounts, slots, book.groups, base + 2 * first, legStart, legAsset, supplied,
        borrowed, places.collateralPlace, places.startCollateral, places.debtPlace,
        places.startDebt, Int32(places.debt.count), &groups, &lower, &upper, &ends, &assets,
        &shares, &health) != 0
    }
  }

  /// The account of a row that the last list had no slot for.
  package func unlistedRow(_ index: Int) -> (row: Int, account: Int, group: Int) {
    let row = Int(unlisted[index])
    return (row, Int(accounts[row]), Int(groups[row]))
  }

  func entries(of row: Int) -> Range<Int> {
    (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
  }

  /// The test of one account alone, by the rule of a list.
  package func mightLeave(_ row: Int, _ corner: WatchCorner, floor: Double) -> Bool {
    let group = Int(groups[row])
    let stays =
      sum(row, corner.low) >= max(lower[row], Float(floor)) * corner.debtHigh[group]
      && (upper[row] == .infinity || sum(row, corner.high) < upper[row] * corner.debtLow[group])
    return !stays
  }

  /// Of even and of odd assets apart, as the kernel sums.
  private func sum(_ row: Int, _ weights: [Float]) -> Float {
    var (even, odd): (Float, Float) = (0, 0)
    for entry in entries(of: row) {
      let asset = Int(assets[entry])
      let product = shares[entry] * weights[asset]
      if asset % 2 == 0 { even += product } else { odd += product }
    }
    return even + odd
  }
}
