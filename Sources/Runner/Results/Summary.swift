package import Cascade
package import SimulationCore

/// One row of `summary.csv`: a statistic of a metric with its 95 % interval.
package struct SummaryRow: Sendable, Equatable {
  package let metric: String
  /// `nil` = all assets together.
  package let asset: String?
  package let statistic: String
  package let unit: String?
  package let value: Double?
  package let low: Double?
  package let high: Double?
  /// Paths that have a value of the metric.
  package let paths: Int
  /// Why a number or an interval is missing or to be read with care: a word of `EstimateNote`, or
  /// `extreme` for the sample's ends, of which no interval exists.
  package let note: String?

  package static let columns = [
    ColumnDescription(
      "metric", .text,
      "Column of paths.csv, or of assets.csv: there asset_bad_debt_usd is its bad_debt_usd."),
    ColumnDescription("asset", .text, "Asset of the metric; empty = all."),
    ColumnDescription(
      "statistic", .text,
      "mean, sd, min, max, pNN (quantile), prob_positive, tail_mean_pNN (mean beyond), or ratio."),
    ColumnDescription("unit", .text, "Unit of value and interval; empty for pure numbers."),
    ColumnDescription("value", .float64, "The estimate."),
    ColumnDescription("ci95_low", .float64, "Lower end of the 95 % interval."),
    ColumnDescription("ci95_high", .float64, "Upper end of the 95 % interval."),
    ColumnDescription("paths", .int64, "Paths that have a value of the metric."),
    ColumnDescription(
      "note", .text,
      "few_tail, heavy, no_upper, undefined or extreme: see Intervals in the Models guide."),
  ]
}

/// The statistics of a run, metric by metric in the order of the tables, then asset by asset.
package struct Summary: Sendable {
  package let rows: [SummaryRow]
  /// Paths that went into it.
  package let pathCount: Int
  private let index: [String: Int]

  /// Describes outcomes of paths that were drawn by `design`; `quantiles` beyond the fixed ones are
  /// added to them.
  ///
  /// Cost: a few sorts of the paths for each metric.
  package init(
    _ outcomes: [PathOutcome], design: some SampleDesign = IndependentPaths(), assets: [String],
    quantiles: [Double]
  ) {
    var rows: [SummaryRow] = []
    for (metric, value) in Metric.ofPaths {
      rows += Summary.describe(
        design.sample(outcomes.map(value)), metric, asset: nil, quantiles: quantiles)
    }
    rows += Summary.ratios(outcomes, design)
    for (number, asset) in assets.enumerated() {
      for (metric, value) in Metric.ofAssets {
        let sample = design.sample(outcomes.map { value($0.assets[number]) })
        rows += Summary.describe(sample, metric, asset: asset, quantiles: quantiles)
      }
    }
    self.rows = rows
    pathCount = outcomes.count
    index = Dictionary(
      rows.enumerated().map { (Summary.key($1.metric, $1.statistic, $1.asset), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The row of a statistic; `nil` where the metric has no such one.
  package func row(_ metric: String, _ statistic: String, asset: String? = nil) -> SummaryRow? {
    index[Summary.key(metric, statistic, asset)].map { rows[$0] }
  }

  /// The probabilities that are quoted for a metric, ascending.
  ///
  /// Where the lower tail is the bad one, every upper quantile comes with its mirror image.
  package static func probabilities(_ quantiles: [Double], tail: Metric.Tail) -> [Double] {
    let upper = [0.01, 0.05, 0.5, 0.95, 0.99, 0.999] + quantiles
    let all = tail == .upper ? upper : upper + upper.map { mirrored($0) }
    return all.sorted().reduce(into: []) { kept, next in
      if kept.last.map({ quantileName($0) != quantileName(next) }) ?? true { kept.append(next) }
    }
  }

  /// 1 - p without the rounding that would spoil its name: 0.001, not 0.0010000000000000009.
  package static func mirrored(_ probability: Double) -> Double {
    ((1 - probability) * 1e9).rounded() / 1e9
  }

  /// `p50`, `p05`, `p999`: the digits of the probability, at least two.
  package static func quantileName(_ probability: Double) -> String {
    let scaled = String(Int((probability * 1e9).rounded()))
    let digits = String(repeating: "0", count: max(0, 9 - scaled.count)) + scaled
    var name = digits
    while name.count > 2, name.hasSuffix("0") { name.removeLast() }
    return "p" + name
  }

  private static func key(_ metric: String, _ statistic: String, _ asset: String?) -> String {
    "\(metric) \(statistic) \(asset ?? "")"
  }

  private static func describe(
    _ sample: some PathSample, _ metric: Metric, asset: String?, quantiles: [Double]
  ) -> [SummaryRow] {
    func row(_ statistic: String, _ estimate: IntervalEstimate, unit: String?) -> SummaryRow {
      SummaryRow(
        metric: metric.name, asset: asset, statistic: statistic, unit: unit,
        value: estimate.value, low: estimate.low, high: estimate.high, paths: sample.count,
        note: estimate.note?.rawValue)
    }
    func extreme(_ statistic: String, _ value: Double?) -> SummaryRow {
      SummaryRow(
        metric: metric.name, asset: asset, statistic: statistic, unit: metric.unit,
        value: value, low: nil, high: nil, paths: sample.count,
        note: value == nil ? EstimateNote.undefined.rawValue : "extreme")
    }
    var rows = [
      row("mean", sample.mean(), unit: metric.unit),
      row("sd", sample.standardDeviation(), unit: metric.unit),
      extreme("min", sample.extremes?.lowerBound),
    ]
    for probability in probabilities(quantiles, tail: metric.tail) {
      let estimate = sample.quantile(probability)
      rows.append(row(quantileName(probability), estimate, unit: metric.unit))
    }
    rows.append(extreme("max", sample.extremes?.upperBound))
    if metric.mayBeZero {
      rows.append(row("prob_positive", sample.probability(above: 0), unit: nil))
    }
    switch metric.tail {
    case .upper:
      rows.append(row("tail_mean_p99", sample.expectedShortfall(0.99), unit: metric.unit))
    case .lower:
      let estimate = sample.negated.expectedShortfall(0.99)
      rows.append(row("tail_mean_p01", estimate.negated, unit: metric.unit))
    }
    return rows
  }

  /// Ratios of sums over paths; paths without the counterfactual are left out of the amplification.
  private static func ratios(
    _ outcomes: [PathOutcome], _ design: some SampleDesign
  ) -> [SummaryRow] {
    let liquidated = outcomes.map { outcome in
      outcome.liquidatedWithoutFeedbackUSD.isFinite ? outcome.liquidatedCollateralUSD : .nan
    }
    let compared = design.sample(liquidated)
    let amplification = compared.ratio(
      to: design.sample(outcomes.map(\.liquidatedWithoutFeedbackUSD)))
    let byCount = design.branchingRatio(
      outcomes.map {
        OffspringCount(
          parents: Double($0.parentLiquidations), induced: Double($0.inducedLiquidations))
      })
    let byValue = design.branchingRatio(
      outcomes.map { OffspringCount(parents: $0.parentUSD, induced: $0.inducedUSD) })
    return [
      ("amplification", amplification, compared.count),
      ("branching_ratio", byCount, outcomes.count),
      ("branching_ratio_usd", byValue, outcomes.count),
    ].map { name, estimate, paths in
      SummaryRow(
        metric: name, asset: nil, statistic: "ratio", unit: nil, value: estimate.value,
        low: estimate.low, high: estimate.high, paths: paths, note: estimate.note?.rawValue)
    }
  }
}
