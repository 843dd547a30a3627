import Foundation

/// Two normal regimes fitted to one column of returns.
///
/// - Units: those of the returns; probabilities of one step.
/// - Cost: some hundred passes over the column.
/// - Source: J. Hamilton, Econometrica 57 (1989).
package struct OwnRegimeFit: Sendable {
  package let calmMean: Estimate
  package let calmDeviation: Estimate
  package let stressMean: Estimate
  package let stressDeviation: Estimate
  package let enter: Estimate
  package let leave: Estimate

  package init(_ returns: [Double]) {
    let count = Double(returns.count)
    let mean = returns.reduce(0, +) / count
    let sd = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let scaled = returns.map { ($0 - mean) / sd }
    func densities(_ mean: Double, _ deviation: Double) -> [Double] {
      scaled.map {
        let z = ($0 - mean) / deviation
        return -0.5 * z * z - log(deviation)
      }
    }
    // Means and deviations in standard deviations.
    func value(_ p: [Double]) -> Double {
      guard p[4] + p[5] < 1 else { return .infinity }
      return -TwoStateChain(enter: p[4], leave: p[5])
        .logLikelihood(densities(p[0], p[1]), densities(p[2], p[3]))
    }
    func parameters(_ x: [Double]) -> [Double] {
      [x[0], exp(x[1]), x[2], exp(x[1] + x[3]), exp(x[4]), exp(x[5])]
    }
    let searches = [(0.04, 0.2), (0.01, 0.03)].map { enter, leave in
      BoxMinimum([
        .init(start: 0, step: 0.1, in: -2...2),
        .init(start: log(0.7), step: 0.2, in: log(0.05)...log(2)),
        .init(start: 0, step: 0.2, in: -4...4),
        .init(start: log(2.3), step: 0.3, in: 0.05...log(20)),
        .init(start: log(enter), step: 0.5, in: log(1e-3)...log(0.9)),
        .init(start: log(leave), step: 0.5, in: log(1e-3)...log(0.99)),
      ]) { value(parameters($0)) }
    }
    let least = searches[0].value <= searches[1].value ? searches[0] : searches[1]
    let point = parameters(least.point)
    let errors = ObservedInformation(
      at: point, scales: [0.04, 0.03, 0.15, 0.1, 0.01, 0.05],
      bounds: [-2...2, 0.05...2, -4...4, 0.05...40, 1e-3...0.9, 1e-3...0.99], of: value
    ).standardErrors
    func estimate(_ index: Int) -> Estimate { Estimate(point[index], standardError: errors[index]) }
    func moved(_ index: Int) -> Estimate {
      Estimate(mean + sd * point[index], standardError: errors[index].map { sd * $0 })
    }
    calmMean = moved(0)
    calmDeviation = estimate(1).scaled(by: sd)
    stressMean = moved(2)
    stressDeviation = estimate(3).scaled(by: sd)
    enter = estimate(4)
    leave = estimate(5)
  }
}

/// `regime_switching` fitted to the rows of all assets: one chain, one ratio of volatilities.
///
/// The assets' volatilities are those of the data. The calm correlation is that of the rows by their
/// probability to be calm, in three rounds; the other parameters have the greatest likelihood for it.
///
/// Drifts are left alone: those of the regimes are known to no more than their own size.
///
/// - Units: probabilities of one step.
/// - Cost: some hundred passes over the rows, each O(rows x assets squared).
/// - Source: J. Hamilton, Econometrica 57 (1989).
package struct RegimeFit: Sendable {
  package let enter: Estimate
  package let leave: Estimate
  package let ratio: Estimate
  package let pull: Estimate
  package let correlation: [[Double]]
  /// Above that of a single normal law.
  package let logLikelihoodGain: Double

  private static let bounds = [1e-3...0.5, 5e-3...0.95, 1.02...20.0, 0...0.95]

  /// `sample`'s steps are those of the chain; `correlation` is the first guess.
  package init(_ sample: ReturnSample, correlation: [[Double]]) {
    var law = Rows(sample, correlation: correlation)
    // Probabilities, ratio, and pull unless there is nothing to pull.
    let isSingle = sample.assetCount == 1
    func parameters(_ x: [Double]) -> [Double] {
      [exp(x[0]), exp(x[1]), exp(x[2])] + (isSingle ? [0] : [x[3]])
    }
    func logs(_ index: Int) -> ClosedRange<Double> {
      log(Self.bounds[index].lowerBound)...log(Self.bounds[index].upperBound)
    }
    var x = [log(0.04), log(0.2), log(2.3), 0.2]
    var least = 0.0
    for round in 0..<3 {
      let variables: [BoxMinimum.Variable] = [
        .init(start: x[0], step: 0.4, in: logs(0)), .init(start: x[1], step: 0.4, in: logs(1)),
        .init(start: x[2], step: 0.3, in: logs(2)),
      ]
      let pulled = BoxMinimum.Variable(start: x[3], step: 0.1, in: Self.bounds[3])
      let search = BoxMinimum(isSingle ? variables : variables + [pulled], tolerance: 1e-4) {
        -law.logLikelihood(parameters($0))
      }
      x = search.point + (isSingle ? [0] : [])
      least = search.value
      if round < 2 { law.settle(parameters(x)) }
    }
    let point = parameters(x)
    let count = isSingle ? 3 : 4
    let errors = ObservedInformation(
      at: Array(point.prefix(count)), scales: [0.01, 0.04, 0.1, 0.05].prefix(count).map { $0 },
      bounds: Array(Self.bounds.prefix(count))
    ) { -law.logLikelihood($0 + (isSingle ? [0] : [])) }.standardErrors
    (enter, leave) = (
      Estimate(point[0], standardError: errors[0]), Estimate(point[1], standardError: errors[1])
    )
    ratio = Estimate(point[2], standardError: errors[2])
    pull = Estimate(point[3], standardError: isSingle ? nil : errors[3])
    self.correlation = law.correlation
    logLikelihoodGain = -least - law.singleLogLikelihood
  }
}

/// The rows under both regimes.
private struct Rows {
  /// Less their means, in standard deviations: `[asset][row]`.
  private let standardised: [[Double]]
  private let deviations: [Double]
  private(set) var correlation: [[Double]]

  init(_ sample: ReturnSample, correlation: [[Double]]) {
    standardised = sample.standardised
    deviations = sample.deviations
    self.correlation = correlation
  }

  /// Of enter, leave, ratio and pull.
  func logLikelihood(_ p: [Double]) -> Double {
    guard p[0] + p[1] < 1, let rows = densities(p) else { return -.infinity }
    return TwoStateChain(enter: p[0], leave: p[1]).logLikelihood(rows.calm, rows.stress)
  }

  /// Of one normal law with the calm correlation.
  var singleLogLikelihood: Double {
    (density(correlation, scale: 1, means: deviations.map { _ in 0 }) ?? []).reduce(0, +)
  }

  /// Takes the correlation of the rows by their probability to be calm.
  mutating func settle(_ p: [Double]) {
    guard let rows = densities(p) else { return }
    let stress = TwoStateChain(enter: p[0], leave: p[1]).smoothed(rows.calm, rows.stress)
    let weighted = standardised.map { column in
      zip(column, stress).map { $0 * max(0, 1 - $1).squareRoot() }
    }
    let count = standardised.count
    let products = BLAS.rowProducts(weighted.flatMap { $0 }, rowCount: count)
    correlation = (0..<count).map { row in
      (0..<count).map { column in
        row == column
          ? 1
          : products[row * count + column]
            / (products[row * count + row] * products[column * count + column]).squareRoot()
      }
    }
  }

  /// Log densities of each row in both regimes.
  private func densities(_ p: [Double]) -> (calm: [Double], stress: [Double])? {
    let (ratio, pull) = (p[2], p[3])
    let share = p[0] / (p[0] + p[1])
    let calm = 1 / (1 - share + share * ratio * ratio).squareRoot()
    let pulled = correlation.enumerated().map { row, entries in
      entries.enumerated().map { row == $0 ? 1 : (1 - pull) * $1 + pull }
    }
    // Without drifts the regimes' mean log returns differ by half of what their variances do; in
    // standard deviations.
    let moves = deviations.map { -0.5 * (ratio * ratio - 1) * calm * calm * $0 }
    guard
      let quiet = density(correlation, scale: calm, means: moves.map { -share * $0 }),
      let loud = density(pulled, scale: ratio * calm, means: moves.map { (1 - share) * $0 })
    else { return nil }
    return (quiet, loud)
  }

  private func density(_ matrix: [[Double]], scale: Double, means: [Double]) -> [Double]? {
    let count = standardised.count
    guard let factor = BLAS.choleskyFactor(matrix.flatMap { $0 }, count: count) else { return nil }
    let rowCount = standardised[0].count
    let whitened = BLAS.forwardSolved(
      factor, count: count,
      columns: zip(standardised, means).flatMap { column, mean in
        column.map { ($0 - mean) / scale }
      })
    let determinant = standardised.indices.reduce(Double(count) * log(scale)) {
      $0 + log(factor[$1 * (count + 1)])
    }
    var result = [Double](repeating: -determinant, count: rowCount)
    for (place, value) in whitened.enumerated() { result[place % rowCount] -= 0.5 * value * value }
    return result
  }
}

extension ModelFitting {
  /// `regime_switching`, on daily sums of the returns: within a day the states are those of its hours.
  static let regimeSwitching = ModelFitting(kind: RegimeSwitching.kind) { fits in
    let kind = RegimeSwitching.kind
    let sample: ReturnSample
    do {
      sample = try fits.sample.daily()
    } catch ReturnSample.Fault.tooFewRows(let count) {
      throw LikelihoodFits.Refusal(
        sentence: "\(kind) needs \(ReturnSample.fewestRows) days; there are \(count)")
    }
    let fit = RegimeFit(sample, correlation: fits.joint.correlation)
    guard fit.logLikelihoodGain > 10 else {
      throw LikelihoodFits.Refusal(sentence: "\(kind): the days do not fall into two regimes")
    }
    let own = parallelMap(sample.assetCount) { OwnRegimeFit(sample.columns[$0]) }
    // Probabilities of a day from those of the sample's own step.
    let left = 1 - fit.enter.value - fit.leave.value
    let perDay = (1 - pow(left, 24 / sample.spacingHours)) / (1 - left)
    let (enter, leave) = (fit.enter.scaled(by: perDay), fit.leave.scaled(by: perDay))
    let parts = [
      ("enter_stress_per_day", enter), ("leave_stress_per_day", leave),
      ("stress_volatility_ratio", fit.ratio), ("stress_correlation_pull", fit.pull),
    ]
    func percent(_ part: (OwnRegimeFit) -> Estimate) -> [Estimate] {
      own.map { part($0).scaled(by: 100) }
    }
    return ModelFit(
      kind: kind, settings: parts.map { ($0.0, .common($0.1.value)) },
      correlation: fit.correlation, common: parts,
      byAsset: [
        ("own calm sd, %", percent(\.calmDeviation)),
        ("own stress sd, %", percent(\.stressDeviation)),
        ("own calm mean, %", percent(\.calmMean)), ("own stress mean, %", percent(\.stressMean)),
        ("own enter", own.map(\.enter)), ("own leave", own.map(\.leave)),
      ],
      remarks: [
        "fitted to \(sample.rowCount) returns over \(sample.spacingHours) h; drifts are not fitted"
      ])
  }
}
