import Foundation
import Runner

/// A scenario run from its text to a results folder, the way the program does it.
enum ScenarioRun {
  /// Writes the results into `folder`.
  static func write(
    _ text: String, threads: Int, to folder: TemporaryFolder, blockPaths: Int? = nil
  ) throws {
    let scenario = try Scenario.parse(text, name: "golden.yaml")
    let simulation = try Simulation(scenario, threads: threads)
    var ensemble = simulation.ensemble
    ensemble.blockPaths = blockPaths
    let result = ensemble.run()
    let description = simulation.description
    let results = try ResultsFolder(path: folder.path, force: true)
    defer { results.release() }
    let summary = Summary(
      result.outcomes, assets: description.assets, quantiles: description.quantiles)
    try ResultWriter(folder: results, description: description).write(
      result, summary: summary, environment: HandMadeRun.environment, timing: HandMadeRun.timing,
      warnings: description.warnings)
  }

  /// Where the golden scenarios and their rows lie.
  static let goldenFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden")

  static func goldenText(_ name: String) throws -> String {
    try String(contentsOf: goldenFolder.appending(path: name), encoding: .utf8)
  }
}
