import ArgumentParser
import Runner

/// `slipface schema [scenario|manifest|summary|reference|results]`.
struct SchemaCommand: ParsableCommand {
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case scenario, manifest, summary, reference, results
  }

  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema (draft 7) of a format, or a reference page.",
    discussion: """
      Examples:
        slipface schema scenario > slipface.schema.json
        slipface schema reference > fields.md
      """)

  @Argument(
    help: "scenario, manifest, summary; or a page: reference (fields), results (columns).")
  var subject = Subject.scenario

  func run() throws {
    let text =
      switch subject {
      case .scenario: Schema.scenarioText
      case .manifest: ResultSchema.manifest.pretty + "\n"
      case .summary: ResultSchema.summary.pretty + "\n"
      case .reference: ReferencePage.markdown
      case .results: ResultsPage.markdown
      }
    try TextStream.standardOutput.write(text)
  }
}
