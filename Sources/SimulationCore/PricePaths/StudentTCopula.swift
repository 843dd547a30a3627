/// Returns with a law of each asset's own, Student-t or that of data, under a Student-t copula.
///
///     r_i = (mu_i - sigma_i^2 / 2) dt + sigma_i sqrt(dt) x_i,   x_i = quantile_i(P(T <= t_i))
///
/// (t_1, ..., t_n) is multivariate t with the copula's degrees of freedom, the scenario's correlation
/// and one chi-square a step; T is one of them, quantile_i that of a t law of unit variance
/// or, where prices are given, of the asset's observed returns over a step, scaled to the asset's
/// volatility, with generalised Pareto tails (see `EmpiricalLaw`): their shape, and no serial order. The
/// matrix is the correlation of the t_i; that of returns differs a little. The exponential of a t
/// variate has no mean, as with `student_t`.
///
/// - Fields: degrees of freedom of the copula, and of each asset; or those of the data.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x steps x assets squared).
/// - Source: S. Demarta and A. McNeil, The t copula and related copulas, International Statistical
///   Review 73 (2005), section 2.
package struct StudentTCopula: PriceModel {
  package static let kind = "t_copula"
  package static let summary =
    "Student-t or observed returns with a tail of each asset's own, joined by a Student-t copula."
  package static let fields =
    [
      Field(
        "copula_degrees_of_freedom", .number(.pure, Bounds(2, 1000, lowOpen: true)), .defaults("6"),
        "How jointly extremes come: fewer are more joint; the copula is normal as they grow."),
      Field(
        "degrees_of_freedom", .numberByAsset(.pure, Bounds(2, 1000, lowOpen: true)), .defaults("4"),
        "Tail index of the returns, for all assets or by asset; scaled to the assets' volatilities."
      ),
    ] + PriceDataFields.fields
  package static let isParametric = true
  package static let hasLeadingNormals = true

  private let walk: CorrelatedWalk
  private let tails: OwnTails
  /// In the place of `tails` where the section has data.
  private let observed: EmpiricalTails?

  package init(_ section: Section, _ setting: PriceSetting) throws {
    let assets = setting.assets
    let degreesOfFreedom = section.number("copula_degrees_of_freedom")
    walk = CorrelatedWalk(
      setting, annualDrift: assets.map { $0.drift - 0.5 * $0.volatility * $0.volatility },
      stepDeviation: assets.map { _ in 1 },
      mixing: .studentTMixing(degreesOfFreedom: degreesOfFreedom))
    let deviations = assets.map { $0.volatility * setting.stepYears.squareRoot() }
    tails = OwnTails(
      degreesOfFreedom: degreesOfFreedom,
      own: try section.numbers("degrees_of_freedom", for: assets), stepDeviation: deviations)
    guard section.has("file") || section.has("prices") else {
      observed = nil
      return
    }
    observed = EmpiricalTails(
      degreesOfFreedom: degreesOfFreedom, laws: try StudentTCopula.laws(section, setting),
      stepDeviation: deviations)
  }

  /// The laws of the moving assets' returns over a step.
  private static func laws(_ section: Section, _ setting: PriceSetting) throws -> [EmpiricalLaw?] {
    guard !section.isWritten("degrees_of_freedom") else {
      throw ParameterError(
        key: "degrees_of_freedom", code: "E022",
        "with prices the returns have the law of the data; leave degrees_of_freedom out",
        note: "copula_degrees_of_freedom says how jointly extremes come")
    }
    let observed = try PriceDataFields.returns(section, setting)
    let rows = try observed.rowsPerStep(setting)
    return try setting.assets.indices.map { asset in
      guard setting.assets[asset].volatility > 0 else { return nil }
      let column = (0..<observed.rowCount).map {
        observed.returns[$0 * observed.assetCount + asset]
      }
      // Sums over all windows of a step's length, which overlap.
      let sums = (0..<max(0, column.count - rows + 1)).map { column[$0..<$0 + rows].reduce(0, +) }
      guard let law = EmpiricalLaw(sums) else {
        throw ParameterError(
          key: section.has("file") ? "file" : "prices", code: "E050",
          "\(setting.assets[asset].symbol) has \(sums.count) returns over a step, too few or too "
            + "alike for a law with tails; at least \(EmpiricalLaw.leastCount) are needed")
      }
      return law
    }
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    if let observed {
      walk.fill(&block, firstPath: firstPath, seed: seed, observed, NoStage())
    } else {
      walk.fill(&block, firstPath: firstPath, seed: seed, tails, NoStage())
    }
  }
}
