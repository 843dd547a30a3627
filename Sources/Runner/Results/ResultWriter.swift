import Cascade
import Foundation
import SimulationCore

/// Writes a results folder: tables, their description, and last the manifest that makes it whole.
package struct ResultWriter {
  private let folder: ResultsFolder
  private let description: RunDescription

  package init(folder: ResultsFolder, description: RunDescription) {
    self.folder = folder
    self.description = description
  }

  /// Replaces the results in the folder; every file appears whole or not at all.
  ///
  /// The bytes of the tables depend on `result` and the description alone. Throws `OutputError`.
  @discardableResult
  package func write(
    _ result: EnsembleResult, summary: Summary, environment: RunEnvironment, timing: RunTiming,
    warnings: [String]
  ) throws(OutputError) -> [WrittenFile] {
    try folder.clear(ResultFile.allCases.map(\.rawValue))
    var tables: [WrittenFile] = []
    for file in ResultFile.tables {
      let rows = try write(file, result, summary)
      let bytes = try FileBytes(path: folder.file(file.rawValue))
      let digest = sha256(bytes)
      if bytes.failure != 0 {
        throw .writeFailed(path: folder.file(file.rawValue), errno: bytes.failure)
      }
      tables.append(WrittenFile(file: file, rows: rows, sha256: digest))
    }
    let isWeighted = result.design.weights != nil
    try write(
      .dataPackage, DataPackage.json(name: description.name, isWeighted: isWeighted))
    try syncFolder(folder.path)
    let manifest = Manifest(
      description: description, result: result, tables: tables, environment: environment,
      timing: timing, warnings: warnings)
    try write(.manifest, manifest.json)
    try syncFolder(folder.path)
    return tables
  }

  private func write(_ file: ResultFile, _ json: JSONText) throws(OutputError) {
    let output = try AtomicFile(path: folder.file(file.rawValue))
    try output.write(json.pretty + "\n")
    try output.commit()
  }

  private func write(
    _ file: ResultFile, _ result: EnsembleResult, _ summary: Summary
  ) throws(OutputError) -> Int {
    let output = try AtomicFile(path: folder.file(file.rawValue))
    let weights = result.design.weights
    var writer = try CSVWriter(output, columns: file.columns(isWeighted: weights != nil))
    switch file {
    case .summary: try write(summary, to: &writer)
    case .paths:
      for (place, outcome) in result.outcomes.enumerated() {
        for entry in OutcomeTable.columns {
          try writer.cell(entry.value(outcome), as: entry.column.type)
        }
        if let weights { try writer.cell(weights[place]) }
        writer.endRow()
      }
    case .assets: try writeAssets(result.outcomes, to: &writer)
    case .timeline:
      try TimelineTable.write(
        result.timeline, design: result.design, assets: description.assets,
        quantiles: description.quantiles, to: &writer)
    case .events: try EventTable.write(result.events, assets: description.assets, to: &writer)
    case .concentration:
      try ConcentrationTable.write(ConcentrationTable.rows(description.holdings), to: &writer)
    case .dataPackage, .manifest: preconditionFailure("only tables have rows")
    }
    return try writer.commit()
  }

  private func writeAssets(
    _ outcomes: [PathOutcome], to writer: inout CSVWriter
  ) throws(OutputError) {
    for outcome in outcomes {
      for (asset, entry) in zip(description.assets, outcome.assets) {
        try writer.cell(outcome.path)
        try writer.cell(asset)
        for column in AssetTable.columns {
          try writer.cell(column.value(entry), as: column.column.type)
        }
        writer.endRow()
      }
    }
  }

  private func write(_ summary: Summary, to writer: inout CSVWriter) throws(OutputError) {
    for row in summary.rows {
      for text in [row.metric, row.asset, row.statistic, row.unit] { try writer.cell(text) }
      for value in [row.value, row.low, row.high] { try writer.cell(value) }
      try writer.cell(row.paths)
      try writer.cell(row.note)
      writer.endRow()
    }
  }
}
