import SimulationCore

/// The traits that loss-averse borrowers and overconfident traders share, as scenario fields.
///
/// Sources stand with the pure functions in `Behaviour`; defaults marked there as assumptions are to
/// be swept.
enum OwnerFields {
  /// Fields with the defaults of one rule.
  static func table(attentionHealthSensitivity: String, overconfidence: String) -> [Field] {
    attention(attentionHealthSensitivity) + prospect + exits + defence
      + [
        Field(
          "overconfidence",
          .either([.number(.pure, Bounds(-5, 1, highOpen: true)), .block(miscalibrationTable)]),
          .defaults(overconfidence),
          "Fraction by which the perceived volatility is understated: k = 1 - overconfidence.",
          neutral: "0"),
        Field(
          "optimism_pct_annual", .distribution(.percentAnnual, .any),
          .defaults("{distribution: normal, mean: 10, sd: 10}"),
          "Believed return above the expected one; enters sizes and the entry gate.", neutral: "0"),
        Field(
          "expected_return_pct_annual", .number(.percentAnnual, Bounds(-1000, 1000)),
          .derived("the main collateral's drift"),
          "Expected return before optimism; enters sizes and the entry gate."),
      ] + panic
  }

  private static func attention(_ healthSensitivity: String) -> [Field] {
    [
      Field(
        "latency_class", .word(LatencyClass.allCases.map(\.rawValue)), .defaults("retail"),
        "Order in the race of transactions, age of the prices seen, default attention."),
      Field(
        "attention_half_life_hours",
        .either([.word(["never"]), .distribution(.hours, .nonNegative)]),
        .derived("by class: bot 0, pro 0.3466, retail 6.931"),
        "Half-life until the owner looks at a position in danger; below 0.0001 = every step.",
        neutral: "0"),
      Field(
        "attention_return_sensitivity", .number(.pure, Bounds(0, 1000)), .defaults("1"),
        "Rise of attention with the last hour's move in its own standard deviations.",
        neutral: "0"),
      Field(
        "attention_health_sensitivity", .number(.pure, Bounds(0, 1000)),
        .defaults(healthSensitivity), "Rise of attention as health falls below the alert level.",
        neutral: "0"),
      Field(
        "alert_health", .number(.pure, Bounds(1, 10, lowOpen: true)), .defaults("1.2"),
        "Health below which attention rises."),
      Field(
        "attention_max_per_hour", .number(.perHour, .positive), .defaults("12"),
        "Largest rate of looks."),
      Field(
        "ostrich_factor", .number(.pure, .unitInterval), .defaults("1"),
        "Multiplies attention after a losing day.", neutral: "1"),
    ]
  }

  private static let prospect: [Field] = [
    Field(
      "loss_aversion", .distribution(.pure, Bounds(0.5, 10)),
      .defaults("{distribution: lognormal, median: 1.839, sigma: 0.35, min: 1, max: 4}"),
      "Lambda of prospect theory.", neutral: "1"),
    Field(
      "value_curvature", .number(.pure, Bounds(0.1, 1)), .defaults("0.88"),
      "Alpha = beta of the value function.", neutral: "1"),
    Field(
      "weighting_gain", .number(.pure, Bounds(0.3, 1)), .defaults("0.61"),
      "Probability weighting of gains.", neutral: "1"),
    Field(
      "weighting_loss", .number(.pure, Bounds(0.3, 1)), .defaults("0.69"),
      "Probability weighting of losses.", neutral: "1"),
    Field(
      "evaluation_days", .number(.days, .positive), .defaults("30"),
      "Horizon over which the owner judges a position."),
    Field(
      "entry_gate", .boolean, .defaults("false"),
      "Whether an owner only enters or re-enters when its loss aversion allows.",
      neutral: "false"),
    Field(
      "choice", .either([.word(["prospect"]), .block(choiceTable)]), .defaults("prospect"),
      "How the owner chooses when it looks: by prospect values, or by fixed shares.",
      neutral: "{hold: 1}"),
    Field(
      "choice_noise", .number(.pure, .nonNegative), .defaults("0.05"),
      "Scale of the random part of a choice by prospect values.", neutral: "0"),
    Field(
      "prior_loss_sensitivity", .number(.pure, .nonNegative), .defaults("3"),
      "Rise of loss aversion after losses.", neutral: "0"),
    Field(
      "prior_outcome_persistence", .number(.pure, .unitInterval), .defaults("0.9"),
      "Memory of prior outcomes and of the reference, per day.", neutral: "0"),
    Field(
      "break_even_factor", .number(.pure, Bounds(0, 10)), .defaults("0.6"),
      "Multiplies the exit hazard while the loss could be regained within one deviation.",
      neutral: "1"),
  ]

  private static let exits: [Field] = [
    Field(
      "exit_hazard_per_day", .number(.perDay, Bounds(0, 1000)), .defaults("0.0323"),
      "Base rate of voluntary closing.", neutral: "0"),
    Field(
      "disposition_ratio_bear", .number(.pure, Bounds(0.05, 20)), .defaults("1.55"),
      "Exits in gain over exits in loss, price below its 30-day mean.", neutral: "1"),
    Field(
      "disposition_ratio_bull", .number(.pure, Bounds(0.05, 20)), .defaults("0.9"),
      "The same above the mean.", neutral: "1"),
    Field(
      "take_profit_multiple",
      .either([.word(["none"]), .number(.pure, Bounds(1, 1000, lowOpen: true))]),
      .defaults("none"), "Price over cost basis at which a winner is closed.", neutral: "none"),
    Field(
      "reentry_probability", .number(.pure, .unitInterval), .defaults("0.8"),
      "Chance that an owner rebuilds its position after a liquidation.", neutral: "0"),
    Field(
      "reentry_delay_days", .number(.days, .positive), .defaults("7"),
      "Mean delay of the rebuilding."),
  ]

  private static let defence: [Field] = [
    Field(
      "trigger_health", .distribution(.pure, .nonNegative),
      .defaults("{distribution: uniform, min: 1.05, max: 1.4}"),
      "Health below which a look leads to a choice; 0 = never.", neutral: "0"),
    Field(
      "target_health", .distribution(.pure, Bounds(1, 100, lowOpen: true)), .defaults("1.5"),
      "Health that a protective action restores."),
    Field(
      "spare_cash", .either([.block(spareCashTable), .number(.pure, Bounds(0, 0))]),
      .defaults("{without_pct: 40, median_pct_of_debt: 15, sigma: 1}"),
      "Outside cash for top-ups, as a share of the debt.", neutral: "0"),
  ]

  private static let panic: [Field] = [
    Field(
      "herding", .number(.pure, .nonNegative), .defaults("1"),
      "Multiplies the herd's term in the panic hazard.", neutral: "0"),
    Field(
      "panic_hazard_per_day", .number(.perDay, .nonNegative), .defaults("0.002"),
      "Base rate of panic sales.", neutral: "0"),
    Field(
      "panic_drawdown_sensitivity", .number(.pure, .nonNegative), .defaults("0.6"),
      "Rise of the hazard with the drawdown in 30-day standard deviations.", neutral: "0"),
    Field(
      "panic_herd_sensitivity", .number(.pure, .nonNegative), .defaults("3"),
      "Rise of the hazard with the fearful share of the crowd.", neutral: "0"),
    Field(
      "panic_sell_pct", .number(.percent, .percentage), .defaults("90"),
      "Share of the position that a panicking owner sells."),
  ]

  private static let choiceTable = FieldTable(
    "choice", "Shares of the four actions; they sum to 1.",
    ["hold", "top_up", "deleverage", "close"].map {
      Field($0, .number(.pure, .unitInterval), .defaults("0"), "Share of looks that lead to it.")
    })

  private static let spareCashTable = FieldTable(
    "spare_cash", "A share of owners has none, the others a lognormal share of their debt.",
    [
      Field(
        "without_pct", .number(.percent, .percentage), .defaults("40"), "Owners without cash."),
      Field(
        "median_pct_of_debt", .number(.percent, .nonNegative), .defaults("15"),
        "Median of the others."),
      Field(
        "sigma", .number(.pure, .nonNegative), .defaults("1"),
        "Standard deviation of the logarithm."),
    ])

  private static let miscalibrationTable = FieldTable(
    "overconfidence", "k is lognormal with median 1 - `median`.",
    [
      Field(
        "median", .number(.pure, Bounds(-5, 1, highOpen: true)), .required,
        "Median understatement."),
      Field(
        "sigma", .number(.pure, .nonNegative), .required, "Standard deviation of ln k."),
    ])

  /// Reads the shared traits of an active cohort.
  static func settings(_ section: Section) -> CohortSettings {
    var settings = CohortSettings(common: section, isActive: true)
    settings.latencyClass = section.text("latency_class").flatMap(LatencyClass.init) ?? .retail
    settings.attentionHalfLife =
      section.text("attention_half_life_hours") == "never"
      ? nil
      : section.distribution("attention_half_life_hours")
        ?? .constant(settings.latencyClass.attentionHalfLife)
    settings.attentionReturnSensitivity = section.number("attention_return_sensitivity")
    settings.attentionHealthSensitivity = section.number("attention_health_sensitivity")
    settings.alertHealth = section.number("alert_health")
    settings.attentionMaximum = section.number("attention_max_per_hour")
    settings.ostrichFactor = section.number("ostrich_factor")
    settings.lossAversion = section.distribution("loss_aversion") ?? settings.lossAversion
    settings.valueCurvature = section.number("value_curvature")
    settings.weightingGain = section.number("weighting_gain")
    settings.weightingLoss = section.number("weighting_loss")
    settings.evaluationYears = section.number("evaluation_days")
    settings.hasEntryGate = section.boolean("entry_gate")
    if let shares = section.section("choice") {
      settings.choice = .shares(
        hold: shares.number("hold"), topUp: shares.number("top_up"),
        deleverage: shares.number("deleverage"), close: shares.number("close"))
    }
    settings.choiceNoise = section.number("choice_noise")
    settings.priorLossSensitivity = section.number("prior_loss_sensitivity")
    settings.priorOutcomePersistence = section.number("prior_outcome_persistence")
    settings.breakEvenFactor = section.number("break_even_factor")
    settings.exitHazard = section.number("exit_hazard_per_day")
    settings.dispositionBear = section.number("disposition_ratio_bear")
    settings.dispositionBull = section.number("disposition_ratio_bull")
    settings.takeProfitMultiple = section.optionalNumber("take_profit_multiple")
    settings.reentryProbability = section.number("reentry_probability")
    settings.reentryDelayYears = section.number("reentry_delay_days")
    settings.triggerHealth = section.distribution("trigger_health") ?? settings.triggerHealth
    settings.targetHealth = section.distribution("target_health") ?? settings.targetHealth
    settings.spareCash = section.section("spare_cash").map {
      CohortSettings.SpareCash(
        shareWithout: $0.number("without_pct"),
        medianShareOfDebt: $0.number("median_pct_of_debt"), sigma: $0.number("sigma"))
    }
    settings.miscalibration = miscalibration(section)
    settings.optimism = section.distribution("optimism_pct_annual") ?? settings.optimism
    settings.expectedReturn = section.optionalNumber("expected_return_pct_annual")
    settings.herding = section.number("herding")
    settings.panicHazard = section.number("panic_hazard_per_day")
    settings.panicDrawdownSensitivity = section.number("panic_drawdown_sensitivity")
    settings.panicHerdSensitivity = section.number("panic_herd_sensitivity")
    settings.panicSellShare = section.number("panic_sell_pct")
    return settings
  }

  private static func miscalibration(_ section: Section) -> Distribution {
    if let law = section.section("overconfidence") {
      return Distribution(
        .lognormal(median: 1 - law.number("median"), sigma: law.number("sigma")))
    }
    return .constant(1 - (section.optionalNumber("overconfidence") ?? 0))
  }
}
