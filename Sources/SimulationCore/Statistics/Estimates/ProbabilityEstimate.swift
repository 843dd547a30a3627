import Foundation

/// Two-sided intervals of a probability from `hits` among `count` independent paths.
package enum BinomialInterval {
  /// Wilson 1927: close to its nominal coverage, exact ends at no hit and at all hits.
  package static func wilson(hits: Int, of count: Int, level: Double) -> ClosedRange<Double> {
    wilson(share: Double(hits) / Double(count), of: Double(count), level: level)
  }

  /// The same from a share among `n` paths, which for weighted or dependent paths are those that a
  /// plain run would need for its standard error.
  package static func wilson(share: Double, of n: Double, level: Double) -> ClosedRange<Double> {
    let z = normalQuantile(0.5 + 0.5 * level)
    let scale = 1 + z * z / n
    let centre = (share + 0.5 * z * z / n) / scale
    let halfWidth = z / scale * (share * (1 - share) / n + 0.25 * z * z / (n * n)).squareRoot()
    let low = share == 0 ? 0 : centre - halfWidth
    return low...(share == 1 ? 1 : centre + halfWidth)
  }

  /// Clopper and Pearson 1934: never covers less than `level`.
  package static func clopperPearson(
    hits: Int, of count: Int, level: Double
  ) -> ClosedRange<Double> {
    let k = Double(hits)
    let n = Double(count)
    let tail = 0.5 * (1 - level)
    let low = hits == 0 ? 0 : regularisedBetaInverse(tail, k, n - k + 1)
    let high = hits == count ? 1 : 1 - regularisedBetaInverse(tail, n - k, k + 1)
    return low...high
  }

  /// Quantiles of the posterior under the prior of Jeffreys, Beta(1/2, 1/2).
  package static func jeffreys(hits: Int, of count: Int, level: Double) -> ClosedRange<Double> {
    let a = Double(hits) + 0.5
    let b = Double(count - hits) + 0.5
    let tail = 0.5 * (1 - level)
    let low = hits == 0 ? 0 : regularisedBetaInverse(tail, a, b)
    return low...(hits == count ? 1 : 1 - regularisedBetaInverse(tail, b, a))
  }

  /// The probability that no hit in `count` paths excludes, one-sided: 1 - (1 - level)^(1/n).
  package static func zeroHitUpperBound(count: Int, level: Double) -> Double {
    -expm1(log(1 - level) / Double(count))
  }

  /// The same for large counts and small bounds: -ln(1 - level) / n, 2.996 / n at 95 %.
  package static func ruleOfThree(count: Int, level: Double) -> Double {
    -log(1 - level) / Double(count)
  }
}

extension IndependentSample {
  /// The chance of a value above `threshold`; see `probabilityEstimate`.
  package func probability(above threshold: Double, level: Double) -> IntervalEstimate {
    probabilityEstimate(hits: values.count { $0 > threshold }, of: values.count, level: level)
  }
}

/// The share of independent paths with an event, with its interval.
///
/// Wilson's interval, that of Clopper and Pearson where fewer than ten paths hit or fewer than ten
/// miss. Undefined without paths.
package func probabilityEstimate(
  hits: Int, of count: Int, level: Double = 0.95
) -> IntervalEstimate {
  precondition(hits >= 0 && hits <= count, "hits are some of the paths")
  guard count > 0 else { return .unavailable(.undefined) }
  let interval =
    min(hits, count - hits) < 10
    ? BinomialInterval.clopperPearson(hits: hits, of: count, level: level)
    : BinomialInterval.wilson(hits: hits, of: count, level: level)
  return IntervalEstimate(
    value: Double(hits) / Double(count), low: interval.lowerBound, high: interval.upperBound)
}
