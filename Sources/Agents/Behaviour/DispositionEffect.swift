import Foundation

/// The readiness to realise gains rather than losses.
///
/// Source: T. Odean, Are Investors Reluctant to Realize Their Losses?, J. Finance 53 (1998)
/// 1775-1798, Table I.
package enum DispositionEffect {
  /// Splits an exit hazard into those of winners and losers: h_loss = 2 h0 / (1 + q), h_gain = q
  /// h_loss.
  ///
  /// The mean of the two is the baseline; `ratio` q > 0 is 1 where there is no effect. Hazards keep
  /// the unit of `baseline`.
  package static func splitHazard(baseline: Double, ratio: Double) -> (gain: Double, loss: Double) {
    let loss = 2 * baseline / (1 + ratio)
    return (ratio * loss, loss)
  }

  /// The probability of an exit within `duration`, given the hazard.
  package static func exitProbability(hazard: Double, duration: Double) -> Double {
    -expm1(-hazard * duration)
  }

  /// The share of opportunities that were taken: PGR or PLR from counts of realised and paper
  /// cases.
  package static func proportionRealised(realised: Double, paper: Double) -> Double {
    realised / (realised + paper)
  }

  /// The hazard over one unit of time that gives `probability`: -ln(1 - P).
  package static func hazard(probability: Double) -> Double { -log1p(-probability) }
}
