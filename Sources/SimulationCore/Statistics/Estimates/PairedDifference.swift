/// Two runs on the same random numbers, compared path by path.
package struct PairedDifference: Sendable, Equatable {
  /// Of b - a.
  package let interval: MeanInterval
  /// Pearson's, of a with b; `nil` where one of them is constant.
  package let correlation: Double?
  /// (Var a + Var b) / Var(b - a): by how much independent runs would widen the variance; `nil`
  /// where the difference is constant.
  package let varianceFactor: Double?

  /// At least two pairs, in path order.
  package init(_ first: [Double], _ second: [Double], level: Double = 0.95) {
    precondition(first.count == second.count, "pairs")
    interval = MeanInterval(zip(first, second).map { $1 - $0 }, level: level)
    let a = SampleMoments(first)
    let b = SampleMoments(second)
    let products = compensatedSum(count: first.count) { path in
      (first[path] - a.mean) * (second[path] - b.mean)
    }
    let scale = a.standardDeviation * b.standardDeviation * Double(first.count - 1)
    correlation = scale > 0 ? products / scale : nil
    let differenceVariance = interval.standardError * interval.standardError * Double(first.count)
    varianceFactor =
      differenceVariance > 0 ? (a.variance + b.variance) / differenceVariance : nil
  }
}

extension IndependentSample {
  /// The mean of this sample less `other` over the same paths, with the interval and marks of a mean.
  ///
  /// Both hold one value a path, in the same order, from runs on the same random numbers. Where both
  /// runs agree by the same amount on every path the interval is that point.
  package func pairedDifference(
    from other: IndependentSample, level: Double = 0.95
  ) -> IntervalEstimate {
    precondition(count == other.count, "pairs")
    let differences = zip(values, other.values).map { $0 - $1 }
    // Equal runs are an exact statement, not an unseen tail.
    if let only = differences.first, differences.count > 1, differences.allSatisfy({ $0 == only }) {
      return IntervalEstimate(value: only, low: only, high: only)
    }
    return IndependentSample(differences).mean(level: level)
  }
}
