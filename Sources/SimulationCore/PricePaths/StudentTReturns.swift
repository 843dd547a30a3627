/// Student-t log returns with a common tail.
///
///     r = (mu - sigma^2 / 2) dt + sigma sqrt(dt) sqrt((nu - 2) / w) (F z),
///     z ~ N(0, I), one w ~ chi-square(nu) a step for all assets
///
/// Heavier tails than normal ones, with joint extremes even without correlation. Returns have
/// variance sigma^2 dt and the correlation of the matrix. The factor sqrt((nu - 2) / w) is drawn by
/// inversion of its tabulated law, from one uniform a step. The exponential of a t variate has no
/// mean: the drift is that of the log price plus sigma^2 / 2, and E[S(t)] is infinite.
///
/// - Fields: `degrees_of_freedom` nu > 2.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared).
/// - Source: P. Praetz, The distribution of share price changes, Journal of Business 45 (1972);
///   S. Kotz and S. Nadarajah, Multivariate t distributions and their applications (2004), ch. 1.
package struct StudentTReturns: PriceModel {
  package static let kind = "student_t"
  package static let summary =
    "Multivariate Student-t log returns: one chi-square a step gives all assets a common tail."
  package static let fields = [
    Field(
      "degrees_of_freedom", .number(.pure, Bounds(2, 1000, lowOpen: true)), .defaults("4"),
      "Tail index nu of the returns, which are scaled to the assets' volatilities; normal as it grows."
    )
  ]
  package static let isParametric = true
  package static let hasDiffusion = true
  package static let hasLeadingNormals = true

  private let walk: CorrelatedWalk

  package init(_ section: Section, _ setting: PriceSetting) throws {
    walk = CorrelatedWalk(
      setting, mixing: .studentTMixing(degreesOfFreedom: section.number("degrees_of_freedom")))
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed)
  }
}
