import Foundation
import SimulationCore

/// Whether a loss-averse agent takes a position at all.
///
/// For a Gaussian profit with mean-to-sd ratio q over the evaluation horizon and a piecewise linear
/// value function, the position has positive value exactly when lambda < Omega(q). Derived from the
/// value function of Tversky and Kahneman 1992; the horizon is the one of Benartzi and Thaler 1995.
package enum EntryGate {
  /// Omega(q) = (q Phi(q) + phi(q)) / (phi(q) - q Phi(-q)): expected gain over expected loss.
  package static func omega(_ sharpe: Double) -> Double {
    expectedGain(sharpe) / expectedGain(-sharpe)
  }

  /// The q at which Omega(q) = `lossAversion`: the smallest perceived Sharpe that opens the gate.
  ///
  /// `lossAversion` > 0; below 1 the threshold is negative. Exact to rounding.
  package static func threshold(lossAversion: Double) -> Double {
    guard lossAversion != 1 else { return 0 }
    let lambda = max(lossAversion, 1 / lossAversion)
    // gain(q) - lambda gain(-q) rises and is concave: Newton from 0 climbs to the root from below.
    var q = 0.0
    for _ in 0..<100 {
      let excess = expectedGain(q) - lambda * expectedGain(-q)
      let next = q - excess / (normalCDF(q) + lambda * normalCDF(-q))
      if next <= q { break }
      q = next
    }
    return lossAversion > 1 ? q : -q
  }

  /// The mean-to-sd ratio that the agent perceives: (mu + B - r) sqrt(tau) / (k sigma).
  ///
  /// `drift` mu, `optimism` B and `riskFree` r a year, `horizonYears` tau, `volatility` sigma a
  /// year, `perceivedRatio` k = perceived over true sd.
  package static func perceivedSharpe(
    drift: Double, optimism: Double, riskFree: Double, volatility: Double, perceivedRatio: Double,
    horizonYears: Double
  ) -> Double {
    (drift + optimism - riskFree) * horizonYears.squareRoot() / (perceivedRatio * volatility)
  }

  /// E[(Z + q)+] for a standard normal Z.
  private static func expectedGain(_ q: Double) -> Double {
    q * normalCDF(q) + normalDensity(q)
  }
}
