/// Heston's stochastic variance with Merton's jumps, independent of each other.
///
///     d ln S = (mu - v / 2 - lambda k) dt + sqrt(v) dW_S + normal jumps at rate lambda
///
/// theta, the long-run variance of the moves, is what lambda (m^2 + d^2) leaves of the square of the
/// asset's volatility. Everything else is as in `heston` and `merton`.
///
/// - Fields: those of `heston` and of `merton`.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: two matrix products a tile, O(paths x steps x assets squared).
/// - Source: D. Bates, Jumps and stochastic volatility: exchange rate processes implicit in Deutsche
///   mark options, Review of Financial Studies 9 (1996).
package struct Bates: PriceModel {
  package static let kind = "bates"
  package static let summary =
    "Stochastic variance of each asset (Heston) and normal jumps, common to the assets or their own."
  package static let fields = HestonFields.fields + JumpFields.rates + JumpFields.normalSizes.fields
  package static let isParametric = true
  package static let hasDiffusion = true
  package static let hasLeadingNormals = true

  private let walk: CorrelatedWalk
  private let variance: SquareRootVariance
  private let jumps: JumpStage<NormalJumps>

  package init(_ section: Section, _ setting: PriceSetting) throws {
    jumps = JumpStage(
      setting, common: JumpFields.commonEvents(section), own: JumpFields.ownEvents(section),
      sizes: try JumpFields.normalSizes.jumps(section, setting))
    variance = try HestonFields.variance(
      section, setting, longRun: try jumps.remainingVariances(setting.assets))
    walk = CorrelatedWalk(
      setting, annualDrift: zip(setting.assets, jumps.meanGains()).map { $0.drift - $1 },
      stepDeviation: setting.assets.map { _ in 1 })
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed, variance, jumps)
  }

  package func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    jumps.commonTimes(random, before: end)
  }
}
