import Foundation
import SimulationCore
import Testing

@Suite("Scripted shocks")
struct ScriptedShocksTests {
  /// Sums of a few logarithms below 1.
  private static let tolerance = 1e-15

  private func shock(
    _ values: [String: Value], number: Int = 0, stepCount: Int = 8, stepHours: Double = 1
  ) throws -> ScriptedShock {
    try ScriptedShock(
      section(ScriptedShock.table, values), number: number, assets: ["A", "B", "C"],
      stepCount: stepCount, stepYears: stepHours / 8760)
  }

  private func expectProfile(_ shock: ScriptedShock, _ expected: [Double]) {
    #expect(shock.profile.count == expected.count)
    for (value, wanted) in zip(shock.profile, expected) {
      #expect(abs(value - wanted) <= ScriptedShocksTests.tolerance)
    }
  }

  @Test("a drop at hour 2 is in the price at the end of the step that starts there, and stays")
  func drop() throws {
    let shock = try shock(
      ["at_hours": .number(2), "asset": .text("B"), "drop_pct": .number(30)], stepCount: 5)
    #expect(shock.assets == [1] && shock.probability == 1)
    expectProfile(shock, [0, 0] + [Double](repeating: log(0.7), count: 3))
  }

  @Test("a long drop is linear in the log price")
  func gradual() throws {
    let shock = try shock(
      [
        "at_hours": .number(1), "asset": .text("A"), "drop_pct": .number(20),
        "over_minutes": .number(150),
      ], stepCount: 5)
    let bottom = log(0.8)
    expectProfile(shock, [0, 0.4 * bottom, 0.8 * bottom, bottom, bottom])
  }

  @Test("the recovery regains its share of the drop in price")
  func recovery() throws {
    // From 100 to 60 in one step, then half of the 40 back to 80 over two hours.
    let gradual = try shock(
      [
        "at_hours": .number(0), "asset": .text("A"), "drop_pct": .number(40),
        "recover_pct": .number(50), "recover_over_hours": .number(2),
      ], stepCount: 5)
    let half = 0.5 * (log(0.6) + log(0.8))
    expectProfile(gradual, [log(0.6), half, log(0.8), log(0.8), log(0.8)])
    let sudden = try shock(
      [
        "at_hours": .number(1), "asset": .text("A"), "drop_pct": .number(40),
        "recover_pct": .number(100),
      ], stepCount: 4)
    expectProfile(sudden, [0, log(0.6), 0, 0])
  }

  @Test("a negative drop is a rise, and steps of five minutes count exactly")
  func riseInShortSteps() throws {
    let shock = try shock(
      [
        "at_hours": .number(0.25), "asset": .text("A"), "drop_pct": .number(-50),
        "over_minutes": .number(10),
      ], stepCount: 6, stepHours: 5.0 / 60)
    expectProfile(shock, [0, 0, 0, log(1.5) / 2, log(1.5), log(1.5)])
  }

  @Test("a time inside a step belongs to that step")
  func insideStep() throws {
    let shock = try shock(
      ["at_hours": .number(1.5), "asset": .text("A"), "drop_pct": .number(50)], stepCount: 3)
    expectProfile(shock, [0, log(0.5), log(0.5)])
  }

  @Test("shocks are added to the assets named, on top of the paths")
  func adding() throws {
    let shock = try shock(
      [
        "at_hours": .number(1), "assets": .list([.text("C"), .text("A")]), "drop_pct": .number(50),
      ], stepCount: 3)
    var block = PriceBlock(capacity: 2, stepCount: 3, assetCount: 3)
    for entry in block.logPrice.indices { block.logPrice[entry] = 0.25 }
    shock.add(to: &block, firstPath: 0, seed: 1)
    let moved = 0.25 + log(0.5)
    let path = [0.25, 0.25, 0.25, moved, 0.25, moved, moved, 0.25, moved]
    #expect(block.logPrice == path + path)
  }

  @Test("the probability is drawn once a path from the shock's own number, |z| < 5")
  func probability() throws {
    func hits(number: Int, firstPath: Int, count: Int) throws -> [Bool] {
      let shock = try shock(
        [
          "at_hours": .number(1), "asset": .text("A"), "drop_pct": .number(50),
          "probability": .number(0.3),
        ], number: number, stepCount: 2)
      var block = PriceBlock(capacity: count, stepCount: 2, assetCount: 3)
      shock.add(to: &block, firstPath: firstPath, seed: 12)
      return (0..<count).map { block.logPrice[block.offset(path: $0, step: 1)] != 0 }
    }
    let first = try hits(number: 0, firstPath: 0, count: 10_000)
    let second = try hits(number: 1, firstPath: 0, count: 10_000)
    let both = zip(first, second).count { $0 && $1 }
    for (found, share) in [
      (first.count { $0 }, 0.3), (second.count { $0 }, 0.3), (both, 0.09),
    ] {
      let deviation = (10_000 * share * (1 - share)).squareRoot()
      #expect(abs(Double(found) - 10_000 * share) < 5 * deviation)
    }
    #expect(try hits(number: 0, firstPath: 40, count: 60) == Array(first[40..<100]))
  }

  @Test("probability 0 and a drop of 0 are neutral")
  func neutral() throws {
    for change in [("probability", 0.0), ("drop_pct", 0)] {
      var values: [String: Value] = [
        "at_hours": .number(0), "asset": .text("A"), "drop_pct": .number(50),
        "recover_pct": .number(20),
      ]
      values[change.0] = .number(change.1)
      var block = PriceBlock(capacity: 50, stepCount: 8, assetCount: 3)
      try shock(values).add(to: &block, firstPath: 0, seed: 1)
      #expect(block.logPrice.allSatisfy { $0 == 0 })
    }
  }

  @Test("a shock beyond the limit is clamped and counted")
  func clamping() throws {
    let shock = try shock(
      ["at_hours": .number(0), "asset": .text("A"), "drop_pct": .number(50)], stepCount: 2)
    var block = PriceBlock(capacity: 1, stepCount: 2, assetCount: 3)
    block.logPrice[0] = -699.9
    shock.add(to: &block, firstPath: 0, seed: 1)
    #expect(block.logPrice[0] == -700 && block.clampedCount == 1)
  }

  @Test("contradictions are refused under their codes")
  func faults() {
    func code(_ values: [String: Value]) -> String? {
      let base: [String: Value] = ["at_hours": .number(1), "drop_pct": .number(10)]
      do {
        _ = try shock(base.merging(values) { $1 })
        return nil
      } catch {
        return (error as? ParameterError)?.code
      }
    }
    #expect(code([:]) == "E060")
    #expect(code(["asset": .text("A"), "assets": .list([.text("B")])]) == "E060")
    #expect(code(["asset": .text("D")]) == "E060")
    #expect(code(["asset": .text("A"), "at_hours": .number(8)]) == "E061")
    #expect(code(["asset": .text("A"), "at_hours": .number(7.999)]) == nil)
  }
}
