import Foundation

extension LikelihoodFits {
  /// `merton`: jumps of every asset by their own likelihood, then with the rate that all share.
  ///
  /// The model's jumps are common: their rate is the median of the assets' own, and the sizes are
  /// fitted again with it. Where jumps would have all of an asset's variance, their deviation is
  /// cut.
  package var merton: ModelFit {
    let sample = sample
    let own = parallelMap(sample.assetCount) { MertonFit(sample.columns[$0]) }
    let rates = own.map(\.jumpsPerStep.value).sorted()
    let rate = rates[rates.count / 2]
    let shared = parallelMap(sample.assetCount) {
      MertonFit(sample.columns[$0], jumpsPerStep: rate)
    }
    let perYear = 1 / sample.stepYears
    func scaled(_ estimate: Estimate, _ factor: Double) -> Estimate {
      Estimate(factor * estimate.value, standardError: estimate.standardError.map { factor * $0 })
    }
    let cuts = zip(shared, sample.deviations).map { fit, deviation in
      let room = 0.99 * deviation * deviation / rate - fit.jumpMean.value * fit.jumpMean.value
      return min(fit.jumpDeviation.value, max(0, room).squareRoot())
    }
    return ModelFit(
      kind: MertonJumps.kind,
      settings: [
        ("common_jumps_per_year", .common(rate * perYear)),
        ("jump_mean_log", .byAsset(shared.map(\.jumpMean.value))),
        ("jump_sd_log", .byAsset(cuts)),
      ],
      correlation: joint.correlation, common: [],
      byAsset: [
        ("own sigma a year", own.map { scaled($0.deviation, perYear.squareRoot()) }),
        ("own jumps a year", own.map { scaled($0.jumpsPerStep, perYear) }),
        ("own jump mean", own.map(\.jumpMean)), ("own jump sd", own.map(\.jumpDeviation)),
        ("jump_mean_log", shared.map(\.jumpMean)), ("jump_sd_log", shared.map(\.jumpDeviation)),
      ], remarks: [])
  }

  /// Moves beyond which a return counts as a jump, in standard deviations.
  package static let jumpThreshold = 3.0

  /// `hawkes_jumps`: events are the steps in which the mean of all assets, each in its standard
  /// deviations, moves by more than three of its own.
  ///
  /// An asset's jumps have the mean of its returns in these steps, and the variance that they have
  /// beyond that of the other steps. Throws `Refusal` for fewer than 20 events.
  package func hawkesJumps() throws -> ModelFit {
    let standardised = sample.standardised
    let mean = (0..<sample.rowCount).map { row in
      standardised.reduce(0) { $0 + $1[row] } / Double(sample.assetCount)
    }
    let size = (mean.reduce(0) { $0 + $1 * $1 } / Double(mean.count)).squareRoot()
    let events = Self.exceedances(mean.map { $0 / size }, both: true)
    let hours = sample.spacingHours
    let duration = Double(sample.rowCount) * hours
    guard let process = HawkesFit(times: events.map { Double($0) * hours }, duration: duration)
    else {
      throw Refusal(
        sentence: "hawkes_jumps needs \(HawkesFit.fewestEvents) steps in which all assets together "
          + "move by three standard deviations; there are \(events.count)")
    }
    let marked = Set(events)
    let jumps = sample.columns.map { column -> (mean: Double, deviation: Double) in
      let sizes = events.map { column[$0] }
      let mean = sizes.reduce(0, +) / Double(sizes.count)
      let square = sizes.reduce(0) { $0 + $1 * $1 } / Double(sizes.count)
      let quiet = column.indices.reduce(0) {
        marked.contains($1) ? $0 : $0 + column[$1] * column[$1]
      }
      let rest = quiet / Double(column.count - events.count)
      return (mean, max(0, square - mean * mean - rest).squareRoot())
    }
    let own = parallelMap(sample.assetCount) { asset in
      HawkesFit(
        times: Self.exceedances(standardised[asset], both: true).map { Double($0) * hours },
        duration: duration)
    }
    func column(_ name: String, _ part: (HawkesFit) -> Estimate) -> (String, [Estimate]) {
      (name, own.map { $0.map(part) ?? Estimate(.nan) })
    }
    return ModelFit(
      kind: HawkesJumps.kind,
      settings: [
        ("common_rate_per_hour", .common(process.baseRate.value)),
        ("branching", .common(process.branching.value)),
        ("decay_per_hour", .common(process.decay.value)),
        ("jump_mean_log", .byAsset(jumps.map(\.mean))),
        ("jump_sd_log", .byAsset(jumps.map(\.deviation))),
      ],
      correlation: joint.correlation,
      common: [
        ("common_rate_per_hour", process.baseRate), ("branching", process.branching),
        ("decay_per_hour", process.decay),
      ],
      byAsset: [
        column("own rate per hour") { $0.baseRate }, column("own branching") { $0.branching },
        column("own decay per hour") { $0.decay },
      ], remarks: ["\(events.count) events; own ones are moves of three standard deviations"])
  }

  /// Rows of standardised returns beyond the threshold: below it only, or on both sides.
  package static func exceedances(_ standardised: [Double], both: Bool) -> [Int] {
    standardised.indices.filter {
      standardised[$0] < -jumpThreshold || both && standardised[$0] > jumpThreshold
    }
  }
}
