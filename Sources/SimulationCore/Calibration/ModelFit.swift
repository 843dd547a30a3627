/// A price model with fitted parameters: what a scenario says, and what a fit table shows.
package struct ModelFit: Sendable {
  /// Value of a field of the `dynamics` block, as a scenario spells it.
  package enum Setting: Sendable, Equatable {
    case common(Double)
    /// `[asset]`.
    case byAsset([Double])
  }

  /// The model's name in scenarios.
  package let kind: String
  package let settings: [(key: String, value: Setting)]
  /// The `correlation` of the block.
  package let correlation: [[Double]]
  /// What all assets share.
  package let common: [(name: String, estimate: Estimate)]
  /// What each asset has, `[column].estimates[asset]`.
  package let byAsset: [(name: String, estimates: [Estimate])]
  /// Why the numbers are as they are, for the table; may be empty.
  package let remarks: [String]

  /// The model of the sample's assets, built as a scenario builds it, on the sample as its data.
  ///
  /// Throws `ParameterError` where the parameters contradict each other.
  package func model(_ sample: ReturnSample, stepCount: Int) throws -> any PriceModel {
    guard let table = PriceModels.family.table(for: kind) else {
      preconditionFailure("\(kind) is a registered price model")
    }
    var values: [String: Value] = [:]
    for field in table.fields {
      if case .defaults(let text) = field.presence, let number = Double(text) {
        values[field.key] = .number(number)
      }
    }
    for setting in settings {
      switch setting.value {
      case .common(let number): values[setting.key] = .number(number)
      case .byAsset(let numbers):
        values[setting.key] = .map(
          zip(sample.symbols, numbers).map { (key: $0, value: Value.number($1)) })
      }
    }
    let usesData = !isParametric
    if usesData { values["file"] = .text("") }
    let assets = zip(sample.symbols, sample.volatilities).map {
      AssetDynamics(symbol: $0, initialPrice: 1, volatility: $1, drift: 0)
    }
    return try PriceModels.build(
      kind, Section(table: table, kind: kind, values: values),
      PriceSetting(
        assets: assets, stepCount: stepCount, stepYears: sample.stepYears,
        correlation: try Correlation(matrix: correlation),
        data: usesData ? try sample.priceTable() : nil))
  }

  /// Whether the model draws from a law, and not from the rows of the data.
  package var isParametric: Bool { PriceModels.type(of: kind)?.isParametric ?? true }

  package func common(_ key: String) -> Double {
    guard case .common(let value)? = settings.first(where: { $0.key == key })?.value else {
      preconditionFailure("\(kind) has a common \(key)")
    }
    return value
  }

  package func byAsset(_ key: String) -> [Double] {
    guard case .byAsset(let values)? = settings.first(where: { $0.key == key })?.value else {
      preconditionFailure("\(kind) has a \(key) for each asset")
    }
    return values
  }
}
