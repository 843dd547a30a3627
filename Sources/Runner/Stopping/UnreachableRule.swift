import SimulationCore

/// The rule's statistic can have no interval on as many paths as the run may have.
package struct UnreachableRule: Error, Sendable, Equatable, CustomStringConvertible {
  package let rule: StoppingRule
  /// The word of `run.sampling`.
  package let sampling: String
  /// Paths that the interval takes, and that the last look has.
  package let needed: Int
  package let allowed: Int
  /// What plain paths take; `nil` where that is no less.
  package let plainNeeded: Int?
  package let isStrict: Bool

  package var description: String {
    let limit = isStrict ? "--until-strict decides on half of --max-paths, " : "--max-paths allows "
    let instead = plainNeeded.map {
      ", or take run.sampling: plain, which needs \(NumberText.grouped($0))"
    }
    let given = isStrict ? 2 * needed : needed
    return "\(rule.statistic.text) has no interval below \(NumberText.grouped(needed)) paths "
      + "(run.sampling: \(sampling)), and \(limit)\(NumberText.grouped(allowed)): the rule cannot be "
      + "met; "
      + (given <= RunOptions.pathRange.upperBound
        ? "give --max-paths \(given)\(instead ?? "")" : "no run has as many paths")
  }
}

extension StoppingRule {
  /// Throws where no look at a run of at most `paths` paths could find an interval.
  ///
  /// Quantiles and means beyond them wait for paths in their tail, by number alone: ten and 50 with
  /// plain paths and pairs, five in each point set. Where paths have weights, those decide.
  package func check(
    sampling: SamplingMethod, paths: Int, isStrict: Bool = false
  ) throws(UnreachableRule) {
    let allowed = isStrict ? max(1, paths / 2) : paths
    guard let needed = statistic.fewestPaths(sampling), needed > allowed else { return }
    let plain = statistic.fewestPaths(.plain)
    throw UnreachableRule(
      rule: self, sampling: sampling.word, needed: needed, allowed: allowed,
      plainNeeded: plain.flatMap { $0 < needed ? (isStrict ? 2 * $0 : $0) : nil },
      isStrict: isStrict)
  }
}

extension NamedStatistic {
  /// The fewest whole pairs or sets of paths that give an interval; `nil` where it does not wait for
  /// any, or weights decide.
  fileprivate func fewestPaths(_ sampling: SamplingMethod) -> Int? {
    func paths(_ beyond: KeyPath<LeastTail, Double>, _ probability: Double) -> Int? {
      sampling.leastTail.map {
        sampling.wholePaths(
          LeastTail.paths($0[keyPath: beyond], tail: min(probability, 1 - probability)))
      }
    }
    return switch kind {
    case .quantile(let probability): paths(\.quantile, probability)
    case .tailMean(let probability): paths(\.mean, probability)
    case .mean, .probability: nil
    }
  }
}

extension SamplingMethod {
  fileprivate var leastTail: LeastTail? {
    switch self {
    case .plain: IndependentPaths().leastTail
    case .antithetic: WeightedPaths(pairedPaths: 0).leastTail
    case .quasiRandom: ReplicatedPaths(replicates: QuasiRandomPaths.replicateCount).leastTail
    case .screened, .mixture: nil
    }
  }

  /// As many paths or a few more, so that pairs and point sets are whole.
  fileprivate func wholePaths(_ count: Int) -> Int {
    switch self {
    case .plain, .screened, .mixture: return count
    case .antithetic: return count + count % 2
    case .quasiRandom:
      var whole = QuasiRandomPaths.replicateCount
      while whole < count { whole *= 2 }
      return whole
    }
  }
}
