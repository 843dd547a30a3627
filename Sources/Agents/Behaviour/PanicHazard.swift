import Foundation

/// Rate at which an owner sells in panic.
///
///     h = min(cap, p0 exp(b1 DD / sd + b2 (x - xbar)))
///
/// DD is the drawdown, sd the standard deviation over the same window, x the share of fearful
/// agents. The form is this model's own; its anchor is D. Elkind, K. Kaminski, A. Lo, K. Siah, C.
/// Wong, When Do Investors Freak Out?, J. Financial Data Science 4 (2022): up to three times the
/// usual in sharp falls.
package struct PanicHazard: Sendable, Equatable {
  /// p0, per any one unit of time.
  package var baseline: Double
  package var drawdownSensitivity: Double
  package var herdSensitivity: Double
  /// The largest hazard, in the unit of `baseline`.
  package var cap: Double

  package init(
    baseline: Double, drawdownSensitivity: Double, herdSensitivity: Double, cap: Double
  ) {
    self.baseline = baseline
    self.drawdownSensitivity = drawdownSensitivity
    self.herdSensitivity = herdSensitivity
    self.cap = cap
  }

  /// The hazard at a drawdown given in standard deviations, and a herd share above its long-run
  /// mean.
  package func rate(drawdown: Double, herdExcess: Double) -> Double {
    min(cap, baseline * exp(drawdownSensitivity * drawdown + herdSensitivity * herdExcess))
  }
}
