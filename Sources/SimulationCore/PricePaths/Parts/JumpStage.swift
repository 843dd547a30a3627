/// How large the jumps of an event are, one law J an asset.
protocol JumpSizes: Sendable {
  /// E[J^2].
  func meanSquare(_ asset: Int) -> Double
  /// E[e^J] - 1.
  func meanGain(_ asset: Int) -> Double
  /// Log returns of all assets in a common event: `returns[asset]`.
  func common(_ random: PathRandom, event: UInt32, into returns: inout [Double])
  /// The log return of one asset in an event of its own.
  func own(_ random: PathRandom, event: UInt32, asset: Int) -> Double
}

/// Adds jumps at the times of events that all assets share, and of others that each has alone.
///
/// Events before time 0 only excite.
///
/// - Cost: O(assets) an event, nothing a step.
struct JumpStage<Sizes: JumpSizes>: ReturnStage {
  let common: ExcitedEvents
  let own: ExcitedEvents
  let sizes: Sizes
  /// Assets that jump, others stay: `[asset]`.
  let jumps: [Bool]
  let stepYears: Double
  let stepCount: Int
  /// How likely common events are; `nil` = as they are.
  var mixture: CrashMixture?

  /// Where no asset jumps the events have no effect and do not happen.
  init(
    common: ExcitedEvents, own: ExcitedEvents, sizes: Sizes, jumps: [Bool], stepYears: Double,
    stepCount: Int
  ) {
    let isAny = jumps.contains(true)
    self.common = isAny ? common : .poisson(rate: 0)
    self.own = isAny ? own : .poisson(rate: 0)
    self.sizes = sizes
    self.jumps = jumps
    self.stepYears = stepYears
    self.stepCount = stepCount
  }

  struct State {
    /// `[lane]`.
    fileprivate var common: [ExcitedEvents.Clock]
    /// `[lane][asset]`; empty where no asset has events of its own.
    fileprivate var own: [ExcitedEvents.Clock]
    fileprivate var returns: [Double]
  }

  func state(assetCount: Int) -> State {
    State(
      common: [ExcitedEvents.Clock](repeating: .init(), count: WalkTile.laneCount),
      own: [ExcitedEvents.Clock](
        repeating: .init(), count: own.baseRate > 0 ? WalkTile.laneCount * assetCount : 0),
      returns: [Double](repeating: 0, count: assetCount))
  }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    let assetCount = tile.assetCount
    for lane in 0..<WalkTile.laneCount {
      let random = tile.random(lane: lane)
      state.common[lane] = common.clock(random, source: 0, tilt: tilt(random))
      guard !state.own.isEmpty else { continue }
      for asset in 0..<assetCount {
        state.own[lane * assetCount + asset] = own.clock(random, source: UInt32(asset + 1))
      }
    }
  }

  func apply(_ tile: inout WalkTile, _ state: inout State) {
    for lane in 0..<WalkTile.laneCount {
      let random = tile.random(lane: lane)
      while let column = column(of: state.common[lane], lane, tile) {
        let event = state.common[lane]
        if event.time >= 0 {
          sizes.common(random, event: event.number, into: &state.returns)
          for asset in 0..<tile.assetCount where jumps[asset] {
            add(state.returns[asset], at: asset * WalkTile.columnCount + column, to: &tile)
          }
        }
        common.advance(&state.common[lane], random, source: 0)
      }
      guard !state.own.isEmpty else { continue }
      for asset in 0..<tile.assetCount where jumps[asset] {
        let clock = lane * tile.assetCount + asset
        while let column = column(of: state.own[clock], lane, tile) {
          let event = state.own[clock]
          if event.time >= 0 {
            add(
              sizes.own(random, event: event.number, asset: asset),
              at: asset * WalkTile.columnCount + column, to: &tile)
          }
          own.advance(&state.own[clock], random, source: UInt32(asset + 1))
        }
      }
    }
  }

  private func add(_ size: Double, at place: Int, to tile: inout WalkTile) {
    tile.moves[place] += size
    if tile.keepsInside { tile.jumps[place] += size }
  }

  /// When the common events of a path come, in years from time 0 on; `nil` where there are none.
  func commonTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    guard common.baseRate > 0 else { return nil }
    var times: [Double] = []
    var clock = common.clock(random, source: 0, tilt: tilt(random))
    while clock.time < end {
      if clock.time >= 0 { times.append(clock.time) }
      common.advance(&clock, random, source: 0)
    }
    return times
  }

  /// ln of the density with likelier common events over the nominal one, of the path in a lane.
  func logRatio(_ state: State, lane: Int) -> Double {
    guard let mixture, let tilt = state.common[lane].tilt else { return 0 }
    return tilt.logRatio(mixture, baseRate: common.baseRate)
  }

  /// How the common events of a path are drawn.
  private func tilt(_ random: PathRandom) -> EventTilt? {
    guard let mixture else { return nil }
    let horizon = Double(stepCount) * stepYears
    guard mixture.law(path: random.path, seed: random.seed).hasCrashes else {
      return EventTilt(rate: 1, offspring: 1, horizon: horizon)
    }
    return EventTilt(
      rate: mixture.rateFactor, offspring: mixture.offspringFactor, horizon: horizon)
  }

  /// The tile's column in which an event lies; `nil` where it comes after the tile.
  private func column(of event: ExcitedEvents.Clock, _ lane: Int, _ tile: WalkTile) -> Int? {
    let step = event.time / stepYears
    guard step < Double(tile.steps.upperBound) else { return nil }
    return (max(Int(step), 0) - tile.steps.lowerBound) * WalkTile.laneCount + lane
  }
}
