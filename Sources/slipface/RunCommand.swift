import ArgumentParser
import Foundation
import Runner

/// `slipface run FILE`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Simulates a scenario and writes its results folder.",
    discussion: """
      Examples:
        slipface run crash.yaml
        slipface run crash.yaml --set market.close_factor_pct=100 --paths 50000 -o results/full-close
      """)

  @Argument(help: "The scenario.", completion: .file(extensions: ["yaml", "yml"]))
  var file: String

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var settings: RunSettings

  func run() throws {
    let overrides = try scenario.overrides() + settings.overrides
    let loaded = try ScenarioReading.reporting(file) { () throws(Diagnostics) in
      try Scenario.load(
        file, overrides: overrides, dataFolders: scenario.dataDir)
    }
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let stem = name.split(separator: ".").dropLast().joined(separator: ".")
    try RunSession(loaded, settings: settings, defaultName: stem.isEmpty ? name : stem).run()
  }
}
