import Foundation

/// Normal returns in two market regimes that all assets share.
///
///     r = (mu + m_k - s_k^2 / 2) dt + s_k sqrt(dt) (F_k z),   k = calm or stress at the start of the step
///
/// A Markov chain with daily probabilities p01 to enter stress and p10 to leave it; in steps of dt days
/// p01(dt) = q (1 - (1 - p01 - p10)^dt), q = p01 / (p01 + p10) being the share of time in stress. An
/// asset's volatility is that of both regimes together, apart from their drifts; s_1 = ratio x s_0.
/// In stress the correlation is (1 - t) C + t among the assets that move. Without m_k,
/// E[S(t)] = S(0) e^(mu t). Stress may also multiply the depth of every venue and the price of gas.
///
/// - Fields: p01, p10, ratio, t; drifts m_k; factors of depth and gas; the regime at time 0.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: two matrix products a tile, O(paths x steps x assets squared).
/// - Source: J. Hamilton, Econometrica 57 (1989); M. Hardy, A regime-switching model of long-term stock
///   returns, North American Actuarial Journal 5 (2001).
package struct RegimeSwitching: PriceModel {
  package static let kind = "regime_switching"
  package static let summary =
    "Normal returns in a calm and a stressed regime of the market, each with its volatility."
  package static let fields = [
    Field(
      "enter_stress_per_day", .number(.pure, Bounds(0, 1, highOpen: true)), .defaults("0.0412"),
      "Probability that a calm day is followed by a day of stress.", neutral: "0"),
    Field(
      "leave_stress_per_day", .number(.pure, Bounds(0, 1, lowOpen: true, highOpen: true)),
      .defaults("0.19874"), "Probability that a day of stress is followed by a calm one."),
    Field(
      "stress_volatility_ratio", .number(.pure, Bounds(0.01, 1000)), .defaults("2.34"),
      "Volatility in stress over that in calm.", neutral: "1"),
    Field(
      "stress_correlation_pull", .number(.pure, .unitInterval), .defaults("0"),
      "How far stress pulls all correlations towards 1: 0 not at all, 1 all the way.", neutral: "0"),
    Field(
      "calm_drift_pct_annual", .number(.percentAnnual, Bounds(-10_000, 10_000)), .defaults("0"),
      "Added to every asset's drift in calm.", neutral: "0"),
    Field(
      "stress_drift_pct_annual", .number(.percentAnnual, Bounds(-10_000, 10_000)), .defaults("0"),
      "Added to every asset's drift in stress.", neutral: "0"),
    Field(
      "stress_depth_factor", .number(.pure, Bounds(0, 1000, lowOpen: true)), .defaults("1"),
      "Multiplies the depth of every venue in stress: 0.5 in a usual shock, below 0.1 in a vacuum.",
      neutral: "1"),
    Field(
      "stress_gas_factor", .number(.pure, Bounds(0, 1000, lowOpen: true)), .defaults("1"),
      "Multiplies the gas price in stress, before what liquidatable accounts add.", neutral: "1"),
    Field(
      "start", .word(["settled", "calm", "stress"]), .defaults("settled"),
      "Regime at time 0; settled draws it by the shares of time."),
  ]
  package static let isParametric = true
  package static let hasDiffusion = true

  private let walk: CorrelatedWalk
  private let chain: TwoRegimes
  package let regimes: [MarketRegime]

  package init(_ section: Section, _ setting: PriceSetting) throws {
    let enter = section.number("enter_stress_per_day")
    let leave = section.number("leave_stress_per_day")
    guard enter + leave < 1 else {
      throw ParameterError(
        key: "enter_stress_per_day", code: "E037",
        "enter_stress_per_day + leave_stress_per_day must be below 1: \(enter + leave)",
        note: "at 1 and above a day's regime says nothing about the next, or its contrary")
    }
    let share = enter / (enter + leave)
    let change = 1 - pow(1 - enter - leave, setting.stepYears / Unit.days.factor)
    let ratio = section.number("stress_volatility_ratio")
    let calm = 1 / (1 - share + share * ratio * ratio).squareRoot()
    let pulled = try setting.correlation.pulled(
      by: section.number("stress_correlation_pull"), among: setting.assets.map { $0.volatility > 0 }
    )
    func deviations(_ scale: Double) -> [Double] {
      setting.assets.map { scale * $0.volatility * setting.stepYears.squareRoot() }
    }
    func drifts(_ extra: Double, _ deviations: [Double]) -> [Double] {
      zip(setting.assets, deviations).map {
        ($0.drift + extra) * setting.stepYears - 0.5 * $1 * $1
      }
    }
    let (quiet, loud) = (deviations(calm), deviations(ratio * calm))
    let count = setting.assets.count
    chain = TwoRegimes(
      enterProbability: share * change, leaveProbability: (1 - share) * change,
      initialStress: ["calm": 0, "stress": 1][section.text("start") ?? ""] ?? share,
      calmDrift: drifts(section.number("calm_drift_pct_annual"), quiet),
      stressDrift: drifts(section.number("stress_drift_pct_annual"), loud),
      stressCoefficients: (0..<count * count).map { loud[$0 / count] * pulled.factor[$0] },
      stressVariance: loud.map { $0 * $0 })
    let stress = MarketRegime(
      depthFactor: section.number("stress_depth_factor"),
      gasFactor: section.number("stress_gas_factor"))
    regimes = stress == MarketRegime() ? [] : [MarketRegime(), stress]
    walk = CorrelatedWalk(
      setting, annualDrift: setting.assets.map { _ in 0 }, stepDeviation: quiet)
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    walk.fill(&block, firstPath: firstPath, seed: seed, chain, NoStage())
  }
}
