/// Geometric Brownian motion with normal jumps of the log price.
///
///     ln S(t + dt) - ln S(t) = (mu - s^2 / 2 - lambda k) dt + s sqrt(dt) (F z) + sum of N jumps,
///     N ~ Poisson(lambda dt),   jump ~ N(m, d^2),   k = exp(m + d^2 / 2) - 1
///
/// Exact in steps of any length, E[S(t)] = S(0) e^(mu t). An asset's volatility is that of all its
/// moves: s^2 is what lambda (m^2 + d^2) leaves of it. Some jumps are common to all assets, with the
/// assets' correlation, others come to each asset alone; lambda is the sum of both rates.
///
/// - Fields: both rates; m and d.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared), and O(assets squared) a
///   common jump.
/// - Source: R. Merton, Option pricing when underlying stock returns are discontinuous, Journal of
///   Financial Economics 3 (1976), equation 5.
package struct MertonJumps: PriceModel {
  package static let kind = "merton"
  package static let summary =
    "Geometric Brownian motion and normal jumps at random times, common to the assets or their own."
  package static let fields = JumpFields.rates + JumpFields.normalSizes.fields
  package static let isParametric = true
  package static let hasDiffusion = true
  package static let hasLeadingNormals = true

  private let diffusion: JumpDiffusion<NormalJumps>

  package init(_ section: Section, _ setting: PriceSetting) throws {
    diffusion = try JumpDiffusion(
      setting, common: JumpFields.commonEvents(section), own: JumpFields.ownEvents(section),
      sizes: try JumpFields.normalSizes.jumps(section, setting))
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    diffusion.fill(&block, firstPath: firstPath, seed: seed)
  }

  package func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    diffusion.crashTimes(random, before: end)
  }
}
