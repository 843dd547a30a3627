/// The probability of a rare event as a product over levels fixed beforehand.
///
/// Source: P. Glasserman, P. Heidelberger, P. Shahabuddin, T. Zajic, Multilevel Splitting for
/// Estimating Rare Event Probabilities, 1999.
package struct SplittingEstimate: Sendable, Equatable {
  /// prod p_j, p_j = reached / entered.
  package let probability: Double
  /// sqrt(sum (1 - p_j) / (n_j p_j)), as if the stages were independent; `nil` at a level never
  /// reached.
  package let idealRelativeError: Double?

  /// Particles that entered each stage, above zero, and those of them that reached the next level.
  package init(entered: [Int], reached: [Int]) {
    precondition(entered.count == reached.count, "one pair a stage")
    let shares = zip(reached, entered).map { Double($0) / Double($1) }
    probability = shares.reduce(1, *)
    idealRelativeError =
      shares.contains(0)
      ? nil
      : compensatedSum(count: shares.count) {
        (1 - shares[$0]) / (Double(entered[$0]) * shares[$0])
      }.squareRoot()
  }
}
