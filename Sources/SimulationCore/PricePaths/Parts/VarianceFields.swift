/// The fields that models with a variance recursion share, and what they say.
enum VarianceFields {
  static let cap = Field(
    "variance_cap", .number(.pure, Bounds(1, 1e6)), .defaults("100"),
    "Largest variance, as a multiple of the long-run one.")
  static let start = Field(
    "start_variance_ratio",
    .either([.word(["settled"]), .number(.pure, Bounds(0, 1e6, lowOpen: true))]),
    .defaults("settled"),
    "Variance at time 0 over the long-run one; settled draws it as after 500 steps of the parameters' length."
  )
  /// Steps before time 0 in which a variance settles.
  static let settlingSteps = 500

  /// The volatility in the scenario's steps, after settling where the section says so.
  ///
  /// `make` builds it for a step of the parameters' length times its argument; `parameterSteps` is the
  /// scenario's step in that unit. Throws `ParameterError` E037 where the parameters do not suit it.
  static func settled<Volatility: ReturnStage>(
    _ section: Section, _ setting: PriceSetting, parameterSteps: Double,
    mixing: TabulatedQuantile?, _ make: (_ steps: Double, _ initial: Double) -> Volatility?
  ) throws -> SettledStage<Volatility> {
    let initial = section.optionalNumber(start.key)
    guard let before = make(1, initial ?? 1), let volatility = make(parameterSteps, initial ?? 1)
    else {
      throw ParameterError(
        key: "", code: "E037",
        "a step of \(parameterSteps) times the parameters' length needs a negative beta",
        note: "take shorter steps, or less reaction to a move")
    }
    return SettledStage(
      volatility: volatility, before: before,
      draws: CorrelatedDraws(
        coefficients: setting.correlation.factor, mixing: mixing, streams: .settling),
      stepCount: initial == nil ? settlingSteps : 0)
  }
}
