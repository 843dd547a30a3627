import ArgumentParser
import Foundation
import Runner

/// `slipface conformance FILE...`.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Runs known-answer files against the code that simulates.",
    discussion: """
      Examples:
        slipface conformance vectors/aave_v3.json
        slipface conformance vectors/*.json --only 'constant_product*,student_t_*'
      """)

  @Argument(help: "The files.", completion: .file(extensions: ["json"]))
  var files: [String]

  @Option(help: "Functions to run: * stands for any characters, commas part alternatives.")
  var only: String?

  func run() throws {
    let report: ConformanceReport
    do {
      report = try runConformance(files: files, only: only)
    } catch let error as ConformanceFileError {
      let isMissing = access(error.path, R_OK) != 0
      throw CommandEnd(isMissing ? .missingInput : .invalidInput, "error: \(error)")
    }
    try TextStream.standardOutput.write(report.text)
    if !report.isSuccess { throw CommandEnd(.conditionHeld) }
  }
}
