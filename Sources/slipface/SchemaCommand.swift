import ArgumentParser
import Runner

/// `slipface schema [scenario|manifest|summary|reference]`.
struct SchemaCommand: ParsableCommand {
  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case scenario, manifest, summary, reference
  }

  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema (draft 7) of a format, or the reference of all fields.",
    discussion: """
      Examples:
        slipface schema scenario > slipface.schema.json
        slipface schema reference > fields.md
      """)

  @Argument(help: "scenario, manifest, summary, or reference (Markdown).")
  var subject = Subject.scenario

  func run() throws {
    let text =
      switch subject {
      case .scenario: Schema.scenarioText
      case .manifest: ResultSchema.manifest.pretty + "\n"
      case .summary: ResultSchema.summary.pretty + "\n"
      case .reference: ReferencePage.markdown
      }
    try TextStream.standardOutput.write(text)
  }
}
