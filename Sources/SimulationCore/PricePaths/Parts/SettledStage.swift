import Foundation

/// A volatility that starts from the state to which many steps before time 0 have led.
///
/// Those steps have the length for which the volatility's parameters hold, whatever the scenario's
/// steps are, and draws of their own.
struct SettledStage<Volatility: ReturnStage>: ReturnStage {
  /// In the scenario's steps.
  let volatility: Volatility
  /// In the steps before time 0.
  let before: Volatility
  /// What `before` makes returns of.
  let draws: CorrelatedDraws
  /// How many steps come before time 0; none where the scenario gives the state at time 0.
  let stepCount: Int

  func state(assetCount: Int) -> Volatility.State { volatility.state(assetCount: assetCount) }

  func start(_ state: inout Volatility.State, _ tile: inout WalkTile) {
    start(&state, &tile) { _ in }
  }

  func start(
    _ state: inout Volatility.State, _ tile: inout WalkTile, _ change: (inout WalkTile) -> Void
  ) {
    before.start(&state, &tile)
    for first in stride(from: 0, to: stepCount, by: WalkTile.stepCapacity) {
      tile.steps = first..<min(stepCount, first + WalkTile.stepCapacity)
      draws.draw(&tile)
      change(&tile)
      before.apply(&tile, &state)
    }
  }

  func apply(_ tile: inout WalkTile, _ state: inout Volatility.State) {
    volatility.apply(&tile, &state)
  }
}
