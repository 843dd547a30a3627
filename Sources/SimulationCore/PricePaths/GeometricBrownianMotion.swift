/// Correlated geometric Brownian motion.
///
///     ln S(t + dt) - ln S(t) = (mu - sigma^2 / 2) dt + sigma sqrt(dt) (F z),   z ~ N(0, I)
///
/// The exact law at the steps: E[S(t)] = S(0) e^(mu t).
///
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared).
/// - Source: F. Black and M. Scholes, The pricing of options and corporate liabilities, Journal of
///   Political Economy 81 (1973), section 2.
package struct GeometricBrownianMotion: PriceModel {
  package static let kind = "gbm"
  package static let summary =
    "Correlated geometric Brownian motion: normal log returns, E[S(t)] = S(0) exp(mu t)."
  package static let fields: [Field] = []
  package static let isParametric = true
  package static let hasDiffusion = true
  package static let hasLeadingNormals = true

  private let walk: CorrelatedWalk

  package init(_ section: Section, _ setting: PriceSetting) throws {
    walk = CorrelatedWalk(setting)
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed)
  }
}
