import Foundation

/// The recursion of a variance in units of its long-run value, for steps of any length.
///
///     h' = (1 - p) + (alpha + gamma [u < 0]) u^2 + beta h,   p = alpha + gamma / 2 + beta,   h' <= cap
///
/// Its mean is 1 where u^2 has mean h and u is symmetric (variance targeting). A step of k times the
/// length for which the parameters hold has alpha sqrt(k), gamma sqrt(k) and p^k, by the diffusion
/// limit.
///
/// - Source: T. Bollerslev, Generalized autoregressive conditional heteroskedasticity, Journal of
///   Econometrics 31 (1986); L. Glosten, R. Jagannathan, D. Runkle, Journal of Finance 48 (1993);
///   D. Nelson, ARCH models as diffusion approximations, Journal of Econometrics 45 (1990), section
///   2.3, for the limit.
struct VarianceRecursion: Sendable, Equatable {
  let constant: Double
  let alpha: Double
  let gamma: Double
  let beta: Double
  /// The largest h.
  let cap: Double

  /// The recursion of a step; `nil` where `beta` would have to be negative to keep the persistence.
  init?(alpha: Double, gamma: Double = 0, persistence: Double, cap: Double, steps: Double = 1) {
    let scale = steps.squareRoot()
    let kept = pow(persistence, steps)
    self.alpha = alpha * scale
    self.gamma = gamma * scale
    self.cap = cap
    constant = 1 - kept
    beta = kept - self.alpha - 0.5 * self.gamma
    guard beta >= 0 else { return nil }
  }

  /// p.
  var persistence: Double { alpha + 0.5 * gamma + beta }

  /// The mean of the next h, from that of h, where no cap is reached.
  func mean(after mean: Double) -> Double { constant + persistence * mean }

  /// The next h of eight lanes without a cap, for a symmetric recursion and the square of u / sqrt(h).
  @inline(__always) func uncapped(
    _ h: WalkTile.Lanes, unitSquare: WalkTile.Lanes
  ) -> WalkTile.Lanes {
    constant + (alpha * unitSquare + beta) * h
  }

  /// The next h of eight lanes, for a symmetric recursion; counts in `capped` where the cap holds it.
  @inline(__always) func next(
    _ h: WalkTile.Lanes, square: WalkTile.Lanes, capped: inout WalkTile.Counts
  ) -> WalkTile.Lanes {
    held(constant + alpha * square + beta * h, &capped)
  }

  /// The next h of eight lanes, whose last moves were `u`; counts in `capped` where the cap holds it.
  @inline(__always) func next(
    _ h: WalkTile.Lanes, move u: WalkTile.Lanes, capped: inout WalkTile.Counts
  ) -> WalkTile.Lanes {
    let reaction = WalkTile.Lanes(repeating: alpha).replacing(with: alpha + gamma, where: u .< 0)
    return held(constant + reaction * (u * u) + beta * h, &capped)
  }

  @inline(__always) private func held(
    _ free: WalkTile.Lanes, _ capped: inout WalkTile.Counts
  ) -> WalkTile.Lanes {
    capped.replace(with: capped &+ 1, where: free .> cap)
    return pointwiseMin(free, WalkTile.Lanes(repeating: cap))
  }

  /// The next h after the move u.
  func next(_ h: Double, move u: Double) -> Double { min(unheld(h, move: u), cap) }

  /// The next h after the move u, did no cap hold it.
  func unheld(_ h: Double, move u: Double) -> Double {
    constant + (u < 0 ? alpha + gamma : alpha) * (u * u) + beta * h
  }
}
