import SimulationCore
import Testing

/// A section of the `dynamics` family as a checked scenario would give it: defaults filled in.
func dynamics(_ kind: String, _ values: [String: Value] = [:]) throws -> Section {
  let table = try #require(PriceModels.family.table(for: kind))
  return section(table, kind: kind, values)
}

/// A section of `table` with its numeric defaults filled in.
func section(_ table: FieldTable, kind: String = "", _ values: [String: Value]) -> Section {
  var all = values
  for field in table.fields where all[field.key] == nil {
    if case .defaults(let text) = field.presence, let number = Double(text) {
      all[field.key] = .number(number)
    }
  }
  return Section(table: table, kind: kind, values: all)
}

/// A model of that kind for `assets`, built as the program builds it.
func model(
  _ kind: String, _ values: [String: Value] = [:], assets: [AssetDynamics], stepCount: Int,
  stepHours: Double = 1, correlation: Correlation? = nil, data: PriceTable? = nil
) throws -> any PriceModel {
  let setting = PriceSetting(
    assets: assets, stepCount: stepCount, stepYears: stepHours / 8760,
    correlation: correlation ?? .identity(assets.count), data: data)
  return try PriceModels.build(kind, try dynamics(kind, values), setting)
}

/// The log prices `[path][step][asset]` of `count` paths.
func logPrices(
  _ model: any PriceModel, firstPath: Int = 0, count: Int, stepCount: Int, assetCount: Int,
  seed: UInt64 = 1
) -> [Double] {
  var block = PriceBlock(capacity: count, stepCount: stepCount, assetCount: assetCount)
  model.fill(&block, firstPath: firstPath, seed: seed)
  return block.logPrice
}

/// An asset with a price of one.
func asset(_ symbol: String, volatility: Double = 0, drift: Double = 0) -> AssetDynamics {
  AssetDynamics(symbol: symbol, initialPrice: 1, volatility: volatility, drift: drift)
}

/// (mean - expected) over the standard error estimated from the values.
func meanScore(_ values: [Double], _ expected: Double) -> Double {
  let count = Double(values.count)
  let mean = values.reduce(0, +) / count
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
  return (mean - expected) / (variance / count).squareRoot()
}

/// Pearson's correlation of two columns.
func correlation(_ a: [Double], _ b: [Double]) -> Double {
  let count = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  return ab / (aa * bb).squareRoot()
}
