import Foundation
import Runner
import SimulationCore
import Testing

@Suite("Schema, templates and reference say what the field tables say")
struct TableDrivenTests {
  @Test("Every template validates without a complaint", arguments: Template.allCases)
  func templates(_ template: Template) throws {
    let diagnostics = SampleScenario.complaints(template.text)
    #expect(diagnostics.text(file: template.rawValue) == "")
  }

  @Test("A template shows every field of its blocks once, set or as a comment")
  func templateIsComplete() {
    let text = Template.aave.text
    for block in FieldIndex.scenario.blocks
    where ["run", "assets.NAME", "market.reserves.ASSET", "gas", "herd"].contains(block.path) {
      for field in block.table.fields {
        #expect(text.contains("\(field.key): "), "\(block.path).\(field.key)")
      }
    }
  }

  @Test("Defaults in the tables are values that their fields accept")
  func defaults() {
    var reader = SectionReader(
      assets: ["WETH"], access: FileAccess(scenarioFolder: ""), folders: [:],
      diagnostics: Diagnostics())
    for block in FieldIndex.scenario.blocks {
      for field in block.table.fields {
        var spellings = [field.neutral].compactMap { $0 }
        if case .defaults(let spelled) = field.presence { spellings.append(spelled) }
        for spelled in spellings {
          let path = "\(block.path).\(field.key)"
          let node = ScenarioFile.parse(spelled, name: path, into: &reader.diagnostics)
          #expect(node != nil, "\(path)")
          _ = node.map { reader.value($0, field.type, path: path) }
        }
      }
    }
    #expect(reader.diagnostics.text(file: "the tables") == "")
  }

  @Test("Keys are lower_snake, unique in their block, and end in their unit")
  func keys() {
    for block in FieldIndex.scenario.blocks {
      let keys = block.table.fields.map(\.key)
      #expect(Set(keys).count == keys.count, "\(block.path)")
      for key in keys {
        #expect(
          key.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(block.path).\(key)")
      }
    }
  }

  @Test("The schema is JSON, and names the fields of every block")
  func schema() throws {
    let data = Data(Schema.scenarioText.utf8)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    let properties = try #require(object["properties"] as? [String: Any])
    #expect(
      Set(properties.keys) == Set(ScenarioTable.root.fields.map(\.key) + ["include"]))
    let run = try #require(properties["run"] as? [String: Any])
    #expect(run["additionalProperties"] as? Bool == false)
    #expect(run["required"] as? [String] == ["horizon_hours"])
    let fields = try #require(run["properties"] as? [String: Any])
    let paths = try #require(fields["paths"] as? [String: Any])
    #expect(paths["type"] as? String == "integer")
    #expect(paths["maximum"] as? Int == 1_000_000_000)
    #expect(paths["default"] as? Int == 10_000)
    let dynamics = try #require(properties["dynamics"] as? [String: Any])
    #expect((dynamics["allOf"] as? [Any])?.count == PriceModels.all.count)
  }

  @Test("The reference lists every field of every block")
  func reference() {
    let page = ReferencePage.markdown
    for block in FieldIndex.scenario.blocks {
      for field in block.table.fields {
        #expect(page.contains("| `\(field.key)` |"), "\(block.path).\(field.key)")
      }
    }
    for code in DiagnosticCode.allCases { #expect(page.contains("| \(code.rawValue) |")) }
  }

  @Test("The committed reference page is the generated one")
  func committedReference() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/Runner/Documentation.docc/ScenarioReference.md")
    let text = try String(contentsOf: page, encoding: .utf8)
    #expect(
      text == ReferencePage.markdown,
      "write it with: slipface schema reference > Sources/Runner/Documentation.docc/ScenarioReference.md"
    )
  }

  @Test("Help finds blocks and single fields by their path")
  func help() throws {
    let run = try #require(ReferencePage.text(path: "run"))
    #expect(run.hasPrefix("run\n  How many paths, how long, in which steps.\n\n  paths\n"))
    let field = try #require(ReferencePage.text(path: "market.reserves.WETH.ltv_pct"))
    #expect(
      field == """

          market.reserves.ASSET.ltv_pct
            Loan to value: how much may be borrowed against the collateral; 0 = none.
            type: number, %, 0 to 100
            default: 0

        """)
    #expect(ReferencePage.text(path: "market.reserves.ltv_pct") == field)
    let count = try #require(ReferencePage.text(path: "liquidators.0.count"))
    #expect(count.contains("liquidators.NUMBER.count (kind: flash_loan_bot)"))
    #expect(ReferencePage.text(path: "market.nothing") == nil)
  }
}
