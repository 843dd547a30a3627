import Agents
import Markets
import SimulationCore

/// How often the watch took each of its ways, for tests that must know that it did.
package struct WatchCounts: Sendable, Equatable {
  /// Tests of those alone who had changed.
  package var changedTests = 0
  /// Moves of the boxes around what restless owners see, and lone owners judged between them.
  package var outerMoves = 0
  package var innerMoves = 0
  package var judgedAlone = 0

  package init() {}
}

/// Whom a step must ask in one market, found without a look at the others.
///
/// It decides nothing: the accounts it names are tested by the same code as all of them are by the dense
/// engine, and it names everybody for whom that test could come out otherwise than before.
struct MarketWatch: Sendable {
  private(set) var health: HealthWatch
  /// Accounts whose balances or levels have changed since the last test.
  private(set) var changed: [Int32] = []
  /// Their levels now.
  private var levels: [WatchLevels] = []
  /// Accounts whose health was computed at the last test.
  private(set) var asked: [Int32] = []
  /// Owners whom this step visits for other reasons than their health, without those who were asked.
  private(set) var visited: [Int32] = []
  /// Number of the test at which an account's health was last computed; `test` is the last one's.
  private var computedAt: [UInt64]
  private var testNumber: UInt64 = 0
  /// Number of the last collection that found the account due.
  private var dueAt: [UInt64]
  private var collection: UInt64 = 0
  /// The account with the smallest health at time 0; -1 = nobody owes.
  private let weakest: Int
  /// Owners who may look for reasons other than their health.
  var restless: RestlessWatch

  private var changedTests = 0
  var counts: WatchCounts {
    var counts = WatchCounts()
    counts.changedTests = changedTests
    (counts.outerMoves, counts.innerMoves, counts.judgedAlone) = restless.moves
    return counts
  }

  private var exits: DueQueue
  private var panics: DueQueue
  private var attention: DueQueue
  private var reentries: DueQueue

  /// A watch over the accounts at time 0; `step` is what each price moves in a step, as a fraction.
  init(
    _ blueprint: MarketBlueprint, zoneTrigger: [Double], clockOf: [Int32], clockCount: Int,
    looksForMore: [Bool], prices: [Double], step: [Double], boxes: WatchBoxes
  ) {
    let pool = blueprint.pool
    let traits = blueprint.traits
    let count = pool.positions.accountCount
    var weights = HealthWeights(assetCount: pool.assetCount)
    weights.update(pool: pool, prices: prices)
    restless = RestlessWatch(
      traits.active.filter {
        traits.attentionRate[Int($0)] > 0 && looksForMore[Int(traits.cohort[Int($0)])]
      }, accountCount: count, width: step.map { 4 * boxes.narrow * $0 })
    var weakest = (account: -1, health: Double.infinity)
    for account in 0..<count {
      let (threshold, debt) = pool.positions.weigh(account, weights)
      if debt > 0 && threshold / debt < weakest.health { weakest = (account, threshold / debt) }
    }
    self.weakest = weakest.account
    health = HealthWatch(
      pool: pool, weights: weights, step: step, boxes: boxes,
      // The smallest health of the first step is near that of time 0.
      floor: weakest.account < 0 ? 0 : weakest.health * 1.02,
      levels: { WatchLevels(lower: max(1, zoneTrigger[$0])) })
    computedAt = [UInt64](repeating: 0, count: count)
    dueAt = computedAt
    let everybody = clockOf.map { $0 < 0 ? Int32(-1) : 0 }
    exits = DueQueue(clockOf: everybody, clockCount: 1)
    reentries = exits
    panics = DueQueue(clockOf: clockOf, clockCount: clockCount)
    attention = panics
  }

  mutating func reset(_ owners: OwnerState) {
    health.reset()
    restless.invalidate()
    changed.removeAll(keepingCapacity: true)
    asked.removeAll(keepingCapacity: true)
    exits.reset(to: owners.exitTarget)
    panics.reset(to: owners.panicTarget)
    // Nobody is inside its zone at the start, and nobody has a plan to return.
    attention.reset()
    reentries.reset()
  }

  /// The account's balances or its zone have changed.
  mutating func touch(_ account: Int) {
    changed.append(Int32(account))
    restless.touch(account)
  }

  /// A day has ended, which changes what every owner wishes.
  mutating func closeDay() { restless.invalidate() }

  /// The owner's targets have changed.
  mutating func moveTargets(
    of account: Int, exit: Double, panic: Double, attention: Double, reentry: Double
  ) {
    restless.touch(account)
    exits.set(account, to: exit)
    panics.set(account, to: panic)
    self.attention.set(account, to: attention)
    reentries.set(account, to: reentry)
  }

  /// Says which levels the next of the changed accounts has now, in the order of `changed`.
  mutating func append(_ levels: WatchLevels) { self.levels.append(levels) }

  /// Takes over the balances of the changed accounts, whose levels have all been told.
  mutating func updateChanged(_ positions: Positions) {
    guard !changed.isEmpty else { return }
    health.update(changed, positions, levels: levels)
    levels.removeAll(keepingCapacity: true)
  }

  /// Finds everybody whose health may be on the other side of a level, or below `leastHealth`.
  ///
  /// `also` is asked in any case; where `recordsHealth` is false, nobody is asked for the sake of
  /// `leastHealth`. The changed accounts have been updated before.
  mutating func findAsked(
    _ positions: Positions, _ weights: HealthWeights, leastHealth: Double, recordsHealth: Bool,
    also: [Int32]
  ) {
    startTest()
    changed.removeAll(keepingCapacity: true)
    var floor = leastHealth
    if floor == .infinity {
      // Nobody's health has been recorded yet: the smallest is at most that of the weakest.
      let (threshold, debt) = weakest < 0 ? (0, 1) : positions.weigh(weakest, weights)
      floor = debt > 0 ? threshold / debt : 0
    }
    health.test(weights, floor: floor, asksFloor: recordsHealth)
    asked.append(contentsOf: health.candidates)
    for account in health.candidates { computedAt[Int(account)] = testNumber }
    for account in also where markComputed(account) { asked.append(account) }
  }

  /// Where no weight has moved since the last test, only who has changed may have become liquidatable.
  ///
  /// For tests after which neither is the smallest health recorded nor do owners move.
  mutating func askChanged(also: [Int32]) {
    startTest()
    changedTests += 1
    for account in changed where markComputed(account) { asked.append(account) }
    for account in also where markComputed(account) { asked.append(account) }
    changed.removeAll(keepingCapacity: true)
  }

  private mutating func startTest() {
    testNumber += 1
    asked.removeAll(keepingCapacity: true)
  }

  /// Lists the owners who may look for other reasons than their health, as far as the last test has not
  /// asked them.
  mutating func findVisited() {
    visited.removeAll(keepingCapacity: true)
    for account in restless.inner.members where markComputed(account) { visited.append(account) }
  }

  /// Marks the account's health as that of the last test; whether it was not before.
  mutating func markComputed(_ account: Int32) -> Bool {
    guard computedAt[Int(account)] != testNumber else { return false }
    computedAt[Int(account)] = testNumber
    return true
  }

  /// Appends the owners who are due, ascending and once each; the targets of each are to be set again.
  mutating func collectDue(
    now: Double, attentionClock: [Double], panicClock: [Double], into due: inout [Int32]
  ) {
    exits.take(0, at: now, into: &due)
    reentries.take(0, at: now, into: &due)
    for clock in attention.usedClocks {
      attention.take(clock, at: attentionClock[clock], into: &due)
      panics.take(clock, at: panicClock[clock], into: &due)
    }
    guard due.count > 1 else { return }
    collection += 1
    due.removeAll {
      if dueAt[Int($0)] == collection { return true }
      dueAt[Int($0)] = collection
      return false
    }
    due.sort()
  }
}
