import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Watched health")
struct HealthWatchTests {
  /// Accounts with legs in some of the assets, several of them owing two.
  private func pool(_ random: inout TestRandom, accounts: Int, assets: Int = 4) -> LendingPool {
    var (start, asset): ([Int32], [Int32]) = ([0], [])
    var (supplied, borrowed): ([Double], [Double]) = ([], [])
    for _ in 0..<accounts {
      for candidate in 0..<assets where random.chance(0.6) {
        asset.append(Int32(candidate))
        supplied.append(random.chance(0.6) ? random.logUniform(1, 100) : 0)
        borrowed.append(random.chance(0.4) ? random.logUniform(0.5, 50) : 0)
      }
      start.append(Int32(asset.count))
    }
    let parameters = (0..<assets).map { asset in
      let threshold = [0.8, 0.7, 0.0, 0.85][asset % 4]
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
    var levels = (0..<40).map { _ in WatchLevels(lower: 1) }
    let startLevels = levels
    var watch = HealthWatch(
      pool: pool, weights: weights, step: step,
      boxes: WatchBoxes(narrow: narrow, wide: 5 * narrow, least: 1e-4), levels: { levels[$0] })
    var (asked, tests, spared) = (0, 0, 0)
    for _ in 0..<3 {
      watch.reset()
      (pool, prices, levels) = (startPool, startPrices, startLevels)
      for time in 0..<200 {
        for asset in 0..<4 {
          prices[asset] *= exp(step[asset] * random.uniform(-2, 2) + (time == 99 ? -0.3 : 0))
          pool.reserves[asset].debtIndex *= 1 + 1e-6 * random.uniform()
          pool.reserves[asset].supplyIndex *= 1 + 1e-6 * random.uniform()
        }
        var changed: [Int32] = []
        for _ in 0..<random.index(3) {
          let account = random.index(40)
          changed.append(Int32(account))
          for leg in pool.positions.legs(of: account) {
            pool.positions.supplied[leg] *= random.uniform(0, 1.5)
            pool.positions.borrowed[leg] *= random.chance(0.1) ? 0 : random.uniform(0, 1.5)
          }
          let lower = random.uniform(0.8, 1.5)
          levels[account] = WatchLevels(
            lower: lower, upper: random.chance(0.5) ? .infinity : lower * random.uniform(1, 2))
        }
        // Somebody may be named twice.
        watch.update(changed, pool.positions, levels: changed.map { levels[Int($0)] })
        let floor = random.chance(0.5) ? 0 : random.uniform(0, 1.2)
        weights.update(pool: pool, prices: prices)
        // The list stays good for the floor, though nobody is asked for it.
        watch.test(weights, floor: floor, asksFloor: false)
        let withoutFloor = Set(watch.candidates)
        for account in 0..<40 where !withoutFloor.contains(Int32(account)) {
          let (threshold, debt) = pool.positions.weigh(account, weights)
          #expect(
            threshold >= levels[account].lower * debt && threshold < levels[account].upper * debt
              || debt <= 0, "account \(account), time \(time)")
        }
        let rebuilds = watch.rebuilds
        watch.test(weights, floor: floor)
        #expect(watch.rebuilds == rebuilds)
        spared += watch.candidates.count - withoutFloor.count
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
    #expect(spared > 0, "somebody is asked for the floor's sake alone")
    if narrow == 1 {
      #expect(watch.rebuilds.wide > 3 && watch.rebuilds.narrow > watch.rebuilds.wide)
    }
  }

  @Test(
    "A known course passes the steps at which nobody leaves its levels, as single steps would",
    arguments: testSeeds(12), [4, 8])
  func course(seed: UInt64, assets: Int) {
    var random = TestRandom(seed: seed)
    var pool = pool(&random, accounts: 40, assets: assets)
    let (start, stepCount) = (pool, 300)
    let step = (0..<assets).map { $0 % 4 == 3 ? 0.0001 : 0.01 }
    let startLog = (0..<assets).map { _ in random.uniform(-2, 2) }
    var weights = HealthWeights(assetCount: assets)
    weights.update(pool: pool, prices: startLog.map { exp($0) })
    let levels = (0..<40).map { account in
      let (threshold, debt) = pool.positions.weigh(account, weights)
      let health = threshold / debt
      return debt > 0 && health > 0
        ? WatchLevels(
          lower: health * random.uniform(0.7, 0.999), upper: health * random.uniform(1.01, 2))
        : WatchLevels(lower: 0)
    }
    var watch = HealthWatch(pool: pool, weights: weights, step: step, levels: { levels[$0] })
    var course = PriceCourse(
      supplyIndex: pool.reserves.map(\.supplyIndex),
      threshold: pool.parameters.map(\.liquidationThreshold),
      debtIndex: pool.reserves.map(\.debtIndex), kept: 0.9)
    var (passed, stops, found) = (0, 0, 0)
    for _ in 0..<3 {
      watch.reset()
      pool = start
      course.restart(at: startLog)
      var logPrice = startLog
      for entry in 0..<(stepCount - 1) * assets {
        logPrice.append(logPrice[entry] + step[entry % assets] * random.uniform(-2, 2))
      }
      var single = course
      var now = 0
      while now < stepCount {
        let quiet = watch.skipQuietSteps(
          of: &course, in: logPrice, at: now * assets, steps: stepCount - now, weights: &weights)
        for later in 0...quiet where now + later < stepCount {
          var atStep = weights
          single.move(along: logPrice, at: (now + later) * assets)
          atStep.update(pool: pool, prices: single.price)
          if later == quiet {
            #expect(atStep.pairs == weights.pairs)
            break
          }
          for account in 0..<40 {
            let (threshold, debt) = pool.positions.weigh(account, atStep)
            #expect(
              threshold >= levels[account].lower * debt
                && !(debt > 0 && threshold >= levels[account].upper * debt))
          }
          single.decay()
        }
        #expect(course.price == single.price && course.lowestLog == single.lowestLog)
        #expect(course.displacement == single.displacement)
        passed += quiet
        now += quiet
        guard now < stepCount else { break }
        #expect(!watch.candidates.isEmpty, "a stop has a reason")
        let marked = watch.candidates.sorted()
        watch.test(weights)
        #expect(marked == watch.candidates.sorted())
        stops += 1
        for account in watch.candidates.map(Int.init) {
          found += 1
          for leg in pool.positions.legs(of: account) {
            pool.positions.supplied[leg] = start.positions.supplied[leg]
            pool.positions.borrowed[leg] = 0
          }
        }
        watch.update(
          watch.candidates, pool.positions,
          levels: watch.candidates.map { WatchLevels(lower: levels[Int($0)].lower) })
        course.decay()
        if random.chance(0.3) { course.add(random.uniform(0, 0.02), to: random.index(assets)) }
        single = course
        now += 1
      }
    }
    #expect(passed > 0)
    #expect(stops > 0)
    #expect(found > 0)
  }
}
