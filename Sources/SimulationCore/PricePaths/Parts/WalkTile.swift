import CKernels

/// Working memory of one tile: eight neighbouring paths (lanes) by up to 256 steps.
///
/// Tiles are aligned to path and step numbers, so that a path's bits do not depend on its block.
/// Columns are ordered `[step][lane]`.
struct WalkTile {
  static let laneCount = Int(CK_LANES)
  static let stepCapacity = Int(CK_TILE_STEPS)
  static let columnCount = Int(CK_TILE_COLUMNS)
  /// One value a lane.
  typealias Lanes = SIMD8<Double>
  typealias Counts = SIMD8<Int64>

  let assetCount: Int
  var seed: UInt64 = 0
  /// Whether paths come in antithetic pairs; see `PriceBlock`.
  var isPaired = false
  /// What gives the leading normals of the path; see `PriceBlock`.
  var points: QuasiRandomPaths?
  /// Number of the path in lane 0, a multiple of 8.
  var firstPath = 0
  /// The steps that the tile holds, counted from time 0.
  var steps = 0..<0
  /// Normals come in pairs of rows; the last row of an odd number of assets is spare.
  let normalRowCount: Int
  var normals: [Double]
  /// Correlated normals, then log returns: `[asset][step][lane]`.
  var moves: [Double]
  /// Draws of the mixing law: `[step][lane]`.
  var scale: [Double]
  /// Log prices at the end of the tile: `[asset][lane]`.
  var logPrices: [Double]
  /// Whether the variance and the jumps of each step are kept, too.
  let keepsInside: Bool
  /// Variance of the diffusion and sum of the jumps within each step: `[asset][step][lane]`.
  var variances: [Double]
  var jumps: [Double]
  /// How often a cap has held a variance since time 0.
  var cappedVariances = Counts.zero
  /// Number of the regime in each step, 0 where the model has none: `[step][lane]`.
  var regimes: [UInt8]

  init(assetCount: Int, keepsInside: Bool = false) {
    self.assetCount = assetCount
    self.keepsInside = keepsInside
    normalRowCount = assetCount + assetCount % 2
    normals = [Double](repeating: 0, count: normalRowCount * WalkTile.columnCount)
    moves = [Double](repeating: 0, count: assetCount * WalkTile.columnCount)
    scale = [Double](repeating: 1, count: WalkTile.columnCount)
    logPrices = [Double](repeating: 0, count: assetCount * WalkTile.laneCount)
    variances = [Double](
      repeating: 0, count: keepsInside ? assetCount * WalkTile.columnCount : 0)
    jumps = variances
    regimes = [UInt8](repeating: 0, count: WalkTile.columnCount)
  }

  /// Hands out the moves to be changed, with the scale beside them.
  @inline(__always) mutating func withMoves(
    _ body: (_ moves: UnsafeMutablePointer<Double>, _ scale: UnsafePointer<Double>) -> Void
  ) {
    withMovesAndVariances { moves, scale, _ in body(moves, scale) }
  }

  /// The same with the steps' variances, `nil` where they are not kept.
  @inline(__always) mutating func withMovesAndVariances(
    _ body: (
      _ moves: UnsafeMutablePointer<Double>, _ scale: UnsafePointer<Double>,
      _ variances: UnsafeMutablePointer<Double>?
    ) -> Void
  ) {
    // A second reference to the same storage, because the moves are being changed.
    let (scale, keepsInside) = (scale, keepsInside)
    variances.withUnsafeMutableBufferPointer { variances in
      moves.withUnsafeMutableBufferPointer { moves in
        scale.withUnsafeBufferPointer { scale in
          guard let moves = moves.baseAddress, let scale = scale.baseAddress else { return }
          body(moves, scale, keepsInside ? variances.baseAddress : nil)
        }
      }
    }
  }

  /// Begins a tile whose steps have these variances times the squared scale, and no jumps.
  mutating func startInside(_ stepVariances: [Double]) {
    jumps.fill(with: 0)
    withMovesAndVariances { _, scale, variances in
      guard let variances else { return }
      for asset in stepVariances.indices {
        for column in 0..<WalkTile.columnCount {
          variances[asset * WalkTile.columnCount + column] =
            stepVariances[asset] * scale[column] * scale[column]
        }
      }
    }
  }

  /// The random numbers of the path in a lane.
  func random(lane: Int) -> PathRandom {
    PathRandom(seed: seed, path: UInt32(firstPath + lane), paired: isPaired)
  }

  /// Gives odd lanes the normals of the even ones before them with the other sign.
  mutating func mirrorNormals() {
    for row in 0..<normalRowCount {
      let first = row * WalkTile.columnCount
      for column in stride(from: first, to: first + steps.count * WalkTile.laneCount, by: 2) {
        normals[column + 1] = -normals[column]
      }
    }
  }

  /// Gives odd lanes the scale of the even ones before them.
  mutating func repeatScale() {
    for column in stride(from: 0, to: steps.count * WalkTile.laneCount, by: 2) {
      scale[column + 1] = scale[column]
    }
  }
}

extension UnsafePointer<Double> {
  /// The eight lanes of row `row` of an array of such rows.
  @inline(__always) func lanes(_ row: Int) -> WalkTile.Lanes {
    UnsafeRawPointer(self).loadUnaligned(fromByteOffset: row * 64, as: WalkTile.Lanes.self)
  }
}

extension UnsafeMutablePointer<Double> {
  /// The eight lanes of row `row` of an array of such rows.
  @inline(__always) func lanes(_ row: Int) -> WalkTile.Lanes {
    UnsafePointer(self).lanes(row)
  }

  /// Writes the eight lanes of row `row`.
  @inline(__always) func setLanes(_ row: Int, _ lanes: WalkTile.Lanes) {
    UnsafeMutableRawPointer(self).storeBytes(
      of: lanes, toByteOffset: row * 64, as: WalkTile.Lanes.self)
  }
}
