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
        slipface demo minimal --paths 5000 --force
      """)

  @Argument(
    help: ArgumentHelp(
      "One of \(Template.allCases.map(\.rawValue).joined(separator: ", "))."))
  var name = Template.aave

  @OptionGroup var scenario: ScenarioOptions
  @OptionGroup var settings: RunSettings

  /// Enough for a p99 with its interval in a few seconds.
  private static let paths = 1000

  func run() throws {
    let label = "demo \(name.rawValue)"
    var overrides = try scenario.overrides()
    if settings.paths == nil {
      overrides.insert(
        Override(
          path: "run.paths", value: "\(DemoCommand.paths)", spelling: "--paths \(DemoCommand.paths)"
        ),
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

extension Template: ExpressibleByArgument {}
