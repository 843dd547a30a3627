/// The price models that a scenario can name; the one place to register a new one.
package enum PriceModels {
  package static let all: [any PriceModel.Type] = [
    GeometricBrownianMotion.self, StudentTReturns.self, CrashGarchT.self, GarchT.self, GjrT.self,
    StudentTCopula.self, MertonJumps.self, KouJumps.self, HawkesJumps.self, Heston.self, Bates.self,
    RegimeSwitching.self, FilteredHistorical.self, HistoricalBootstrap.self, Replay.self,
  ]

  /// The `dynamics` block.
  package static let family = Family(
    "dynamics", "How the exogenous prices of all assets move.", selector: "model",
    common: [
      Field(
        "correlation", .block(Correlation.table), .derived("the identity"),
        "How the assets move together, for the models that draw returns from a law.")
    ],
    members: all)

  /// The model of a checked section; throws `ParameterError` where parameters contradict each other
  /// or the setting.
  ///
  /// `kind` is one of the family's.
  package static func build(_ kind: String, _ section: Section, _ setting: PriceSetting) throws
    -> any PriceModel
  {
    guard let type = type(of: kind) else {
      preconditionFailure("\(kind) is a registered price model")
    }
    guard type.isParametric || !section.has("correlation") else {
      throw ParameterError(
        key: "correlation", code: "E045",
        "model \(kind) takes the correlation from its data; leave correlation out")
    }
    return setting.pegs.isEmpty
      ? try type.init(section, setting) : try PeggedPrices(section, setting)
  }

  /// The registered type of that kind; `nil` where there is none.
  package static func type(of kind: String) -> (any PriceModel.Type)? {
    all.first { $0.kind == kind }
  }
}
