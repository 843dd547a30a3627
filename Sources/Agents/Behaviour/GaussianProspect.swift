import Foundation
import SimulationCore

/// Expected prospect value, without probability weights, of a Gaussian gain or loss.
///
///     E[v(X)] = E[X^alpha; X > 0] - lambda E[(-X)^beta; X < 0],   X ~ N(mean, sd^2)
///
/// The one-sided moments are confluent hypergeometric functions (derived; A. Winkelbauer, Moments
/// and absolute moments of the normal distribution, arXiv 1209.4340, gives the two-sided ones).
package enum GaussianProspect {
  /// E[v(X)] with the curvatures and loss aversion of `parameters`; `sd` >= 0.
  package static func expectedValue(
    mean: Double, sd: Double, _ parameters: ProspectParameters
  ) -> Double {
    guard sd > 0 else { return ProspectTheory.value(mean, parameters) }
    let z = mean / sd
    let gain = pow(sd, parameters.gainCurvature) * positiveMoment(parameters.gainCurvature, z)
    let loss = pow(sd, parameters.lossCurvature) * positiveMoment(parameters.lossCurvature, -z)
    return gain - parameters.lossAversion * loss
  }

  /// E[(Z + z)^a; Z + z > 0] for a standard normal Z and a > 0.
  private static func positiveMoment(_ a: Double, _ z: Double) -> Double {
    // Far out the series would need terms beyond the floating-point range.
    guard z > -20 else { return 0 }
    guard z < 20 else { return largeMeanMoment(a, z) }
    let half = 0.5 * z * z
    let even =
      pow(2, 0.5 * (a - 1)) * exp(logGamma(0.5 * (a + 1))) * kummer(0.5 * (1 + a), 0.5, half)
    let odd = z * pow(2, 0.5 * a) * exp(logGamma(0.5 * a + 1)) * kummer(1 + 0.5 * a, 1.5, half)
    return max(0, exp(-half) * (even + odd) / (2 * Double.pi).squareRoot())
  }

  /// The Taylor expansion of x^a about z, whose terms are the central moments.
  private static func largeMeanMoment(_ a: Double, _ z: Double) -> Double {
    var term = pow(z, a)
    var sum = term
    for order in 1...4 {
      let k = Double(2 * order)
      term *= (a - k + 2) * (a - k + 1) / (k * z * z)
      sum += term
    }
    return sum
  }

  /// Kummer's M(a, b, x) for positive arguments: all terms have one sign.
  private static func kummer(_ a: Double, _ b: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var k = 0.0
    while term > 1e-17 * sum {
      term *= (a + k) / (b + k) * x / (k + 1)
      sum += term
      k += 1
    }
    return sum
  }
}
