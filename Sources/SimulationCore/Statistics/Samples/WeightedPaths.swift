import Foundation

/// Paths drawn by strata, in groups, or from another law than the scenario's, and weighted back to it.
///
/// A stratum stands for a known share of the law and holds some of the simulated paths; inside it a
/// path counts by its likelihood ratio, 1 where the paths were drawn from the stratum as it is. One
/// stratum of share 1 is plain importance sampling. Weights are never normalised: their mean must
/// come out near one, which is a check of the sampler.
package struct WeightedPaths: SampleDesign, Equatable {
  /// A part of the law and the paths that stand for it.
  package struct Stratum: Sendable, Equatable {
    package let share: Double
    /// Places of its paths in the run.
    package let members: [Int]

    package init(share: Double, members: [Int]) {
      self.share = share
      self.members = members
    }
  }

  package let strata: [Stratum]
  /// Of each path, in path order.
  package let likelihoodRatios: [Double]
  /// Where the shares were counted on so many candidates; `nil` = known exactly.
  package let candidates: Int?
  /// Neighbouring members of a stratum that depend on each other; such groups are independent.
  package let groupSize: Int

  package init(
    strata: [Stratum], likelihoodRatios: [Double], candidates: Int? = nil, groupSize: Int = 1
  ) {
    precondition(
      strata.reduce(0) { $0 + $1.members.count } == likelihoodRatios.count,
      "every path is in one stratum")
    precondition(groupSize > 0, "a group has members")
    self.groupSize = groupSize
    self.strata = strata
    self.likelihoodRatios = likelihoodRatios
    self.candidates = candidates
  }

  /// Importance sampling: independent paths of another law with their likelihood ratios.
  package init(likelihoodRatios: [Double]) {
    self.init(
      strata: [Stratum(share: 1, members: Array(likelihoodRatios.indices))],
      likelihoodRatios: likelihoodRatios)
  }

  /// Antithetic pairs, the paths 2k and 2k + 1 of one weight; the pair is what is independent.
  package init(pairedPaths count: Int) {
    self.init(
      strata: [Stratum(share: 1, members: Array(0..<count))],
      likelihoodRatios: [Double](repeating: 1, count: count), groupSize: 2)
  }

  /// Strata counted on candidates of which only some were simulated (double sampling).
  ///
  /// Each entry holds the number of its candidates and the places of those simulated.
  package init(candidates: [Int], members: [[Int]]) {
    let total = candidates.reduce(0, +)
    self.init(
      strata: zip(candidates, members).map {
        Stratum(share: Double($0) / Double(total), members: $1)
      },
      likelihoodRatios: [Double](repeating: 1, count: members.reduce(0) { $0 + $1.count }),
      candidates: total)
  }

  /// The paths that the weights add up to: the candidates, or the simulated ones themselves.
  package var representedPaths: Int { candidates ?? likelihoodRatios.count }

  /// What each path stands for, in path order; the sum is near `representedPaths`.
  package var pathWeights: [Double] {
    var weights = likelihoodRatios
    for stratum in strata {
      let factor = stratum.share * Double(representedPaths) / Double(stratum.members.count)
      for path in stratum.members { weights[path] *= factor }
    }
    return weights
  }

  package var weights: [Double]? { groupSize == 1 ? pathWeights : nil }

  package var leastTail: LeastTail? { groupSize == 1 ? nil : .independent }

  package func sample(_ values: [Double]) -> WeightedSample { WeightedSample(self, values) }

  /// The strata keep their shares, those of the whole run.
  package func prefix(_ count: Int) -> WeightedPaths {
    WeightedPaths(
      strata: strata.map { stratum in
        Stratum(share: stratum.share, members: stratum.members.filter { $0 < count })
      },
      likelihoodRatios: Array(likelihoodRatios.prefix(count)), candidates: candidates,
      groupSize: groupSize)
  }
}

/// What the weights of a run say about it.
package struct WeightSummary: Sendable, Equatable {
  /// (sum w)^2 / sum w^2 (Kish 1965): describes the body, neither better nor worse the tail.
  package let effectiveSampleSize: Double
  /// Near one, or the sampler is wrong.
  package let sumOverCount: Double
  /// max w / sum w.
  package let largestShare: Double
  /// exp(-sum q log q) with q = w / sum w.
  package let perplexity: Double

  /// At least one weight, none negative, not all zero.
  package init(_ weights: [Double]) {
    let sum = compensatedSum(weights)
    let squares = compensatedSum(count: weights.count) { weights[$0] * weights[$0] }
    precondition(sum > 0, "some path has a weight")
    effectiveSampleSize = sum * sum / squares
    sumOverCount = sum / Double(weights.count)
    largestShare = (weights.max() ?? 0) / sum
    let entropy = compensatedSum(count: weights.count) { path in
      let share = weights[path] / sum
      return share > 0 ? -share * log(share) : 0
    }
    perplexity = exp(entropy)
  }
}
