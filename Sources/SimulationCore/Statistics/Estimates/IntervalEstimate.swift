/// A statistic of a sample with its confidence interval.
///
/// `value` is `nil` where the rules of the estimator forbid to quote it, an end is `nil` where it
/// does not exist; the note then says why. All numbers are finite.
package struct IntervalEstimate: Sendable, Equatable {
  package let value: Double?
  package let low: Double?
  package let high: Double?
  package let note: EstimateNote?

  package init(value: Double?, low: Double?, high: Double?, note: EstimateNote? = nil) {
    self.value = value
    self.low = low
    self.high = high
    self.note = note
  }

  /// A statistic that does not exist, or may not be quoted.
  package static func unavailable(_ note: EstimateNote) -> IntervalEstimate {
    IntervalEstimate(value: nil, low: nil, high: nil, note: note)
  }

  /// Half the length of the interval, where both ends exist.
  package var halfWidth: Double? {
    guard let low, let high else { return nil }
    return 0.5 * (high - low)
  }
}

/// Why an estimate is missing, or is to be read with care; the raw value is the word in result
/// files.
package enum EstimateNote: String, Sendable, CaseIterable {
  /// Too few paths carry the statistic: the interval is optimistic, or, without a value, there are
  /// not enough to quote one.
  case fewTail = "few_tail"
  /// A few paths dominate the mean; without a value, the sample gives no sign that the mean is
  /// finite.
  case heavy
  /// The upper end of a quantile's interval lies beyond the largest path.
  case noUpper = "no_upper"
  /// There is nothing to compute from, or a denominator cannot be told from zero.
  case undefined
}

/// The factor on the standard error in a two-sided t interval of `count` >= 2 independent values.
package func studentTFactor(count: Int, level: Double) -> Double {
  StudentTDistribution(degreesOfFreedom: Double(count - 1)).quantile(0.5 + 0.5 * level)
}
