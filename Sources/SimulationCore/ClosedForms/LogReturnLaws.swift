import Foundation

/// Normal log returns and normal jumps (Merton 1976).
package struct MertonLaw: LogReturnLaw, Equatable {
  package let volatility: Double
  package let jumpRate: Double
  package let jumpMean: Double
  package let jumpDeviation: Double

  package init(volatility: Double, jumpRate: Double, jumpMean: Double, jumpDeviation: Double) {
    self.volatility = volatility
    self.jumpRate = jumpRate
    self.jumpMean = jumpMean
    self.jumpDeviation = jumpDeviation
  }

  package func logMoment(_ s: ComplexNumber, time: Double) -> ComplexNumber {
    time * (0.5 * volatility * volatility * (s * s - s) + jumps(s))
  }

  /// Of the jumps alone in a unit of time, compensated.
  func jumps(_ s: ComplexNumber) -> ComplexNumber {
    let square = jumpDeviation * jumpDeviation
    let gain = expm1(jumpMean + 0.5 * square)
    let jump = (jumpMean * s + 0.5 * square * (s * s)).exponential
    return jumpRate * (jump - ComplexNumber(1) - gain * s)
  }

  /// Variance, skewness and excess kurtosis of the log return over a time, from its cumulants.
  package func moments(
    time: Double
  ) -> (variance: Double, skewness: Double, excessKurtosis: Double) {
    let (m2, d2) = (jumpMean * jumpMean, jumpDeviation * jumpDeviation)
    let variance = time * (volatility * volatility + jumpRate * (m2 + d2))
    let third = time * jumpRate * jumpMean * (m2 + 3 * d2)
    let fourth = time * jumpRate * (m2 * m2 + 6 * m2 * d2 + 3 * d2 * d2)
    return (variance, third / pow(variance, 1.5), fourth / (variance * variance))
  }
}

/// Normal log returns and double exponential jumps (Kou 2002).
package struct KouLaw: LogReturnLaw, Equatable {
  package let volatility: Double
  package let jumpRate: Double
  package let upProbability: Double
  /// 1 over the mean size of a jump up, above 1.
  package let upRate: Double
  package let downRate: Double

  package init(
    volatility: Double, jumpRate: Double, upProbability: Double, upRate: Double, downRate: Double
  ) {
    self.volatility = volatility
    self.jumpRate = jumpRate
    self.upProbability = upProbability
    self.upRate = upRate
    self.downRate = downRate
  }

  package func logMoment(_ s: ComplexNumber, time: Double) -> ComplexNumber {
    let up = upProbability * upRate
    let down = (1 - upProbability) * downRate
    let gain = up / (upRate - 1) + down / (downRate + 1) - 1
    let jump =
      ComplexNumber(up) / (ComplexNumber(upRate) - s)
      + ComplexNumber(down) / (ComplexNumber(downRate) + s)
    return time
      * (0.5 * volatility * volatility * (s * s - s)
        + jumpRate * (jump - ComplexNumber(1) - gain * s))
  }
}

/// Heston's stochastic variance, in the form that keeps to one branch of the logarithm.
///
/// - Source: S. Heston, Review of Financial Studies 6 (1993); H. Albrecher, P. Mayer, W. Schoutens,
///   J. Tistaert, The little Heston trap, Wilmott (January 2007).
package struct HestonLaw: LogReturnLaw, Equatable {
  package let initialVariance: Double
  package let meanReversion: Double
  package let longRunVariance: Double
  package let varianceVolatility: Double
  package let correlation: Double

  package init(
    initialVariance: Double, meanReversion: Double, longRunVariance: Double,
    varianceVolatility: Double, correlation: Double
  ) {
    self.initialVariance = initialVariance
    self.meanReversion = meanReversion
    self.longRunVariance = longRunVariance
    self.varianceVolatility = varianceVolatility
    self.correlation = correlation
  }

  package func logMoment(_ s: ComplexNumber, time: Double) -> ComplexNumber {
    let (kappa, xi) = (meanReversion, varianceVolatility)
    let b = ComplexNumber(kappa) - correlation * xi * s
    let d = (b * b + xi * xi * (s - s * s)).squareRoot
    let g = (b - d) / (b + d)
    let fading = (-time * d).exponential
    let one = ComplexNumber(1)
    let level = time * (b - d) - 2 * ((one - g * fading) / (one - g)).logarithm
    let start = (b - d) * (one - fading) / (one - g * fading)
    return kappa * longRunVariance / (xi * xi) * level + initialVariance / (xi * xi) * start
  }

  /// Mean and variance of the variance itself after a time: a square-root process.
  ///
  /// - Source: J. Cox, J. Ingersoll, S. Ross, A theory of the term structure of interest rates,
  ///   Econometrica 53 (1985), section 3.
  package func varianceMoments(time: Double) -> (mean: Double, variance: Double) {
    let (kappa, theta, square) = (
      meanReversion, longRunVariance, varianceVolatility * varianceVolatility
    )
    let kept = exp(-kappa * time)
    let lost = -expm1(-kappa * time)
    return (
      theta + (initialVariance - theta) * kept,
      initialVariance * square * kept * lost / kappa + theta * square * lost * lost / (2 * kappa)
    )
  }
}

/// Heston's variance and Merton's jumps, independent of each other (Bates 1996).
package struct BatesLaw: LogReturnLaw, Equatable {
  package let heston: HestonLaw
  /// Its volatility has no part here.
  package let jumps: MertonLaw

  package init(heston: HestonLaw, jumps: MertonLaw) {
    self.heston = heston
    self.jumps = jumps
  }

  package func logMoment(_ s: ComplexNumber, time: Double) -> ComplexNumber {
    heston.logMoment(s, time: time) + time * jumps.jumps(s)
  }
}
