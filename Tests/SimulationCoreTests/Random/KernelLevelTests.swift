import CKernels
import KernelLevels
import SimulationCore
import Testing

/// What every kernel makes of the same random input at one level.
private struct Outputs: Equatable {
  var elementary: [UInt64] = []
  var tiles: [UInt64] = []
  var walks: [UInt64] = []
  var counts: [Int] = []

  init(_ level: kernel_level) {
    takeElementary(level)
    drawTiles(level)
    for assets in [1, 3, 8, 11] {
      walk(level, assets: assets)
      watch(level, assets: assets)
      course(level, assets: assets)
    }
  }

  private mutating func takeElementary(_ level: kernel_level) {
    // No multiple of a register, so that the rest is covered too.
    let count = 10_007
    let u = (0..<count).map { PathRandom(seed: 3, path: 0).uniform(.choice, UInt32($0)) }
    var (x, y) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    level.exp(count, u.map { 1500 * $0 - 750 }, &x)
    level.log(count, u.map { $0 * $0 * 1e3 }, &y)
    elementary += (x + y).map(\.bitPattern)
    level.sincos_turns(count, u, &x, &y)
    elementary += (x + y).map(\.bitPattern)
    var values = u
    values[9_001] = .nan
    counts += [level.first_non_finite(count, u), level.first_non_finite(count, values)]
  }

  private mutating func drawTiles(_ level: kernel_level) {
    var normals = [Double](repeating: 0, count: 6 * 2048)
    level.normal_tile(0x0123_4567_89ab_cdef, 16, 768, 251, 1, 6, &normals)
    let table = TabulatedQuantile.studentTMixing(degreesOfFreedom: 2.7).coefficients
    var draws = [Double](repeating: 0, count: 2048)
    level.tabulated_tile(0x0123_4567_89ab_cdef, 16, 768, 251, 2, table, &draws)
    var exponentials = [Double](repeating: 0, count: 1_003)
    level.exponentials(0x0123_4567_89ab_cdef, 16, 768, 7, 3, exponentials.count, &exponentials)
    for (index, value) in exponentials.enumerated() where index % 100 == 0 {
      let single = ck_exponential(0x0123_4567_89ab_cdef, 16, 768 + UInt32(index), 7, 3)
      #expect(value == single, "a column's entry is the single draw of its index")
    }
    tiles += (normals + draws + exponentials).map(\.bitPattern)
  }

  private mutating func walk(_ level: kernel_level, assets: Int) {
    var moves = [Double](repeating: 0, count: (assets + assets % 2) * 2048)
    level.normal_tile(5, 0, 0, 256, 1, Int32(assets + assets % 2), &moves)
    let scale = moves.prefix(2048).map { 1 + 0.1 * $0 }
    let drift = (0..<assets).map { 0.1 - 0.03 * Double($0) }
    var state = [Double](repeating: 0.5, count: assets * 8)
    var out = [Double](repeating: 0, count: 8 * 256 * assets)
    for (first, end) in [(0, 8), (3, 6)] as [(Int32, Int32)] {
      counts.append(
        level.walk_tile(
          Int32(assets), 256, first, end, drift, scale, 12, moves, &state, &out, 256 * assets))
      walks += (out + state).map(\.bitPattern)
    }
  }
}

extension Outputs {
  /// A book of 50 blocks near their levels, with and without upper levels and keys.
  fileprivate mutating func watch(_ level: kernel_level, assets: Int) {
    let blocks = 50
    let rows = rows(blocks, assets: assets, seed: 7, hasUpper: true)
    let groups = (0..<2 * blocks).map { Int32($0 % 2) }
    let keys = uniforms(2 * blocks, 7, 5)
    let low = uniforms(assets, 7, 6).map(Float.init)
    let high = low.map { 1.1 * $0 }
    var masks = [UInt16](repeating: 0, count: blocks)
    for (hasUpper, floor, limit) in [(1, 0, 0.0), (0, 0.9, 0.5)] as [(Int32, Float, Double)] {
      counts.append(
        level.watch(
          blocks, Int32(assets), rows, hasUpper, groups, keys, limit, limit, low, high,
          [0.4, 0.5], [0.5, 0.6], floor, &masks))
      counts += masks.map(Int.init)
    }
  }

  private func uniforms(_ count: Int, _ seed: UInt64, _ draw: UInt32) -> [Double] {
    (0..<count).map { PathRandom(seed: seed, path: 0).uniform(.choice, UInt32($0), draw) }
  }

  /// Amounts below 1, lower levels about half their number, upper ones above.
  private func rows(_ blocks: Int, assets: Int, seed: UInt64, hasUpper: Bool) -> [Float] {
    let (lanes, height) = (Int(CK_WATCH_LANES), assets + Int(CK_WATCH_LEVELS))
    var rows = uniforms(blocks * lanes * height, seed, 1).map(Float.init)
    for block in 0..<blocks {
      for lane in 0..<lanes {
        let lower = (block * height + assets) * lanes + lane
        rows[lower] = (0.2 + rows[lower]) * Float(assets) / 2
        rows[lower + lanes] = hasUpper ? rows[lower] * (1 + rows[lower + lanes]) : .infinity
      }
    }
    return rows
  }
}

extension Outputs {
  /// A course of 100 steps over a book of six blocks, stopped and resumed with moved prices.
  fileprivate mutating func course(_ level: kernel_level, assets: Int) {
    let blocks = 6
    let rows = rows(blocks, assets: assets, seed: 9, hasUpper: false).map { 0.9 * $0 }
    let logPrice = uniforms(100 * assets, 9, 2).map { 0.3 * $0 }
    let factors = uniforms(3 * assets, 9, 3).map { 0.9 + 0.1 * $0 }
    let order = (0..<assets).map(Int32.init)
    var displacement = [Double](repeating: 0, count: assets)
    var (price, lowest) = (displacement, displacement)
    var (logLow, logHigh) = (displacement, displacement)
    level.watch_log_box(
      Int32(assets), factors, [Double](repeating: 0.7, count: 2 * assets),
      [Double](repeating: 1.28, count: 2 * assets), &logLow, &logHigh)
    walks += (logLow + logHigh).map(\.bitPattern)
    var weights = [Double](repeating: 0, count: 2 * assets)
    var room = [Double](repeating: 0, count: Int(CK_QUIET_ROOM) * assets)
    let empty = [Float](repeating: 0, count: assets + 1)
    var (low, high, debtLow, debtHigh) = (empty, empty, empty, empty)
    var masks = [UInt16](repeating: 0, count: blocks)
    var (step, isMarked): (Int, Int32) = (0, 0)
    while step < 100 {
      step += level.watch_quiet(
        100 - step, Int32(assets), logPrice, step * assets, 0.98, &displacement, factors, &price,
        &lowest, &weights, &room, logLow, logHigh, Int32(assets), order, uniforms(assets, 9, 4),
        Int32(assets), order, uniforms(assets, 9, 5), 1, 1e-6, &low, &high, &debtLow, &debtHigh,
        blocks, rows, 0, (0..<2 * blocks).map { Int32($0 % assets) }, 0, &masks, &isMarked)
      counts += [step, Int(isMarked)] + (isMarked != 0 ? masks.map(Int.init) : [])
      walks += (price + lowest + weights + displacement).map(\.bitPattern)
      displacement[step % assets] += 0.01
      step += 1
    }
  }
}

/// The level that the loader takes on this processor.
private let loaded = kernel_level(
  exp: ck_exp, log: ck_log, sincos_turns: ck_sincos_turns,
  first_non_finite: ck_first_non_finite, normal_tile: ck_normal_tile,
  tabulated_tile: ck_tabulated_tile, exponentials: ck_exponentials, walk_tile: ck_walk_tile,
  watch: ck_watch, watch_log_box: ck_watch_log_box, watch_quiet: ck_watch_quiet)

@Suite("Kernels give the same bits at every level")
struct KernelLevelTests {
  @Test("the level that the loader takes")
  func loadedLevel() {
    #expect(Outputs(loaded) == Outputs(kernel_level_baseline().pointee))
  }

  @Test(
    "x86-64-v3",
    .enabled(if: kernel_level_v3() != nil, "this processor has no AVX2: level skipped"))
  func v3() throws {
    let level = try #require(kernel_level_v3())
    #expect(Outputs(level.pointee) == Outputs(kernel_level_baseline().pointee))
  }

  @Test(
    "x86-64-v4",
    .enabled(if: kernel_level_v4() != nil, "this processor has no AVX-512: level skipped"))
  func v4() throws {
    let level = try #require(kernel_level_v4())
    #expect(Outputs(level.pointee) == Outputs(kernel_level_baseline().pointee))
  }
}
