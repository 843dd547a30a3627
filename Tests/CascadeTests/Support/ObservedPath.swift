import Cascade
import Markets
import SimulationCore

/// One path with everything that it leaves behind: the row, the events and the world at its end.
struct ObservedPath {
  let outcome: PathOutcome
  let events: [CascadeEvent]
  let world: World

  /// Runs one path on the log prices that a test writes down, `[step][asset]`, relative to the start.
  ///
  /// With `lows`, of the same shape, prices touch them on their way to the steps' ends.
  static func scripted(
    _ blueprint: Blueprint, logPrices: [[Double]], lows: [[Double]] = [], path: Int = 0
  ) -> ObservedPath {
    var block = PriceBlock(
      capacity: 1, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount,
      keepsInside: !lows.isEmpty)
    precondition(logPrices.count == blueprint.stepCount, "one row a step")
    if !lows.isEmpty { block.low = lows.flatMap { $0 } }
    for (step, row) in logPrices.enumerated() {
      for (asset, value) in row.enumerated() {
        block.logPrice[block.offset(path: 0, step: step) + asset] = value
      }
    }
    var loop = StepLoop(blueprint)
    let outcome = loop.run(path: path, block: block, slot: 0, recording: Recording(events: true))
    return ObservedPath(outcome: outcome, events: loop.events, world: loop.world)
  }

  /// Runs the first paths of the blueprint's own price model.
  static func drawn(_ blueprint: Blueprint, paths: Int) -> [ObservedPath] {
    var block = PriceBlock(
      capacity: paths, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    blueprint.priceModel.fill(&block, firstPath: 0, seed: blueprint.seed)
    var loop = StepLoop(blueprint)
    return (0..<paths).map { path in
      let outcome = loop.run(
        path: path, block: block, slot: path, recording: Recording(events: true))
      return ObservedPath(outcome: outcome, events: loop.events, world: loop.world)
    }
  }

  func events(of kind: CascadeEvent.Kind) -> [CascadeEvent] { events.filter { $0.kind == kind } }

  /// Different accounts with an event of this kind, ascending.
  func accounts(with kind: CascadeEvent.Kind) -> [Int] {
    Set(events(of: kind).compactMap(\.account)).sorted()
  }
}

extension [[Double]] {
  /// The collateral's log price on every step; the stable asset does not move.
  static func collateral(_ logPrices: [Double]) -> [[Double]] { logPrices.map { [$0, 0] } }

  /// One move at the first step, then a constant price.
  static func jump(_ logPrice: Double, stepCount: Int) -> [[Double]] {
    collateral([Double](repeating: logPrice, count: stepCount))
  }
}
