import ArgumentParser
import Runner

/// `slipface help scenario [PATH]`: the fields of a scenario file.
///
/// Help on commands stays with the parser of the command line.
struct FieldHelpCommand: ParsableCommand {
  /// How a command line asks for it.
  static let words = ["help", "scenario"]

  static let configuration = CommandConfiguration(
    commandName: words.joined(separator: " "),
    abstract: "Prints the fields of a scenario file, or of one of its blocks.",
    discussion: """
      Examples:
        slipface help scenario
        slipface help scenario market.reserves
      """)

  @Argument(help: "A block or a field, such as market.reserves or liquidators.0.count.")
  var path = ""

  func run() throws {
    if let text = ReferencePage.text(path: path) {
      return try TextStream.standardOutput.write(text)
    }
    let shown = path.escapingControls.cut(to: 60)
    let advice = FieldIndex.scenario.nearest(to: path).map { "; did you mean '\($0)'?" } ?? ""
    throw UsageError("no field of a scenario is called '\(shown)'\(advice)")
  }
}
