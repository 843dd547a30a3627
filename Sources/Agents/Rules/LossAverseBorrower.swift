package import SimulationCore

/// Borrowers who hold losers, look late, and defend a position by prospect values.
///
/// - Source: Tversky, Kahneman (1992) for value and weights; Barberis, Huang, Santos (2001) for prior
///   outcomes; Odean (1998) for the disposition to sell winners.
package enum LossAverseBorrower: DecisionRule {
  package static let kind = "loss_averse_borrower"
  package static let summary =
    "Borrowers who hold losers, look late, and defend a position by prospect values."
  package static let fields = OwnerFields.table(
    attentionHealthSensitivity: "8", overconfidence: "0")

  package static func settings(_ section: Section) -> CohortSettings {
    OwnerFields.settings(section)
  }
}
