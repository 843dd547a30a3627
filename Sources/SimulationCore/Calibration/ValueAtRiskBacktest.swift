import Foundation

/// How often an asset's returns fell below the quantile that a model gave one step before.
package struct ValueAtRiskBacktest: Sendable {
  package let kind: String
  package let symbol: String
  /// Of a breach, by the model.
  package let probability: Double
  package let observations: Int
  package let breaches: Int
  package let frequency: UnconditionalCoverage
  package let christoffersen: ConditionalCoverage

  package static let probabilities = [0.01, 0.05]

  package var expected: Double { probability * Double(observations) }

  /// Kupiec's p value; the exact one where fewer than ten breaches are expected.
  package var kupiec: Double { expected < 10 ? frequency.exactPValue : frequency.pValue }

  private init(kind: String, symbol: String, probability: Double, breaches: [Bool]) {
    self.kind = kind
    self.symbol = symbol
    self.probability = probability
    observations = breaches.count
    self.breaches = breaches.count { $0 }
    frequency = UnconditionalCoverage(
      breaches: self.breaches, observations: breaches.count, probability: probability)
    christoffersen = ConditionalCoverage(breaches: breaches, probability: probability)
  }

  /// All assets and probabilities of a model that was fitted to `past`.
  ///
  /// `garch_t`, `gjr_t`, `filtered_historical` and `crash_garch_t` follow the variance through past
  /// and future; the other models have one quantile, that of all steps of simulated paths. Throws
  /// what building the model throws.
  package static func all(
    _ fit: ModelFit, past: ReturnSample, future: ReturnSample
  ) throws -> [ValueAtRiskBacktest] {
    try probabilities.flatMap { probability in
      let quantiles = try Forecast(fit, past, future).quantiles(probability)
      return quantiles.enumerated().map { asset, column in
        ValueAtRiskBacktest(
          kind: fit.kind, symbol: past.symbols[asset], probability: probability,
          breaches: zip(future.columns[asset], column).map { $0 < $1 })
      }
    }
  }
}

/// Quantiles of the next return.
private struct Forecast {
  let fit: ModelFit
  let past: ReturnSample
  let future: ReturnSample

  init(_ fit: ModelFit, _ past: ReturnSample, _ future: ReturnSample) {
    self.fit = fit
    self.past = past
    self.future = future
  }

  /// `[asset][row]` of the future.
  func quantiles(_ probability: Double) throws -> [[Double]] {
    switch fit.kind {
    case GarchT.kind, GjrT.kind, FilteredHistorical.kind: ownVariances(probability)
    case CrashGarchT.kind: try commonVariance(probability)
    default:
      try steady(probability).map { [Double](repeating: $0, count: future.rowCount) }
    }
  }

  private static let seed: UInt64 = 1

  /// Returns less the past's mean, in the past's standard deviations, of past and future.
  private var standardised: [[Double]] {
    past.columns.indices.map { asset in
      let (mean, deviation) = (past.means[asset], past.deviations[asset])
      return (past.columns[asset] + future.columns[asset]).map { ($0 - mean) / deviation }
    }
  }

  private func ownVariances(_ probability: Double) -> [[Double]] {
    let (alpha, beta) = (fit.byAsset("alpha"), fit.byAsset("beta"))
    let gamma = fit.kind == GjrT.kind ? fit.byAsset("gamma") : alpha.map { _ in 0 }
    let (means, deviations) = (past.means, past.deviations)
    return standardised.enumerated().map { asset, column in
      let variances = GarchFit.variances(
        column, alpha: alpha[asset], gamma: gamma[asset], beta: beta[asset])
      let quantile = shockQuantile(probability, zip(column, variances).prefix(past.rowCount))
      return variances.dropFirst(past.rowCount)
        .map { means[asset] + deviations[asset] * quantile * $0.squareRoot() }
    }
  }

  /// Of a law where the model has one, else of the past's moves over their deviations.
  private func shockQuantile(
    _ probability: Double, _ past: some Sequence<(Double, Double)>
  ) -> Double {
    guard fit.isParametric else {
      return Self.quantile(past.map { $0 / $1.squareRoot() }, probability)
    }
    let law = StudentTDistribution(degreesOfFreedom: fit.common("degrees_of_freedom"))
    return law.quantile(probability) * (law.unitVarianceScale ?? 1)
  }

  /// Quantiles by the variance at the start, simulated for some and interpolated between.
  ///
  /// The crashes cannot be seen, so that a step has those of its model's mean rate without a past,
  /// and what they did counts as moves that drive the variance.
  private func commonVariance(_ probability: Double) throws -> [[Double]] {
    let grid = (0..<Self.gridCount).map { exp(-2.5 + 0.5 * Double($0)) }
    let quantiles = try grid.map { variance -> [Double] in
      let model = try started(variance).model(past, stepCount: 1)
      return steps(model, paths: Self.draws, steps: 1).map { Self.quantile($0, probability) }
    }
    let rate = fit.common("crash_rate_per_hour") / (1 - fit.common("crash_branching"))
    let share = 1 - 2 * fit.common("crash_size") * fit.common("crash_size") * rate
    let persistence = pow(0.5, 1 / fit.common("variance_half_life_hours"))
    guard
      let recursion = VarianceRecursion(
        alpha: fit.common("variance_reaction"), persistence: persistence, cap: 100,
        steps: past.spacingHours)
    else { preconditionFailure("the model was built with this recursion") }
    let moves = standardised
    var h = 1.0
    var result = [[Double]](repeating: [], count: past.assetCount)
    for row in 0..<past.rowCount + future.rowCount {
      if row >= past.rowCount {
        let place = min(max((log(h) + 2.5) / 0.5, 0), Double(grid.count - 1) - 1e-9)
        let (cell, rest) = (Int(place), place - place.rounded(.down))
        for asset in result.indices {
          let (low, high) = (quantiles[cell][asset], quantiles[cell + 1][asset])
          result[asset].append(past.means[asset] + low + rest * (high - low))
        }
      }
      let square = moves.reduce(0) { $0 + $1[row] * $1[row] } / (share * Double(moves.count))
      h = recursion.next(h, move: square.squareRoot())
    }
    return result
  }

  private static let gridCount = 15
  private static let draws = 20_000

  /// The model from a given variance on.
  private func started(_ variance: Double) -> ModelFit {
    ModelFit(
      kind: fit.kind, settings: fit.settings + [("start_variance_ratio", .common(variance))],
      correlation: fit.correlation, common: [], byAsset: [], remarks: [])
  }

  /// One quantile an asset, of the steps of long paths.
  private func steady(_ probability: Double) throws -> [Double] {
    let stepCount = 2_000
    let model = try fit.model(past, stepCount: stepCount)
    return zip(past.means, steps(model, paths: 64, steps: stepCount)).map { mean, column in
      mean + Self.quantile(column, probability)
    }
  }

  /// Log returns of each step of each path, `[asset][...]`.
  private func steps(_ model: any PriceModel, paths: Int, steps: Int) -> [[Double]] {
    let count = past.assetCount
    var block = PriceBlock(capacity: paths, stepCount: steps, assetCount: count)
    model.fill(&block, firstPath: 0, seed: Self.seed)
    return (0..<count).map { asset in
      (0..<paths).flatMap { path in
        (0..<steps).map { step in
          let place = block.offset(path: path, step: step) + asset
          return block.logPrice[place] - (step > 0 ? block.logPrice[place - count] : 0)
        }
      }
    }
  }

  private static func quantile(_ values: [Double], _ probability: Double) -> Double {
    values.sorted()[Int(probability * Double(values.count))]
  }
}
