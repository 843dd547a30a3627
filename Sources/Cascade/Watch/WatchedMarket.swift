import Agents
import Markets
import SimulationCore

/// What the watched engine does in the place of a pass over all accounts.
extension MarketState {
  /// The levels of the account's health at which the engine must ask it: where it becomes liquidatable,
  /// and where it enters or leaves the zone in which its owner's attention runs.
  private static func levels(
    _ account: Int, _ plan: MarketBlueprint, isInside: Bool, looksForMore: [Bool]
  ) -> WatchLevels {
    let cohort = Int(plan.traits.cohort[account])
    guard cohort >= 0, plan.traits.attentionRate[account] > 0 else {
      return WatchLevels(lower: 1)
    }
    let trigger = plan.traits.triggerHealth[account]
    guard isInside else { return WatchLevels(lower: max(1, trigger)) }
    // An owner with other reasons to look is visited while it is inside, unless they are certain.
    return WatchLevels(
      lower: 1, upper: looksForMore[cohort] ? .infinity : trigger * OwnerBuilder.zoneMargin)
  }

  /// Tests the accounts that may have crossed a level, and those of `before`, as the scan tests all.
  mutating func testAsked(_ plan: MarketBlueprint, leastHealth: Double, before: [Int32]) {
    for index in watch.changed.indices {
      let account = Int(watch.changed[index])
      watch.append(
        MarketState.levels(
          account, plan, isInside: owners.attentionTarget[account] < .infinity,
          looksForMore: looksForMore))
    }
    watch.findAsked(pool.positions, weights, leastHealth: leastHealth, also: before)
    liquidatable.removeAll(keepingCapacity: true)
    for index in watch.asked.indices {
      let account = watch.asked[index]
      weigh(account)
      if threshold[Int(account)] < debt[Int(account)] { liquidatable.append(account) }
    }
    liquidatable.sort()
  }

  /// Computes the account's health at the last test's weights, unless that test did.
  mutating func refresh(_ account: Int32) {
    if watch.markComputed(account) { weigh(account) }
  }

  private mutating func weigh(_ account: Int32) {
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
    for index in watch.restless.alert.indices { refresh(watch.restless.alert[index]) }
    var found = movers
    movers = []
    appendMovers(seen, to: &found)
    found.sort()
    movers = found
  }

  /// A pass that changes nothing here, so that nobody copies the market for each question.
  private func appendMovers(_ seen: Snapshot, to found: inout [Int32]) {
    for account in watch.asked where isMover(Int(account), seen) { found.append(account) }
    for account in watch.restless.alert where !watch.wasAsked(account) {
      if isMover(Int(account), seen) { found.append(account) }
    }
  }

  /// Judges the restless owners anew where the box around what they see has been left.
  private mutating func judgeRestless(_ seen: Snapshot) {
    guard !watch.restless.holds(seen, pool.reserves) else { return }
    watch.restless.moveBox(seen, pool.reserves)
    for index in watch.restless.accounts.indices {
      let account = Int(watch.restless.accounts[index])
      if isOpen(account, seen.plan) { watch.restless.touch(account) }
    }
  }

  /// Whether the owner's zone is not the one its position belongs to.
  private func isMover(_ account: Int, _ seen: Snapshot) -> Bool {
    guard seen.plan.traits.cohort[account] >= 0, seen.plan.traits.attentionRate[account] > 0 else {
      return false
    }
    let isInside = owners.attentionTarget[account] < .infinity
    let margin = isInside ? OwnerBuilder.zoneMargin : 1
    let belongs =
      threshold[account] < seen.plan.traits.triggerHealth[account] * margin * debt[account]
      || (looksForMore[Int(seen.plan.traits.cohort[account])]
        && hasOtherReason(account, seen, margin: margin))
    return belongs != isInside
  }
}
