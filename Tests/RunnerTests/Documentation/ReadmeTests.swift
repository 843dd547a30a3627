import Foundation
import Runner
import Testing

@Suite("The README tells the truth")
struct ReadmeTests {
  private static let readme: String = {
    (try? String(contentsOfFile: Checkout.root + "/README.md", encoding: .utf8)) ?? ""
  }()

  /// Fenced blocks of a language, in order.
  private static func blocks(_ language: String) -> [String] {
    readme.components(separatedBy: "```\(language)\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test("The gate runs every block of commands")
  func commands() throws {
    let gate = try String(contentsOfFile: Checkout.root + "/.ci/run", encoding: .utf8)
    let count = Self.blocks("sh").count
    #expect(count == 3)
    for number in 1...count {
      #expect(gate.contains(" readme \(number)\n"), "block \(number)")
    }
  }

  @Test("Columns of the example exist")
  func columns() throws {
    let example = try #require(Self.blocks("python").first)
    func names(after prefix: String) -> [String] {
      example.components(separatedBy: prefix).dropFirst().map {
        String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
      }
    }
    let columns = ResultFile.paths.columns.map(\.name)
    let used = names(after: "paths.").filter { $0 != "csv" }
    #expect(used.count == 3)
    for name in used { #expect(columns.contains(name), "\(name)") }
    for name in ["metric", "statistic", "value", "ci95_low", "ci95_high"] {
      #expect(ResultFile.summary.columns.contains { $0.name == name }, "\(name)")
    }
    let metrics = Metric.ofPaths.map(\.metric.name)
    #expect(metrics.contains("bad_debt_usd"))
  }

  @Test("Linked files exist")
  func links() {
    let targets = Self.readme.components(separatedBy: "](").dropFirst()
      .compactMap { $0.components(separatedBy: ")").first }.filter { !$0.contains("://") }
    #expect(targets.count > 6)
    for target in targets {
      #expect(FileManager.default.fileExists(atPath: "\(Checkout.root)/\(target)"), "\(target)")
    }
  }

  @Test("The page of results is the one that the tables write")
  func resultsPage() throws {
    let page = try String(
      contentsOfFile: Checkout.root + "/Sources/Runner/Documentation.docc/ResultsReference.md",
      encoding: .utf8)
    #expect(
      page == ResultsPage.markdown,
      "regenerate with: slipface schema results > the page")
  }
}
