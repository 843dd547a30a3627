/// Observed prices once more: every path has the same exogenous prices.
///
///     ln S(t) / S(0) = return_scale * ln P(t / time_stretch) / P(0)
///
/// with P the observed price, linear in its logarithm between observations. Returns across gaps are
/// left out, and the observations on both sides of a gap follow each other at the data's spacing.
///
/// - Fields: those of the data; `return_scale`, `time_stretch`.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: O(paths x steps x assets).
package struct Replay: PriceModel {
  package static let kind = "replay"
  package static let summary = "Observed prices as they were; every path has the same ones."
  package static let fields =
    PriceDataFields.fields + [
      Field(
        "return_scale", .number(.pure, Bounds(0, 10)), .defaults("1"),
        "Factor on all log returns since the start.", neutral: "1"),
      Field(
        "time_stretch", .number(.pure, Bounds(0.1, 100)), .defaults("1"),
        "Factor on time: 2 plays the data at half speed.", neutral: "1"),
    ]
  package static let isParametric = false

  package let observed: ObservedReturns
  private let stepCount: Int
  /// `[step][asset]`.
  private let logPrice: [Double]

  package init(_ section: Section, _ setting: PriceSetting) throws {
    let observed = try PriceDataFields.returns(section, setting)
    let stepHours = setting.stepYears / Unit.hours.factor
    let stretch = section.number("time_stretch")
    let rowsPerStep = stepHours / (stretch * observed.spacingHours)
    let needed = rowsPerStep * Double(setting.stepCount)
    guard needed <= Double(observed.rowCount) * (1 + 1e-9) else {
      throw ParameterError(
        key: section.has("file") ? "file" : "prices", code: "E056",
        "the data hold \(Double(observed.rowCount) * observed.spacingHours) hours of returns; "
          + "the horizon needs \(needed * observed.spacingHours)",
        note: observed.leftOutCount == 0
          ? nil : "\(observed.leftOutCount) returns across gaps were left out")
    }
    self.observed = observed
    stepCount = setting.stepCount
    logPrice = Replay.interpolated(
      observed, rowsPerStep: rowsPerStep, stepCount: setting.stepCount,
      scale: section.number("return_scale"))
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    precondition(
      block.stepCount == stepCount && block.assetCount == observed.assetCount,
      "the block fits the model")
    block.clampedCount = 0
    for path in 0..<block.pathCount {
      let target = block.offset(path: path, step: 0)
      for entry in logPrice.indices {
        block.logPrice[target + entry] = block.clamped(logPrice[entry])
      }
    }
  }

  private static func interpolated(
    _ observed: ObservedReturns, rowsPerStep: Double, stepCount: Int, scale: Double
  ) -> [Double] {
    let assetCount = observed.assetCount
    var result = [Double](repeating: 0, count: stepCount * assetCount)
    for asset in 0..<assetCount {
      var row = 0
      // Sum of the returns before `row`.
      var sum = 0.0
      for step in 0..<stepCount {
        let exact = Double(step + 1) * rowsPerStep
        // A step that ends on an observation up to rounding takes the observation itself.
        let place = abs(exact - exact.rounded()) <= 1e-9 * exact ? exact.rounded() : exact
        let whole = min(Int(place), observed.rowCount)
        while row < whole {
          sum += observed.returns[row * assetCount + asset]
          row += 1
        }
        let share = row < observed.rowCount ? place - Double(whole) : 0
        let partial = share > 0 ? share * observed.returns[row * assetCount + asset] : 0
        result[step * assetCount + asset] = scale * (sum + partial)
      }
    }
    return result
  }
}
