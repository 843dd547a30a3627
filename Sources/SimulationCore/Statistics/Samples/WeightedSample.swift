/// One value a path of a weighted run; see `WeightedPaths`.
///
/// Every estimate is a mean of some function of the values, with a variance by strata:
///
///     sum W_h^2 s_h^2 / n_h + sum W_h (m_h - m)^2 / M
///
/// with W_h a stratum's share, m_h and s_h^2 mean and variance inside it, of the means of groups
/// where paths depend on each other, whose number is n_h then; the second part is there
/// where the shares were counted on M candidates. Where paths lack a value the mean is that over the
/// part of the law that has one. Source: W. G. Cochran, Sampling Techniques, 3rd edition 1977,
/// chapters 5A and 12.
package struct WeightedSample: PathSample {
  /// A mean over the law with its standard error, `nil` where a stratum has a single path.
  package struct Average: Sendable, Equatable {
    package let value: Double
    package let standardError: Double?
  }

  let design: WeightedPaths
  /// In path order; missing ones are not finite.
  let values: [Double]
  private let weights: [Double]
  /// Places of the values that are there, largest value first.
  private let descending: [Int]
  /// The part of the law that has a value: 1 where none is missing.
  private let domain: Double

  init(_ design: WeightedPaths, _ values: [Double]) {
    precondition(values.count == design.likelihoodRatios.count, "one value a path")
    self.design = design
    self.values = values
    let weights = design.pathWeights
    self.weights = weights
    let present = values.indices.filter { values[$0].isFinite }
    descending = present.sorted { (values[$0], $1) > (values[$1], $0) }
    domain =
      present.count == values.count
      ? 1
      : compensatedSum(count: present.count) { weights[present[$0]] }
        / Double(design.representedPaths)
  }

  package var count: Int { descending.count }

  package var extremes: ClosedRange<Double>? {
    guard let largest = descending.first, let smallest = descending.last else { return nil }
    return values[smallest]...values[largest]
  }

  package var negated: WeightedSample { WeightedSample(design, values.map { 0 - $0 }) }

  /// The mean of `function` over the paths that have a value.
  package func average(_ function: (Double) -> Double) -> Average {
    let raw = wholeAverage { values[$0].isFinite ? function(values[$0]) : 0 }
    guard count < values.count, domain > 0 else { return raw }
    let value = raw.value / domain
    let residual = wholeAverage { values[$0].isFinite ? function(values[$0]) - value : 0 }
    return Average(value: value, standardError: residual.standardError.map { $0 / domain })
  }

  /// The mean over all paths of what `term` gives for a place.
  func wholeAverage(_ term: (Int) -> Double) -> Average {
    let strata = design.strata.filter { $0.share > 0 }
    let parts = strata.map { stratum in
      SampleMoments(groupMeans(stratum.members.map { design.likelihoodRatios[$0] * term($0) }))
    }
    let value = compensatedSum(count: parts.count) { strata[$0].share * parts[$0].mean }
    guard parts.allSatisfy({ $0.count >= 2 }) else {
      return Average(value: value, standardError: nil)
    }
    let inside = compensatedSum(count: parts.count) { index in
      strata[index].share * strata[index].share * parts[index].variance
        / Double(parts[index].count)
    }
    let between = design.candidates.map { candidates in
      compensatedSum(count: parts.count) { index in
        let distance = parts[index].mean - value
        return strata[index].share * distance * distance
      } / Double(candidates)
    }
    return Average(value: value, standardError: (inside + (between ?? 0)).squareRoot())
  }

  /// The terms themselves where paths are independent.
  private func groupMeans(_ terms: [Double]) -> [Double] {
    let size = design.groupSize
    guard size > 1 else { return terms }
    return stride(from: 0, to: terms.count, by: size).map { first in
      let group = terms[first..<min(terms.count, first + size)]
      return group.reduce(0, +) / Double(group.count)
    }
  }

  /// Whether there is nothing to estimate: no value, or a stratum of which no path was simulated.
  private var isEmpty: Bool {
    descending.isEmpty || design.strata.contains { $0.share > 0 && $0.members.isEmpty }
  }

  // MARK: Tail

  /// A value and what lies above it: probability, and simulated paths.
  private typealias TailPoint = (value: Double, exceedance: Double, rank: Int)

  /// The smallest value that is exceeded with at most the probability `limit`.
  ///
  /// With `reaching`, the largest that is reached or exceeded with at least that probability, which
  /// differs where the two meet exactly.
  private func tailPoint(_ limit: Double, reaching: Bool = false) -> TailPoint? {
    // The allowance undoes the rounding of 1 - p, as in `quantileRank`.
    let total = Double(design.representedPaths) * domain
    let allowed = limit * total + (reaching ? -1e-9 : 1e-9)
    var above = CompensatedSum()
    var found: TailPoint?
    var rank = 0
    while rank < descending.count {
      let value = values[descending[rank]]
      guard reaching ? above.value < allowed : above.value <= allowed else { return found }
      found = (value, above.value / total, rank)
      while rank < descending.count, values[descending[rank]] == value {
        above.add(weights[descending[rank]])
        rank += 1
      }
    }
    // All weight together stays below the limit: the body's noise hides the quantile.
    return above.value < allowed ? nil : found
  }

  /// Simulated paths behind the tail of probability `tail` above `found`; part of those at an atom.
  private func tailPaths(_ found: TailPoint, tail: Double) -> Double {
    let atom = descending[found.rank...].prefix { values[$0] == found.value }
    let total = Double(design.representedPaths) * domain
    let mass = compensatedSum(count: atom.count) { weights[atom[atom.startIndex + $0]] } / total
    let part = mass > 0 ? min(1, max(0, tail - found.exceedance) / mass) : 1
    return Double(found.rank) + part * Double(atom.count)
  }

  /// The quantile with Woodruff's interval: where the tail weight meets 1 - p -+ z standard errors.
  ///
  /// Quantiles of the lower half are those of the negated values: the tail's own weights carry less
  /// noise than one minus the body's. Fewer than ten simulated paths behind the quantile do not
  /// support a value, those worth fewer than `fewEffectivePaths` plain ones mark it. Source: R. S.
  /// Woodruff 1952; F. Chu and M. K. Nakayama 2012.
  package func quantile(_ probability: Double, level: Double) -> IntervalEstimate {
    probability < 0.5
      ? negated.tailQuantile(probability, isLower: true, level: level).negated
      : tailQuantile(1 - probability, isLower: false, level: level)
  }

  private func tailQuantile(_ tail: Double, isLower: Bool, level: Double) -> IntervalEstimate {
    guard !isEmpty, let found = tailPoint(tail, reaching: isLower) else {
      return .unavailable(.undefined)
    }
    guard tailPaths(found, tail: tail) >= leastTailPaths - 1e-9 else {
      return .unavailable(.fewTail)
    }
    let error = average { $0 > found.value ? 1 : 0 }.standardError
    guard let error else {
      return IntervalEstimate(value: found.value, low: nil, high: nil, note: .fewTail)
    }
    let reach = normalQuantile(0.5 + 0.5 * level) * error
    let high = tail - reach >= 0 ? tailPoint(tail - reach)?.value : nil
    let isThin = tail * tail * (1 - tail) < fewEffectivePaths * error * error
    return IntervalEstimate(
      value: found.value, low: tailPoint(tail + reach)?.value, high: high,
      note: high == nil ? .noUpper : isThin ? .fewTail : nil)
  }

  /// The quantile, the plug-in mean beyond it, and its error; `nil` where no quantile is reached.
  package func tailMean(
    _ probability: Double
  ) -> (quantile: Double, mean: Average, tailPaths: Double)? {
    guard !isEmpty, let found = tailPoint(1 - probability) else { return nil }
    let excess = average { max(0, $0 - found.value) / (1 - probability) }
    return (
      found.value,
      Average(value: found.value + excess.value, standardError: excess.standardError),
      tailPaths(found, tail: 1 - probability)
    )
  }

  package func expectedShortfall(_ probability: Double, level: Double) -> IntervalEstimate {
    guard let tail = tailMean(probability) else { return .unavailable(.undefined) }
    guard isTailMeanQuoted(tail.tailPaths) else { return .unavailable(.fewTail) }
    return interval(tail.mean, level: level, note: tailMeanNote(tail.tailPaths))
  }

  /// The effective sample size of the paths with a value above `threshold`: (sum w)^2 / sum w^2.
  ///
  /// `nil` where there are none.
  package func tailSampleSize(above threshold: Double) -> Double? {
    let tail = descending.prefix { values[$0] > threshold }.map { weights[$0] }
    return tail.isEmpty ? nil : WeightSummary(tail).effectiveSampleSize
  }

  /// Plain paths that would know the chance of a value above `threshold` as well: p (1 - p) / s.e.^2.
  ///
  /// The effective sample size of that tail; `nil` where the chance is 0, 1 or has no error.
  package func plainPaths(above threshold: Double) -> Double? {
    guard !isEmpty else { return nil }
    let chance = average { $0 > threshold ? 1 : 0 }
    guard let error = chance.standardError, error > 0, chance.value > 0, chance.value < 1 else {
      return nil
    }
    return chance.value * (1 - chance.value) / (error * error)
  }

  /// Plain paths that would know the mean as well: variance / s.e.^2; `nil` without an error.
  package var plainPathsForMean: Double? {
    guard !isEmpty else { return nil }
    let mean = average { $0 }
    guard let error = mean.standardError, error > 0 else { return nil }
    return average { ($0 - mean.value) * ($0 - mean.value) }.value / (error * error)
  }

  // MARK: Body

  /// The mean with its normal interval, marked by the tail of weight times value, and where that is
  /// spread over fewer than `fewEffectivePaths`.
  package func mean(level: Double) -> IntervalEstimate {
    guard !isEmpty else { return .unavailable(.undefined) }
    let mean = average { $0 }
    guard mean.standardError.map({ $0 > 0 }) ?? true else {
      return interval(mean, level: level, note: nil)
    }
    let terms = descending.map { weights[$0] * values[$0] }
    let mark = MeanMark(terms)
    if mark == .noMean { return .unavailable(.heavy) }
    let carriers = terms.map(abs).filter { $0 > 0 }
    let isThin =
      carriers.isEmpty || WeightSummary(carriers).effectiveSampleSize < fewEffectivePaths
    return interval(mean, level: level, note: mark.note ?? (isThin ? .fewTail : nil))
  }

  /// The chance with Wilson's interval among as many plain paths as the run is worth.
  ///
  /// `few_tail` below ten paths on either side, or below `fewEffectivePaths` plain ones.
  package func probability(above threshold: Double, level: Double) -> IntervalEstimate {
    guard !isEmpty else { return .unavailable(.undefined) }
    let hits = descending.count { values[$0] > threshold }
    let isThin = Double(min(hits, count - hits)) < leastTailPaths
    let average = average { $0 > threshold ? 1 : 0 }
    if let paths = plainPaths(above: threshold) {
      let share = average.value
      let interval = BinomialInterval.wilson(share: share, of: paths, level: level)
      let isFew = paths * min(share, 1 - share) < fewEffectivePaths
      return IntervalEstimate(
        value: share, low: interval.lowerBound, high: interval.upperBound,
        note: isThin || isFew ? .fewTail : nil)
    }
    let chance = interval(average, level: level, note: isThin ? .fewTail : nil)
    // No hit, or nothing else, says nothing about how far from it the truth is.
    let (low, high) = (hits == count ? nil : chance.low, hits == 0 ? nil : chance.high)
    return IntervalEstimate(
      value: chance.value, low: low.map { max(0, $0) }, high: high.map { min(1, $0) },
      note: chance.note)
  }

  /// The standard deviation over the law, its error by the delta method on the variance.
  package func standardDeviation(level: Double) -> IntervalEstimate {
    guard !isEmpty, count > 1 else { return .unavailable(.undefined) }
    let mean = average { $0 }.value
    let variance = average { ($0 - mean) * ($0 - mean) }
    let deviation = max(0, variance.value).squareRoot()
    guard deviation > 0 else { return IntervalEstimate(value: 0, low: 0, high: 0) }
    let tail = paretoTailIndex(descending.map { weights[$0] * values[$0] })
    let estimate = interval(
      Average(
        value: deviation, standardError: variance.standardError.map { $0 / (2 * deviation) }),
      level: level, note: (tail ?? 1) > 0.25 ? .fewTail : nil)
    return IntervalEstimate(
      value: deviation, low: estimate.low.map { max(0, $0) }, high: estimate.high,
      note: estimate.note)
  }

  /// The ratio of two weighted means: delta interval, or Fieller's for an uncertain denominator.
  package func ratio(to denominator: WeightedSample, level: Double) -> IntervalEstimate {
    precondition(denominator.design == design, "two columns of one run")
    let isPair = values.indices.map { values[$0].isFinite && denominator.values[$0].isFinite }
    guard !isEmpty, isPair.contains(true) else { return .unavailable(.undefined) }
    func y(_ path: Int) -> Double { isPair[path] ? values[path] : 0 }
    func x(_ path: Int) -> Double { isPair[path] ? denominator.values[path] : 0 }
    let below = wholeAverage(x)
    let above = wholeAverage(y)
    guard below.value != 0, let belowError = below.standardError,
      let aboveError = above.standardError
    else { return .unavailable(.undefined) }
    let ratio = above.value / below.value
    let z = normalQuantile(0.5 + 0.5 * level)
    guard belowError >= 0.1 * abs(below.value) else {
      let residual = wholeAverage { y($0) - ratio * x($0) }
      return interval(
        Average(
          value: ratio, standardError: residual.standardError.map { $0 / abs(below.value) }),
        level: level, note: nil)
    }
    let sum = wholeAverage { x($0) + y($0) }.standardError ?? 0
    let variances = (above: aboveError * aboveError, below: belowError * belowError)
    let fieller = fiellerInterval(
      numerator: (above.value, variances.above), denominator: (below.value, variances.below),
      covariance: 0.5 * (sum * sum - variances.above - variances.below), factor: z)
    guard let fieller else { return .unavailable(.undefined) }
    return IntervalEstimate(value: ratio, low: fieller.lowerBound, high: fieller.upperBound)
  }

  /// The normal interval around an average.
  private func interval(
    _ average: Average, level: Double, note: EstimateNote?
  ) -> IntervalEstimate {
    guard let error = average.standardError else {
      return IntervalEstimate(value: average.value, low: nil, high: nil, note: .fewTail)
    }
    let reach = normalQuantile(0.5 + 0.5 * level) * error
    return IntervalEstimate(
      value: average.value, low: average.value - reach, high: average.value + reach, note: note)
  }
}

/// Paths of which the weights make a statistic, counted as plain ones, below which its interval is
/// optimistic: few paths then have most of the weight, or none of those with much has turned up.
private let fewEffectivePaths = 20.0

extension IntervalEstimate {
  /// The estimate of the negated statistic; a missing upper end has become a missing lower one.
  package var negated: IntervalEstimate {
    IntervalEstimate(
      value: value.map { 0 - $0 }, low: high.map { 0 - $0 }, high: low.map { 0 - $0 }, note: note)
  }
}
