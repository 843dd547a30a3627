/// Splits a loss among channels that act together.
///
/// v(S) is the mean loss with only the channels of S on. The Shapley shares add up to v(all) - v(none)
/// exactly; switching one channel off, or one on, alone does not, and the gap is interaction.
/// Source: L. Shapley 1953; E. Song, B. Nelson, J. Staum 2016.
package struct ShapleyAttribution: Sendable, Equatable {
  /// v with no channel on.
  package let base: Double
  package let shapley: [Double]
  /// v(all) - v(all but the channel).
  package let oneOff: [Double]
  /// v(the channel) - v(none).
  package let oneOn: [Double]
  /// v(all) - v(none) less the sum of the one-off effects.
  package let interactionGap: Double

  /// Takes v by subset, 2^k of them: bit c of the index says whether channel c is on.
  package init(subsets values: [Double]) {
    let channels = values.count.trailingZeroBitCount
    precondition(values.count == 1 << channels && channels >= 1, "a value for each subset")
    let all = values.count - 1
    // |S|! (k - |S| - 1)! / k!, by the size of S.
    var weights = [1 / Double(channels)]
    for size in stride(from: 1, to: channels, by: 1) {
      weights.append(weights[size - 1] * Double(size) / Double(channels - size))
    }
    base = values[0]
    shapley = (0..<channels).map { channel in
      compensatedSum(count: values.count) { subset in
        guard subset & 1 << channel == 0 else { return 0 }
        return weights[subset.nonzeroBitCount] * (values[subset | 1 << channel] - values[subset])
      }
    }
    oneOff = (0..<channels).map { values[all] - values[all & ~(1 << $0)] }
    oneOn = (0..<channels).map { values[1 << $0] - values[0] }
    interactionGap = values[all] - values[0] - compensatedSum(oneOff)
  }
}
