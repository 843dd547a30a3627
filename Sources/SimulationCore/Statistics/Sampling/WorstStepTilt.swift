import Foundation

/// Draws the worst of a path's standardised t innovations from its lower tail.
///
/// The smallest of T independent t variates is below x with probability 1 - (1 - F(x))^T. Its level
/// is drawn as U = V^gamma instead of uniformly, which is undone by the weight gamma V^(gamma - 1).
/// The step is then uniform and every other one conditional on exceeding the worst. Only innovations
/// are drawn anew, so that recursions of variance and feedback stay as they are.
package struct WorstStepTilt: Sendable, Equatable {
  /// At least 1; 1 changes nothing.
  package let gamma: Double
  package let steps: Int
  package let innovations: StudentTDistribution

  package init(gamma: Double, steps: Int, degreesOfFreedom: Double) {
    precondition(gamma >= 1 && steps > 0, "a tilt downwards of some steps")
    self.gamma = gamma
    self.steps = steps
    innovations = StudentTDistribution(degreesOfFreedom: degreesOfFreedom)
  }

  /// The level U of a uniform V in (0, 1).
  package func level(_ uniform: Double) -> Double { pow(uniform, gamma) }

  /// Nominal over tilted density: at most gamma.
  package func weight(_ uniform: Double) -> Double { gamma * pow(uniform, gamma - 1) }

  /// The chance of a single step to fall to the worst value or below: 1 - (1 - U)^(1/T), without
  /// cancellation.
  package func stepProbability(level: Double) -> Double { -expm1(log1p(-level) / Double(steps)) }

  /// The worst innovation of location 0 and scale 1.
  package func worst(level: Double) -> Double {
    innovations.quantile(stepProbability(level: level))
  }

  /// An innovation above the worst, from another uniform.
  package func above(level: Double, _ uniform: Double) -> Double {
    let floor = stepProbability(level: level)
    return innovations.quantile(floor + (1 - floor) * uniform)
  }
}
