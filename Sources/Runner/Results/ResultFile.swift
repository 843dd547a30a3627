/// The files of a results folder, in the order in which they are written.
package enum ResultFile: String, Sendable, CaseIterable {
  case summary = "summary.csv"
  case paths = "paths.csv"
  case assets = "assets.csv"
  case timeline = "timeline.csv"
  case events = "events.csv"
  case concentration = "concentration.csv"
  case dataPackage = "datapackage.json"
  case manifest = "manifest.json"

  package static let tables: [ResultFile] = [
    .summary, .paths, .assets, .timeline, .events, .concentration,
  ]

  /// What the table holds, in a sentence.
  package var meaning: String {
    switch self {
    case .summary: "Statistics of every metric over the paths, with 95 % intervals."
    case .paths: "One row a path."
    case .assets: "One row a path and asset."
    case .timeline: "Quantiles over paths of the recorded series."
    case .events: "What happened on the recorded paths."
    case .concentration: "How concentrated the book is at time 0."
    case .dataPackage: "Types, units and meanings of all columns."
    case .manifest: "What made these results."
    }
  }

  /// The columns of a table of plain paths; empty for the other files.
  package var columns: [ColumnDescription] { columns(isWeighted: false) }

  /// The columns of a table; paths have a weight where they do not all stand for the same.
  package func columns(isWeighted: Bool) -> [ColumnDescription] {
    switch self {
    case .summary: SummaryRow.columns
    case .paths: OutcomeTable.columns.map(\.column) + (isWeighted ? [OutcomeTable.weight] : [])
    case .assets:
      [
        ColumnDescription("path", .int64, "Number of the path, from 0."),
        ColumnDescription("asset", .text, "Symbol."),
      ] + AssetTable.columns.map(\.column)
    case .timeline: TimelineTable.columns
    case .events: EventTable.columns
    case .concentration: ConcentrationTable.columns
    case .dataPackage, .manifest: []
    }
  }
}
