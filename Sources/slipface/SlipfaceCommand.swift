import ArgumentParser
import Runner

/// `slipface`: the commands, in the order in which a newcomer meets them.
struct SlipfaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slipface",
    abstract: "Simulates liquidation cascades: correlated prices, acting owners, closed loop.",
    discussion: """
      Examples:
        slipface demo
        slipface run crash.yaml --paths 20000 --seed 7
        slipface help scenario market.reserves
      """,
    version: Version.current,
    subcommands: [
      DemoCommand.self, InitCommand.self, CheckCommand.self, RunCommand.self, SchemaCommand.self,
      CalibrateCommand.self, ConformanceCommand.self, BenchCommand.self,
    ])
}
