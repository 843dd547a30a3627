/// Student-t returns with degrees of freedom of each asset's own, under a Student-t copula.
///
///     r_i = (mu_i - sigma_i^2 / 2) dt + sigma_i sqrt(dt) x_i,   x_i = quantile_i(P(T <= t_i))
///
/// (t_1, ..., t_n) is multivariate t with the copula's degrees of freedom, the scenario's correlation
/// and one chi-square a step; T is one of them, quantile_i that of a t law of unit variance. The
/// matrix is the correlation of the t_i; that of returns differs a little. The exponential of a t
/// variate has no mean, as with `student_t`.
///
/// - Fields: degrees of freedom of the copula, and of each asset.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared).
/// - Source: S. Demarta and A. McNeil, The t copula and related copulas, International Statistical
///   Review 73 (2005), section 2.
package struct StudentTCopula: PriceModel {
  package static let kind = "t_copula"
  package static let summary =
    "Student-t returns with a tail of each asset's own, joined by a Student-t copula."
  package static let fields = [
    Field(
      "copula_degrees_of_freedom", .number(.pure, Bounds(2, 1000, lowOpen: true)), .defaults("6"),
      "How jointly extremes come: fewer are more joint; the copula is normal as they grow."),
    Field(
      "degrees_of_freedom", .numberByAsset(.pure, Bounds(2, 1000, lowOpen: true)), .defaults("4"),
      "Tail index of the returns, for all assets or by asset; scaled to the assets' volatilities."),
  ]
  package static let isParametric = true
  package static let hasLeadingNormals = true

  private let walk: CorrelatedWalk
  private let tails: OwnTails

  package init(_ section: Section, _ setting: PriceSetting) throws {
    let assets = setting.assets
    let degreesOfFreedom = section.number("copula_degrees_of_freedom")
    walk = CorrelatedWalk(
      setting, annualDrift: assets.map { $0.drift - 0.5 * $0.volatility * $0.volatility },
      stepDeviation: assets.map { _ in 1 },
      mixing: .studentTMixing(degreesOfFreedom: degreesOfFreedom))
    tails = OwnTails(
      degreesOfFreedom: degreesOfFreedom,
      own: try section.numbers("degrees_of_freedom", for: assets),
      stepDeviation: assets.map { $0.volatility * setting.stepYears.squareRoot() })
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed, tails, NoStage())
  }
}
