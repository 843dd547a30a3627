import Foundation
import Runner
import SimulationCore
import Testing

@Suite("Repair of a correlation matrix")
struct CorrelationRepairTests {
  @Test("The matrix of Higham 2002 becomes the one that the paper prints, as YAML to paste")
  func higham() throws {
    // Higham 2002, section 4: 1 1 0 / 1 1 1 / 0 1 1 has nearest 0.7607 and 0.1573.
    let rows: [[Double]] = [[1, 1, 0], [1, 1, 1], [0, 1, 1]]
    let repair = try #require(CorrelationRepair(order: ["A", "B", "C"], rows: rows))
    #expect(abs(repair.matrix[0][1] - 0.7607) < 5e-5)
    #expect(abs(repair.matrix[2][0] - 0.1573) < 5e-5)
    #expect(repair.changes.map(\.pair) == ["A/B", "A/C", "B/C"])
    let correlation = try Correlation(matrix: repair.matrix)
    #expect(!correlation.isRankDeficient)

    var diagnostics = Diagnostics()
    let root = ScenarioFile.parse(repair.yaml, name: "paste.yaml", into: &diagnostics)
    let pasted = try #require(root?["dynamics"]?["correlation"])
    #expect(pasted["order"]?.items?.compactMap(\.scalarText) == ["A", "B", "C"])
    let numbers = (pasted["matrix"]?.items ?? []).map { row in
      (row.items ?? []).compactMap { $0.scalarText.flatMap { Double($0) } }
    }
    #expect(numbers == repair.matrix)
  }

  @Test("Numbers have at most six decimals, and what is printed is valid", arguments: 2...12)
  func decimals(_ count: Int) throws {
    // One asset at 0.9 with all others, which are uncorrelated: smallest eigenvalue
    // 1 - 0.9 sqrt(count - 1), negative from three assets on.
    let rows = (0..<count).map { row in
      (0..<count).map { $0 == row ? 1.0 : $0 == 0 || row == 0 ? 0.9 : 0 }
    }
    let repair = CorrelationRepair(order: (0..<count).map { "A\($0)" }, rows: rows)
    guard count > 2 else {
      #expect(repair == nil)
      return
    }
    let matrix = try #require(repair).matrix
    #expect(matrix.joined().allSatisfy { ($0 * 1e6).rounded() / 1e6 == $0 })
    _ = try Correlation(matrix: matrix)
  }

  @Test("A valid matrix and one of another fault have no repair")
  func nothingToRepair() {
    #expect(CorrelationRepair(order: ["A", "B"], rows: [[1, 0.5], [0.5, 1]]) == nil)
    #expect(CorrelationRepair(order: ["A", "B"], rows: [[1, 0.5], [0.4, 1]]) == nil)
    #expect(CorrelationRepair(order: ["A", "B"], rows: [[1, 0.5]]) == nil)
  }

  @Test("The repair of a file follows its includes and overrides")
  func file() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/slipface-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let base = SampleScenario.text
      .replacing(
        "  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}",
        with: "  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}\n"
          + "  DAI: {price_usd: 1.0, volatility_pct_annual: 1.0}"
      ).replacing(
        "{order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}",
        with: "{order: [WETH, USDC, DAI], matrix: [[1, 0.9, 0.9], [0.9, 1, 0], [0.9, 0, 1]]}")
    try Data(base.utf8).write(to: URL(fileURLWithPath: folder + "/base.yaml"))
    try Data("include: base.yaml\n".utf8).write(to: URL(fileURLWithPath: folder + "/top.yaml"))
    let top = folder + "/top.yaml"
    guard case .repaired(let repair) = try Scenario.correlationState(top) else {
      Issue.record("an indefinite matrix is repaired")
      return
    }
    #expect(repair.order == ["WETH", "USDC", "DAI"])
    func state(_ matrix: String) throws -> Scenario.CorrelationState {
      let other = try #require(Override("dynamics.correlation\(matrix)"))
      return try Scenario.correlationState(top, overrides: [other])
    }
    #expect(try state(".matrix=[[1,0,0],[0,1,0],[0,0,1]]") == .valid)
    #expect(try state("={one_factor: {WETH: 1, USDC: 0, DAI: 0}}") == .absent)
    for (matrix, code) in [
      ("[[1,0.5,0],[0.4,1,0],[0,0,1]]", "E041"), ("[[1,0,0],[0,0.9,0],[0,0,1]]", "E042"),
      ("[[1,1.2,0],[1.2,1,0],[0,0,1]]", "E015"), ("[[1,0],[0,1]]", "E040"),
    ] {
      let faults = #expect(throws: Diagnostics.self) { try state(".matrix=\(matrix)") }
      #expect(faults?.all.map(\.code).contains(code) == true, "\(matrix)")
      #expect(faults?.exitCode == 65)
    }
  }
}
