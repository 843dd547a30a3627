import Foundation

/// Filtered historical simulation: observed shocks at the variance of the day.
///
/// Each asset's returns are divided by a GARCH(1,1) volatility whose long-run variance is that of the
/// data; the path draws whole rows of the shocks e that remain, and its own variance answers to them:
///
///     r_i = sd_i sqrt(h_i) e_i,   h_i' = (1 - alpha - beta) + alpha h_i e_i^2 + beta h_i,   h_i <= cap
///
/// All assets take the same row, so that their joint shocks are the observed ones, of which each
/// asset's have mean square 1. A step of k times the data's spacing sums k returns. The variance starts
/// where the data leave it, unless the scenario says otherwise.
///
/// - Fields: those of the data; alpha and beta at the data's spacing; cap; variance at time 0.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: O(paths x steps x rows a step x assets).
/// - Source: G. Barone-Adesi, K. Giannopoulos, L. Vosper, VaR without correlations for portfolios of
///   derivative securities, Journal of Futures Markets 19 (1999), section 2.
package struct FilteredHistorical: PriceModel {
  package static let kind = "filtered_historical"
  package static let summary =
    "Observed shocks, freed of a GARCH variance, drawn in whole rows at the variance of the path."
  package static let fields =
    PriceDataFields.fields + OwnVariance.weights() + [
      VarianceFields.cap,
      Field(
        "start_variance_ratio", .number(.pure, Bounds(0, 1e6, lowOpen: true)),
        .derived("the variance at the end of the data"),
        "Variance at time 0 over the long-run one."),
    ]
  package static let isParametric = false

  package let observed: ObservedReturns
  private let rowsPerStep: Int
  private let stepCount: Int
  private let recursions: [VarianceRecursion]
  /// Root mean square of the observed returns, `[asset]`.
  private let deviations: [Double]
  /// `[row][asset]`.
  private let shocks: [Double]
  /// h at time 0, `[asset]`.
  private let initial: [Double]

  package init(_ section: Section, _ setting: PriceSetting) throws {
    observed = try PriceDataFields.returns(section, setting)
    rowsPerStep = try observed.rowsPerStep(setting)
    stepCount = setting.stepCount
    let alpha = try section.numbers("alpha", for: setting.assets)
    let beta = try section.numbers("beta", for: setting.assets)
    recursions = try setting.assets.indices.map { index in
      let persistence = alpha[index] + beta[index]
      guard persistence < 1,
        let recursion = VarianceRecursion(
          alpha: alpha[index], persistence: persistence, cap: section.number("variance_cap"))
      else {
        throw ParameterError(
          key: "beta", code: "E037",
          "the persistence alpha + beta of \(setting.assets[index].symbol) must be below 1: "
            + "\(persistence)")
      }
      return recursion
    }
    let filtered = observed.filtered(by: recursions)
    deviations = filtered.map(\.deviation)
    let ratio = section.optionalNumber("start_variance_ratio")
    initial = filtered.map { ratio ?? $0.lastVariance }
    shocks = (0..<observed.rowCount).flatMap { row in filtered.map { $0.shocks[row] } }
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    let (assetCount, rowCount) = (observed.assetCount, observed.rowCount)
    precondition(
      block.stepCount == stepCount && block.assetCount == assetCount, "the block fits the model")
    precondition(
      firstPath >= 0 && firstPath + block.pathCount <= 1 << 32, "path numbers have 32 bits")
    block.clampedCount = 0
    var sums = [Double](repeating: 0, count: assetCount)
    var h = initial
    for path in 0..<block.pathCount {
      let random = PathRandom(seed: seed, path: UInt32(firstPath + path))
      sums.fill(with: 0)
      h.overwrite(with: initial)
      block.cappedVariances[path] = 0
      for step in 0..<stepCount {
        for draw in 0..<rowsPerStep {
          let place = random.uniform(.bootstrap, UInt32(step), UInt32(draw))
          let row = min(Int(place * Double(rowCount)), rowCount - 1) * assetCount
          for asset in 0..<assetCount {
            let u = h[asset].squareRoot() * shocks[row + asset]
            sums[asset] += deviations[asset] * u
            let next = recursions[asset].unheld(h[asset], move: u)
            if next > recursions[asset].cap { block.cappedVariances[path] += 1 }
            h[asset] = min(next, recursions[asset].cap)
          }
        }
        let target = block.offset(path: path, step: step)
        for asset in 0..<assetCount { block.logPrice[target + asset] = block.clamped(sums[asset]) }
      }
    }
  }
}

extension ObservedReturns {
  /// An asset's returns without their changing variance.
  struct Filtered: Sendable {
    /// Root mean square of the returns.
    let deviation: Double
    /// Of mean square 1 unless all are zero, `[row]`.
    let shocks: [Double]
    /// After the last row, in units of the long-run one.
    let lastVariance: Double
  }

  /// Every asset's returns divided by the volatility that the recursion had before each.
  func filtered(by recursions: [VarianceRecursion]) -> [Filtered] {
    recursions.enumerated().map { asset, recursion in
      let column = (0..<rowCount).map { returns[$0 * assetCount + asset] }
      func rootMeanSquare(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
      }
      let deviation = rootMeanSquare(column)
      guard deviation > 0 else { return Filtered(deviation: 0, shocks: column, lastVariance: 1) }
      var h = 1.0
      let shocks = column.map { value in
        let u = value / deviation
        let shock = u / h.squareRoot()
        h = recursion.next(h, move: u)
        return shock
      }
      let size = rootMeanSquare(shocks)
      return Filtered(
        deviation: deviation, shocks: shocks.map { $0 / size }, lastVariance: h)
    }
  }
}
