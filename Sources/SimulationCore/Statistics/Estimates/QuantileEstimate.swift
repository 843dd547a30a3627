import Foundation

/// The 1-based rank of the empirical quantile among `count` >= 1 sorted values: ceil(n p - 1e-9),
/// in 1...n.
///
/// The allowance undoes the rounding of n p, such as 100 * 0.07 = 7.000000000000001.
package func quantileRank(count: Int, probability: Double) -> Int {
  let rank = (Double(count) * probability - 1e-9).rounded(.up)
  return min(max(Int(rank), 1), count)
}

/// The ranks of the sorted values that enclose a quantile, whatever the law of the values.
package struct OrderStatisticInterval: Sendable, Equatable {
  /// 1-based; `nil` where no value is small enough.
  package let lowerRank: Int?
  /// 1-based; `nil` where no value is large enough.
  package let upperRank: Int?
  /// Probability that the interval covers the quantile of a continuous law; at least the level.
  package let coverage: Double

  /// Ranks Q(a/2) and Q(1 - a/2) + 1 of the Binomial(n, p) law, a = 1 - `level`.
  package init(count: Int, probability: Double, level: Double = 0.95) {
    let below = BinomialDistribution(trials: count, probability: probability)
    let tail = 0.5 * (1 - level)
    let lower = below.quantile(tail)
    let upper = below.quantile(1 - tail) + 1
    lowerRank = lower >= 1 ? lower : nil
    upperRank = upper <= count ? upper : nil
    coverage = below.cdf(upper - 1) - below.cdf(lower - 1)
  }
}

extension IndependentSample {
  /// The empirical quantile with its order-statistic interval.
  ///
  /// The value is one that a path really had. Fewer than ten paths beyond the quantile, on its
  /// thinner side, do not support a value (`few_tail`, or `no_upper` where the upper end is missing
  /// too); `pathsForQuantile` says how many would.
  package func quantile(_ probability: Double, level: Double) -> IntervalEstimate {
    guard !sorted.isEmpty else { return .unavailable(.undefined) }
    let ranks = OrderStatisticInterval(
      count: sorted.count, probability: probability, level: level)
    let beyond = Double(sorted.count) * min(probability, 1 - probability)
    guard beyond >= leastTailPaths - 1e-9 else {
      return .unavailable(ranks.upperRank == nil ? .noUpper : .fewTail)
    }
    return IntervalEstimate(
      value: sorted[quantileRank(count: sorted.count, probability: probability) - 1],
      low: ranks.lowerRank.map { sorted[$0 - 1] }, high: ranks.upperRank.map { sorted[$0 - 1] },
      note: ranks.upperRank == nil ? .noUpper : nil)
  }
}

/// Paths that must lie beyond a quantile before it is quoted.
package let leastTailPaths = 10.0

/// The paths that a quantile needs for ten beyond it, rounded up to 1, 2 or 5 times a power of ten.
package func pathsForQuantile(probability: Double) -> Int {
  let needed = leastTailPaths / min(probability, 1 - probability)
  let decade = pow(10, (log10(needed) - 1e-9).rounded(.down))
  let steps = (needed / decade) * (1 - 1e-9)
  return Int((steps <= 1 ? 1 : steps <= 2 ? 2 : steps <= 5 ? 5 : 10) * decade)
}

/// The smallest number of paths for which the ends of a quantile's interval exist.
package struct QuantileIntervalPaths: Sendable, Equatable {
  /// p^n <= a/2.
  package let upperSide: Int
  /// (1 - p)^n <= a/2.
  package let lowerSide: Int
  /// p^n <= a.
  package let oneSidedUpper: Int

  /// a = 1 - `level`; `probability` in (0, 1).
  package init(probability: Double, level: Double = 0.95) {
    let tail = 1 - level
    func count(_ logBase: Double, _ bound: Double) -> Int {
      Int((log(bound) / logBase - 1e-9).rounded(.up))
    }
    upperSide = count(log(probability), 0.5 * tail)
    lowerSide = count(log1p(-probability), 0.5 * tail)
    oneSidedUpper = count(log(probability), tail)
  }
}
