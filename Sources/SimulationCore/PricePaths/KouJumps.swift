/// Geometric Brownian motion with double exponential jumps of the log price.
///
///     ln S(t + dt) - ln S(t) = (mu - s^2 / 2 - lambda k) dt + s sqrt(dt) (F z) + sum of N jumps,
///     jump = U E with probability p, else -D E,   E ~ Exp(1),   k = p U / (1 - U) - (1 - p) D / (1 + D)
///
/// Exact in steps of any length, E[S(t)] = S(0) e^(mu t), with U < 1. An asset's volatility is that of
/// all its moves: s^2 is what 2 lambda (p U^2 + (1 - p) D^2) leaves of it. In a common jump all assets
/// share E and the uniform variate that p is held against, so with one p the direction too.
///
/// - Fields: rates of common and own jumps; p, U and D.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared).
/// - Source: S. Kou, A jump-diffusion model for option pricing, Management Science 48 (2002), section
///   2, with U = 1 / eta_1 and D = 1 / eta_2.
package struct KouJumps: PriceModel {
  package static let kind = "kou"
  package static let summary =
    "Geometric Brownian motion and double exponential jumps, common to the assets or their own."
  package static let fields =
    JumpFields.rates + [
      Field(
        "jump_up_probability", .numberByAsset(.pure, .unitInterval), .defaults("0.3"),
        "Probability that a jump goes up, for all assets or by asset."),
      up.field(
        Bounds(0, 1, highOpen: true),
        "Mean size of a jump up of the log price; below 1, or the price has no mean."),
      down.field(Bounds(0, 5), "Mean size of a jump down of the log price."),
    ]
  private static let up = JumpFields.Size(key: "jump_up_mean_log", usual: 0.03)
  private static let down = JumpFields.Size(key: "jump_down_mean_log", usual: 0.05)
  package static let isParametric = true
  package static let hasDiffusion = true
  package static let hasLeadingNormals = true

  private let diffusion: JumpDiffusion<DoubleExponentialJumps>

  package init(_ section: Section, _ setting: PriceSetting) throws {
    diffusion = try JumpDiffusion(
      setting, common: JumpFields.commonEvents(section), own: JumpFields.ownEvents(section),
      sizes: DoubleExponentialJumps(
        upProbabilities: try section.numbers("jump_up_probability", for: setting.assets),
        upMeans: try KouJumps.up.values(section, setting),
        downMeans: try KouJumps.down.values(section, setting)))
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    diffusion.fill(&block, firstPath: firstPath, seed: seed)
  }

  package func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    diffusion.crashTimes(random, before: end)
  }
}
