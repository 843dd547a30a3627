/// Student-t returns with a GARCH(1,1) variance for each asset.
///
///     r_i = (mu_i - h_i sigma_i^2 / 2) dt + sigma_i sqrt(dt) u_i,   u_i = sqrt(h_i) z_i
///     h_i' = (1 - alpha - beta) + alpha u_i^2 + beta h_i,   h_i <= cap
///
/// z is Student-t with unit variance, the assets' correlation and one chi-square a step for all
/// assets. The long-run variance is the asset's own (variance targeting). Parameters are those of a
/// step of `parameter_hours`; a step of k times that has alpha sqrt(k) and persistence p^k.
///
/// With `correlation_reaction` the correlation answers to joint moves, too (`DynamicCorrelation`).
///
/// - Fields: degrees of freedom of z; alpha, beta, their step, caps, variance at time 0; both weights of
///   the correlation.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x (steps + 500) x assets squared).
/// - Source: T. Bollerslev, A conditionally heteroskedastic time series model for speculative prices
///   and rates of return, Review of Economics and Statistics 69 (1987).
package struct GarchT: PriceModel {
  package static let kind = "garch_t"
  package static let summary =
    "GARCH(1,1) variance for each asset, Student-t moves with a common tail."
  package static let fields = StudentTReturns.fields + OwnVariance.fields()
  package static let isParametric = true
  package static let hasDiffusion = true

  private let walk: CorrelatedWalk
  private let volatility: SettledStage<DynamicMoves>

  package init(_ section: Section, _ setting: PriceSetting) throws {
    (walk, volatility) = try OwnVariance.walk(
      section, setting, gamma: setting.assets.map { _ in 0 })
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed, volatility, NoStage())
  }
}
