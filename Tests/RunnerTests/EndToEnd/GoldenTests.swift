import Foundation
import Runner
import Testing

/// Rows of small scenarios as they were when somebody last looked at them.
///
/// A row that moves is a change of the model and wants an entry in the change log. To accept it, run the
/// suite once with SLIPFACE_UPDATE_GOLDEN=1.
@Suite("Golden outcomes")
struct GoldenTests {
  @Test(
    "The rows of paths.csv are those of the repository, byte by byte",
    arguments: ["crash", "plain"])
  func paths(name: String) throws {
    let folder = try TemporaryFolder()
    try ScenarioRun.write(ScenarioRun.goldenText(name + ".yaml"), threads: 2, to: folder)
    let rows = try folder.text("paths.csv")
    let file = ScenarioRun.goldenFolder.appending(path: name + ".paths.csv")
    if ProcessInfo.processInfo.environment["SLIPFACE_UPDATE_GOLDEN"] == "1" {
      try rows.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    // The linear algebra has the same bits on every x86-64 processor with FMA, and only there.
    #if arch(x86_64)
      let difference = zip(rows.split(separator: "\n"), golden.split(separator: "\n"))
        .first { $0 != $1 }
      #expect(difference == nil, "first row that moved, and the row of the repository")
      #expect(rows == golden)
    #else
      print("golden rows are compared on x86-64 only")
      #expect(rows.split(separator: "\n").count == golden.split(separator: "\n").count)
    #endif
  }

  /// A golden file without liquidations would hold nothing to guard.
  @Test("The golden scenarios reach what they guard")
  func canaries() throws {
    func columns(_ name: String) throws -> [String: [Double]] {
      let lines = try ScenarioRun.goldenText(name + ".paths.csv").split(separator: "\n")
      let cells = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      var columns: [String: [Double]] = [:]
      for (place, title) in cells[0].enumerated() {
        columns[String(title)] = cells.dropFirst().compactMap { Double($0[place]) }
      }
      return columns
    }
    let crash = try columns("crash")
    for column in [
      "bad_debt_usd", "liquidations", "panic_sold_usd", "topped_up_usd", "voluntary_sold_usd",
      "releveraged_usd", "gas_usd", "induced_liquidations",
    ] {
      #expect(try #require(crash[column]).contains { $0 > 0 }, "\(column) is zero throughout")
    }
    let plain = try columns("plain")
    #expect(try #require(plain["liquidations"]).contains { $0 > 0 })
    #expect(try #require(plain["amplification"]).allSatisfy { $0 == 1 })
  }
}
