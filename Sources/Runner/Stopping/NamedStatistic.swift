package import Cascade
package import SimulationCore

/// A statistic of a column of the results, as an expression names it: `p99(bad_debt_usd)`.
package struct NamedStatistic: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case mean
    /// The empirical quantile at that probability.
    case quantile(Double)
    /// The mean beyond that quantile, on the side of it that is further from the median.
    case tailMean(Double)
    /// The chance of a value above the threshold.
    case probability(above: Double)
  }

  package let kind: Kind
  /// A name of `Metric`.
  package let metric: String
  /// Index of the asset for the metrics of assets, else `nil`.
  package let asset: Int?
  /// As it was written.
  package let text: String

  package init(_ kind: Kind, of metric: String, asset: Int? = nil, text: String) {
    self.kind = kind
    self.metric = metric
    self.asset = asset
    self.text = text
  }

  /// The statistic over paths that were drawn by `design`, with its 95 % interval.
  package func estimate(
    _ outcomes: [PathOutcome], design: some SampleDesign
  ) -> IntervalEstimate {
    let sample = design.sample(values(outcomes))
    switch kind {
    case .mean: return sample.mean()
    case .quantile(let probability): return sample.quantile(probability)
    case .tailMean(let probability):
      return probability < 0.5
        ? sample.negated.expectedShortfall(1 - probability).negated
        : sample.expectedShortfall(probability)
    case .probability(let threshold): return sample.probability(above: threshold)
    }
  }

  private func values(_ outcomes: [PathOutcome]) -> [Double] {
    if let asset {
      let value = Metric.ofAssets.first { $0.metric.name == metric }?.value
      return outcomes.map { value?($0.assets[asset]) ?? .nan }
    }
    let value = Metric.ofPaths.first { $0.metric.name == metric }?.value
    return outcomes.map { value?($0) ?? .nan }
  }
}
