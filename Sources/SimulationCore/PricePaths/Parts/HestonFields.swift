/// The fields that models with a square-root variance share, and what they say.
enum HestonFields {
  static let fields = [
    Field(
      "mean_reversion_per_year", .numberByAsset(.pure, Bounds(1e-6, 1e5)),
      .defaults("8"),
      "Rate kappa at which the variance comes back to its long-run value, for all assets or by asset."
    ),
    Field(
      "volatility_of_variance", .numberByAsset(.pure, Bounds(0, 1e3)), .defaults("1.5"),
      "xi: dv has standard deviation xi sqrt(v dt), v being a variance a year; below 1e-6 counts as 0.",
      neutral: "0"),
    Field(
      "price_variance_correlation",
      .numberByAsset(.pure, Bounds(-1, 1, lowOpen: true, highOpen: true)), .defaults("-0.3"),
      "Correlation rho of an asset's price and its variance.", neutral: "0"),
    Field(
      "start_variance_ratio", .number(.pure, Bounds(0, 1e6)), .defaults("1"),
      "Variance at time 0 over the long-run one."),
  ]

  /// The stage for long-run variances a year, `[asset]`.
  static func variance(
    _ section: Section, _ setting: PriceSetting, longRun: [Double]
  ) throws -> SquareRootVariance {
    SquareRootVariance(
      setting, longRun: longRun,
      meanReversion: try section.numbers("mean_reversion_per_year", for: setting.assets),
      varianceVolatility: try section.numbers("volatility_of_variance", for: setting.assets),
      priceCorrelation: try section.numbers("price_variance_correlation", for: setting.assets),
      initialRatio: section.number("start_variance_ratio"))
  }
}
