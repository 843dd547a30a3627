import Foundation

/// The share of all paths that lies below the worst of `count`, with confidence `level`.
///
/// No interval of "the maximum" exists; this is what n paths say about it: (1 - level)^(1/n).
/// Source: S. S. Wilks, Determination of Sample Sizes for Setting Tolerance Limits, 1941.
package func shareBelowWorst(count: Int, level: Double = 0.95) -> Double {
  exp(log(1 - level) / Double(count))
}

/// The share of the mean that the largest 1 % of the values make up.
///
/// `nil` with fewer than 100 values, or without a positive sum. Cost: one sort.
package func shareOfLargest(_ values: [Double]) -> Double? {
  let total = compensatedSum(values)
  guard values.count >= 100, total > 0 else { return nil }
  return compensatedSum(Array(values.sorted().suffix(values.count / 100))) / total
}
