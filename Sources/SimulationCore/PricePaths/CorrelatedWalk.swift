import CKernels

/// Random walks of the log prices with correlated increments, independent from step to step.
///
///     r = drift + m * sd * (F z),   z ~ N(0, I),   m one draw a step of the mixing law, or 1
///
/// Paths are made in tiles of 8 paths by 256 steps that are aligned to path and step numbers, so
/// that a path's bits do not depend on its block. One matrix product a tile.
///
/// - Cost: O(paths x steps x assets squared).
struct CorrelatedWalk: Sendable {
  private let assetCount: Int
  private let stepCount: Int
  /// Of the log price a step.
  private let drift: [Double]
  /// sd_i F_ij, `[asset][asset]`.
  private let coefficients: [Double]
  private let mixing: TabulatedQuantile?

  /// Log prices drift by mu - s^2 / 2 a year, with standard deviation s a year times the draw of
  /// `mixing`.
  init(_ setting: PriceSetting, mixing: TabulatedQuantile? = nil) {
    let count = setting.assets.count
    precondition(setting.correlation.count == count, "one row of correlation an asset")
    assetCount = count
    stepCount = setting.stepCount
    drift = setting.assets.map {
      ($0.drift - 0.5 * $0.volatility * $0.volatility) * setting.stepYears
    }
    let rootStep = setting.stepYears.squareRoot()
    coefficients = (0..<count * count).map {
      setting.assets[$0 / count].volatility * rootStep * setting.correlation.factor[$0]
    }
    self.mixing = mixing
  }

  func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    precondition(
      block.stepCount == stepCount && block.assetCount == assetCount, "the block fits the model")
    let endPath = firstPath + block.pathCount
    precondition(firstPath >= 0 && endPath <= 1 << 32, "path numbers have 32 bits")
    block.clampedCount = 0
    guard assetCount > 0 && stepCount > 0 else { return }
    var tile = Tile(assetCount: assetCount)
    var tilePath = firstPath - firstPath % Tile.laneCount
    while tilePath < endPath {
      tile.restart()
      let lanes = max(firstPath - tilePath, 0)..<min(endPath - tilePath, Tile.laneCount)
      for firstStep in stride(from: 0, to: stepCount, by: Tile.stepCount) {
        let steps = firstStep..<min(stepCount, firstStep + Tile.stepCount)
        draw(&tile, tilePath: tilePath, steps: steps, seed: seed)
        let target = block.offset(path: tilePath + lanes.lowerBound - firstPath, step: firstStep)
        walk(&tile, lanes: lanes, stepCount: steps.count, into: &block, at: target)
      }
      tilePath += Tile.laneCount
    }
  }

  /// Draws the tile's next steps: `moves` without drift, and the mixing law's `scale`.
  private func draw(_ tile: inout Tile, tilePath: Int, steps: Range<Int>, seed: UInt64) {
    let (path, step, count) = (UInt32(tilePath), UInt32(steps.lowerBound), Int32(steps.count))
    ck_normal_tile(
      seed, path, step, count, Stream.priceNormal.rawValue, Int32(tile.normalRowCount),
      &tile.normals)
    BLAS.multiply(
      coefficients, rowCount: assetCount, columns: tile.normals, into: &tile.moves)
    if let mixing {
      ck_tabulated_tile(
        seed, path, step, count, Stream.priceMixing.rawValue, mixing.coefficients, &tile.scale)
    }
  }

  /// Sums the drawn steps up and writes them to consecutive paths, from entry `target` on.
  private func walk(
    _ tile: inout Tile, lanes: Range<Int>, stepCount: Int, into block: inout PriceBlock,
    at target: Int
  ) {
    let pathStride = self.stepCount * assetCount
    precondition(
      target + (lanes.count - 1) * pathStride + stepCount * assetCount <= block.logPrice.count,
      "the lanes lie inside the block")
    func store(_ scale: UnsafePointer<Double>?) {
      block.clampedCount += block.logPrice.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return ck_walk_tile(
          Int32(assetCount), Int32(stepCount), Int32(lanes.lowerBound), Int32(lanes.upperBound),
          drift, scale, PriceBlock.limit, tile.moves, &tile.state, base + target, pathStride)
      }
    }
    if mixing == nil { store(nil) } else { store(tile.scale) }
  }
}

/// Working memory of one tile.
private struct Tile {
  static let laneCount = Int(CK_LANES)
  static let stepCount = Int(CK_TILE_STEPS)
  static let columnCount = Int(CK_TILE_COLUMNS)

  /// Normals come in pairs of rows; the last row of an odd number of assets is spare.
  let normalRowCount: Int
  var normals: [Double]
  /// Correlated normals times sd: `[asset][step][lane]`.
  var moves: [Double]
  var scale: [Double]
  /// Log prices at the end of the tile: `[asset][lane]`.
  var state: [Double]

  init(assetCount: Int) {
    normalRowCount = assetCount + assetCount % 2
    normals = [Double](repeating: 0, count: normalRowCount * Tile.columnCount)
    moves = [Double](repeating: 0, count: assetCount * Tile.columnCount)
    scale = [Double](repeating: 0, count: Tile.columnCount)
    state = [Double](repeating: 0, count: assetCount * Tile.laneCount)
  }

  mutating func restart() {
    for entry in state.indices { state[entry] = 0 }
  }
}
