/// One variance for all assets, driven by the mean square of their moves.
///
///     u_i = sqrt(h) z_i,   h' = 1 - a - b + a q + b h,   q = mean of u_i^2,
///     r_i = s_i u_i - h s_i^2 / 2
///
/// with z_i the tile's move times its scale, of unit variance. Assets whose s_i is zero have no part
/// in q.
struct CommonVariance: ReturnStage {
  let recursion: VarianceRecursion
  /// s_i of a step, `[asset]`.
  let stepDeviation: [Double]
  /// h at time 0.
  let initial: Double

  func state(assetCount: Int) -> WalkTile.Lanes { .zero }

  func start(_ h: inout WalkTile.Lanes, _ tile: inout WalkTile) {
    h = WalkTile.Lanes(repeating: initial)
  }

  func apply(_ tile: inout WalkTile, _ h: inout WalkTile.Lanes) {
    let (assetCount, count) = (tile.assetCount, tile.steps.count)
    let moving = stepDeviation.count { $0 > 0 }
    guard moving > 0 else { return tile.moves.fill(with: 0) }
    let share = 1 / Double(moving)
    var capped = tile.cappedVariances
    tile.withMovesAndVariances { moves, scale, variances in
      for step in 0..<count {
        let factor = scale.lanes(step) * h.squareRoot()
        let half = 0.5 * h
        var sum = WalkTile.Lanes.zero
        for asset in 0..<assetCount {
          let row = asset * WalkTile.stepCapacity + step
          let s = stepDeviation[asset]
          let u = factor * moves.lanes(row)
          if s > 0 { sum += u * u }
          moves.setLanes(row, s * u - (s * s) * half)
          variances?.setLanes(row, s * s * (factor * factor))
        }
        h = recursion.next(h, square: share * sum, capped: &capped)
      }
    }
    tile.cappedVariances = capped
  }
}
