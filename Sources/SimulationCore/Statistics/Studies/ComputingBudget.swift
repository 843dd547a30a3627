/// How runs are best spread over a fixed set of designs to find the one with the smallest mean.
///
/// N_i ~ (s_i / (m_i - m_b))^2 for i != b, N_b = s_b sqrt(sum N_i^2 / s_i^2). Derived for
/// independent noise; on common random numbers give the deviations of the differences from the best.
/// Source: C. H. Chen, J. Lin, E. Yucesan, S. Chick 2000.
package struct ComputingBudget: Sendable, Equatable {
  /// The design with the smallest mean, the first of equals.
  package let best: Int
  /// Of the budget, by design; they sum to 1.
  package let shares: [Double]

  /// `nil` without two designs, where another one ties with the best, or where a deviation is zero.
  package init?(means: [Double], deviations: [Double]) {
    precondition(means.count == deviations.count, "one deviation a mean")
    guard means.count >= 2, let smallest = means.min(),
      let best = means.firstIndex(of: smallest), deviations.allSatisfy({ $0 > 0 })
    else { return nil }
    let others = means.indices.filter { $0 != best }
    guard others.allSatisfy({ means[$0] > smallest }) else { return nil }
    var sizes = means.indices.map { index in
      let ratio = index == best ? 0 : deviations[index] / (means[index] - smallest)
      return ratio * ratio
    }
    let squares = compensatedSum(count: others.count) { other in
      let ratio = sizes[others[other]] / deviations[others[other]]
      return ratio * ratio
    }
    sizes[best] = deviations[best] * squares.squareRoot()
    let total = compensatedSum(sizes)
    self.best = best
    shares = sizes.map { $0 / total }
  }
}
