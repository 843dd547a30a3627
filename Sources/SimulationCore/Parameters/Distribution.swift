import Foundation

/// A one-dimensional law from which a scenario draws one value an account.
///
/// The draw is by inversion from one uniform, so that a change of a parameter moves the value
/// continuously and shifts no other draw. `offset` is added first, then the value is clipped.
package struct Distribution: Sendable, Equatable {
  package enum Shape: Sendable, Equatable {
    case constant(Double)
    case uniform(min: Double, max: Double)
    case normal(mean: Double, sd: Double)
    /// `sigma` is the standard deviation of the logarithm.
    case lognormal(median: Double, sigma: Double)
    /// P(X > x) = (min / x)^tailIndex.
    case pareto(tailIndex: Double, min: Double)
  }

  package let shape: Shape
  package let offset: Double
  package let clip: ClosedRange<Double>

  package init(
    _ shape: Shape, offset: Double = 0,
    clip: ClosedRange<Double> = -Double.infinity...Double.infinity
  ) {
    self.shape = shape
    self.offset = offset
    self.clip = clip
  }

  package static func constant(_ value: Double) -> Distribution { Distribution(.constant(value)) }

  /// The value below which a share `probability` of the law lies; `probability` in (0, 1).
  package func quantile(_ probability: Double) -> Double {
    let raw =
      switch shape {
      case .constant(let value): value
      case .uniform(let low, let high): low + (high - low) * probability
      case .normal(let mean, let sd): mean + sd * normalQuantile(probability)
      case .lognormal(let median, let sigma): median * exp(sigma * normalQuantile(probability))
      case .pareto(let tailIndex, let low): low * pow(1 - probability, -1 / tailIndex)
      }
    return min(max(raw + offset, clip.lowerBound), clip.upperBound)
  }
}
