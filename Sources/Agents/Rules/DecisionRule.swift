package import SimulationCore

/// A rule by which the owners of accounts act: its fields, and the settings they amount to.
package protocol DecisionRule: Registered {
  /// The cohort's settings from its checked section; `drift` is the main collateral's, a year.
  static func settings(_ section: Section) -> CohortSettings
}

/// The rules that a scenario's cohorts can name; one line each.
package enum DecisionRules {
  package static let all: [any DecisionRule.Type] = [
    LossAverseBorrower.self, OverconfidentTrader.self, PassiveOwner.self,
  ]

  package static let family = Family(
    "cohort", "A group of owners who share one rule and one set of traits.", selector: "rule",
    defaultKind: LossAverseBorrower.kind,
    common: [
      Field("cohort", .name, .required, "The cohort's name in results and in `positions` CSV."),
      Field(
        "share_of_accounts_pct", .number(.percent, .percentage),
        .derived("one of the two shares is required"),
        "Share of the market's accounts that belong to the cohort.", neutral: "0"),
      Field(
        "share_of_debt_pct", .number(.percent, .percentage),
        .derived("one of the two shares is required"),
        "Share of the market's debt, instead of a share of its accounts.", neutral: "0"),
    ],
    members: all)

  package static func build(_ section: Section) -> CohortSettings {
    guard let type = all.first(where: { $0.kind == section.kind }) else {
      preconditionFailure("a checked section names a known rule")
    }
    return type.settings(section)
  }
}

/// Owners who never act.
package enum PassiveOwner: DecisionRule {
  package static let kind = "passive"
  package static let summary = "Owners who never act."
  package static let fields: [Field] = []

  package static func settings(_ section: Section) -> CohortSettings {
    CohortSettings(common: section, isActive: false)
  }
}
