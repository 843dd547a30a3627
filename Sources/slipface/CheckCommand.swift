import ArgumentParser
import Foundation
import Runner

/// `slipface check FILE...`.
struct CheckCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, github
  }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tells everything that is wrong with scenarios, and runs nothing.",
    discussion: """
      Examples:
        slipface check crash.yaml
        slipface check scenarios/*.yaml --format github
      """)

  @Argument(help: "The scenarios.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Option(help: "text, json (one object a file and line) or github (annotations).")
  var format = Format.text

  @Flag(help: "Print what follows from the scenario: leverage, depth, eigenvalues.")
  var explain = false

  @Flag(help: "Write the nearest valid correlation matrix into the files.")
  var fixCorrelation = false

  @OptionGroup var scenario: ScenarioOptions

  func validate() throws {
    if format != .text && (explain || fixCorrelation) {
      throw ValidationError("--explain and --fix-correlation go with --format text.")
    }
  }

  func run() throws {
    let overrides = try scenario.overrides()
    var worst = ExitStatus.done
    var output = ""
    for file in files {
      if fixCorrelation { output += try repair(file) }
      let diagnostics: Diagnostics
      var explanation: [String] = []
      do throws(Diagnostics) {
        let loaded = try Scenario.load(
          file, overrides: overrides, dataFolders: scenario.dataDir)
        diagnostics = loaded.diagnostics
        if explain { explanation = loaded.explanation }
      } catch {
        diagnostics = error
        // Invalid input weighs more than a missing file.
        let status = ExitStatus(rawValue: error.exitCode) ?? .invalidInput
        if worst != .invalidInput { worst = status }
      }
      output += text(diagnostics, file: file)
      output += explanation.map { "  \($0)\n" }.joined()
    }
    try TextStream.standardOutput.write(output)
    if worst != .done { throw CommandEnd(worst) }
  }

  /// Replaces the file where its matrix can be repaired; returns what was done, a line each.
  private func repair(_ file: String) throws -> String {
    let shown = file.escapingControls
    guard let data = FileManager.default.contents(atPath: file) else {
      // Reading it as a scenario tells what is wrong with it.
      return ""
    }
    var diagnostics = Diagnostics()
    guard let read = ScenarioFile.parse(Array(data), name: file, into: &diagnostics),
      let root = read.node
    else { return "" }
    do {
      let repair = try CorrelationRepair(root, text: read.text, file: file)
      guard !repair.changes.isEmpty else { return "\(shown): the correlation matrix is valid\n" }
      let output = try AtomicFile(path: file)
      try output.write(repair.text)
      try output.commit()
      return repair.changes.map { "\(shown): changed \($0)\n" }.joined()
    } catch let refusal as CorrelationRepair.Refusal {
      return "\(shown): correlation not changed: \(refusal)\n"
    }
  }

  private func text(_ diagnostics: Diagnostics, file: String) -> String {
    switch format {
    case .json: return diagnostics.json(file: file) + "\n"
    case .github: return diagnostics.githubText()
    case .text:
      let text = diagnostics.text(file: file)
      return diagnostics.hasErrors ? text : text + "\(file.escapingControls): ok\n"
    }
  }
}
