import Foundation

/// Moments of returns with a GARCH(1,1) or GJR variance and symmetric innovations.
///
///     h' = omega + alpha e^2 + gamma e^2 [e < 0] + beta h,   p = alpha + beta + gamma / 2
///
/// - Source: T. Bollerslev, Journal of Econometrics 31 (1986), theorem 2; C. He and T. Terasvirta,
///   Properties of moments of a family of GARCH processes, Journal of Econometrics 92 (1999).
package struct GarchMoments: Sendable, Equatable {
  /// p.
  package let persistence: Double
  /// omega / (1 - p); `nil` for p >= 1.
  package let unconditionalVariance: Double?
  /// q: the fourth moment exists for q < 1.
  package let fourthMomentFactor: Double?
  /// E[r^4] / E[r^2]^2; `nil` where it does not exist.
  package let kurtosis: Double?
  /// Steps in which the variance comes half the way back; `nil` for p outside (0, 1).
  package let halfLifeSteps: Double?

  /// `degreesOfFreedom` of Student-t innovations; `nil` for normal ones.
  package init(
    omega: Double, alpha: Double, beta: Double, gamma: Double = 0, degreesOfFreedom: Double? = nil
  ) {
    let p = alpha + beta + 0.5 * gamma
    let innovation: Double? =
      if let nu = degreesOfFreedom { nu > 4 ? 3 * (nu - 2) / (nu - 4) : nil } else { 3 }
    let q = innovation.map {
      $0 * alpha * alpha + 2 * alpha * beta + beta * beta + gamma * ($0 * alpha + beta)
        + 0.5 * $0 * gamma * gamma
    }
    persistence = p
    unconditionalVariance = p < 1 ? omega / (1 - p) : nil
    fourthMomentFactor = q
    halfLifeSteps = p > 0 && p < 1 ? log(0.5) / log(p) : nil
    if let innovation, let q, p < 1, q < 1 {
      kurtosis = innovation * (1 - p * p) / (1 - q)
    } else {
      kurtosis = nil
    }
  }
}

/// Moments of the stationary law of normal returns in two regimes.
///
/// The regime of a step is known with the stationary probability, so that a step is a mixture of two
/// normal laws.
///
/// - Source: J. Hamilton, Time series analysis (1994), section 22.3.
package struct RegimeMoments: Sendable, Equatable {
  package let stationaryHigh: Double
  package let mean: Double
  package let variance: Double
  package let skewness: Double
  /// Not in excess of 3.
  package let kurtosis: Double
  /// Steps that the second regime lasts on average.
  package let meanDurationHigh: Double

  /// Means and deviations of both regimes, and the probabilities of a change from step to step.
  package init(
    means: (Double, Double), deviations: (Double, Double), enter: Double, leave: Double
  ) {
    let high = enter / (enter + leave)
    let parts = [(1 - high, means.0, deviations.0), (high, means.1, deviations.1)]
    let centre = parts.reduce(0) { $0 + $1.0 * $1.1 }
    /// Of the mixture's deviation from its mean.
    func moment(_ ofPart: (_ shift: Double, _ variance: Double) -> Double) -> Double {
      parts.reduce(0) { $0 + $1.0 * ofPart($1.1 - centre, $1.2 * $1.2) }
    }
    let second = moment { $0 * $0 + $1 }
    stationaryHigh = high
    mean = centre
    variance = second
    skewness = moment { $0 * $0 * $0 + 3 * $0 * $1 } / pow(second, 1.5)
    kurtosis =
      moment { $0 * $0 * $0 * $0 + 6 * $0 * $0 * $1 + 3 * $1 * $1 } / (second * second)
    meanDurationHigh = 1 / leave
  }
}
