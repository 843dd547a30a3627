import Foundation

/// The law of a sample, smooth in its tails, shifted and scaled to mean 0 and variance 1.
///
/// Between the quantiles of 2.5 % and 97.5 % it is the sample's, linear between order statistics;
/// beyond, each tail is a generalised Pareto law fitted to the excesses, so that draws can go beyond
/// the sample. Tail shapes are at most 0.45, so that the variance exists with some room.
///
/// - Source: A. McNeil, R. Frey, Estimation of tail-related risk measures for heteroscedastic financial
///   time series, Journal of Empirical Finance 7 (2000), section 2.2, for the tails.
package struct EmpiricalLaw: Sendable {
  /// Share of the sample in each tail.
  package static let tailShare = 0.025
  /// Fewest values of a sample: ten in each tail.
  package static let leastCount = 400
  private static let largestShape = 0.45

  private let sorted: [Double]
  private let lower: Tail
  private let upper: Tail
  private var mean = 0.0
  private var deviation = 1.0

  /// `nil` for fewer than 400 values, and where too few of a tail differ.
  package init?(_ sample: [Double]) {
    guard sample.count >= EmpiricalLaw.leastCount else { return nil }
    sorted = sample.sorted()
    guard let upper = Tail(sorted, sign: 1), let lower = Tail(sorted.reversed(), sign: -1) else {
      return nil
    }
    (self.upper, self.lower) = (upper, lower)
    // The body by the midpoint rule over its probabilities, the tails in closed form.
    let (cells, share) = (20_000, EmpiricalLaw.tailShare)
    var first = share * (upper.moments.first + lower.moments.first)
    var second = share * (upper.moments.second + lower.moments.second)
    let width = (0.5 - share) / Double(cells)
    for cell in 0..<cells {
      let tail = share + (Double(cell) + 0.5) * width
      for isUpper in [false, true] {
        let value = quantile(tail: tail, isUpper: isUpper)
        first += width * value
        second += width * value * value
      }
    }
    (mean, deviation) = (first, (second - first * first).squareRoot())
    guard deviation > 0 else { return nil }
  }

  /// The value below which (with `isUpper`, above which) the law has the probability `tail`, in
  /// (0, 1/2].
  package func quantile(tail: Double, isUpper: Bool) -> Double {
    let value: Double
    if tail < EmpiricalLaw.tailShare {
      value = (isUpper ? upper : lower).quantile(tail)
    } else {
      let place = (isUpper ? 1 - tail : tail) * Double(sorted.count) - 0.5
      let below = min(max(Int(place), 0), sorted.count - 2)
      value = sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
    return (value - mean) / deviation
  }

  /// A generalised Pareto law beyond a threshold, upwards for sign 1, downwards for -1.
  private struct Tail: Sendable {
    let sign: Double
    let threshold: Double
    let scale: Double
    let shape: Double

    /// Fits the last `tailShare` of values ordered towards the tail; `nil` where too few differ.
    init?(_ towards: some Collection<Double>, sign: Double) {
      let values = Array(towards)
      let place = (1 - EmpiricalLaw.tailShare) * Double(values.count) - 0.5
      let below = Int(place)
      let threshold =
        values[below] + (place - Double(below)) * (values[below + 1] - values[below])
      let excesses = values[(below + 1)...].map { sign * ($0 - threshold) }
      guard let fit = ParetoTail(excesses: excesses) else { return nil }
      self.sign = sign
      self.threshold = threshold
      scale = fit.scale
      shape = min(fit.rawIndex, EmpiricalLaw.largestShape)
    }

    func quantile(_ tail: Double) -> Double {
      let rest = tail / EmpiricalLaw.tailShare
      let excess =
        abs(shape) < 1e-9 ? -scale * log(rest) : scale / shape * expm1(-shape * log(rest))
      return threshold + sign * excess
    }

    /// Mean of the values of the tail, and of their squares.
    var moments: (first: Double, second: Double) {
      let excess = scale / (1 - shape)
      let square = 2 * scale * scale / ((1 - shape) * (1 - 2 * shape))
      return (
        threshold + sign * excess, threshold * threshold + 2 * sign * threshold * excess + square
      )
    }
  }
}
