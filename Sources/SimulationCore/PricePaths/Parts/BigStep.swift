/// One step of a multivariate t walk with more variance and a shift towards losses.
///
/// `StepMixingTilt` for a tile: the mixing variable W of the step is a nominal one times the tilt's
/// scale, and the normals move against `basket`, the losing direction.
struct BigStep: Sendable {
  /// ln of the density ratio is linear in the mixing variable W and in the normal.
  private let constant: Double
  private let perMixing: Double
  private let perNormal: Double
  /// W is this over the square of the step's scale.
  private let mixingScale: Double
  /// What the tilt multiplies the step's scale with.
  private let scaleFactor: Double
  /// What the shift adds to the step's moves, `[asset]`.
  private let moves: [Double]
  /// Moves times these give the standard normal along the basket, `[asset]`.
  private let projection: [Double]

  /// `factor` is the moves' Cholesky factor, `[asset][asset]`; `nil` where the basket does not move.
  init?(_ mixture: CrashMixture, degreesOfFreedom: Double, factor: [Double], basket: [Double]) {
    let count = basket.count
    let direction = (0..<count).map { column in
      (0..<count).reduce(0) { $0 + factor[$1 * count + column] * basket[$1] }
    }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0 else { return nil }
    let tilt = StepMixingTilt(
      degreesOfFreedom: degreesOfFreedom, scale: 1 / mixture.stepVarianceFactor,
      shift: -mixture.stepShift)
    constant = tilt.logRatio(mixing: 0, normal: 0)
    perMixing = tilt.logRatio(mixing: 1, normal: 0) - constant
    perNormal = tilt.shift
    mixingScale = (degreesOfFreedom - 2) / degreesOfFreedom
    scaleFactor = mixture.stepVarianceFactor.squareRoot()
    projection = basket.map { $0 / length }
    moves = (0..<count).map { row in
      -mixture.stepShift
        * (0..<count).reduce(0) { $0 + factor[row * count + $1] * direction[$1] } / length
    }
  }

  func make(_ tile: inout WalkTile, column: Int) {
    tile.scale[column] *= scaleFactor
    for asset in 0..<tile.assetCount {
      tile.moves[asset * WalkTile.columnCount + column] += moves[asset]
    }
  }

  /// Tilted over nominal density of each column of the tile; uses the memory of the normals.
  func ratios(_ tile: inout WalkTile, into ratios: inout [Double]) {
    let columns = tile.steps.count * WalkTile.laneCount
    let (assetCount, moves, scale) = (tile.assetCount, tile.moves, tile.scale)
    tile.normals.withUnsafeMutableBufferPointer { memory in
      guard let logs = memory.baseAddress else { return }
      for column in 0..<columns {
        var normal = 0.0
        for asset in 0..<assetCount {
          normal += projection[asset] * moves[asset * WalkTile.columnCount + column]
        }
        let mixing = mixingScale / (scale[column] * scale[column])
        logs[column] = constant + perMixing * mixing + perNormal * normal
      }
      VectorMath.exp(logs, count: columns, into: &ratios)
    }
  }
}
