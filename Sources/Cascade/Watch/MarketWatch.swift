import Agents
import Markets
import SimulationCore

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
  /// Number of the test at which an account's health was last computed; `test` is the last one's.
  private var computedAt: [UInt64]
  /// Number of the last test that found the account to be asked.
  private var askedAt: [UInt64]
  private var testNumber: UInt64 = 0
  /// Number of the last collection that found the account due.
  private var dueAt: [UInt64]
  private var collection: UInt64 = 0
  /// The account with the smallest health at time 0; -1 = nobody owes.
  private let weakest: Int
  /// Owners who may look for reasons other than their health.
  var restless: RestlessWatch

  private var exits: DueForest
  private var panics: DueForest
  private var attention: DueForest
  private var reentries: DueForest

  /// A watch over the accounts at time 0; `step` is what each price moves in a step, as a fraction.
  init(
    _ blueprint: MarketBlueprint, clockOf: [Int32], clockCount: Int, looksForMore: [Bool],
    prices: [Double], step: [Double], boxes: WatchBoxes
  ) {
    let pool = blueprint.pool
    let traits = blueprint.traits
    let count = pool.positions.accountCount
    var weights = HealthWeights(assetCount: pool.assetCount)
    weights.update(pool: pool, prices: prices)
    restless = RestlessWatch(
      traits.active.filter {
        traits.attentionRate[Int($0)] > 0 && looksForMore[Int(traits.cohort[Int($0)])]
      }, accountCount: count, width: step.map { 4 / 3 * boxes.narrow * $0 })
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
      levels: { account in
        let hasZone = traits.cohort[account] >= 0 && traits.attentionRate[account] > 0
        return WatchLevels(lower: hasZone ? max(1, traits.triggerHealth[account]) : 1)
      })
    computedAt = [UInt64](repeating: 0, count: count)
    dueAt = computedAt
    askedAt = computedAt
    let everybody = clockOf.map { $0 < 0 ? Int32(-1) : 0 }
    exits = DueForest(clockOf: everybody, clockCount: 1)
    reentries = exits
    panics = DueForest(clockOf: clockOf, clockCount: clockCount)
    attention = panics
  }

  mutating func reset(_ owners: OwnerState) {
    health.reset()
    restless.invalidate()
    changed.removeAll(keepingCapacity: true)
    asked.removeAll(keepingCapacity: true)
    exits.reset(to: owners.exitTarget)
    panics.reset(to: owners.panicTarget)
    attention.reset(to: owners.attentionTarget)
    reentries.reset(to: owners.reentryAt)
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

  /// Finds everybody whose health may be on the other side of a level, or below `leastHealth`.
  ///
  /// `also` is asked in any case. The levels of the changed accounts have been told before.
  mutating func findAsked(
    _ positions: Positions, _ weights: HealthWeights, leastHealth: Double, also: [Int32]
  ) {
    testNumber += 1
    if !changed.isEmpty { health.update(changed, positions, levels: levels) }
    changed.removeAll(keepingCapacity: true)
    levels.removeAll(keepingCapacity: true)
    var floor = leastHealth
    if floor == .infinity {
      // Nobody's health has been recorded yet: the smallest is at most that of the weakest.
      let (threshold, debt) = weakest < 0 ? (0, 1) : positions.weigh(weakest, weights)
      floor = debt > 0 ? threshold / debt : 0
    }
    health.test(weights, floor: floor)
    asked.removeAll(keepingCapacity: true)
    for index in health.candidates.indices { ask(health.candidates[index]) }
    for account in also { ask(account) }
  }

  private mutating func ask(_ account: Int32) {
    guard markComputed(account) else { return }
    askedAt[Int(account)] = testNumber
    asked.append(account)
  }

  /// Whether the account is among `asked`.
  func wasAsked(_ account: Int32) -> Bool { askedAt[Int(account)] == testNumber }

  /// Marks the account's health as that of the last test; whether it was not before.
  mutating func markComputed(_ account: Int32) -> Bool {
    guard computedAt[Int(account)] != testNumber else { return false }
    computedAt[Int(account)] = testNumber
    return true
  }

  /// Appends the owners who are due, ascending and once each.
  mutating func collectDue(
    now: Double, attentionClock: [Double], panicClock: [Double], into due: inout [Int32]
  ) {
    exits.collect(0, at: now, into: &due)
    reentries.collect(0, at: now, into: &due)
    for clock in attention.usedClocks {
      attention.collect(clock, at: attentionClock[clock], into: &due)
      panics.collect(clock, at: panicClock[clock], into: &due)
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
