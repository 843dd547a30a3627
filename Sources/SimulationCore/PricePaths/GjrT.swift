/// Student-t returns with a GJR-GARCH variance for each asset: falls raise it more than rises.
///
///     r_i = (mu_i - h_i sigma_i^2 / 2) dt + sigma_i sqrt(dt) u_i,   u_i = sqrt(h_i) z_i
///     h_i' = (1 - p) + (alpha + gamma [u_i < 0]) u_i^2 + beta h_i,   p = alpha + gamma / 2 + beta
///
/// Everything else is as in `garch_t`.
///
/// - Fields: those of `garch_t`; gamma.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x (steps + 500) x assets squared).
/// - Source: L. Glosten, R. Jagannathan, D. Runkle, On the relation between the expected value and the
///   volatility of the nominal excess return on stocks, Journal of Finance 48 (1993).
package struct GjrT: PriceModel {
  package static let kind = "gjr_t"
  package static let summary =
    "GJR-GARCH variance for each asset, which falls raise more than rises; Student-t moves."
  package static let fields =
    StudentTReturns.fields + [
      Field(
        "gamma", .numberByAsset(.pure, Bounds(-1, 2)), .defaults("0.03"),
        "Further weight of the last squared move where it was a fall, for all assets or by asset.",
        neutral: "0")
    ] + OwnVariance.fields(alpha: "0.04")
  package static let isParametric = true
  package static let hasDiffusion = true

  private let walk: CorrelatedWalk
  private let volatility: SettledStage<DynamicMoves>

  package init(_ section: Section, _ setting: PriceSetting) throws {
    (walk, volatility) = try OwnVariance.walk(
      section, setting, gamma: try section.numbers("gamma", for: setting.assets))
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed, volatility, NoStage())
  }
}
