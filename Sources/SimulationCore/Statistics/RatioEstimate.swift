/// The ratio of two sums over the same paths, R = sum Y / sum X, with two intervals.
///
/// Never the mean of the paths' ratios: paths without a denominator have none, and small ones would
/// dominate.
package struct RatioOfMeans: Sendable, Equatable {
  package let ratio: Double
  /// s_z / (sqrt n |mean X|) with z = Y - R X.
  package let standardError: Double
  /// Standard error of mean X over its size.
  package let denominatorRelativeError: Double
  /// R -+ t s.e.
  package let delta: ClosedRange<Double>
  /// After Fieller 1954; `nil` where the denominator cannot be told from zero and the interval is
  /// unbounded.
  package let fieller: ClosedRange<Double>?

  /// `nil` below two paths or where the denominators sum to zero.
  package init?(numerators: [Double], denominators: [Double], level: Double = 0.95) {
    precondition(numerators.count == denominators.count, "one pair a path")
    guard numerators.count >= 2 else { return nil }
    let count = numerators.count
    let n = Double(count)
    let x = SampleMoments(denominators)
    let y = SampleMoments(numerators)
    guard x.mean != 0 else { return nil }
    let ratio = y.mean / x.mean
    let squares = compensatedSum(count: count) { path in
      let z = numerators[path] - ratio * denominators[path]
      return z * z
    }
    let t = studentTFactor(count: count, level: level)
    self.ratio = ratio
    standardError = (squares / (n - 1) / n).squareRoot() / abs(x.mean)
    denominatorRelativeError = x.standardError / abs(x.mean)
    delta = (ratio - t * standardError)...(ratio + t * standardError)

    let covariance =
      compensatedSum(count: count) { path in
        (denominators[path] - x.mean) * (numerators[path] - y.mean)
      } / (n - 1) / n
    let a = x.mean * x.mean - t * t * x.variance / n
    let b = x.mean * y.mean - t * t * covariance
    let c = y.mean * y.mean - t * t * y.variance / n
    if a > 0 {
      // Rounding alone can push the discriminant of an exact ratio below zero.
      let root = max(0, b * b - a * c).squareRoot()
      fieller = ((b - root) / a)...((b + root) / a)
    } else {
      fieller = nil
    }
  }
}

/// The ratio of sums over paths with its interval: amplification, shares, costs per unit.
///
/// The delta interval where the denominator's mean is known to within 10 %, else Fieller's;
/// undefined where the denominator is zero or cannot be told from zero. One pair a path, in path
/// order, pairs with a missing side left out.
package func ratioOfMeansEstimate(
  numerators: [Double], denominators: [Double], level: Double = 0.95
) -> IntervalEstimate {
  let ratio = RatioOfMeans(numerators: numerators, denominators: denominators, level: level)
  guard let ratio else { return .unavailable(.undefined) }
  let interval = ratio.denominatorRelativeError < 0.1 ? ratio.delta : ratio.fieller
  guard let interval else { return .unavailable(.undefined) }
  return IntervalEstimate(value: ratio.ratio, low: interval.lowerBound, high: interval.upperBound)
}
