import Foundation

/// A generalised Pareto law fitted to excesses over a threshold.
///
/// Posterior mean of J. Zhang and M. Stephens, A New and Efficient Estimation Method for the
/// Generalized Pareto Distribution, Technometrics 51 (2009); then shrunk to 1/2 with weight 10 as
/// in Vehtari et al. 2024, appendix G.
package struct ParetoTail: Sendable, Equatable {
  /// Shape as fitted; positive for a power tail, moments of order 1/k and above are infinite.
  package let rawIndex: Double
  package let scale: Double
  /// Shape after shrinking: (M k + 5) / (M + 10).
  package let index: Double

  /// Fits to excesses above zero in any order; `nil` below five or where all are equal.
  package init?(excesses: [Double]) {
    let x = excesses.sorted()
    guard x.count >= 5, let smallest = x.first, let largest = x.last, smallest < largest else {
      return nil
    }
    let size = Double(x.count)
    let candidates = 30 + Int(size.squareRoot())
    let quartile = x[Int(size / 4 + 0.5) - 1]
    // A quarter of zero excesses leaves the prior without a scale.
    guard quartile > 0 else { return nil }
    let rates = (1...candidates).map { j in
      (1 - (Double(candidates) / (Double(j) - 0.5)).squareRoot()) / (3 * quartile) + 1 / largest
    }
    func shape(_ rate: Double) -> Double {
      compensatedSum(count: x.count) { log1p(-rate * x[$0]) } / size
    }
    let profile = rates.map { rate in
      let k = shape(rate)
      return size * (log(-rate / k) - k - 1)
    }
    let peak = profile.max() ?? 0
    let weights = profile.map { exp($0 - peak) }
    let total = compensatedSum(weights)
    let rate = compensatedSum(count: candidates) { weights[$0] * rates[$0] } / total
    rawIndex = shape(rate)
    scale = -rawIndex / rate
    index = (size * rawIndex + 5) / (size + 10)
    guard index.isFinite, scale.isFinite else { return nil }
  }

  /// How many of `count` values make the tail: ceil(min(n / 5, 3 sqrt n)).
  package static func length(count: Int) -> Int {
    let n = Double(count)
    return Int(min(n / 5, 3 * n.squareRoot()).rounded(.up))
  }
}

/// The tail index k-hat of the magnitudes of the values other than zero.
///
/// The largest `ParetoTail.length` of them, less the next largest. `nil` where fewer than five
/// remain, or where they are all equal. Cost: one sort.
package func paretoTailIndex(_ values: [Double]) -> Double? {
  let magnitudes = values.lazy.filter { $0 != 0 }.map { abs($0) }.sorted()
  let length = ParetoTail.length(count: magnitudes.count)
  guard length >= 5, length < magnitudes.count else { return nil }
  let threshold = magnitudes[magnitudes.count - length - 1]
  return ParetoTail(excesses: magnitudes.suffix(length).map { $0 - threshold })?.index
}

/// The k-hat above which a mean of `count` values is dominated by a few: min(1 - 1/log10 n, 0.7).
package func paretoTailLimit(count: Int) -> Double { min(1 - 1 / log10(Double(count)), 0.7) }
