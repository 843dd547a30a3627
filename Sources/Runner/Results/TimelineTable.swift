import Cascade
package import SimulationCore

/// Quantiles over the recorded paths, time by time.
package enum TimelineTable {
  package static let columns = [
    ColumnDescription("time_hours", .float64, unit: "h", "Time since the start."),
    ColumnDescription("series", .text, "What is followed."),
    ColumnDescription("asset", .text, "Asset of the series; empty = all."),
    ColumnDescription("quantile", .float64, "Probability of the quantile."),
    ColumnDescription("unit", .text, "Unit of value."),
    ColumnDescription(
      "value", .float64, "Quantile over the recorded paths; empty where they are too few."),
  ]

  /// Rows by time, series, asset and quantile; a series that no path ever has is left out.
  ///
  /// `design` is that of the whole run; `quantiles` in (0, 1); the median is added to them.
  package static func write(
    _ timeline: Timeline, design: some SampleDesign = IndependentPaths(), assets: [String],
    quantiles: [Double], to writer: inout CSVWriter
  ) throws(OutputError) {
    let design = design.prefix(timeline.pathCount)
    let series = Timeline.columns(assetCount: timeline.assetCount)
    let width = series.count
    let probabilities = Array(Set(quantiles + [0.5])).sorted()
    let isPresent = series.indices.map { column in
      stride(from: column, to: timeline.values.count, by: width).contains {
        timeline.values[$0].isFinite
      }
    }
    for (time, hours) in timeline.hours.enumerated() {
      for (column, entry) in series.enumerated() where isPresent[column] {
        let scale = entry.series == .utilisation ? 100.0 : 1
        let sample = design.sample(
          (0..<timeline.pathCount).map {
            timeline.values[($0 * timeline.hours.count + time) * width + column]
          })
        for probability in probabilities {
          try writer.cell(hours)
          try writer.cell(entry.series.rawValue)
          try writer.cell(entry.asset.map { assets[$0] })
          try writer.cell(probability)
          try writer.cell(entry.series == .utilisation ? "%" : entry.series.unit)
          let estimate = sample.quantile(probability)
          try writer.cell(estimate.value.map { scale * $0 })
          writer.endRow()
        }
      }
    }
  }
}
