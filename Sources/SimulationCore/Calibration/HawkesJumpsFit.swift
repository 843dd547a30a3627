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
  /// An asset's jumps have the moments of its returns in these steps beyond those of the others, see
  /// `jumpMoments`; where they are more than all of the asset's variance at the fitted rate, both are
  /// shrunk. Throws `Refusal` for fewer than 20 events.
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
    let pairs = Self.shareOfPairs(process, hours: hours)
    let jumps = zip(sample.columns, sample.deviations).map { column, total in
      let sizes = events.map { column[$0] }
      let quiet = column.indices.reduce(0) {
        marked.contains($1) ? $0 : $0 + column[$1] * column[$1]
      }
      let (mean, deviation) = Self.jumpMoments(
        sizes, noise: quiet / Double(column.count - events.count), shareOfPairs: pairs)
      let square = mean.value * mean.value + deviation.value * deviation.value
      let share = meanRate * square / (total * total)
      let shrinkage = share > 0.99 ? (0.99 / share).squareRoot() : 1
      return (mean: mean.scaled(by: shrinkage), deviation: deviation.scaled(by: shrinkage))
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

  /// The share of the steps with events in which there were two.
  ///
  /// The factorial moment of the fitted process's count in a step, more than two left out.
  private static func shareOfPairs(_ process: HawkesFit, hours: Double) -> Double {
    let law = HawkesMoments(
      baseRate: process.baseRate.value, branching: process.branching.value,
      decay: process.decay.value, duration: hours)
    let pairs = 0.5 * (law.countVariance + law.meanCount * (law.meanCount - 1))
    guard pairs < law.meanCount else { return 0.5 }
    return min(max(pairs / (law.meanCount - pairs), 0), 0.5)
  }

  /// Mean m and deviation d of a jump, from the returns in steps of which a share q has two.
  ///
  ///     mean of the returns = (1 + q) m,   variance = (1 + q) d^2 + q (1 - q) m^2 + noise
  ///
  /// Errors are those of the returns' mean and mean square, whatever their law: a step with two jumps is
  /// far from the others.
  package static func jumpMoments(
    _ returns: [Double], noise: Double, shareOfPairs q: Double
  ) -> (mean: Estimate, deviation: Estimate) {
    let count = Double(returns.count)
    let mean = returns.reduce(0, +) / count
    let squares = returns.map { ($0 - mean) * ($0 - mean) }
    let square = squares.reduce(0, +) / count
    let jump = mean / (1 + q)
    let variance = (square - noise - q * (1 - q) * jump * jump) / (1 + q)
    let deviation = max(0, variance).squareRoot()
    let spread = squares.reduce(0) { $0 + ($1 - square) * ($1 - square) } / (count * (count - 1))
    return (
      Estimate(jump, standardError: (square / count).squareRoot() / (1 + q)),
      Estimate(
        deviation,
        standardError: deviation > 0 ? spread.squareRoot() / (2 * deviation * (1 + q)) : nil)
    )
  }

  /// Rows of standardised returns beyond the threshold: below it only, or on both sides.
  package static func exceedances(_ standardised: [Double], both: Bool) -> [Int] {
    standardised.indices.filter {
      standardised[$0] < -jumpThreshold || both && standardised[$0] > jumpThreshold
    }
  }
}
