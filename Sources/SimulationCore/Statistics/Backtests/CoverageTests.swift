import Foundation

/// Whether losses beyond a model's quantile came as often as it says.
///
/// Source: P. Kupiec, Techniques for Verifying the Accuracy of Risk Measurement Models, 1995.
package struct UnconditionalCoverage: Sendable, Equatable {
  /// Likelihood ratio against the observed frequency, chi-square with one degree of freedom.
  package let likelihoodRatio: Double
  package let pValue: Double
  /// Binomial: decides where fewer than ten breaches are expected, where chi-square is poor.
  package let exactPValue: Double

  /// `probability` is that of a breach, in (0, 1).
  package init(breaches: Int, observations: Int, probability: Double) {
    precondition(
      observations > 0 && breaches >= 0 && breaches <= observations,
      "breaches are some of the observations")
    likelihoodRatio = coverageRatio(
      breaches: breaches, observations: observations, probability: probability)
    pValue = chiSquareUpperTail(likelihoodRatio, degreesOfFreedom: 1)
    exactPValue = BinomialDistribution(trials: observations, probability: probability)
      .twoSidedPValue(breaches)
  }
}

/// Whether breaches come independently of each other, and as often as the model says.
///
/// Source: P. Christoffersen, Evaluating Interval Forecasts, 1998.
package struct ConditionalCoverage: Sendable, Equatable {
  /// Pairs of neighbours [n00, n01, n10, n11], from the first to the second.
  package let transitions: [Int]
  /// Against breaches that depend on the day before, chi-square with one degree of freedom.
  package let independenceRatio: Double
  package let independencePValue: Double
  /// Frequency and independence together, chi-square with two degrees of freedom.
  package let coverageRatio: Double
  package let coveragePValue: Double

  /// Two or more outcomes in order of time, non-overlapping; `probability` of a breach in (0, 1).
  package init(breaches: [Bool], probability: Double) {
    precondition(breaches.count >= 2, "pairs of neighbours")
    var counts = [Int](repeating: 0, count: 4)
    for (before, after) in zip(breaches, breaches.dropFirst()) {
      counts[(before ? 2 : 0) + (after ? 1 : 0)] += 1
    }
    let pairs = counts.reduce(0, +)
    let hits = counts[1] + counts[3]
    func share(_ part: Int, _ whole: Int) -> Double {
      whole > 0 ? Double(part) / Double(whole) : 0
    }
    let pooled = share(hits, pairs)
    let afterNone = share(counts[1], counts[0] + counts[1])
    let afterBreach = share(counts[3], counts[2] + counts[3])
    let independent = weightedLog(pairs - hits, 1 - pooled) + weightedLog(hits, pooled)
    let dependent =
      weightedLog(counts[0], 1 - afterNone) + weightedLog(counts[1], afterNone)
      + weightedLog(counts[2], 1 - afterBreach) + weightedLog(counts[3], afterBreach)
    transitions = counts
    independenceRatio = max(0, -2 * (independent - dependent))
    independencePValue = chiSquareUpperTail(independenceRatio, degreesOfFreedom: 1)
    let unconditional = SimulationCore.coverageRatio(
      breaches: hits, observations: pairs, probability: probability)
    coverageRatio = unconditional + independenceRatio
    coveragePValue = chiSquareUpperTail(coverageRatio, degreesOfFreedom: 2)
  }
}

/// -2 ln of the likelihood at `probability` over that at the observed frequency.
private func coverageRatio(breaches: Int, observations: Int, probability: Double) -> Double {
  let misses = observations - breaches
  let frequency = Double(breaches) / Double(observations)
  let claimed = weightedLog(misses, 1 - probability) + weightedLog(breaches, probability)
  let observed = weightedLog(misses, 1 - frequency) + weightedLog(breaches, frequency)
  return max(0, -2 * (claimed - observed))
}

/// n ln x with 0 ln 0 = 0.
private func weightedLog(_ count: Int, _ x: Double) -> Double {
  count == 0 ? 0 : Double(count) * log(x)
}

/// P(X > x) for a chi-square variate.
package func chiSquareUpperTail(_ x: Double, degreesOfFreedom: Double) -> Double {
  regularisedGamma(0.5 * degreesOfFreedom, 0.5 * x).upper
}
