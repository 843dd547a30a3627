/// The mean of the worst share of a sample (CVaR) with its plug-in interval.
///
///     c = q + sum (L - q)+ / (n (1 - p)),   interval c -+ t(n - 1) s_y / sqrt n,
///     y = q + (L - q)+ / (1 - p)
///
/// The error of the quantile q drops out at first order. Source: R. T. Rockafellar and S. Uryasev
/// 2000 for the form, right with atoms; H. Chun, A. Shapiro, S. Uryasev 2011 for the variance.
package struct ExpectedShortfall: Sendable, Equatable {
  /// The empirical quantile.
  package let quantile: Double
  package let value: Double
  package let standardError: Double
  package let low: Double
  package let high: Double
  /// Values strictly above the quantile.
  package let pathsBeyond: Int

  /// At least two ascending values; `probability` in (0, 1).
  package init(sorted values: [Double], probability: Double, level: Double = 0.95) {
    precondition(values.count >= 2, "an interval needs two values")
    let q = values[quantileRank(count: values.count, probability: probability) - 1]
    let contributions = values.map { q + max(0, $0 - q) / (1 - probability) }
    let interval = MeanInterval(contributions, level: level)
    quantile = q
    value = interval.mean
    standardError = interval.standardError
    low = interval.low
    high = interval.high
    pathsBeyond = values.reversed().prefix { $0 > q }.count
  }
}

extension IndependentSample {
  /// The mean of the worst `1 - probability` of the paths with its interval.
  ///
  /// See `tailMeanNote` for how many tail paths it takes.
  package func expectedShortfall(_ probability: Double, level: Double) -> IntervalEstimate {
    guard !sorted.isEmpty else { return .unavailable(.undefined) }
    let tailPaths = Double(sorted.count) * (1 - probability)
    guard isTailMeanQuoted(tailPaths) else { return .unavailable(.fewTail) }
    let shortfall = ExpectedShortfall(sorted: sorted, probability: probability, level: level)
    return IntervalEstimate(
      value: shortfall.value, low: shortfall.low, high: shortfall.high,
      note: tailMeanNote(tailPaths))
  }
}

/// Paths that must lie beyond a quantile before the mean beyond it is quoted.
let leastTailMeanPaths = 50.0

/// Whether so many tail paths support a tail mean.
func isTailMeanQuoted(_ tailPaths: Double) -> Bool { tailPaths >= leastTailMeanPaths - 1e-9 }

/// `few_tail` below 200 tail paths, where nominal 95 % intervals of a tail mean cover about 83 %.
///
/// Under-coverage is one-sided: the truth is above.
func tailMeanNote(_ tailPaths: Double) -> EstimateNote? {
  tailPaths >= 200 - 1e-9 ? nil : .fewTail
}
