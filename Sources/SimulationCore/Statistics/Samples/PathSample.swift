/// One value a path of a run, with the estimators that the run's design allows.
///
/// A design has its own type of sample: an interval formula for independent paths cannot be applied
/// to weighted or dependent ones, because those have no such function. Every estimate follows the
/// rules of `IntervalEstimate`.
package protocol PathSample: Sendable {
  /// Paths that have a value.
  var count: Int { get }
  /// The smallest and the largest value; `nil` without values.
  var extremes: ClosedRange<Double>? { get }
  /// The sample of the values with the other sign.
  var negated: Self { get }

  func mean(level: Double) -> IntervalEstimate
  func standardDeviation(level: Double) -> IntervalEstimate
  /// The chance of a value above `threshold`.
  func probability(above threshold: Double, level: Double) -> IntervalEstimate
  /// The value that is exceeded with probability 1 - `probability`, which lies in (0, 1).
  func quantile(_ probability: Double, level: Double) -> IntervalEstimate
  /// The mean of the worst, that is largest, `1 - probability` of the law.
  func expectedShortfall(_ probability: Double, level: Double) -> IntervalEstimate
  /// The mean of this sample over that of `denominator`, which has the same paths.
  func ratio(to denominator: Self, level: Double) -> IntervalEstimate
}

extension PathSample {
  package func mean() -> IntervalEstimate { mean(level: 0.95) }

  package func standardDeviation() -> IntervalEstimate { standardDeviation(level: 0.95) }

  package func probability(above threshold: Double) -> IntervalEstimate {
    probability(above: threshold, level: 0.95)
  }

  package func quantile(_ probability: Double) -> IntervalEstimate {
    quantile(probability, level: 0.95)
  }

  package func expectedShortfall(_ probability: Double) -> IntervalEstimate {
    expectedShortfall(probability, level: 0.95)
  }

  package func ratio(to denominator: Self) -> IntervalEstimate {
    ratio(to: denominator, level: 0.95)
  }
}

/// How the paths of a run were drawn, and with it the type of the samples that they give.
package protocol SampleDesign: Sendable {
  associatedtype Sample: PathSample

  /// A sample of one value a path, in path order; those that are not finite count as missing.
  func sample(_ values: [Double]) -> Sample
  /// The design of the first `count` paths alone.
  func prefix(_ count: Int) -> Self
  /// What each path stands for, in path order; `nil` where all stand for the same.
  var weights: [Double]? { get }
  /// What the intervals of tail statistics take, whatever the values; `nil` where the weights decide.
  var leastTail: LeastTail? { get }
}

/// Paths that must lie beyond a quantile, on its thinner side, for an interval.
package struct LeastTail: Sendable, Equatable {
  /// For the quantile itself.
  package let quantile: Double
  /// For the mean beyond it.
  package let mean: Double

  /// For independent paths, or pairs.
  static let independent = LeastTail(quantile: leastTailPaths, mean: leastTailMeanPaths)

  /// Five in each replicate.
  static func replicated(_ replicates: Int) -> LeastTail {
    let paths = 5 * Double(replicates)
    return LeastTail(quantile: paths, mean: max(paths, leastTailMeanPaths))
  }

  /// The fewest paths of which `beyond` are the share `tail`.
  package static func paths(_ beyond: Double, tail: Double) -> Int {
    Int(((beyond - 1e-9) / tail).rounded(.up))
  }
}

extension SampleDesign {
  package var weights: [Double]? { nil }
}

/// Independent paths of the scenario's own law, each of the same weight.
package struct IndependentPaths: SampleDesign {
  package init() {}

  package func sample(_ values: [Double]) -> IndependentSample {
    IndependentSample(values.filter(\.isFinite))
  }

  package func prefix(_ count: Int) -> IndependentPaths { self }

  package var leastTail: LeastTail? { .independent }
}

/// One value a path of independent paths, each of the same weight.
package struct IndependentSample: PathSample {
  /// In path order, none of them missing.
  package let values: [Double]
  package let sorted: [Double]

  /// Sorts the finite values of independent paths.
  package init(_ values: [Double]) {
    self.values = values
    sorted = values.sorted()
  }

  package var count: Int { values.count }

  package var extremes: ClosedRange<Double>? {
    guard let first = sorted.first, let last = sorted.last else { return nil }
    return first...last
  }

  package var negated: IndependentSample { IndependentSample(values.map { 0 - $0 }) }
}
