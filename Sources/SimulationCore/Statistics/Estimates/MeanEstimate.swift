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

extension IndependentSample {
  /// The mean over paths with its t interval, marked where the tail says that the interval lies.
  ///
  /// See `MeanMark` for the mark; values that are all alike and not zero need none. Cost: one sort.
  package func mean(level: Double) -> IntervalEstimate {
    guard let first = values.first else { return .unavailable(.undefined) }
    guard values.count > 1 else {
      return IntervalEstimate(value: first, low: nil, high: nil, note: .fewTail)
    }
    let interval = MeanInterval(values, level: level)
    let mark = interval.standardError > 0 || first == 0 ? MeanMark(values) : .fair
    if mark == .noMean { return .unavailable(.heavy) }
    return IntervalEstimate(
      value: interval.mean, low: interval.low, high: interval.high, note: mark.note)
  }
}

/// What the tail of the values says about the interval of their mean.
///
/// The Pareto tail index of the values other than zero decides. Source of the limits: A. Vehtari,
/// D. Simpson, A. Gelman, Y. Yao, J. Gabry, Pareto Smoothed Importance Sampling, JMLR 25 (2024).
package enum MeanMark: Sendable, Equatable {
  /// An index below 1/2: the interval means what it says.
  case fair
  /// An index up to `paretoTailLimit`, or too few values for one: the interval is optimistic.
  case optimistic
  /// A few values make up the mean.
  case dominated
  /// An index from 1 on: no sign that the mean is finite.
  case noMean

  package init(_ values: [Double]) {
    guard let index = paretoTailIndex(values) else {
      self = .optimistic
      return
    }
    if index >= 1 {
      self = .noMean
    } else if index < 0.5 {
      self = .fair
    } else {
      self = index > paretoTailLimit(count: values.count) ? .dominated : .optimistic
    }
  }

  var note: EstimateNote? {
    switch self {
    case .fair: nil
    case .optimistic: .fewTail
    case .dominated, .noMean: .heavy
    }
  }
}
