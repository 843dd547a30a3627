import CKernels

/// Random walks of the log prices with correlated increments, independent from step to step.
///
///     r = drift + sqrt((nu - 2) / w) * sd * (F z),   z ~ N(0, I),   w ~ chi-square(nu) or none
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
  private let degreesOfFreedom: Double?

  /// Log prices drift by mu - s^2 / 2 a year, with standard deviation s a year.
  init(_ setting: PriceSetting, degreesOfFreedom: Double? = nil) {
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
    self.degreesOfFreedom = degreesOfFreedom
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
      for firstStep in stride(from: 0, to: stepCount, by: Tile.stepCount) {
        advance(&tile, tilePath: tilePath, firstStep: firstStep, seed: seed)
        let lanes = max(firstPath - tilePath, 0)..<min(endPath - tilePath, Tile.laneCount)
        let target = block.offset(path: tilePath + lanes.lowerBound - firstPath, step: firstStep)
        block.store(
          &tile.sums, lanes: lanes, stepCount: min(Tile.stepCount, stepCount - firstStep),
          at: target)
      }
      tilePath += Tile.laneCount
    }
  }

  /// Draws the tile's next 256 steps and sums them up.
  private func advance(_ tile: inout Tile, tilePath: Int, firstStep: Int, seed: UInt64) {
    let path = UInt32(tilePath)
    let step = UInt32(firstStep)
    ck_normal_tile(
      seed, path, step, Stream.priceNormal.rawValue, Int32(tile.normalRowCount), &tile.normals)
    BLAS.multiply(
      coefficients, rowCount: assetCount, columns: tile.normals, into: &tile.sums)
    if let nu = degreesOfFreedom {
      ck_chi_square_tile(seed, path, step, Stream.priceMixing.rawValue, nu, &tile.scale)
      ck_root_of_ratio(Tile.columnCount, nu - 2, &tile.scale)
      ck_accumulate_tile(Int32(assetCount), drift, tile.scale, &tile.state, &tile.sums)
    } else {
      ck_accumulate_tile(Int32(assetCount), drift, nil, &tile.state, &tile.sums)
    }
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
  /// Log returns, then their running sums: `[asset][step][lane]`.
  var sums: [Double]
  var scale: [Double]
  /// Log prices at the end of the tile: `[asset][lane]`.
  var state: [Double]

  init(assetCount: Int) {
    normalRowCount = assetCount + assetCount % 2
    normals = [Double](repeating: 0, count: normalRowCount * Tile.columnCount)
    sums = [Double](repeating: 0, count: assetCount * Tile.columnCount)
    scale = [Double](repeating: 0, count: Tile.columnCount)
    state = [Double](repeating: 0, count: assetCount * Tile.laneCount)
  }

  mutating func restart() {
    for entry in state.indices { state[entry] = 0 }
  }
}
