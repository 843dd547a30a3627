/// Geometric Brownian motion with normal jumps that excite further ones.
///
///     ln S(t + dt) - ln S(t) = (mu - s^2 / 2 - L k) dt + s sqrt(dt) (F z) + jumps,
///     intensity = mu_0 + x,   x falls as e^(-beta t) and rises by n beta at a jump,   L = mu_0 / (1 - n)
///
/// Jumps come in clusters, event by event in continuous time, so that the length of a step has no
/// part in them. An asset's volatility is that of all its moves: s^2 is what L (m^2 + d^2) leaves of
/// it. The drift gives the jumps' mean gain k back at their mean rate; E[S(t)] is S(0) e^(mu t) only as
/// nearly as the clusters let it.
///
/// - Fields: base rates mu_0 of common and own jumps; n and beta of both; mean m and sd d of a jump.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared), and O(assets squared) a
///   common jump.
/// - Source: A. Hawkes, Biometrika 58 (1971); Y. Ait-Sahalia, J. Cacho-Diaz, R. Laeven, Modeling
///   financial contagion using mutually exciting jump processes, Journal of Financial Economics 117
///   (2015), section 2, without their mutual excitation.
package struct HawkesJumps: PriceModel {
  package static let kind = "hawkes_jumps"
  package static let summary =
    "Geometric Brownian motion and normal jumps that come in clusters (Hawkes process)."
  package static let fields =
    [
      Field(
        "common_rate_per_hour", .number(.perHour, Bounds(0, 100)), .defaults("0.004"),
        "Jumps of all assets an hour that no other jump causes.", neutral: "0"),
      Field(
        "own_rate_per_hour", .number(.perHour, Bounds(0, 100)), .defaults("0"),
        "Jumps an hour of each asset alone that no other jump causes.", neutral: "0"),
      Field(
        "branching", .number(.pure, Bounds(0, 1, highOpen: true)), .defaults("0.65"),
        "Further jumps that one jump causes, on average.", neutral: "0"),
      Field(
        "decay_per_hour", .number(.perHour, Bounds(0, 1e6, lowOpen: true)), .defaults("0.2"),
        "Rate at which the excitation by a jump fades."),
    ] + sizes.fields
  private static let sizes = JumpFields.NormalSizes(mean: -0.02, deviation: 0.02)
  package static let isParametric = true
  package static let hasDiffusion = true

  private var diffusion: JumpDiffusion<NormalJumps>

  package init(_ section: Section, _ setting: PriceSetting) throws {
    func events(_ key: String) throws -> ExcitedEvents {
      try ExcitedEvents(
        baseRate: section.number(key), branching: section.number("branching"),
        decay: section.number("decay_per_hour")
      ).bounded(by: key, "branching")
    }
    diffusion = try JumpDiffusion(
      setting, common: try events("common_rate_per_hour"), own: try events("own_rate_per_hour"),
      sizes: try HawkesJumps.sizes.jumps(section, setting))
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    diffusion.fill(&block, firstPath: firstPath, seed: seed)
  }

  package func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    diffusion.crashTimes(random, before: end)
  }

  package var mixture: CrashMixture? { diffusion.mixture }

  package func mixed(_ request: MixtureRequest, basket: [Double]) throws -> (any PriceModel)? {
    try diffusion.check(request, rate: "common_rate_per_hour", size: "jump_mean_log")
    var copy = self
    copy.diffusion.draw(from: try request.mixture(hasBigSteps: false))
    return copy
  }
}
