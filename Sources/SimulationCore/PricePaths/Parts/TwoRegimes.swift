import Foundation

/// Two market regimes, calm and stress, that all assets share; a step has the regime of its start.
///
/// In a regime r = d + s (F z), with drift d, deviation s and factor F of its own.
///
/// - Source: J. Hamilton, A new approach to the economic analysis of nonstationary time series and the
///   business cycle, Econometrica 57 (1989).
struct TwoRegimes: ReturnStage {
  /// From a step's start to the next one's.
  let enterProbability: Double
  let leaveProbability: Double
  /// Probability of stress at time 0.
  let initialStress: Double
  /// Drifts of a step in calm and in stress, `[asset]`.
  let calmDrift: [Double]
  let stressDrift: [Double]
  /// Deviation of a step times factor in stress, `[asset][asset]`; those in calm are the tile's moves.
  let stressCoefficients: [Double]
  /// Variance of a step in stress, `[asset]`.
  let stressVariance: [Double]

  struct State {
    fileprivate var isStressed = [Bool](repeating: false, count: WalkTile.laneCount)
    /// The tile's returns in stress, `[asset][step][lane]`.
    fileprivate var stressMoves: [Double]
  }

  func state(assetCount: Int) -> State {
    State(stressMoves: [Double](repeating: 0, count: assetCount * WalkTile.columnCount))
  }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    for lane in 0..<WalkTile.laneCount {
      state.isStressed[lane] = tile.random(lane: lane).uniform(.regime, 0, 1) < initialStress
    }
  }

  func apply(_ tile: inout WalkTile, _ state: inout State) {
    BLAS.multiply(
      stressCoefficients, rowCount: tile.assetCount, columns: tile.normals,
      into: &state.stressMoves)
    for lane in 0..<WalkTile.laneCount {
      let random = tile.random(lane: lane)
      for (place, step) in tile.steps.enumerated() {
        let column = place * WalkTile.laneCount + lane
        tile.regimes[column] = state.isStressed[lane] ? 1 : 0
        if state.isStressed[lane] {
          for asset in 0..<tile.assetCount {
            let row = asset * WalkTile.columnCount + column
            tile.moves[row] = stressDrift[asset] + state.stressMoves[row]
            if tile.keepsInside { tile.variances[row] = stressVariance[asset] }
          }
        } else {
          for asset in 0..<tile.assetCount {
            tile.moves[asset * WalkTile.columnCount + column] += calmDrift[asset]
          }
        }
        let change = state.isStressed[lane] ? leaveProbability : enterProbability
        if random.uniform(.regime, UInt32(step)) < change { state.isStressed[lane].toggle() }
      }
    }
  }
}
