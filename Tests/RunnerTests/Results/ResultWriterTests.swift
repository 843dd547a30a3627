import Cascade
import Foundation
import Runner
import Testing

@Suite("Files of a results folder")
struct ResultWriterTests {
  private func write(
    _ result: EnsembleResult, into folder: TemporaryFolder
  ) throws -> [WrittenFile] {
    let results = try ResultsFolder(path: folder.path, force: true)
    defer { results.release() }
    let summary = Summary(
      result.outcomes, assets: HandMadeRun.assets, quantiles: HandMadeRun.description.quantiles)
    return try ResultWriter(folder: results, description: HandMadeRun.description).write(
      result, summary: summary, environment: HandMadeRun.environment, timing: HandMadeRun.timing,
      warnings: HandMadeRun.description.warnings)
  }

  private func rows(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test("All files are there, each table with its header and its rows")
  func files() throws {
    let folder = try TemporaryFolder()
    let written = try write(HandMadeRun.result(paths: 20), into: folder)
    #expect(try folder.entries == ResultFile.allCases.map(\.rawValue).sorted())
    #expect(written.map(\.file) == ResultFile.tables)
    for entry in written where entry.file != .events {
      let lines = rows(try folder.text(entry.file.rawValue))
      #expect(lines.first == entry.file.columns.map(\.name).joined(separator: ","))
      #expect(lines.count == entry.rows + 1)
      let commas = entry.file.columns.count - 1
      #expect(lines.allSatisfy { line in line.count { $0 == "," } == commas })
    }
  }

  @Test("A path's row holds its numbers, missing where they are not defined")
  func pathRow() throws {
    let folder = try TemporaryFolder()
    _ = try write(HandMadeRun.result(paths: 2), into: folder)
    #expect(
      rows(try folder.text("paths.csv"))[1]
        == "0,0.0,300000.0,0.0,0,1,0,0,,12000.0,-500000000.0,0.0,0.0,0.0,90.0,,0.0,0,0,1.5,,,"
        + "0,0.0,0.0,0.0,0,0,0.0,0.0,200000.0,0.0,0")
    #expect(
      rows(try folder.text("assets.csv"))[1] == "0,WETH,3000.0,3200.0,25.0,1000000.0,0.0,0.0")
  }

  @Test("An event names what it concerns and leaves the rest empty")
  func eventRow() throws {
    let folder = try TemporaryFolder()
    _ = try write(HandMadeRun.result(paths: 2), into: folder)
    #expect(
      rows(try folder.text("events.csv"))[1]
        == "7,1.5,450,liquidation,1,0,12,\"retail, \"\"late\"\"\",,WETH,USDC,,0.1,,,,,,,,,")
  }

  @Test("The timeline has quantiles of the series that exist, in percent where they are shares")
  func timeline() throws {
    let folder = try TemporaryFolder()
    _ = try write(HandMadeRun.result(), into: folder)
    let lines = rows(try folder.text("timeline.csv"))
    // Two times, three series, four quantiles; p99.9 of 1,000 paths is not quoted.
    #expect(lines.count == 1 + 2 * 3 * 4)
    #expect(lines.contains("0.0,market_price,WETH,0.5,USD,3499.0"))
    #expect(lines.contains("1.0,utilisation,WETH,0.99,%,50.0"))
    #expect(lines.contains("1.0,bad_debt,,0.95,USD,949.0"))
    #expect(lines.contains("1.0,bad_debt,,0.999,USD,"))
  }

  @Test("Concentration of a book by hand")
  func concentration() {
    // Shares 0.5, 0.3, 0.2: squares sum to 0.38. Nobody borrows.
    let rows = ConcentrationTable.rows(HandMadeRun.description.holdings)
    #expect(rows.map(\.topAccounts) == [1, 10, 100])
    #expect(rows.map(\.share) == [0.5, 1, 1])
    #expect(rows.allSatisfy { $0.side == "supplied" && abs($0.herfindahlIndex - 0.38) < 1e-15 })
  }

  @Test("The manifest holds the digests of the files as they lie there")
  func manifest() throws {
    let folder = try TemporaryFolder()
    let written = try write(HandMadeRun.result(paths: 20, requested: 30), into: folder)
    for entry in written {
      #expect(entry.sha256 == sha256(try folder.text(entry.file.rawValue).utf8))
    }
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(folder.text("manifest.json").utf8))
        as? [String: Any])
    #expect(object["status"] as? String == "partial")
    #expect(object["scenario"] as? String == HandMadeRun.description.scenario)
    #expect(object["results_sha256"] as? String == Manifest.digest(of: written))
    #expect(
      object["git_commit"] as? String == (Version.sourceCommit.isEmpty ? nil : Version.sourceCommit)
    )
    #expect(object["shards"] as? Int == 1)
    #expect((object["timing"] as? [String: Any])?["end"] as? String == "1970-01-01T00:00:21Z")
    try expectMembers(of: object, follow: ResultSchema.manifest)
  }

  @Test("The commit is that of the checkout, with a mark where files differ from it")
  func sourceCommit() throws {
    let commit = Version.sourceCommit.split(separator: "-", maxSplits: 1)
    guard let digits = commit.first else { return }
    #expect(digits.count == 40 && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    #expect(commit.count == 1 || commit[1] == "dirty")
  }

  @Test("The same result gives the same bytes in every table")
  func determinism() throws {
    let first = try write(HandMadeRun.result(paths: 50), into: TemporaryFolder())
    let second = try write(HandMadeRun.result(paths: 50), into: TemporaryFolder())
    #expect(first == second)
  }

  @Test("The summary object has the members of its schema, numbers that do not exist as null")
  func summaryObject() throws {
    let result = HandMadeRun.result()
    let summary = Summary(result.outcomes, assets: HandMadeRun.assets, quantiles: [0.999])
    let text = summary.json(
      description: HandMadeRun.description, result: result,
      outputs: [(.paths, "results/x/paths.csv")], elapsedSeconds: .infinity, warnings: []
    ).compact
    #expect(!text.contains("\n"))
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "slipface.summary/1")
    #expect(object["elapsed_s"] is NSNull)
    try expectMembers(of: object, follow: ResultSchema.summary)
    let metrics = try #require(object["metrics"] as? [[String: Any]])
    let p999 = try #require(
      metrics.first {
        $0["metric"] as? String == "bad_debt_usd" && $0["statistic"] as? String == "p999"
      })
    #expect(p999["value"] is NSNull)
  }

  /// Required members are there and no others, down through objects and lists.
  private func expectMembers(of value: Any, follow schema: JSONText) throws {
    let plain = try JSONSerialization.jsonObject(with: Data(schema.compact.utf8))
    try check(value, try #require(plain as? [String: Any]))
  }

  private func check(_ value: Any, _ schema: [String: Any]) throws {
    if let properties = schema["properties"] as? [String: [String: Any]] {
      let object = try #require(value as? [String: Any])
      #expect(Set(object.keys) == Set(properties.keys))
      for (name, inner) in properties { try check(try #require(object[name]), inner) }
    } else if let items = schema["items"] as? [String: Any] {
      for item in try #require(value as? [Any]) { try check(item, items) }
    } else if schema["type"] as? String == "string" {
      #expect(value is String)
    }
  }

  @Test("The package description has the columns of the files, with unit and type")
  func dataPackage() throws {
    let text = DataPackage.json(name: "Hand Made!").compact
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["name"] as? String == "hand-made-")
    let resources = try #require(object["resources"] as? [[String: Any]])
    #expect(resources.map { $0["path"] as? String } == ResultFile.tables.map(\.rawValue))
    let schema = try #require(resources[1]["schema"] as? [String: Any])
    let fields = try #require(schema["fields"] as? [[String: Any]])
    #expect(fields.map { $0["name"] as? String } == ResultFile.paths.columns.map(\.name))
    #expect(fields[1]["type"] as? String == "number")
    #expect(fields[1]["dtype"] as? String == "f64")
    #expect(fields[1]["unit"] as? String == "USD")
    #expect(fields[0]["unit"] == nil)
  }
}
