import SimulationCore

/// Targets of many accounts on a few clocks, and whose target a clock has passed.
///
/// A heap for each clock holds the targets that the clock can pass soon, those up to its reach; most
/// first targets lie beyond the horizon and are only compared when the reach is moved on. A target that
/// changes leaves its entry behind, which counts for nothing once it is no longer the account's, and goes
/// when there are more of those than accounts.
package struct DueQueue: Sendable {
  /// The account's target; minus infinity once it has been taken.
  private var target: [Double]
  /// Index of each account's clock; -1 = on no clock.
  private let clockOf: [Int32]
  /// The accounts on each clock.
  private let members: [[Int32]]
  /// The clocks that any account has a target on.
  package let usedClocks: [Int]
  private var heaps: [Heap]
  /// Every target up to here has its entry in the clock's heap.
  private var reach: [Double]
  /// What the clock must pass before anything is to be done: its first entry, or its reach.
  private var next: [Double]

  /// By how much the reach is moved on, relative to the clock.
  private static let stride = 64.0

  /// All targets at infinity; `clockOf` is -1 for accounts that have none.
  package init(clockOf: [Int32], clockCount: Int) {
    var members = [[Int32]](repeating: [], count: clockCount)
    for account in clockOf.indices where clockOf[account] >= 0 {
      members[Int(clockOf[account])].append(Int32(account))
    }
    self.members = members
    self.clockOf = clockOf
    usedClocks = members.indices.filter { !members[$0].isEmpty }
    target = [Double](repeating: .infinity, count: clockOf.count)
    heaps = [Heap](repeating: Heap(), count: clockCount)
    reach = [Double](repeating: .infinity, count: clockCount)
    next = reach
  }

  /// Puts all targets to infinity.
  package mutating func reset() {
    target.fill(with: .infinity)
    empty(reach: .infinity)
  }

  /// Takes over the targets of all accounts, which are not negative.
  package mutating func reset(to targets: [Double]) {
    target.overwrite(with: targets)
    empty(reach: -.infinity)
  }

  private mutating func empty(reach start: Double) {
    for clock in heaps.indices { heaps[clock].removeAll() }
    reach.fill(with: start)
    next.fill(with: start)
  }

  /// The account's target is now this.
  ///
  /// Cost: O(log targets in reach), and at times a look at all of the clock's targets.
  package mutating func set(_ account: Int, to time: Double) {
    guard target[account] != time, clockOf[account] >= 0 else { return }
    target[account] = time
    let clock = Int(clockOf[account])
    guard time < .infinity, time <= reach[clock] else { return }
    heaps[clock].insert(time, Int32(account))
    next[clock] = min(next[clock], time)
    if heaps[clock].count > 2 * members[clock].count { dropStale(clock) }
  }

  /// The entries of all heaps, also those that count for nothing.
  package var entryCount: Int { heaps.reduce(0) { $0 + $1.count } }

  private mutating func dropStale(_ clock: Int) {
    heaps[clock].removeAll()
    for account in members[clock] {
      let time = target[Int(account)]
      if time > -.infinity && time < .infinity && time <= reach[clock] {
        heaps[clock].insert(time, account)
      }
    }
  }

  /// Appends the accounts whose target the clock at `time` has passed, and takes their targets away:
  /// each is to be set again.
  ///
  /// - Precondition: `time` is finite, since an infinite target is never passed.
  /// Cost: O(accounts found x log targets in reach), and at times a look at all of the clock's targets.
  package mutating func take(_ clock: Int, at time: Double, into due: inout [Int32]) {
    guard next[clock] <= time else { return }
    precondition(time < .infinity, "a clock stays finite")
    if reach[clock] < time { extend(clock, to: max(0, time) * DueQueue.stride) }
    while let first = heaps[clock].first, first.time <= time {
      heaps[clock].removeFirst()
      guard target[Int(first.account)] == first.time else { continue }
      target[Int(first.account)] = -.infinity
      due.append(first.account)
    }
    next[clock] = min(heaps[clock].first?.time ?? .infinity, reach[clock])
  }

  private mutating func extend(_ clock: Int, to end: Double) {
    for account in members[clock] {
      let time = target[Int(account)]
      if time > reach[clock] && time <= end { heaps[clock].insert(time, account) }
    }
    reach[clock] = end
  }
}

/// A binary heap of times, the earliest first.
private struct Heap: Sendable {
  struct Entry {
    var time: Double
    var account: Int32
  }

  private var entries: [Entry] = []

  var first: Entry? { entries.first }
  var count: Int { entries.count }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  mutating func insert(_ time: Double, _ account: Int32) {
    let entry = Entry(time: time, account: account)
    entries.append(entry)
    entries.withUnsafeMutableBufferPointer { entries in
      var place = entries.count - 1
      while place > 0, entries[(place - 1) / 2].time > time {
        entries[place] = entries[(place - 1) / 2]
        place = (place - 1) / 2
      }
      entries[place] = entry
    }
  }

  /// Removes the first entry, of which there must be one.
  mutating func removeFirst() {
    let last = entries.removeLast()
    guard !entries.isEmpty else { return }
    entries.withUnsafeMutableBufferPointer { entries in
      var place = 0
      while true {
        var child = 2 * place + 1
        guard child < entries.count else { break }
        if child + 1 < entries.count, entries[child + 1].time < entries[child].time { child += 1 }
        guard entries[child].time < last.time else { break }
        entries[place] = entries[child]
        place = child
      }
      entries[place] = last
    }
  }
}
