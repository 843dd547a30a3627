import Foundation

/// Whether times that are seen on a grid of steps come from an exponential clock.
///
/// A hazard h that is seen at the ends of steps of length dt gives P(T <= k dt) = 1 - e^(-h k dt)
/// exactly, so that the distance is taken at grid points; there the usual limits are conservative.
enum KolmogorovSmirnov {
  /// Largest distance over the grid, times the root of the number of times.
  ///
  /// `steps` are whole numbers of steps, at least 1; times beyond `horizon` may be left out if `count`
  /// counts them.
  static func distance(
    steps: [Int], hazardPerStep: Double, horizon: Int, count: Int
  ) -> Double {
    var histogram = [Int](repeating: 0, count: horizon + 1)
    for step in steps where step <= horizon { histogram[step] += 1 }
    var seen = 0
    var largest = 0.0
    for step in 0...horizon {
      seen += histogram[step]
      let expected = -expm1(-hazardPerStep * Double(step))
      largest = max(largest, abs(Double(seen) / Double(count) - expected))
    }
    return largest * Double(count).squareRoot()
  }

  /// Exceeded with probability 1e-6 by the asymptotic law: sqrt(ln(2 / alpha) / 2).
  static let limit = (log(2e6) / 2).squareRoot()
}
