/// One part of a model: it turns a tile's draws into returns, or adds to them, in place.
///
/// A model is a volatility followed by jumps, each with a state of its own that the eight paths of a
/// tile carry from one tile to the next.
protocol ReturnStage: Sendable {
  associatedtype State
  /// The state at time 0 of the tile's eight paths; may use the tile's memory.
  func start(_ tile: inout WalkTile) -> State
  /// Changes `tile.moves` for `tile.steps`, and moves the state to their end.
  func apply(_ tile: inout WalkTile, _ state: inout State)
}

/// Leaves the returns as they are.
struct NoStage: ReturnStage {
  func start(_ tile: inout WalkTile) {}
  func apply(_ tile: inout WalkTile, _ state: inout Void) {}
}
