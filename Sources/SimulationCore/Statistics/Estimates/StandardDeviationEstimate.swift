import Foundation

extension IndependentSample {
  /// The standard deviation over paths with its large-sample interval.
  ///
  ///     s.e.(s) = sqrt((m4 - s^4) / n) / (2 s)
  ///
  /// The error needs a fourth moment: a Pareto tail index above 1/4 marks it `few_tail`; from 1/2 on
  /// not even the variance is finite, and the sample's value stands alone, marked `heavy`.
  /// Source: H. Cramér, Mathematical Methods of Statistics, 1946, section 27.4.
  package func standardDeviation(level: Double) -> IntervalEstimate {
    guard values.count > 1 else { return .unavailable(.undefined) }
    let moments = SampleMoments(values)
    let deviation = moments.standardDeviation
    guard deviation > 0 else {
      return IntervalEstimate(value: 0, low: 0, high: 0)
    }
    let tail = paretoTailIndex(values)
    if let tail, tail >= 0.5 {
      return IntervalEstimate(value: deviation, low: nil, high: nil, note: .heavy)
    }
    let fourth =
      compensatedSum(count: values.count) { pow((values[$0] - moments.mean) / deviation, 4) }
      / Double(values.count)
    let error = deviation * (max(0, fourth - 1) / Double(values.count)).squareRoot() / 2
    let halfWidth = studentTFactor(count: values.count, level: level) * error
    return IntervalEstimate(
      value: deviation, low: max(0, deviation - halfWidth), high: deviation + halfWidth,
      note: (tail ?? 1) > 0.25 ? .fewTail : nil)
  }
}
