package import SimulationCore

/// Traders who understate volatility, borrow by the square of it, and releverage after gains.
///
///     L* = (mu + B - r) / (gamma (k sigma)^2), clipped to [0, leverage_max]
///
/// - Source: Merton (1969) for the size; Ben-David, Graham, Harvey (2013) for k; Gervais, Odean
///   (2001) for learning to be overconfident.
package enum OverconfidentTrader: DecisionRule {
  package static let kind = "overconfident_trader"
  package static let summary =
    "Traders who understate volatility, borrow by its square, and releverage after gains."

  package static let fields =
    OwnerFields.table(
      attentionHealthSensitivity: "2", overconfidence: "{median: 0.3, sigma: 0.3}")
    + [
      Field(
        "risk_aversion", .number(.pure, .positive), .defaults("1"),
        "Gamma of the sizing rule; 1 = Kelly."),
      Field(
        "leverage_max", .number(.pure, Bounds(1, 1000)), .derived("1 / (1 - LTV)"),
        "Largest leverage that the trader wishes."),
      Field(
        "initial_position", .word(["book", "rule"]), .defaults("book"),
        "Leverage at time 0: as drawn in `positions`, or by the sizing rule."),
      Field(
        "leverage_target",
        .either([.word(["none"]), .number(.pure, Bounds(1, 1000))]), .defaults("none"),
        "A fixed wish instead of the sizing rule.", neutral: "none"),
      Field(
        "releverage_below", .number(.pure, .unitInterval), .defaults("0.8"),
        "Share of the wished leverage below which the trader buys more.", neutral: "0"),
      Field(
        "house_money", .number(.pure, .nonNegative), .defaults("0.5"),
        "Rise of the leverage wish after gains.", neutral: "0"),
      Field(
        "learning", .boolean, .defaults("false"),
        "Whether closed trades change the trader's belief in its own skill.", neutral: "false"),
    ]

  package static func settings(_ section: Section) -> CohortSettings {
    var settings = OwnerFields.settings(section)
    settings.sizesLeverage = true
    settings.riskAversion = section.number("risk_aversion")
    settings.leverageMaximum = section.optionalNumber("leverage_max")
    settings.startsAtRuleLeverage = section.text("initial_position") == "rule"
    settings.leverageTarget = section.optionalNumber("leverage_target")
    settings.releverageBelow = section.number("releverage_below")
    settings.houseMoney = section.number("house_money")
    settings.learns = section.boolean("learning")
    return settings
  }
}
