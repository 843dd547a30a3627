import Agents
import Markets
import SimulationCore

/// What the watched engine does in the place of a pass over all accounts.
extension MarketState {
  /// The levels of the account's health at which the engine must ask it: where it becomes liquidatable,
  /// and where it enters or leaves the zone in which its owner's attention runs.
  private static func levels(zoneTrigger: Double, isInside: Bool, looksForMore: Bool)
    -> WatchLevels
  {
    guard isInside else { return WatchLevels(lower: max(1, zoneTrigger)) }
    // An owner with other reasons to look is visited while it is inside, unless they are certain.
    return WatchLevels(
      lower: 1, upper: looksForMore ? .infinity : zoneTrigger * OwnerBuilder.zoneMargin)
  }

  /// Tests the accounts that may have crossed a level, and those of `before`, as the scan tests all.
  mutating func testAsked(
    _ plan: MarketBlueprint, leastHealth: Double, recordsHealth: Bool, hasMoved: Bool,
    before: [Int32]
  ) {
    for index in watch.changed.indices {
      let account = Int(watch.changed[index])
      watch.append(
        MarketState.levels(
          zoneTrigger: zoneTrigger[account], isInside: owners.attentionTarget[account] < .infinity,
          looksForMore: watch.restless.isRestless[account]))
    }
    watch.updateChanged(pool.positions)
    if hasMoved || recordsHealth {
      watch.findAsked(
        pool.positions, weights, leastHealth: leastHealth, recordsHealth: recordsHealth,
        also: before)
    } else {
      watch.askChanged(also: before)
    }
    let count = pool.positions.scan(
      watch.asked, weights, threshold: &threshold, debt: &debt, room: &room)
    liquidatable.removeAll(keepingCapacity: true)
    liquidatable.append(contentsOf: room[..<count])
    liquidatable.sortNumbers(marking: &marks)
  }

  /// Computes the account's health at the last test's weights, unless that test did.
  mutating func refresh(_ account: Int32) {
    guard watch.markComputed(account) else { return }
    let sums = pool.positions.weigh(Int(account), weights)
    threshold[Int(account)] = sums.threshold
    debt[Int(account)] = sums.debt
  }

  /// The account's balances have changed.
  mutating func touch(_ account: Int) {
    if isWatched { watch.touch(account) }
  }

  /// The owner's targets have changed.
  mutating func moveTargets(_ account: Int) {
    guard isWatched else { return }
    watch.moveTargets(
      of: account, exit: owners.exitTarget[account], panic: owners.panicTarget[account],
      attention: owners.attentionTarget[account], reentry: owners.reentryAt[account])
  }

  /// The smallest health factor at the last test, or `bound` if that is smaller.
  func smallestHealth(below bound: Double) -> Double {
    var smallest = bound
    func look(_ account: Int) {
      // Most accounts are told by a product; ties of rounding go to the quotient.
      guard threshold[account] < smallest * debt[account] * (1 + 1e-9) else { return }
      smallest = min(smallest, threshold[account] / debt[account])
    }
    if isWatched {
      for account in watch.asked { look(Int(account)) }
    } else {
      for account in debt.indices { look(account) }
    }
    return smallest
  }

  /// Lists the owners on the wrong side of their zone's edge, ascending.
  mutating func findWatchedMovers(_ seen: Snapshot) {
    judgeRestless(seen)
    watch.findVisited()
    _ = pool.positions.scan(
      watch.visited, weights, threshold: &threshold, debt: &debt, room: &room)
    var found = movers
    movers = []
    appendMovers(seen, to: &found)
    found.sortNumbers(marking: &marks)
    movers = found
  }

  /// A pass that changes nothing here, so that nobody copies the market for each question.
  private func appendMovers(_ seen: Snapshot, to found: inout [Int32]) {
    appendMovers(of: watch.asked, seen, to: &found)
    appendMovers(of: watch.visited, seen, to: &found)
  }

  /// Appends those of `list` whose zone is not the one their position belongs to.
  private func appendMovers(of list: [Int32], _ seen: Snapshot, to found: inout [Int32]) {
    let isRestless = watch.restless.isRestless
    for number in list {
      let account = Int(number)
      let isInside = owners.attentionTarget[account] < .infinity
      let margin = isInside ? OwnerBuilder.zoneMargin : 1
      var belongs = threshold[account] < zoneTrigger[account] * margin * debt[account]
      if !belongs && isRestless[account] {
        belongs = hasOtherReason(account, seen, margin: margin)
      }
      if belongs != isInside { found.append(number) }
    }
  }
}
