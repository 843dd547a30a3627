/// One part of a model: it turns a tile's draws into returns, or adds to them, in place.
///
/// A model is a volatility followed by jumps, each with a state of its own that the eight paths of a
/// tile carry from one tile to the next.
protocol ReturnStage: Sendable {
  associatedtype State
  /// Memory for a state, once for many tiles.
  func state(assetCount: Int) -> State
  /// Makes the state that of the tile's eight paths at time 0; may use the tile's memory.
  func start(_ state: inout State, _ tile: inout WalkTile)
  /// As `start`; `change` may change the draws of tiles of steps that come before time 0.
  func start(
    _ state: inout State, _ tile: inout WalkTile, _ change: (inout WalkTile) -> Void)
  /// Changes `tile.moves` for `tile.steps`, and moves the state to their end.
  func apply(_ tile: inout WalkTile, _ state: inout State)
}

extension ReturnStage {
  func start(
    _ state: inout State, _ tile: inout WalkTile, _ change: (inout WalkTile) -> Void
  ) {
    start(&state, &tile)
  }
}

/// Leaves the returns as they are.
struct NoStage: ReturnStage {
  func state(assetCount: Int) {}
  func start(_ state: inout Void, _ tile: inout WalkTile) {}
  func apply(_ tile: inout WalkTile, _ state: inout Void) {}
}
