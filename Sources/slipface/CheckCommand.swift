import ArgumentParser
import Runner

/// `slipface check FILE...`
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

  @OptionGroup var scenario: ScenarioOptions

  func run() throws {
    let overrides = try scenario.overrides()
    var worst = ExitStatus.done
    var output = ""
    for file in files {
      let diagnostics: Diagnostics
      do throws(Diagnostics) {
        diagnostics = try Scenario.load(
          file, overrides: overrides, dataFolders: scenario.dataDir
        ).diagnostics
      } catch {
        diagnostics = error
        // Invalid input weighs more than a missing file.
        let status = ExitStatus(rawValue: error.exitCode) ?? .invalidInput
        if worst != .invalidInput { worst = status }
      }
      output += text(diagnostics, file: file)
    }
    try TextStream.standardOutput.write(output)
    if worst != .done { throw CommandEnd(worst) }
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
