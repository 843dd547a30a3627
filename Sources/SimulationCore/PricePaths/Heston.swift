/// Stochastic variance of the square-root kind, for each asset.
///
///     d ln S = (mu - v / 2) dt + sqrt(v) dW_S,   dv = kappa (theta - v) dt + xi sqrt(v) dW_v,
///     d<W_S, W_v> = rho dt
///
/// theta is the square of the asset's volatility. Where 2 kappa theta < xi^2 the variance touches
/// zero, which the scheme handles. E[S(t)] = S(0) e^(mu t) wherever it exists in the scheme, always
/// for rho <= 0. Both kinds of shocks have the scenario's correlation between assets.
///
/// - Fields: kappa, xi, rho; variance at time 0.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: two matrix products a tile, O(paths x steps x assets squared).
/// - Source: S. Heston, A closed-form solution for options with stochastic volatility, Review of
///   Financial Studies 6 (1993); steps after L. Andersen, Journal of Computational Finance 11 (2008).
package struct Heston: PriceModel {
  package static let kind = "heston"
  package static let summary =
    "Stochastic variance of each asset (Heston), by the quadratic-exponential scheme."
  package static let fields = HestonFields.fields
  package static let isParametric = true
  package static let hasDiffusion = true
  package static let hasLeadingNormals = true

  private let walk: CorrelatedWalk
  private let variance: SquareRootVariance

  package init(_ section: Section, _ setting: PriceSetting) throws {
    variance = try HestonFields.variance(
      section, setting, longRun: setting.assets.map { $0.volatility * $0.volatility })
    walk = CorrelatedWalk(
      setting, annualDrift: setting.assets.map(\.drift),
      stepDeviation: setting.assets.map { _ in 1 })
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed, variance, NoStage())
  }
}
