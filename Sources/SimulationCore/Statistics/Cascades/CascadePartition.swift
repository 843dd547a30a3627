/// Cuts a series of liquidations into cascades as they come.
///
/// A cascade opens with the first liquidation of all, and with each of generation 0 that comes at
/// least `gap` after the one before; induced liquidations never open one, however late. Times are in
/// any unit, that of the gap.
package struct CascadePartition: Sendable, Equatable {
  /// What one cascade comes to.
  package struct Extent: Sendable, Equatable {
    package var start = 0.0
    package var last = 0.0
    package var liquidations = 0
    package var usd = 0.0
    /// Largest generation; -1 before the first liquidation.
    package var depth = -1

    package init() {}
  }

  package let gap: Double
  /// Cascades so far, the open one included.
  package private(set) var count = 0
  /// The open cascade.
  package private(set) var current = Extent()

  package init(gap: Double) { self.gap = gap }

  package mutating func reset() {
    count = 0
    current = Extent()
  }

  /// Whether a liquidation would open a cascade.
  package func opens(generation: Int, at time: Double) -> Bool {
    count == 0 || (generation == 0 && time - current.last >= gap)
  }

  /// Adds a liquidation; call in order of time.
  package mutating func add(generation: Int, usd: Double, at time: Double) {
    if opens(generation: generation, at: time) {
      count += 1
      current = Extent()
      current.start = time
    }
    current.last = time
    current.liquidations += 1
    current.usd += usd
    current.depth = max(current.depth, generation)
  }
}
