import Foundation
import SimulationCore

/// Contagion of fear: the share of fearful agents as a diffusion.
///
/// Of N agents X are fearful; the rate up is (N - X)(s1 + h X), down X (s2 + h (N - X)). For large
/// N the share x follows
///
///     dx = (s1 (1 - x) - s2 x) dt + sqrt(2 h x (1 - x)) dW
///
/// whose stationary law is Beta(s1/h, s2/h), with two peaks when both are below 1. Rates per any
/// one unit of time. Sources: A. Kirman, Ants, Rationality, and Recruitment, QJE 108 (1993)
/// 137-156; rates in the form of S. Alfarano, T. Lux, F. Wagner 2005; moments derived from the
/// diffusion.
package struct Herding: Sendable, Equatable {
  /// s1: rate at which a calm agent takes fright alone.
  package var frightRate: Double
  /// s2: rate at which a fearful agent calms down alone.
  package var calmingRate: Double
  /// h: rate at which agents follow each other.
  package var contagionRate: Double

  package init(frightRate: Double, calmingRate: Double, contagionRate: Double) {
    self.frightRate = frightRate
    self.calmingRate = calmingRate
    self.contagionRate = contagionRate
  }

  /// The long-run share of fearful agents; 0 without any rate.
  package var stationaryMean: Double {
    let total = frightRate + calmingRate
    return total > 0 ? frightRate / total : 0
  }

  /// Exact mean and variance of the share after `duration`, from the share `x` now.
  package func moments(from x: Double, after duration: Double) -> (mean: Double, variance: Double) {
    let total = frightRate + calmingRate
    let h = contagionRate
    guard total > 0 else {
      return (x, -expm1(-2 * h * duration) * x * (1 - x))
    }
    let centre = frightRate / total
    let decay = exp(-total * duration)
    let mean = centre + (x - centre) * decay
    let level = (frightRate + h) * centre / (total + h)
    let transient = 2 * (frightRate + h) * (x - centre) / (total + 2 * h)
    let square =
      level + transient * decay
      + (x * x - level - transient) * exp(-2 * (total + h) * duration)
    return (mean, max(0, square - mean * mean))
  }

  /// Parameters of the Beta law with the given mean and variance; `nil` where it has shrunk to a
  /// point.
  ///
  /// With the moments of a step this is the moment-matched step of the diffusion, which respects 0
  /// and 1.
  package static func matchedBeta(
    mean: Double, variance: Double
  ) -> (alpha: Double, beta: Double)? {
    let bound = mean * (1 - mean)
    guard variance > 0, variance < bound else { return nil }
    let weight = bound / variance - 1
    return (mean * weight, (1 - mean) * weight)
  }

  /// Probabilities of 0 up to `agents` fearful agents in the long run: BetaBinomial(N, s1/h, s2/h).
  ///
  /// All three rates are positive. Cost: O(agents).
  package func stationaryProbabilities(agents: Int) -> [Double] {
    let a = frightRate / contagionRate
    let b = calmingRate / contagionRate
    let total = Double(agents)
    let norm = logBeta(a, b) + log(total + 1)
    return (0...agents).map { count in
      let x = Double(count)
      return exp(
        logBeta(x + a, total - x + b) - logBeta(x + 1, total - x + 1) - norm)
    }
  }

  /// Variance of the share in the long run, of `agents` agents or, by default, of infinitely many.
  package func stationaryVariance(agents: Double = .infinity) -> Double {
    let a = frightRate / contagionRate
    let b = calmingRate / contagionRate
    let sum = a + b
    return a * b / (sum * sum * (sum + 1)) * (1 + sum / agents)
  }

  /// The same agents under stress: s1 (1 + cD max(0, -r)/sd + cL volume/depth).
  ///
  /// `loss` is max(0, -r) in standard deviations, `liquidated` the forced volume over the depth.
  package func stressed(
    loss: Double, liquidated: Double, lossSensitivity: Double, liquidationSensitivity: Double
  ) -> Herding {
    var raised = self
    raised.frightRate *= 1 + lossSensitivity * loss + liquidationSensitivity * liquidated
    return raised
  }
}
