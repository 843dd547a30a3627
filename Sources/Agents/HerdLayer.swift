package import SimulationCore

/// The fearful share of the crowd on one path, and how losses and liquidations move it.
///
///     dx = [s1 (1 - x) - s2 x] dt + sqrt(2 h x (1 - x)) dW,   stationary law Beta(s1/h, s2/h)
///
/// Losses and liquidations multiply s1. Stepped by a Beta draw with the exact conditional mean and
/// variance, since Euler steps with reflection miss the mean.
///
/// - Source: Kirman (1993), "Ants, rationality, and recruitment"; Alfarano, Lux, Wagner (2008) for
///   the diffusion limit.
package struct HerdLayer: Sendable {
  /// Rates per year.
  package var fear = 0.05 * 8760
  package var calm = 0.25 * 8760
  package var contagion = 0.15 * 8760
  package var lossCoupling = 1.0
  package var liquidationCoupling = 2.0

  package init() {}

  package static let table = FieldTable(
    "herd", "The crowd's state, one a path: how many are afraid.",
    [
      Field(
        "enabled", .boolean, .defaults("true"), "false keeps the crowd at its mean.",
        neutral: "false"),
      Field(
        "fear_per_hour", .number(.perHour, .positive), .defaults("0.05"),
        "Rate at which the calm become fearful by themselves."),
      Field(
        "calm_per_hour", .number(.perHour, .positive), .defaults("0.25"),
        "Rate at which the fearful become calm by themselves."),
      Field(
        "contagion_per_hour", .number(.perHour, .positive), .defaults("0.15"),
        "Rate at which people infect each other either way."),
      Field(
        "loss_coupling", .number(.pure, .nonNegative), .defaults("1"),
        "Rise of the fear rate with the last hour's loss in standard deviations.", neutral: "0"),
      Field(
        "liquidation_coupling", .number(.pure, .nonNegative), .defaults("2"),
        "Rise of the fear rate with the last hour's liquidations over the venues' depth.",
        neutral: "0"),
    ])

  /// Reads a checked section; `nil` where the layer is switched off.
  package init?(_ section: Section) {
    guard section.boolean("enabled") else { return nil }
    fear = section.number("fear_per_hour")
    calm = section.number("calm_per_hour")
    contagion = section.number("contagion_per_hour")
    lossCoupling = section.number("loss_coupling")
    liquidationCoupling = section.number("liquidation_coupling")
  }

  /// The fearful share in the long run without losses.
  package var mean: Double { fear / (fear + calm) }
}
