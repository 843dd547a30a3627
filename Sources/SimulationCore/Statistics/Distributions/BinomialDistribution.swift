import Foundation

/// The number of successes in `trials` independent trials.
package struct BinomialDistribution: Sendable, Equatable {
  package let trials: Int
  /// Probability of a success, in [0, 1].
  package let probability: Double

  package init(trials: Int, probability: Double) {
    precondition(trials >= 0 && probability >= 0 && probability <= 1, "a binomial law")
    self.trials = trials
    self.probability = probability
  }

  /// P(X = count), by the method of Loader 2000; zero outside 0...trials.
  package func mass(_ count: Int) -> Double {
    guard count >= 0, count <= trials else { return 0 }
    let n = Double(trials)
    let k = Double(count)
    if count == 0 { return exp(n * log1p(-probability)) }
    if count == trials { return pow(probability, n) }
    guard probability > 0, probability < 1 else { return 0 }
    let exponent =
      stirlingError(n) - stirlingError(k) - stirlingError(n - k)
      - deviance(k, n * probability) - deviance(n - k, n * (1 - probability))
    return exp(exponent) * (n / (2 * Double.pi * k * (n - k))).squareRoot()
  }

  /// P(X <= count).
  package func cdf(_ count: Int) -> Double {
    guard count >= 0 else { return 0 }
    guard count < trials else { return 1 }
    return regularisedBeta(
      1 - probability, Double(trials - count), Double(count) + 1, complement: probability)
  }

  /// The smallest count with P(X <= count) >= `level`.
  ///
  /// Cost: O(log trials) evaluations of the distribution function.
  package func quantile(_ level: Double) -> Int {
    var low = -1
    var high = trials
    while high - low > 1 {
      let middle = (low + high) / 2
      if cdf(middle) >= level { high = middle } else { low = middle }
    }
    return high
  }
}

extension BinomialDistribution {
  /// The probability of all counts that are no more likely than `count`: an exact two-sided test.
  ///
  /// Masses equal up to a factor 1 + 1e-7 count as equal. Cost: O(trials) masses.
  package func twoSidedPValue(_ count: Int) -> Double {
    let limit = mass(count) * (1 + 1e-7)
    let sum = compensatedSum(count: trials + 1) { other in
      let mass = mass(other)
      return mass <= limit ? mass : 0
    }
    return min(1, sum)
  }
}
