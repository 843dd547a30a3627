import ArgumentParser
import Runner

/// `slipface demo [NAME]`.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Runs a scenario that comes with the program; results go to results/demo.",
    discussion: """
      Examples:
        slipface demo
        slipface demo black-thursday-2020 --paths 2000 -o results/thursday
      """)

  @Argument(
    help: ArgumentHelp(
      "One of \(ShippedScenario.allCases.map(\.rawValue).joined(separator: ", "))."))
  var name = ShippedScenario.quickstart

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var settings: RunSettings

  func run() throws {
    let label = "demo \(name.rawValue)"
    var overrides = try scenario.overrides()
    if settings.paths == nil && settings.maxPaths == nil {
      overrides.insert(
        Override(
          path: "run.paths", value: "\(name.demoPaths)", spelling: "--paths \(name.demoPaths)"),
        at: 0)
    }
    overrides += settings.overrides
    let all = overrides
    let loaded = try ScenarioReading.reporting(label) { () throws(Diagnostics) in
      try Scenario.parse(
        name.text, name: label, overrides: all, dataFolders: scenario.dataDir)
    }
    try RunSession(loaded, settings: settings, defaultName: "demo").run()
  }
}

extension ShippedScenario: ExpressibleByArgument {}
