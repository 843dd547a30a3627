import Foundation

/// Stationary bootstrap of observed returns, whole rows at a time.
///
/// Before each step a new block begins with probability 1 / mean length (always before the first),
/// at a row drawn uniformly; else the next row follows, and after the last row the first. All assets
/// take the same row, so that their joint behaviour is the observed one. A step of k times the data's
/// spacing takes k rows that follow each other.
///
/// - Fields: those of the data; `block_hours` mean length of a block.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: O(paths x steps x assets).
/// - Source: D. Politis and J. Romano, The stationary bootstrap, Journal of the American Statistical
///   Association 89 (1994), section 2.
package struct HistoricalBootstrap: PriceModel {
  package static let kind = "bootstrap"
  package static let summary =
    "Stationary block bootstrap: blocks of observed returns, all assets together."
  package static let fields =
    PriceDataFields.fields + [
      Field(
        "block_hours", .number(.hours, .positive), .defaults("24"),
        "Mean length of a block; at least one step.")
    ]
  package static let isParametric = false

  package let observed: ObservedReturns
  /// Rows that one step takes.
  package let rowsPerStep: Int
  private let stepCount: Int
  private let newBlockProbability: Double
  /// Sum of the `rowsPerStep` returns from a row on, around the end: `[row][asset]`.
  private let stepReturns: [Double]

  package init(_ section: Section, _ setting: PriceSetting) throws {
    let observed = try PriceDataFields.returns(section, setting)
    let stepHours = setting.stepYears / Unit.hours.factor
    let rows = try observed.rowsPerStep(setting)
    let blockHours = section.number("block_hours") / Unit.hours.factor
    guard blockHours >= stepHours * (1 - 1e-9) else {
      throw ParameterError(
        key: "block_hours", code: "E055",
        "block_hours must be at least one step: \(blockHours) is below \(stepHours)")
    }
    self.observed = observed
    rowsPerStep = rows
    stepCount = setting.stepCount
    newBlockProbability = min(1, stepHours / blockHours)
    stepReturns = HistoricalBootstrap.summed(observed, rowsPerStep: rows)
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    let assetCount = observed.assetCount
    precondition(
      block.stepCount == stepCount && block.assetCount == assetCount, "the block fits the model")
    precondition(
      firstPath >= 0 && firstPath + block.pathCount <= 1 << 32, "path numbers have 32 bits")
    block.clampedCount = 0
    let rowCount = observed.rowCount
    var sums = [Double](repeating: 0, count: assetCount)
    for path in 0..<block.pathCount {
      let random = PathRandom(seed: seed, path: UInt32(firstPath + path))
      for asset in 0..<assetCount { sums[asset] = 0 }
      var row = 0
      for step in 0..<stepCount {
        let (jump, place) = random.uniformPair(.bootstrap, UInt32(step))
        if step == 0 || jump < newBlockProbability {
          row = min(Int(place * Double(rowCount)), rowCount - 1)
        } else {
          row = (row + rowsPerStep) % rowCount
        }
        let target = block.offset(path: path, step: step)
        for asset in 0..<assetCount {
          sums[asset] += stepReturns[row * assetCount + asset]
          block.logPrice[target + asset] = block.clamped(sums[asset])
        }
      }
    }
  }

  private static func summed(_ observed: ObservedReturns, rowsPerStep: Int) -> [Double] {
    let assetCount = observed.assetCount
    let rowCount = observed.rowCount
    var result = [Double](repeating: 0, count: rowCount * assetCount)
    for row in 0..<rowCount {
      for ahead in 0..<rowsPerStep {
        let source = (row + ahead) % rowCount * assetCount
        for asset in 0..<assetCount {
          result[row * assetCount + asset] += observed.returns[source + asset]
        }
      }
    }
    return result
  }
}
