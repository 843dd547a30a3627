/// The mean of independent values with its t interval: m -+ t(n - 1) s / sqrt n.
package struct MeanInterval: Sendable, Equatable {
  package let mean: Double
  package let standardError: Double
  package let low: Double
  package let high: Double

  /// At least two values, in path order.
  package init(_ values: [Double], level: Double = 0.95) {
    precondition(values.count >= 2, "an interval needs two values")
    let moments = SampleMoments(values)
    mean = moments.mean
    standardError = moments.standardError
    let halfWidth = studentTFactor(count: values.count, level: level) * standardError
    low = mean - halfWidth
    high = mean + halfWidth
  }
}

/// The mean over paths with its t interval, marked where the tail says that the interval lies.
///
/// Give the values in path order, missing ones left out. The Pareto tail index of the values other
/// than zero decides on the mark: below 0.5 none; up to `paretoTailLimit` the interval is
/// optimistic (`few_tail`), as it is with too few values for an index; above that a few paths
/// dominate (`heavy`); from 1 on no mean is quoted (`heavy` without a value). Values that are all
/// alike and not zero need no mark. Cost: one sort. Source of the limits: A. Vehtari, D. Simpson,
/// A. Gelman, Y. Yao, J. Gabry, Pareto Smoothed Importance Sampling, JMLR 25 (2024).
package func meanEstimate(_ values: [Double], level: Double = 0.95) -> IntervalEstimate {
  guard let first = values.first else { return .unavailable(.undefined) }
  guard values.count > 1 else {
    return IntervalEstimate(value: first, low: nil, high: nil, note: .fewTail)
  }
  let interval = MeanInterval(values, level: level)
  var note: EstimateNote?
  if interval.standardError > 0 || first == 0 {
    if let index = paretoTailIndex(values) {
      if index >= 1 { return .unavailable(.heavy) }
      let limit = paretoTailLimit(count: values.count)
      note = index > limit ? .heavy : (index >= 0.5 ? .fewTail : nil)
    } else {
      note = .fewTail
    }
  }
  return IntervalEstimate(
    value: interval.mean, low: interval.low, high: interval.high, note: note)
}
