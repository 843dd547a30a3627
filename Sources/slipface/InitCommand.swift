import ArgumentParser
import Foundation
import Runner

/// `slipface init [FILE]`.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a commented scenario that runs as it is.",
    discussion: """
      Examples:
        slipface init
        slipface init small.yaml --template minimal
      """)

  @Argument(help: "The file to write.", completion: .file(extensions: ["yaml", "yml"]))
  var file = "scenario.yaml"

  @Option(
    help: ArgumentHelp(
      "One of \(Template.allCases.map(\.rawValue).joined(separator: ", "))."))
  var template = Template.aave

  @Flag(help: "Replace an existing file.")
  var force = false

  func run() throws {
    if !force && access(file, F_OK) == 0 {
      throw CommandEnd(.cannotCreateOutput, "error: \(file) exists; --force replaces it")
    }
    let output = try AtomicFile(path: file)
    try output.write(template.text)
    try output.commit()
    try TextStream.standardOutput.write(file + "\n")
  }
}

extension Template: ExpressibleByArgument {}
