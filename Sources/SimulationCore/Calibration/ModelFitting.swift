/// How one price model is fitted to data.
package struct ModelFitting: Sendable {
  /// The model's name in scenarios.
  package let kind: String
  /// Throws `LikelihoodFits.Refusal` where the data do not allow a fit.
  package let fit: @Sendable (LikelihoodFits) throws -> ModelFit

  /// The models that can be fitted, the recommended one first; the one place to register another.
  package static let all: [ModelFitting] = [
    .crashGarchT, .studentT, .studentTCopula, .garchT, .gjrT, .filteredHistorical, .merton, .kou,
    .hawkesJumps, .regimeSwitching, .geometricBrownianMotion,
  ]

  /// The fitting of that kind; `nil` where there is none.
  package static func of(_ kind: String) -> ModelFitting? { all.first { $0.kind == kind } }

  /// Why a model of the program cannot be fitted, and what to take; `nil` for every other.
  package static func advice(on kind: String) -> String? {
    switch kind {
    case Heston.kind, Bates.kind:
      "nobody sees the variance of \(kind), so that its parameters have no likelihood in closed "
        + "form; fit garch_t or gjr_t, whose variance follows from the returns, or set its fields "
        + "from option prices"
    case HistoricalBootstrap.kind, Replay.kind:
      "\(kind) has nothing to fit: name the file in the scenario's dynamics"
    default: nil
    }
  }
}
