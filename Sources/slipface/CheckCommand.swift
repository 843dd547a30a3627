import ArgumentParser
import Cascade
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
        slipface check crash.yaml --explain
        slipface check scenarios/*.yaml --format github
      """)

  @Argument(help: "The scenarios.", completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Option(help: "text, json (one object a file and line) or github (annotations).")
  var format = Format.text

  @Flag(help: "Print what follows from the scenario: leverage, depth, eigenvalues, cost of a run.")
  var explain = false

  @Flag(help: "Print the nearest valid correlation matrix as YAML, ready to paste.")
  var fixCorrelation = false

  @OptionGroup var scenario: ScenarioOptions

  func validate() throws {
    if format != .text && (explain || fixCorrelation) {
      throw ValidationError("--explain and --fix-correlation go with --format text.")
    }
    if explain && fixCorrelation {
      throw ValidationError("--explain and --fix-correlation exclude each other.")
    }
  }

  func run() throws {
    let overrides = try scenario.overrides()
    var worst = ExitStatus.done
    var output = ""
    for file in files {
      let report =
        fixCorrelation ? repaired(file, overrides) : checked(file, overrides)
      // Invalid input weighs more than a missing file.
      let status = ExitStatus(rawValue: report.diagnostics.exitCode) ?? .invalidInput
      if worst != .invalidInput, status != .done { worst = status }
      output += report.text
    }
    try TextStream.standardOutput.write(output)
    if worst != .done { throw CommandEnd(worst) }
  }

  private struct Report {
    var diagnostics: Diagnostics
    var text: String
  }

  /// Everything up to the first path: fields, data, accounts.
  private func checked(_ file: String, _ overrides: [Override]) -> Report {
    var diagnostics = Diagnostics()
    var lines: [String] = []
    do throws(Diagnostics) {
      let loaded = try Scenario.load(file, overrides: overrides, dataFolders: scenario.dataDir)
      diagnostics = loaded.diagnostics
      do throws(Diagnostics) {
        let blueprint = try loaded.blueprint()
        diagnostics = loaded.diagnostics(of: blueprint)
        if explain {
          lines = Explanation(loaded, blueprint, threads: ProcessorCount.available).lines
        }
      } catch {
        diagnostics.add(error)
      }
    } catch {
      diagnostics = error
    }
    return Report(
      diagnostics: diagnostics,
      text: text(diagnostics, file: file) + lines.map { "  \($0)\n" }.joined())
  }

  /// The matrix alone on standard output, what it changes on standard error.
  private func repaired(_ file: String, _ overrides: [Override]) -> Report {
    do throws(Diagnostics) {
      let state = try Scenario.correlationState(
        file, overrides: overrides, dataFolders: scenario.dataDir)
      guard case .repaired(let repair) = state else {
        let finding =
          state == .valid
          ? "the correlation matrix is valid already" : "there is no correlation matrix to repair"
        Talk.say("\(file.escapingControls): \(finding)")
        return Report(diagnostics: Diagnostics(), text: "")
      }
      for change in repair.changes {
        Talk.say(
          "\(file.escapingControls): \(change.pair) from \(change.from.shortText) to "
            + change.to.shortText)
      }
      return Report(diagnostics: Diagnostics(), text: repair.yaml)
    } catch {
      return Report(diagnostics: error, text: text(error, file: file))
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
