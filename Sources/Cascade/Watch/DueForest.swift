/// Targets of many accounts on a few clocks, and whose target a clock has passed.
///
/// A tree of minima for each clock: a target that changes moves one path to the root, and a clock that
/// has passed nobody costs one comparison.
package struct DueForest: Sendable {
  /// `[node]`; a clock with n leaves (a power of two) has its root at `start + 1` and its leaves at
  /// `start + n ..< start + 2n`.
  private var least: [Double]
  /// The least target of each clock, side by side.
  private var roots: [Double]
  /// First node and number of leaves of each clock.
  private let start: [Int]
  private let leafCount: [Int]
  /// The clocks that any account has a target on.
  package let usedClocks: [Int]
  /// Node of each account's target; -1 = on no clock.
  private let leafOf: [Int32]
  private let clockOf: [Int32]
  private let accountOf: [Int32]
  /// Room for a descent.
  private var open: [Int] = []

  /// All targets at infinity; `clockOf` is -1 for accounts that have none.
  package init(clockOf: [Int32], clockCount: Int) {
    var members = [[Int32]](repeating: [], count: clockCount)
    for account in clockOf.indices where clockOf[account] >= 0 {
      members[Int(clockOf[account])].append(Int32(account))
    }
    var leafOf = [Int32](repeating: -1, count: clockOf.count)
    var accountOf: [Int32] = []
    var start: [Int] = []
    var leafCount: [Int] = []
    for accounts in members {
      var leaves = 1
      while leaves < accounts.count { leaves *= 2 }
      start.append(accountOf.count)
      leafCount.append(leaves)
      let first = accountOf.count + leaves
      accountOf += repeatElement(-1, count: 2 * leaves)
      for (index, account) in accounts.enumerated() {
        leafOf[Int(account)] = Int32(first + index)
        accountOf[first + index] = account
      }
    }
    usedClocks = members.indices.filter { !members[$0].isEmpty }
    self.start = start
    self.leafCount = leafCount
    self.leafOf = leafOf
    self.clockOf = clockOf
    self.accountOf = accountOf
    least = [Double](repeating: .infinity, count: accountOf.count)
    roots = [Double](repeating: .infinity, count: clockCount)
    open.reserveCapacity(64)
  }

  /// Takes over the targets of all accounts.
  ///
  /// Cost: O(accounts).
  package mutating func reset(to targets: [Double]) {
    for account in leafOf.indices where leafOf[account] >= 0 {
      least[Int(leafOf[account])] = targets[account]
    }
    for clock in start.indices {
      var node = leafCount[clock] - 1
      while node >= 1 {
        let children = start[clock] + 2 * node
        least[start[clock] + node] = min(least[children], least[children + 1])
        node -= 1
      }
      roots[clock] = least[start[clock] + 1]
    }
  }

  /// The account's target is now this.
  ///
  /// Cost: O(log accounts).
  package mutating func set(_ account: Int, to target: Double) {
    guard leafOf[account] >= 0 else { return }
    guard least[Int(leafOf[account])] != target else { return }
    let first = start[Int(clockOf[account])]
    var node = Int(leafOf[account]) - first
    least[first + node] = target
    while node > 1 {
      node /= 2
      let smaller = min(least[first + 2 * node], least[first + 2 * node + 1])
      if least[first + node] == smaller { return }
      least[first + node] = smaller
    }
    roots[Int(clockOf[account])] = least[first + 1]
  }

  /// Whether the clock at `time` has passed anybody.
  package func isAnyDue(_ clock: Int, at time: Double) -> Bool {
    roots[clock] <= time
  }

  /// Appends the accounts whose target the clock at `time` has passed.
  ///
  /// - Precondition: `time` is finite, since an infinite target is never passed.
  /// Cost: O(accounts found x log accounts).
  package mutating func collect(_ clock: Int, at time: Double, into due: inout [Int32]) {
    guard isAnyDue(clock, at: time) else { return }
    precondition(time < .infinity, "a clock stays finite")
    let (first, leaves) = (start[clock], leafCount[clock])
    open.append(1)
    while let node = open.popLast() {
      guard least[first + node] <= time else { continue }
      if node >= leaves {
        due.append(accountOf[first + node])
      } else {
        open.append(2 * node)
        open.append(2 * node + 1)
      }
    }
  }
}
