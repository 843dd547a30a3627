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
    fieller = fiellerInterval(
      numerator: (y.mean, y.variance / n), denominator: (x.mean, x.variance / n),
      covariance: covariance, factor: t)
  }

  /// The delta interval where the denominator's mean is known to within 10 %, else Fieller's.
  package var interval: ClosedRange<Double>? {
    denominatorRelativeError < 0.1 ? delta : fieller
  }
}

/// The interval of a ratio of two means after Fieller 1954, from their (co)variances.
///
/// `factor` is the quantile on the standard error; `nil` where the denominator cannot be told from
/// zero and the interval is unbounded.
func fiellerInterval(
  numerator: (mean: Double, variance: Double), denominator: (mean: Double, variance: Double),
  covariance: Double, factor: Double
) -> ClosedRange<Double>? {
  let square = factor * factor
  let a = denominator.mean * denominator.mean - square * denominator.variance
  let b = denominator.mean * numerator.mean - square * covariance
  let c = numerator.mean * numerator.mean - square * numerator.variance
  guard a > 0 else { return nil }
  // Rounding alone can push the discriminant of an exact ratio below zero.
  let root = max(0, b * b - a * c).squareRoot()
  return ((b - root) / a)...((b + root) / a)
}

extension IndependentSample {
  /// The ratio of sums over paths with its interval: amplification, shares, costs per unit.
  ///
  /// Undefined where the denominator is zero or cannot be told from zero. Both hold one value a
  /// path, in path order, pairs with a missing side left out.
  package func ratio(to denominator: IndependentSample, level: Double) -> IntervalEstimate {
    let ratio = RatioOfMeans(
      numerators: values, denominators: denominator.values, level: level)
    guard let ratio, let interval = ratio.interval else { return .unavailable(.undefined) }
    return IntervalEstimate(
      value: ratio.ratio, low: interval.lowerBound, high: interval.upperBound)
  }
}
