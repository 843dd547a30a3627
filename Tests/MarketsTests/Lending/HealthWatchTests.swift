import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Watched health")
struct HealthWatchTests {
  /// Accounts with up to three legs in four assets, several of them owing two assets.
  private func pool(_ random: inout TestRandom, accounts: Int) -> LendingPool {
    var (start, asset): ([Int32], [Int32]) = ([0], [])
    var (supplied, borrowed): ([Double], [Double]) = ([], [])
    for _ in 0..<accounts {
      for candidate in 0..<4 where random.chance(0.6) {
        asset.append(Int32(candidate))
        supplied.append(random.chance(0.6) ? random.logUniform(1, 100) : 0)
        borrowed.append(random.chance(0.4) ? random.logUniform(0.5, 50) : 0)
      }
      start.append(Int32(asset.count))
    }
    let parameters = [0.8, 0.7, 0.0, 0.85].map { threshold in
      var reserve = ReserveParameters()
      reserve.liquidationThreshold = threshold
      return reserve
    }
    return LendingPool(
      parameters: parameters,
      positions: Positions(
        legStart: start, legAsset: asset, supplied: supplied, borrowed: borrowed))
  }

  @Test(
    "Whoever leaves its levels is found, whatever the boxes",
    arguments: testSeeds(12), [0.02, 1, 6, 1000])
  func program(seed: UInt64, narrow: Double) {
    var random = TestRandom(seed: seed)
    var pool = pool(&random, accounts: 40)
    let startPool = pool
    var prices = [1.0, 5, 0.2, 1]
    let startPrices = prices
    let step = [0.01, 0.02, 0.01, 0.0001]
    var weights = HealthWeights(assetCount: 4)
    weights.update(pool: pool, prices: prices)
    var levels = (0..<40).map { _ in (lower: 1.0, upper: Double.infinity) }
    let startLevels = levels
    var watch = HealthWatch(
      pool: pool, weights: weights, step: step,
      boxes: WatchBoxes(narrow: narrow, wide: 5 * narrow, least: 1e-4), levels: { levels[$0] })
    var (asked, tests) = (0, 0)
    for _ in 0..<3 {
      watch.reset()
      (pool, prices, levels) = (startPool, startPrices, startLevels)
      for time in 0..<200 {
        for asset in 0..<4 {
          prices[asset] *= exp(step[asset] * random.uniform(-2, 2) + (time == 99 ? -0.3 : 0))
          pool.debtIndex[asset] *= 1 + 1e-6 * random.uniform()
          pool.supplyIndex[asset] *= 1 + 1e-6 * random.uniform()
        }
        for _ in 0..<random.index(3) {
          let account = random.index(40)
          for leg in pool.positions.legs(of: account) {
            pool.positions.supplied[leg] *= random.uniform(0, 1.5)
            pool.positions.borrowed[leg] *= random.chance(0.1) ? 0 : random.uniform(0, 1.5)
          }
          let lower = random.uniform(0.8, 1.5)
          levels[account] = (lower, random.chance(0.5) ? .infinity : lower * random.uniform(1, 2))
          watch.update(
            account, pool.positions, lower: levels[account].lower, upper: levels[account].upper)
        }
        let floor = random.chance(0.5) ? 0 : random.uniform(0, 1.2)
        weights.update(pool: pool, prices: prices)
        watch.test(weights, floor: floor)
        let found = Set(watch.candidates)
        #expect(found.count == watch.candidates.count)
        for account in 0..<40 {
          let (threshold, debt) = pool.positions.weigh(account, weights)
          let leaves =
            threshold < max(levels[account].lower, floor) * debt
            || threshold >= levels[account].upper * debt
          #expect(!leaves || found.contains(Int32(account)), "account \(account), time \(time)")
        }
        asked += found.count
        tests += 1
      }
    }
    #expect(asked < 40 * tests, "somebody is left in peace")
    if narrow == 1 {
      #expect(watch.rebuilds.long > 3 && watch.rebuilds.short > watch.rebuilds.long)
    }
  }
}
