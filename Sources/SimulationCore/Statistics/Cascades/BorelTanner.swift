import Foundation

/// The size of a cascade in which every member causes a Poisson number of others.
///
/// The law of the total progeny of `roots` ancestors, for an atomless book with linear impact.
/// Source: J. C. Tanner 1961.
package struct BorelTannerDistribution: Sendable, Equatable {
  /// Mean number caused by one, in (0, 1).
  package let ratio: Double
  package let roots: Int

  package init(ratio: Double, roots: Int) {
    precondition(ratio > 0 && ratio < 1 && roots > 0, "a cascade that dies out")
    self.ratio = ratio
    self.roots = roots
  }

  /// P(N = size) = (r/s) e^(-m s) (m s)^(s - r) / (s - r)!; zero below the number of roots.
  package func mass(_ size: Int) -> Double {
    guard size >= roots else { return 0 }
    let s = Double(size)
    let caused = s - Double(roots)
    return Double(roots) / s * exp(-ratio * s + caused * log(ratio * s) - logGamma(caused + 1))
  }

  package var mean: Double { Double(roots) / (1 - ratio) }

  package var variance: Double { Double(roots) * ratio / pow(1 - ratio, 3) }
}
