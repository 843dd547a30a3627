/// The liquidations of one path that had their chance to cause others, and those that were caused.
///
/// Counts or USD.
package struct OffspringCount: Sendable, Equatable {
  package let parents: Double
  package let induced: Double

  package init(parents: Double, induced: Double) {
    self.parents = parents
    self.induced = induced
  }

  /// From the sizes of generations 0, 1, ..., of which the last is never a parent.
  package init(generations: [Double]) {
    self.init(
      parents: compensatedSum(Array(generations.dropLast())),
      induced: compensatedSum(Array(generations.dropFirst())))
  }
}

extension SampleDesign {
  /// What one liquidation causes on average: both sums over all paths, then one division.
  ///
  /// The unit of the error is the path, neither the cascade nor the account; averages of paths' own
  /// ratios would follow the small cascades. One count a path, in path order.
  package func branchingRatio(_ paths: [OffspringCount], level: Double = 0.95) -> IntervalEstimate {
    sample(paths.map(\.induced)).ratio(to: sample(paths.map(\.parents)), level: level)
  }
}
