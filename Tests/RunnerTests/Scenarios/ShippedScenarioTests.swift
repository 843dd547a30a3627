import Cascade
import Foundation
import Runner
import TestSupport
import Testing

@Suite("Scenarios that come with the program")
struct ShippedScenarioTests {
  @Test("The program carries every file of Scenarios, byte for byte")
  func embedded() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Checkout.scenarios)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(Set(files) == Set(ShippedScenario.allCases.map(\.rawValue)))
    for shipped in ShippedScenario.allCases {
      let file = try String(
        contentsOfFile: "\(Checkout.scenarios)/\(shipped.rawValue).yaml", encoding: .utf8)
      #expect(shipped.text == file)
    }
  }

  @Test("Each runs to the end without a warning", arguments: ShippedScenario.allCases)
  func runs(_ shipped: ShippedScenario) throws {
    let result = try Self.run(shipped, paths: 4)
    #expect(result.outcomes.count == 4)
    #expect(result.outcomes.allSatisfy { $0.isFinite && $0.liquidations > 0 })
  }

  @Test("Each needs nothing but itself, and is clean", arguments: ShippedScenario.allCases)
  func isClean(_ shipped: ShippedScenario) throws {
    let scenario = try Scenario.parse(shipped.text, name: "\(shipped.rawValue).yaml")
    #expect(scenario.name == shipped.rawValue)
    #expect(scenario.diagnostics.all.isEmpty, "\(scenario.diagnostics.text(file: "scenario"))")
    #expect(!shipped.text.contains("include:") && !shipped.text.contains("file:"))
  }

  @Test("Each begins with its question, sources and run time", arguments: ShippedScenario.allCases)
  func introduction(_ shipped: ShippedScenario) {
    let comment = shipped.text.split(separator: "\n").prefix { $0.hasPrefix("#") }
    for word in ["QUESTION", "SOURCES", "EXPECTED", "RUN TIME"] {
      #expect(comment.contains { $0.hasPrefix("# \(word)  ") }, "\(shipped.rawValue): \(word)")
    }
  }

  @Test("The index names each scenario and no other")
  func index() throws {
    let index = try String(contentsOfFile: "\(Checkout.scenarios)/README.md", encoding: .utf8)
    let rows = index.split(separator: "\n").filter { $0.hasPrefix("| [") }
    let links = rows.compactMap { $0.split(separator: "(").dropFirst().first }
      .compactMap { $0.split(separator: ")").first.map(String.init) }
    #expect(Set(links) == Set(ShippedScenario.allCases.map { $0.rawValue + ".yaml" }))
  }

  // The three tests below hold the scenarios to what their comments promise.

  @Test(
    "quickstart: selling amplifies, and without feedback it does not", .enabled(if: isOptimised))
  func quickstart() throws {
    let with = try Self.run(.quickstart, paths: 40)
    let without = try Self.run(.quickstart, paths: 40, "run.price_feedback", "false")
    #expect(Self.amplification(with) > 1.05)
    #expect(Self.amplification(without) == 1)
    #expect(with.outcomes.filter { $0.badDebtUSD > 0 }.count >= 36)
  }

  @Test(
    "aave-3-asset-crash: late updates make bad debt, updates on time hardly any",
    .enabled(if: isOptimised))
  func aaveCrash() throws {
    let late = try Self.run(.aave3AssetCrash, paths: 12)
    let onTime = try Self.run(
      .aave3AssetCrash, paths: 12, "oracle.congestion.extra_latency_blocks", "0")
    // Some millions on 2.7 bn USD of debt.
    #expect(Self.meanBadDebt(late) > 500_000 && Self.meanBadDebt(late) < 30_000_000)
    #expect(Self.meanBadDebt(onTime) < 0.1 * Self.meanBadDebt(late))
  }

  @Test(
    "black-thursday-2020: liquidated value in its band, bad debt only with keepers gone",
    .enabled(if: isOptimised))
  func blackThursday() throws {
    let day = try Self.run(.blackThursday2020, paths: 16)
    let stayed = try Self.run(
      .blackThursday2020, paths: 16, "liquidators.0.withdraws_above_volatility_pct_annual", "100000"
    )
    let liquidated = day.outcomes.map(\.liquidatedCollateralUSD).reduce(0, +) / 16
    // Half to twice 8.32 M USD / 0.36 (Whiterabbit, 14 March 2020).
    #expect(liquidated > 11.5e6 && liquidated < 46e6)
    #expect(Self.meanBadDebt(day) > 0 && Self.meanBadDebt(day) < 5.67e6)
    #expect(Self.meanBadDebt(stayed) == 0)
  }

  private static func run(
    _ shipped: ShippedScenario, paths: Int, _ field: String? = nil, _ value: String = ""
  ) throws -> EnsembleResult {
    var overrides = [
      Override(path: "run.paths", value: "\(paths)", spelling: "--paths \(paths)"),
      Override(
        path: "output.events", value: "{paths: 0, which: none}", spelling: "--set output.events"),
    ]
    if let field {
      overrides.append(Override(path: field, value: value, spelling: "--set \(field)=\(value)"))
    }
    let scenario = try Scenario.parse(
      shipped.text, name: shipped.rawValue + ".yaml", overrides: overrides)
    return try Simulation(scenario, threads: 2).run()
  }

  private static func amplification(_ result: EnsembleResult) -> Double {
    result.outcomes.map(\.liquidatedCollateralUSD).reduce(0, +)
      / result.outcomes.map(\.liquidatedWithoutFeedbackUSD).reduce(0, +)
  }

  private static func meanBadDebt(_ result: EnsembleResult) -> Double {
    result.outcomes.map(\.badDebtUSD).reduce(0, +) / Double(result.outcomes.count)
  }
}

/// The folders of the checkout that tests read.
enum Checkout {
  /// Four levels up from this file.
  static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
    .joined(separator: "/")
  static let scenarios = root + "/Scenarios"
}
