/// Paths on which exactly one of two runs on the same random numbers has an event.
///
/// Source: Q. McNemar, Note on the Sampling Error of the Difference Between Correlated Proportions,
/// 1947.
package struct DiscordantPaths: Sendable, Equatable {
  package let onlyFirst: Int
  package let onlySecond: Int

  /// Events by path, in the same order.
  package init(_ first: [Bool], _ second: [Bool]) {
    precondition(first.count == second.count, "pairs")
    onlyFirst = zip(first, second).count { $0 && !$1 }
    onlySecond = zip(first, second).count { !$0 && $1 }
  }

  /// The two-sided p value of no difference: exact binomial, 1 without discordant paths.
  package var pValue: Double {
    BinomialDistribution(trials: onlyFirst + onlySecond, probability: 0.5)
      .twoSidedPValue(onlyFirst)
  }
}
