import Foundation

/// A European call without dividends.
package struct CallOption: Sendable, Equatable {
  package let spot: Double
  package let strike: Double
  /// Continuously compounded, a unit of time.
  package let rate: Double
  package let maturity: Double

  package init(spot: Double, strike: Double, rate: Double, maturity: Double) {
    self.spot = spot
    self.strike = strike
    self.rate = rate
    self.maturity = maturity
  }

  /// Under geometric Brownian motion with variance `variance` until maturity.
  ///
  /// - Source: F. Black and M. Scholes, Journal of Political Economy 81 (1973), equation 13.
  package func price(normalVariance variance: Double) -> Double {
    let discounted = strike * exp(-rate * maturity)
    guard variance > 0 else { return max(spot - discounted, 0) }
    let deviation = variance.squareRoot()
    let d = log(spot / discounted) / deviation + 0.5 * deviation
    return spot * normalCDF(d) - discounted * normalCDF(d - deviation)
  }

  /// Under a law of the log return whose exponential has mean e^(rate maturity).
  ///
  /// C = S - sqrt(S K') / pi * integral over u > 0 of Re[e^(i u k) phi(u - i / 2)] / (u^2 + 1 / 4), with
  /// K' the discounted strike, k = ln(S / K'), and phi the characteristic function without the rate.
  ///
  /// - Source: A. Lewis, Option valuation under stochastic volatility (2000), and A simple option
  ///   formula for general jump-diffusion and other exponential Levy processes (2001), equation 3.11.
  package func price(_ law: some LogReturnLaw) -> Double {
    let discounted = strike * exp(-rate * maturity)
    let distance = log(spot / discounted)
    // Narrow enough for the pole at i / 2 and for a wave of e^(i u k).
    let width = 2 / (1 + abs(distance))
    let integral = Quadrature.fading(width: width) { u in
      let moment = law.logMoment(ComplexNumber(0.5, u), time: maturity)
      return (moment + ComplexNumber(0, u * distance)).exponential.real / (u * u + 0.25)
    }
    return spot - (spot * discounted).squareRoot() / Double.pi * integral
  }

  /// Under Merton's jump diffusion: Black and Scholes' prices, weighted by the number of jumps.
  ///
  /// - Source: R. Merton, Journal of Financial Economics 3 (1976), equation 16.
  package func price(series law: MertonLaw) -> Double {
    let gain = exp(law.jumpMean + 0.5 * law.jumpDeviation * law.jumpDeviation)
    let mean = law.jumpRate * gain * maturity
    var sum = 0.0
    var logWeight = -mean
    var count = 0.0
    while count < mean + 20 * (mean.squareRoot() + 2) {
      // n jumps move the mean of the price by e^(n ln gain - lambda k T).
      let shift = count * log(gain) - law.jumpRate * (gain - 1) * maturity
      let option = CallOption(
        spot: spot, strike: strike, rate: rate + shift / maturity, maturity: maturity)
      let variance =
        law.volatility * law.volatility * maturity
        + count * law.jumpDeviation * law.jumpDeviation
      sum += exp(logWeight) * option.price(normalVariance: variance)
      count += 1
      logWeight += log(mean / count)
    }
    return sum
  }
}

/// A law of log returns by its moments: ln E[e^(s X)] over a time, for complex s.
///
/// X has E[e^X] = 1.
package protocol LogReturnLaw: Sendable {
  func logMoment(_ s: ComplexNumber, time: Double) -> ComplexNumber
}
