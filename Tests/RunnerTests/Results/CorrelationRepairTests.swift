import Foundation
import Runner
import SimulationCore
import Testing

@Suite("Repair of a correlation matrix in its file")
struct CorrelationRepairTests {
  private func repair(_ text: String) throws -> CorrelationRepair {
    var diagnostics = Diagnostics()
    let root = try #require(ScenarioFile.parse(text, name: "a.yaml", into: &diagnostics))
    return try CorrelationRepair(root, text: text, file: "a.yaml")
  }

  private func scenario(_ rows: [String]) -> String {
    "dynamics:\n  correlation:   # é\n    order: [A, B, C]\n    matrix:\n"
      + rows.map { "      - [\($0)]  # row\n" }.joined()
  }

  @Test(
    "The matrix of Higham 2002 becomes the one that the paper prints, the rest of the file stays")
  func higham() throws {
    // Higham 2002, section 4: 1 1 0 / 1 1 1 / 0 1 1 has nearest 0.7607 and 0.1573.
    let text = scenario(["1, 1, 0", "1, 1, 1", "0, 1, 1"])
    let repaired = try repair(text)
    #expect(repaired.changes.count == 3)
    var diagnostics = Diagnostics()
    let root = ScenarioFile.parse(repaired.text, name: "a.yaml", into: &diagnostics)
    let matrix = try #require(root?["dynamics"]?["correlation"]?["matrix"]?.items)
    let rows = matrix.map { ($0.items ?? []).compactMap { $0.scalarText.flatMap { Double($0) } } }
    #expect(abs(rows[0][1] - 0.7607) < 5e-5)
    #expect(abs(rows[2][0] - 0.1573) < 5e-5)
    #expect(rows[1][0] == rows[0][1])
    #expect((try? Correlation(matrix: rows)) != nil)
    #expect(repaired.text.hasPrefix("dynamics:\n  correlation:   # é\n    order: [A, B, C]\n"))
    #expect(repaired.text.split(separator: "\n").suffix(3).allSatisfy { $0.hasSuffix("]  # row") })
  }

  @Test("A valid matrix is left alone to the byte")
  func valid() throws {
    let text = scenario(["1, 0.5, 0", "0.50, 1, 0.1", "0, 1e-1, 1.00"])
    let repaired = try repair(text)
    #expect(repaired.changes.isEmpty)
    #expect(repaired.text == text)
  }

  @Test("Without a matrix, or with one that does not stand there, nothing is changed")
  func refusals() {
    #expect(throws: CorrelationRepair.Refusal.noMatrix) { try repair("dynamics: {model: gbm}\n") }
    #expect(throws: CorrelationRepair.Refusal.notPlain) {
      try repair(scenario(["1, x, 0", "1, 1, 1", "0, 1, 1"]))
    }
    #expect(throws: CorrelationRepair.Refusal.self) {
      try repair(scenario(["1, 0.2, 0", "0.9, 1, 1", "0, 1, 1"]))
    }
  }
}
