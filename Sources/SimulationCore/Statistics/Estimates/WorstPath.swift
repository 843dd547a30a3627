import Foundation

/// The share of all paths that lies below the worst of `count`, with confidence `level`.
///
/// No interval of "the maximum" exists; this is what n paths say about it: (1 - level)^(1/n).
/// Source: S. S. Wilks, Determination of Sample Sizes for Setting Tolerance Limits, 1941.
package func shareBelowWorst(count: Int, level: Double = 0.95) -> Double {
  exp(log(1 - level) / Double(count))
}

/// Half the height of a band that holds the whole distribution function with confidence `level`.
///
/// sqrt(log(2 / a) / (2 n)), a = 1 - level, for independent paths: too wide for tails. Source:
/// A. Dvoretzky, J. Kiefer, J. Wolfowitz 1956, with the constant of P. Massart 1990.
package func distributionBandHalfHeight(count: Int, level: Double = 0.95) -> Double {
  (log(2 / (1 - level)) / (2 * Double(count))).squareRoot()
}
