import ArgumentParser
import Foundation
import Runner

extension ProgressStyle: ExpressibleByArgument {}

extension TerminalStyle.ColourChoice: ExpressibleByArgument {}

/// How a step finds the accounts to act on.
enum EngineChoice: String, ExpressibleByArgument, CaseIterable {
  case watched, dense
}

/// What every command that reads a scenario takes.
struct ScenarioOptions: ParsableArguments {
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Replace a field, such as assets.WETH.price_usd=2500; repeatable.", valueName: "path=value"))
  var settings: [String] = []

  @Option(help: "A further folder that the scenario may read data from; repeatable.")
  var dataDir: [String] = []

  /// The overrides in their order; throws for one that is no `PATH=VALUE`.
  func overrides() throws -> [Override] {
    try settings.map { setting in
      guard let override = Override(setting) else {
        throw UsageError(
          "--set takes PATH=VALUE, found '\(setting.escapingControls.cut(to: 60))'")
      }
      return override
    }
  }
}

/// What every command that simulates takes.
struct RunSettings: ParsableArguments {
  @Option(help: "Key of all random numbers.")
  var seed: UInt64?

  @Option(help: "Number of paths.")
  var paths: Int?

  @Option(
    help: ArgumentHelp(
      "Run until a statistic is known well enough, such as 'relerr(p99(bad_debt_usd)) < 5%'.",
      valueName: "rule"))
  var until: String?

  @Option(help: "With --until: the largest number of paths, whether or not the rule is met.")
  var maxPaths: Int?

  @Flag(
    help:
      "With --until: report only paths that took no part in the decision, at most half of --max-paths."
  )
  var untilStrict = false

  @Option(help: "Workers; default: the processors that the process may use.")
  var threads: Int?

  @Option(
    name: [.short, .customLong("output")],
    help: "Results folder; default: results/FILE, by the scenario's file.")
  var output: String?

  @Flag(help: "Replace the results in an existing folder; other files in it stay.")
  var force = false

  @Option(help: "Stop after so many minutes and keep the finished paths (exit code 75).")
  var maxMinutes: Double?

  @Option(help: "How a step finds the accounts to act on: watched or dense; same results.")
  var engine: EngineChoice?

  @Flag(help: "Check everything and say what would be run; write nothing.")
  var dryRun = false

  @Flag(help: "Print the summary as one JSON object.")
  var json = false

  @Option(help: "Progress on standard error: auto, bar, lines, json or none.")
  var progress = ProgressStyle.auto

  @Option(
    name: [.customLong("color"), .customLong("colour")], help: "Colours: auto, always or never.")
  var colour = TerminalStyle.ColourChoice.auto

  @Flag(help: "Say nothing but errors on standard error.")
  var quiet = false

  @Flag(help: "Say more about what is done.")
  var verbose = false

  func validate() throws {
    if let threads, !EnvironmentSettings.threadRange.contains(threads) {
      let range = EnvironmentSettings.threadRange
      throw ValidationError(
        "--threads takes \(range.lowerBound) to \(range.upperBound), not \(threads).")
    }
    for (option, value) in [("--paths", paths), ("--max-paths", maxPaths)] {
      guard let value, !RunOptions.pathRange.contains(value) else { continue }
      throw ValidationError(
        "\(option) takes 1 to \(RunOptions.pathRange.upperBound), not \(value).")
    }
    if until == nil && (maxPaths != nil || untilStrict) {
      throw ValidationError(
        "\(maxPaths == nil ? "--until-strict" : "--max-paths") belongs to --until.")
    }
    if until != nil && maxPaths == nil { throw ValidationError("--until needs --max-paths.") }
    if until != nil && paths != nil {
      throw ValidationError("--until decides on the paths: give --max-paths instead of --paths.")
    }
    if let maxMinutes, !(maxMinutes > 0 && maxMinutes <= 525_600) {
      throw ValidationError("--max-minutes takes a number above 0 and up to 525600.")
    }
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }

  /// Options that stand for a field of the scenario, after those of `--set`.
  var overrides: [Override] {
    func override(_ path: String, _ option: String, _ value: String) -> Override {
      Override(path: path, value: value, spelling: "\(option) \(value)")
    }
    return [
      seed.map { override("run.seed", "--seed", String($0)) },
      paths.map { override("run.paths", "--paths", String($0)) },
      maxPaths.map { override("run.paths", "--max-paths", String($0)) },
      engine.map { override("run.engine", "--engine", $0.rawValue) },
    ].compactMap { $0 }
  }

  func threadCount(_ environment: EnvironmentSettings) throws -> Int {
    try threads ?? environment.threads() ?? ProcessorCount.available
  }
}
