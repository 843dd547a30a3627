package import Cascade
package import SimulationCore

/// What a run leaves behind, in path order; a function of (scenario, seed, paths) alone.
package struct EnsembleResult: Sendable {
  /// One row a path, in ascending order of their numbers.
  package var outcomes: [PathOutcome]
  package var timeline: Timeline
  /// Events of the recorded paths, in order of path and time.
  package var events: [CascadeEvent]
  /// Paths that were asked for; more than `outcomes.count` after an interruption.
  ///
  /// A screened run simulates about as many.
  package var requestedPaths: Int
  /// How the paths were drawn: decides which intervals their statistics can have.
  package var design: any SampleDesign
  /// The candidates behind the paths of a screened run.
  package var screened: ScreenedPaths?
  /// The weights of a run whose paths come from a mixture.
  package var mixed: MixedPaths?
  /// How a run with a stopping rule ended.
  package var looks: LookReport?

  package init(
    outcomes: [PathOutcome], timeline: Timeline, events: [CascadeEvent], requestedPaths: Int,
    design: any SampleDesign = IndependentPaths()
  ) {
    self.outcomes = outcomes
    self.timeline = timeline
    self.events = events
    self.requestedPaths = requestedPaths
    self.design = design
  }

  /// Whether the paths come in antithetic pairs.
  package var isPaired: Bool { (design as? WeightedPaths)?.groupSize == 2 }

  /// Whether the paths' leading normals come from points.
  package var isQuasiRandom: Bool { design is ReplicatedPaths }

  /// Plain paths that would know the chance and the mean of bad debt as well; `nil` for plain runs.
  package var worth: (chance: Double?, mean: Double?)? {
    let losses = outcomes.map(\.badDebtUSD)
    if let design = design as? WeightedPaths {
      let sample = design.sample(losses)
      return (sample.plainPaths(above: 0), sample.plainPathsForMean)
    }
    guard let design = design as? ReplicatedPaths else { return nil }
    let sample = design.sample(losses)
    return (sample.plainPaths(above: 0), sample.plainPathsForMean)
  }

  /// Paths that were looked at, whether simulated or passed over.
  package var candidates: Int { screened?.candidateCount ?? outcomes.count }

  /// How often the price model's cap held a variance, on all paths and steps.
  package var cappedVariances: Int { outcomes.reduce(0) { $0 + $1.cappedVariances } }

  package var isComplete: Bool {
    candidates == requestedPaths * (screened?.candidatesPerPath ?? 1)
  }
}

/// Series recorded on the first paths of a run: `[path][time][column]`.
///
/// Columns are the per-asset series, asset by asset within each series, then the others, in the order
/// of `TimelineSeries.allCases`.
package struct Timeline: Sendable {
  package var hours: [Double]
  package var assetCount: Int
  package var pathCount: Int
  package var values: [Double]

  package init(hours: [Double], assetCount: Int, pathCount: Int = 0, values: [Double] = []) {
    self.hours = hours
    self.assetCount = assetCount
    self.pathCount = pathCount
    self.values = values
  }

  /// Paths beyond this number are not recorded: a fan chart gains nothing from more.
  package static let maximumPaths = 2048

  /// Series and asset of every column.
  package static func columns(assetCount: Int) -> [(series: TimelineSeries, asset: Int?)] {
    TimelineSeries.allCases.flatMap { series -> [(series: TimelineSeries, asset: Int?)] in
      series.isPerAsset ? (0..<assetCount).map { (series, $0) } : [(series, nil)]
    }
  }
}
