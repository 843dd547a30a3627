import Foundation
import SimulationCore
import Testing

@Suite("Lows inside the steps")
struct BridgeLowsTests {
  /// A block of paths with their lows.
  private func block(
    _ kind: String, _ values: [String: Value] = [:], assets: [AssetDynamics], count: Int,
    stepCount: Int, stepHours: Double, pegs: [Peg] = [], firstPath: Int = 0, seed: UInt64 = 1
  ) throws -> PriceBlock {
    let setting = PriceSetting(
      assets: assets, stepCount: stepCount, stepYears: stepHours / 8760,
      correlation: .identity(assets.count), pegs: pegs)
    let model = try PriceModels.build(kind, try dynamics(kind, values), setting)
    var block = PriceBlock(
      capacity: count, stepCount: stepCount, assetCount: assets.count, keepsInside: true)
    model.fill(&block, firstPath: firstPath, seed: seed)
    BridgeLows(assets, pegs: pegs).fill(&block, firstPath: firstPath, seed: seed)
    return block
  }

  /// How many paths have a low of asset 0 at or below `barrier`.
  private func hits(_ block: PriceBlock, _ barrier: Double) -> Int {
    (0..<block.pathCount).count { path in
      (0..<block.stepCount).contains { block.low[block.offset(path: path, step: $0)] <= barrier }
    }
  }

  /// P(min of nu t + sigma W over [0, T] <= b).
  private func hitProbability(_ barrier: Double, drift: Double, deviation: Double) -> Double {
    normalCDF((barrier - drift) / deviation)
      + exp(2 * drift * barrier / (deviation * deviation))
      * normalCDF((barrier + drift) / deviation)
  }

  @Test(
    "a GBM hits a barrier as often as in continuous time, whatever the step; |z| < 3",
    arguments: [(1.0, 24_000), (6, 200_000), (24, 200_000)])
  func geometricBrownianMotion(stepHours: Double, paths: Int) throws {
    let assets = [asset("A", volatility: 0.8, drift: 0.3)]
    let stepCount = Int(120 / stepHours)
    let block = try block(
      "gbm", assets: assets, count: paths, stepCount: stepCount, stepHours: stepHours)
    let years = 120.0 / 8760
    for barrier in [-0.03, -0.1, -0.2] {
      let expected = hitProbability(
        barrier, drift: (0.3 - 0.32) * years, deviation: 0.8 * years.squareRoot())
      let share = Double(hits(block, barrier)) / Double(paths)
      let error = (expected * (1 - expected) / Double(paths)).squareRoot()
      #expect(abs(share - expected) < 3 * error, "\(barrier): \(share) against \(expected)")
      // The ends of the steps alone would miss far more than that in daily steps.
      guard stepHours == 24 else { continue }
      let seen = (0..<paths).count { path in
        (0..<stepCount).contains { block.logPrice[path * stepCount + $0] <= barrier }
      }
      #expect(Double(seen) / Double(paths) < expected - 10 * error)
    }
  }

  /// Given the chi-square w of the step, the log price is a Brownian motion of variance s^2 2 / w.
  ///
  /// For nu = 4 the density of w is w e^(-w/2) / 4; the midpoint rule is good to 1e-6 here.
  @Test("a Student-t step dips as often as its mixture of Brownian motions; |z| < 3.5")
  func studentT() throws {
    let (count, s) = (200_000, 0.8 * (1.0 / 365).squareRoot())
    let block = try block(
      "student_t", ["degrees_of_freedom": .number(4)], assets: [asset("A", volatility: 0.8)],
      count: count, stepCount: 1, stepHours: 24)
    for barrier in [-0.03, -0.1] {
      let cells = 40_000
      let expected = (0..<cells).reduce(0.0) { sum, cell in
        let w = (Double(cell) + 0.5) * 60 / Double(cells)
        let deviation = s * (2 / w).squareRoot()
        return sum + 60 / Double(cells) * w * exp(-w / 2) / 4
          * hitProbability(barrier, drift: -0.5 * s * s, deviation: deviation)
      }
      let error = (expected * (1 - expected) / Double(count)).squareRoot()
      let share = Double(hits(block, barrier)) / Double(count)
      #expect(abs(share - expected) < 3.5 * error, "\(barrier): \(share) against \(expected)")
    }
  }

  @Test("steps of a day with jumps dip as often as steps of half an hour; |z| < 3.5")
  func jumps() throws {
    let values: [String: Value] = [
      "common_jumps_per_year": .number(40), "jump_mean_log": .number(-0.08),
      "jump_sd_log": .number(0.02),
    ]
    func share(_ stepHours: Double, _ count: Int, seed: UInt64) throws -> Double {
      let block = try block(
        "merton", values, assets: [asset("A", volatility: 0.9)], count: count,
        stepCount: Int(48 / stepHours), stepHours: stepHours, seed: seed)
      return Double(hits(block, -0.1)) / Double(count)
    }
    let (coarse, fine) = (try share(24, 120_000, seed: 1), try share(0.5, 24_000, seed: 2))
    let error = (coarse * (1 - coarse) * (1 / 120_000 + 1 / 24_000)).squareRoot()
    #expect(abs(coarse - fine) < 3.5 * error, "\(coarse) against \(fine)")
  }

  /// The moves of a step over the square root of its variance are standard normal.
  ///
  /// Drifts of an hour are 0.5 % of a deviation; the variance of `heston` is known at the ends only.
  @Test(
    "the variance inside a step is that of its moves",
    arguments: PriceModels.all.filter { $0.hasDiffusion }.map { $0.kind })
  func variances(kind: String) throws {
    let block = try block(
      kind, assets: [asset("A", volatility: 0.8), asset("B", volatility: 1.1)], count: 400,
      stepCount: 300, stepHours: 1)
    var squares: [Double] = []
    for path in 0..<block.pathCount {
      for step in 0..<block.stepCount {
        for asset in 0..<2 {
          let entry = block.offset(path: path, step: step) + asset
          let start = step == 0 ? 0 : block.logPrice[entry - 2]
          let move = block.logPrice[entry] - start - block.jump[entry]
          // A variance that has touched zero tells nothing.
          guard block.variance[entry] > 1e-8 else { continue }
          squares.append(move * move / block.variance[entry])
        }
      }
    }
    let mean = squares.reduce(0, +) / Double(squares.count)
    let tolerance = 4 * (2 / Double(squares.count)).squareRoot() + 1e-3
    let isApproximate = kind == "heston" || kind == "bates"
    #expect(abs(mean - 1) < (isApproximate ? 0.05 : tolerance), "\(mean)")
  }

  @Test("a low is never above the ends, and what does not move has none")
  func ends() throws {
    let block = try block(
      "crash_garch_t", assets: [asset("A", volatility: 0.8), asset("B")], count: 40,
      stepCount: 300, stepHours: 1)
    for path in 0..<40 {
      for step in 0..<300 {
        let entry = block.offset(path: path, step: step)
        let start = step == 0 ? 0 : block.logPrice[entry - 2]
        #expect(block.low[entry] <= min(start, block.logPrice[entry]) + 1e-15)
        #expect(block.low[entry + 1] == block.logPrice[entry + 1])
      }
    }
  }

  @Test("a pegged asset dips with the one that it keeps to, and one that is owed does not")
  func pegs() throws {
    let peg = Peg(
      section(Peg.table, ["depeg_sd_bps": .number(0), "half_life_hours": .number(8.0 / 8760)]),
      asset: 1, target: 0, start: 0)
    let assets = [asset("A", volatility: 0.8), asset("B", volatility: 0.8)]
    let block = try block(
      "gbm", assets: assets, count: 8, stepCount: 20, stepHours: 6, pegs: [peg])
    for row in stride(from: 0, to: block.low.count, by: 2) {
      #expect(block.low[row] == block.low[row + 1])
    }
    var owed = block
    BridgeLows(assets, pegs: [peg], owed: [1]).fill(&owed, firstPath: 0, seed: 1)
    for row in stride(from: 0, to: block.low.count, by: 2) {
      #expect(owed.low[row] == block.low[row])
      #expect(owed.low[row + 1] == block.logPrice[row + 1])
    }
  }

  @Test(
    "neither keeping the inside nor the block changes a bit",
    arguments: PriceModels.all.filter { $0.hasDiffusion }.map { $0.kind })
  func bits(kind: String) throws {
    let assets = [
      asset("A", volatility: 0.8, drift: 0.1), asset("B", volatility: 0.5), asset("C"),
    ]
    let whole = try block(kind, assets: assets, count: 24, stepCount: 260, stepHours: 1, seed: 9)
    let plain = try model(kind, assets: assets, stepCount: 260)
    #expect(
      whole.logPrice == logPrices(plain, count: 24, stepCount: 260, assetCount: 3, seed: 9))
    let part = try block(
      kind, assets: assets, count: 9, stepCount: 260, stepHours: 1, firstPath: 5, seed: 9)
    #expect(part.low == Array(whole.low[5 * 260 * 3..<14 * 260 * 3]))
    let short = try block(kind, assets: assets, count: 1, stepCount: 257, stepHours: 1, seed: 9)
    #expect(short.low == Array(whole.low.prefix(257 * 3)))
  }
}
