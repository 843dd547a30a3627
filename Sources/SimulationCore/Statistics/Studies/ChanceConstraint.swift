/// A limit on a quantile, checked by counting: p-quantile < X where P(L > X) < 1 - p.
///
/// Accepted where the one-sided upper bound of Clopper and Pearson on the share of exceedances is
/// below 1 - p: the same event as the order-statistic bound, right with ties, and it needs no sort.
package struct ChanceConstraint: Sendable, Equatable {
  package let exceedances: Int
  package let paths: Int
  /// p of the constrained quantile, in (0, 1).
  package let probability: Double
  /// One-sided confidence of an acceptance.
  package let level: Double

  package init(exceedances: Int, paths: Int, probability: Double, level: Double = 0.95) {
    precondition(exceedances >= 0 && exceedances <= paths, "exceedances are some of the paths")
    self.exceedances = exceedances
    self.paths = paths
    self.probability = probability
    self.level = level
  }

  /// No larger share of exceedances is consistent with the count.
  package var upperBound: Double { upperBound(paths: paths) }

  package var isAccepted: Bool { upperBound < 1 - probability }

  /// The fewest paths that would accept this number of exceedances.
  ///
  /// Cost: O(log paths) bounds.
  package var pathsNeeded: Int {
    var low = max(exceedances, 1) - 1
    var high = max(exceedances, 1)
    while upperBound(paths: high) >= 1 - probability {
      low = high
      high *= 2
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if upperBound(paths: middle) < 1 - probability { high = middle } else { low = middle }
    }
    return high
  }

  private func upperBound(paths: Int) -> Double {
    guard exceedances < paths else { return 1 }
    return 1
      - regularisedBetaInverse(
        1 - level, Double(paths - exceedances), Double(exceedances) + 1)
  }
}
