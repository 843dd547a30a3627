import Foundation

/// A model's volatility on paths that come from a mixture, and how far each path is from nominal.
///
/// - Cost: two passes over a tile's moves, and an exponential a step where there are big steps.
struct MixtureStage<Volatility: ReturnStage>: ReturnStage {
  let mixture: CrashMixture
  let volatility: Volatility
  /// `nil` where the model's moves have no mixing law.
  let bigStep: BigStep?
  /// `nil` where the model has no common variance.
  let buildUp: VarianceBuildUp?
  let stepCount: Int

  /// What the eight paths of a tile have shown so far.
  struct State {
    fileprivate var volatility: Volatility.State
    fileprivate var buildUp = VarianceBuildUp.State()
    /// The step that is big, `[lane]`; -1 where none is.
    fileprivate var bigSteps = [Int](repeating: -1, count: WalkTile.laneCount)
    /// Sums over the steps of density ratios: of a big step, after a build-up, of a build-up.
    fileprivate var steps = WalkTile.Lanes.zero
    fileprivate var builtUpSteps = WalkTile.Lanes.zero
    fileprivate var builtUp = WalkTile.Lanes.zero
    /// Density ratios of a tile's columns; 1 where there is no big step.
    fileprivate var ratios = [Double](repeating: 1, count: WalkTile.columnCount)
  }

  func state(assetCount: Int) -> State {
    State(volatility: volatility.state(assetCount: assetCount))
  }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    (state.steps, state.builtUpSteps, state.builtUp) = (.zero, .zero, .zero)
    var places = [Int](repeating: -1, count: WalkTile.laneCount)
    for lane in 0..<WalkTile.laneCount {
      let random = tile.random(lane: lane)
      let law = mixture.law(path: random.path, seed: random.seed)
      let place = min(Int(random.uniform(.mixture, 0) * Double(stepCount)), stepCount - 1)
      state.bigSteps[lane] = law.hasBigStep ? place : -1
      places[lane] = law.isBuiltUp ? place : -1
    }
    guard let buildUp else { return volatility.start(&state.volatility, &tile) }
    var builtUp = state.buildUp
    buildUp.start(&builtUp, tile, places: places)
    volatility.start(&state.volatility, &tile) { buildUp.settle(&$0, &builtUp) }
    state.buildUp = builtUp
  }

  func apply(_ tile: inout WalkTile, _ state: inout State) {
    buildUp?.draw(&tile, state.buildUp)
    if let bigStep {
      for lane in 0..<WalkTile.laneCount where tile.steps.contains(state.bigSteps[lane]) {
        bigStep.make(
          &tile, column: (state.bigSteps[lane] - tile.steps.lowerBound) * WalkTile.laneCount + lane)
      }
      bigStep.ratios(&tile, into: &state.ratios)
    }
    addRatios(tile, &state)
    volatility.apply(&tile, &state.volatility)
  }

  private func addRatios(_ tile: WalkTile, _ state: inout State) {
    var (steps, builtUpSteps, builtUp) = (state.steps, state.builtUpSteps, state.builtUp)
    state.ratios.withUnsafeBufferPointer { ratios in
      guard let ratios = ratios.baseAddress else { return }
      for step in 0..<tile.steps.count { steps += ratios.lanes(step) }
      buildUp?.follow(tile, &state.buildUp) { step, ratio in
        builtUp += ratio
        builtUpSteps += ratio * ratios.lanes(step)
      }
    }
    (state.steps, state.builtUpSteps, state.builtUp) = (steps, builtUpSteps, builtUp)
  }

  /// Nominal over drawn density of the path in a lane; `crashLogRatio` is that of its crashes.
  func weight(_ state: State, lane: Int, crashLogRatio: Double) -> Double {
    func logMean(_ sums: WalkTile.Lanes) -> Double { log(sums[lane] / Double(stepCount)) }
    return mixture.balance.weight(logRatios: [
      logMean(state.steps), buildUp == nil ? logMean(state.steps) : logMean(state.builtUpSteps),
      crashLogRatio, crashLogRatio + (buildUp == nil ? 0 : logMean(state.builtUp)),
    ])
  }
}
