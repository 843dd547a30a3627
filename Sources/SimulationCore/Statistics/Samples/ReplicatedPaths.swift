/// Dependent paths in independent replicates: path `i` belongs to replicate `i` mod `replicates`.
///
/// For designs whose paths know of each other (antithetic pairs, scrambled point sets): only whole
/// replicates are independent, so that every interval comes from their spread.
package struct ReplicatedPaths: SampleDesign, Equatable {
  package let replicates: Int

  /// At least two replicates; 32 give a t factor within 4 % of the normal one.
  package init(replicates: Int = 32) {
    precondition(replicates >= 2, "an interval needs two replicates")
    self.replicates = replicates
  }

  package func sample(_ values: [Double]) -> ReplicatedSample {
    ReplicatedSample(values, replicates: replicates)
  }

  package func prefix(_ count: Int) -> ReplicatedPaths { self }

  package var leastTail: LeastTail? { .replicated(replicates) }
}

/// The intervals that independent replicates of an estimate allow.
///
/// Source: F. Chu and M. K. Nakayama 2012; H. Dong and M. K. Nakayama, A Tutorial on Quantile
/// Estimation via Monte Carlo, 2020.
package struct SectioningInterval: Sendable, Equatable {
  /// The mean of the replicates' estimates -+ t s / sqrt R.
  package let batching: ClosedRange<Double>
  /// The estimate of all paths -+ t s / sqrt R, s^2 = sum (theta_r - theta)^2 / (R - 1): free of the
  /// bias that small replicates give a quantile.
  package let sectioning: ClosedRange<Double>

  /// At least two estimates of replicates of equal size, and that of all paths together.
  package init(estimates: [Double], overall: Double, level: Double = 0.95) {
    precondition(estimates.count >= 2, "an interval needs two replicates")
    let size = Double(estimates.count)
    let mean = MeanInterval(estimates, level: level)
    batching = mean.low...mean.high
    let squares = compensatedSum(count: estimates.count) {
      (estimates[$0] - overall) * (estimates[$0] - overall)
    }
    let reach =
      studentTFactor(count: estimates.count, level: level)
      * (squares / (size - 1) / size).squareRoot()
    sectioning = (overall - reach)...(overall + reach)
  }
}

/// One value a path of a run of dependent paths; see `ReplicatedPaths`.
package struct ReplicatedSample: PathSample {
  private let all: IndependentSample
  /// Values by replicate, missing ones left as they are.
  private let parts: [[Double]]

  init(_ values: [Double], replicates: Int) {
    all = IndependentSample(values.filter(\.isFinite))
    parts = (0..<replicates).map { first in
      stride(from: first, to: values.count, by: replicates).map { values[$0] }
    }
  }

  private init(all: IndependentSample, parts: [[Double]]) {
    self.all = all
    self.parts = parts
  }

  package var count: Int { all.count }

  package var extremes: ClosedRange<Double>? { all.extremes }

  package var negated: ReplicatedSample {
    ReplicatedSample(all: all.negated, parts: parts.map { $0.map { 0 - $0 } })
  }

  /// The mean with the spread of the replicates, marked as that of independent paths.
  package func mean(level: Double) -> IntervalEstimate {
    let mark = all.mean(level: level)
    guard mark.value != nil else { return mark }
    return spread(level: level, note: mark.note) { SampleMoments($0.values).mean }
  }

  package func standardDeviation(level: Double) -> IntervalEstimate {
    spread(level: level) { SampleMoments($0.values).standardDeviation }
  }

  /// The share of paths above `threshold`, its interval cut to [0, 1]; `few_tail` where replicates
  /// have fewer than five hits, or misses, on average.
  package func probability(above threshold: Double, level: Double) -> IntervalEstimate {
    let hits = all.values.count { $0 > threshold }
    let isThin = min(hits, count - hits) < 5 * parts.count
    let share = spread(level: level, note: isThin ? .fewTail : nil) { part in
      Double(part.values.count { $0 > threshold }) / Double(part.count)
    }
    // Where all replicates agree on none or all, they tell nothing of how far from it the truth is.
    return IntervalEstimate(
      value: share.value, low: hits == count ? nil : share.low.map { max(0, $0) },
      high: hits == 0 ? nil : share.high.map { min(1, $0) }, note: share.note)
  }

  /// The empirical quantile with the sectioning interval; needs five paths beyond in a replicate.
  package func quantile(_ probability: Double, level: Double) -> IntervalEstimate {
    let beyond = Double(count) * min(probability, 1 - probability)
    guard beyond >= LeastTail.replicated(parts.count).quantile - 1e-9 else {
      return .unavailable(.fewTail)
    }
    return spread(level: level) { part in
      part.sorted[quantileRank(count: part.count, probability: probability) - 1]
    }
  }

  package func expectedShortfall(_ probability: Double, level: Double) -> IntervalEstimate {
    let tailPaths = Double(count) * (1 - probability)
    guard tailPaths >= LeastTail.replicated(parts.count).mean - 1e-9 else {
      return .unavailable(.fewTail)
    }
    return spread(level: level, note: tailMeanNote(tailPaths)) {
      ExpectedShortfall(sorted: $0.sorted, probability: probability).value
    }
  }

  /// Plain paths that would know the mean as well: variance / s.e.^2; `nil` without an error.
  package var plainPathsForMean: Double? {
    plainPaths(mean(level: 0.95), variance: SampleMoments(all.values).variance)
  }

  /// Plain paths that would know the chance of a value above `threshold` as well: p (1 - p) / s.e.^2.
  ///
  /// `nil` where the chance is 0, 1 or has no error.
  package func plainPaths(above threshold: Double) -> Double? {
    let share = Double(all.values.count { $0 > threshold }) / Double(max(1, count))
    return plainPaths(
      spread(level: 0.95) { part in
        Double(part.values.count { $0 > threshold }) / Double(part.count)
      }, variance: share * (1 - share))
  }

  private func plainPaths(_ estimate: IntervalEstimate, variance: Double) -> Double? {
    guard let halfWidth = estimate.halfWidth, halfWidth > 0, variance > 0 else { return nil }
    let error = halfWidth / studentTFactor(count: parts.count, level: 0.95)
    return variance / (error * error)
  }

  package func ratio(to denominator: ReplicatedSample, level: Double) -> IntervalEstimate {
    func ratio(_ above: [Double], _ below: [Double]) -> Double? {
      let pairs = zip(above, below).filter { $0.isFinite && $1.isFinite }
      let sum = compensatedSum(pairs.map(\.1))
      return sum == 0 ? nil : compensatedSum(pairs.map(\.0)) / sum
    }
    let estimates = zip(parts, denominator.parts).compactMap(ratio)
    guard estimates.count == parts.count,
      let overall = ratio(parts.flatMap { $0 }, denominator.parts.flatMap { $0 })
    else { return .unavailable(.undefined) }
    let interval = SectioningInterval(estimates: estimates, overall: overall, level: level)
    return IntervalEstimate(
      value: overall, low: interval.sectioning.lowerBound, high: interval.sectioning.upperBound)
  }

  /// The statistic of the whole run with the sectioning interval over the replicates.
  private func spread(
    level: Double, note: EstimateNote? = nil, _ statistic: (IndependentSample) -> Double
  ) -> IntervalEstimate {
    guard !all.values.isEmpty else { return .unavailable(.undefined) }
    let samples = parts.map { IndependentSample($0.filter(\.isFinite)) }
    let overall = statistic(all)
    guard samples.allSatisfy({ $0.count >= 2 }) else {
      return IntervalEstimate(value: overall, low: nil, high: nil, note: .fewTail)
    }
    let interval = SectioningInterval(
      estimates: samples.map(statistic), overall: overall, level: level)
    return IntervalEstimate(
      value: overall, low: interval.sectioning.lowerBound, high: interval.sectioning.upperBound,
      note: note)
  }
}
