import Foundation

extension ModelFitting {
  static let hawkesJumps = ModelFitting(kind: HawkesJumps.kind) { try $0.hawkesJumps() }
}

extension LikelihoodFits {
  /// Moves beyond which a return counts as a jump, in standard deviations.
  package static let jumpThreshold = 3.0

  /// `hawkes_jumps`: events are the steps in which the mean of all assets, each in its standard
  /// deviations, moves by more than three of its own.
  ///
  /// An asset's jumps have the mean of its returns in these steps, and the variance that they have
  /// beyond that of the other steps; where that is more than all of the asset's variance at the
  /// fitted rate, both are shrunk. Throws `Refusal` for fewer than 20 events.
  fileprivate func hawkesJumps() throws -> ModelFit {
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
    // Of the fitted process, which after a late cluster is above that of the data.
    let meanRate = process.baseRate.value / (1 - process.branching.value) * hours
    let jumps = zip(sample.columns, sample.deviations).map {
      column, total -> (mean: Estimate, deviation: Estimate) in
      let sizes = events.map { column[$0] }
      let count = Double(sizes.count)
      let mean = sizes.reduce(0, +) / count
      let square = sizes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      let quiet = column.indices.reduce(0) {
        marked.contains($1) ? $0 : $0 + column[$1] * column[$1]
      }
      let rest = quiet / Double(column.count - events.count)
      let deviation = max(0, square - rest).squareRoot()
      // Of a normal law's variance, through the root.
      let error = deviation > 0 ? square / (deviation * (2 * count).squareRoot()) : nil
      let share = meanRate * (mean * mean + deviation * deviation) / (total * total)
      let shrinkage = share > 0.99 ? (0.99 / share).squareRoot() : 1
      return (
        Estimate(mean, standardError: (square / count).squareRoot()).scaled(by: shrinkage),
        Estimate(deviation, standardError: error).scaled(by: shrinkage)
      )
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
        ("jump_mean_log", .byAsset(jumps.map(\.mean.value))),
        ("jump_sd_log", .byAsset(jumps.map(\.deviation.value))),
      ],
      correlation: joint.correlation,
      common: [
        ("common_rate_per_hour", process.baseRate), ("branching", process.branching),
        ("decay_per_hour", process.decay),
      ],
      byAsset: [
        column("own rate per hour") { $0.baseRate }, column("own branching") { $0.branching },
        column("own decay per hour") { $0.decay },
        ("jump_mean_log", jumps.map(\.mean)), ("jump_sd_log", jumps.map(\.deviation)),
      ], remarks: ["\(events.count) events; own ones are moves of three standard deviations"])
  }

  /// Rows of standardised returns beyond the threshold: below it only, or on both sides.
  package static func exceedances(_ standardised: [Double], both: Bool) -> [Int] {
    standardised.indices.filter {
      standardised[$0] < -jumpThreshold || both && standardised[$0] > jumpThreshold
    }
  }
}
