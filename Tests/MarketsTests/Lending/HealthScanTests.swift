import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Scan of a book")
struct HealthScanTests {
  /// Accounts with no leg to six legs, in up to nine assets, about half of them unhealthy.
  private func pool(_ random: inout TestRandom) -> LendingPool {
    let assetCount = 1 + random.index(9)
    var (start, asset): ([Int32], [Int32]) = ([0], [])
    var (supplied, borrowed): ([Double], [Double]) = ([], [])
    for _ in 0..<random.index(200) {
      for candidate in 0..<assetCount where random.chance(0.5) {
        asset.append(Int32(candidate))
        supplied.append(random.chance(0.6) ? random.logUniform(1e-3, 1e6) : 0)
        borrowed.append(random.chance(0.5) ? random.logUniform(1e-3, 1e6) : 0)
      }
      start.append(Int32(asset.count))
    }
    var parameters = [ReserveParameters](repeating: ReserveParameters(), count: assetCount)
    for index in 0..<assetCount { parameters[index].liquidationThreshold = random.uniform(0, 1) }
    return LendingPool(
      parameters: parameters,
      positions: Positions(
        legStart: start, legAsset: asset, supplied: supplied, borrowed: borrowed))
  }

  @Test("The kernel gives the bits of a plain loop over legs, and lists the same accounts")
  func plainLoop() {
    var listed = 0
    for seed in testSeeds(200) {
      var random = TestRandom(seed: seed)
      let pool = pool(&random)
      let count = pool.positions.accountCount
      let prices = (0..<pool.assetCount).map { _ in random.logUniform(1e-2, 1e4) }
      var weights = HealthWeights(assetCount: pool.assetCount)
      weights.update(pool: pool, prices: prices)
      var threshold = [Double](repeating: .nan, count: count)
      var debt = threshold
      var liquidatable: [Int32] = [7, 7, 7]
      var room = [Int32](repeating: -1, count: count + 1)
      pool.positions.scan(
        weights, threshold: &threshold, debt: &debt, liquidatable: &liquidatable, room: &room)
      var expected: [Int32] = []
      for account in 0..<count {
        let (collateral, owed) = pool.positions.weigh(account, weights)
        #expect(threshold[account].bitPattern == collateral.bitPattern, "seed \(seed)")
        #expect(debt[account].bitPattern == owed.bitPattern, "seed \(seed)")
        if collateral < owed { expected.append(Int32(account)) }
      }
      #expect(liquidatable == expected, "seed \(seed)")
      listed += expected.count
    }
    #expect(listed > 1000)
  }

  @Test("A scan of a list writes the entries of its accounts only, with the bits of the whole scan")
  func list() {
    var listed = 0
    for seed in testSeeds(100) {
      var random = TestRandom(seed: seed)
      let pool = pool(&random)
      let count = pool.positions.accountCount
      var weights = HealthWeights(assetCount: pool.assetCount)
      weights.update(
        pool: pool, prices: (0..<pool.assetCount).map { _ in random.logUniform(1e-2, 1e4) })
      var list: [Int32] = []
      for account in (0..<count).reversed() where random.chance(0.4) { list.append(Int32(account)) }
      var threshold = [Double](repeating: -1, count: count)
      var debt = threshold
      var room = [Int32](repeating: -1, count: count + 1)
      let found = pool.positions.scan(
        list, weights, threshold: &threshold, debt: &debt, room: &room)
      var expected: [Int32] = []
      for account in 0..<count {
        let isListed = list.contains(Int32(account))
        let sums = isListed ? pool.positions.weigh(account, weights) : (-1, -1)
        #expect(threshold[account].bitPattern == sums.0.bitPattern, "seed \(seed)")
        #expect(debt[account].bitPattern == sums.1.bitPattern, "seed \(seed)")
        if isListed && sums.0 < sums.1 { expected.insert(Int32(account), at: 0) }
      }
      #expect(Array(room[..<found]) == expected, "seed \(seed)")
      var liquidatable: [Int32] = [7]
      var marks = [UInt64](repeating: 0, count: (count + 63) / 64)
      pool.positions.scan(
        list, weights, liquidatable: &liquidatable, room: &room, marks: &marks)
      #expect(liquidatable == expected.sorted(), "seed \(seed)")
      listed += found
    }
    #expect(listed > 100)
  }

  @Test("Weights say whether any of them has moved")
  func moved() {
    var random = TestRandom(seed: 2)
    var pool = pool(&random)
    var prices = (0..<pool.assetCount).map { _ in random.logUniform(1e-2, 1e4) }
    pool.reserves[0].debtIndex = 1.25
    var weights = HealthWeights(assetCount: pool.assetCount)
    var moves: [Bool] = []
    moves.append(weights.update(pool: pool, prices: prices))
    moves.append(weights.update(pool: pool, prices: prices))
    pool.reserves[0].debtIndex = 1.25.nextUp
    moves.append(weights.update(pool: pool, prices: prices))
    prices[pool.assetCount - 1] *= 2
    moves.append(weights.update(pool: pool, prices: prices))
    moves.append(weights.update(pool: pool, prices: prices))
    #expect(moves == [true, false, true, true, false])
  }

  /// The definition: index x price x threshold for what is supplied, index x price for debt.
  @Test("The weights fold indices, prices and thresholds")
  func weights() {
    var random = TestRandom(seed: 1)
    var pool = pool(&random)
    pool.reserves[0].supplyIndex = 1.5
    pool.reserves[0].debtIndex = 2
    var weights = HealthWeights(assetCount: pool.assetCount)
    var prices = [Double](repeating: 1, count: pool.assetCount)
    prices[0] = 10
    weights.update(pool: pool, prices: prices)
    #expect(weights.threshold(0) == 15 * pool.parameters[0].liquidationThreshold)
    #expect(weights.debt(0) == 20)
  }
}
