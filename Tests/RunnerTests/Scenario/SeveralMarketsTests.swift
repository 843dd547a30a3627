import Agents
import Cascade
import Foundation
import Markets
import Runner
import Testing

@Suite("Several markets and oracles in one scenario")
struct SeveralMarketsTests {
  private func scenario(_ text: String = PairedMarkets.text, _ overrides: String...) throws
    -> Scenario
  {
    try Scenario.parse(
      text, name: "pair.yaml", overrides: overrides.compactMap { Override($0) })
  }

  private func first(_ text: String) -> String {
    SampleScenario.firstLines(text).first { $0.contains(" error: ") } ?? ""
  }

  /// Supplied and borrowed tokens of the first market.
  private func book(_ blueprint: Blueprint) -> [[Double]] {
    let positions = blueprint.markets[0].pool.positions
    return [positions.supplied, positions.borrowed]
  }

  @Test("Each market has its own accounts, oracle and blocks")
  func blueprint() throws {
    let blueprint = try scenario().blueprint()
    #expect(blueprint.markets.map(\.name) == ["quiet", "near"])
    #expect(blueprint.markets.map { $0.pool.positions.accountCount } == [60, 80])
    #expect(blueprint.markets.map(\.oracle) == [1, 0])
    #expect(blueprint.markets.map(\.blockSeconds) == [2, 12])
    #expect(blueprint.oracles.count == 2)
    // The push oracle's 3 blocks are those of the market that reads it: 12 s each.
    let push = try #require(blueprint.oracles[0] as? PushOracle)
    #expect(push.latencySeconds == 36)
  }

  @Test("A single market is called main, and says the same by either spelling")
  func singleSpelling() throws {
    let single = try scenario(SampleScenario.text).blueprint()
    let several = SampleScenario.text.replacing(
      "market:\n  kind", with: "markets:\n main:\n  kind"
    ).replacing("oracle: {", with: "oracles:\n main: {")
    let named = try scenario(several).blueprint()
    #expect(named.markets.map(\.name) == single.markets.map(\.name))
    #expect(book(named) == book(single))
    let listed = try scenario(
      SampleScenario.text, "positions=[{accounts: 50, debt_asset: USDC, collateral_mix: {WETH: 1}}]"
    )
    #expect(book(try listed.blueprint()) == book(single))
  }

  @Test("Shares of cohorts apply to the accounts of each market")
  func shares() throws {
    for market in try scenario().blueprint().markets {
      let acting = market.traits.cohort.filter { $0 == 0 }.count
      #expect(acting == market.pool.positions.accountCount * 40 / 100)
    }
  }

  @Test("Overrides reach blocks of a list by index and a single block by name")
  func overrides() throws {
    let changed = try scenario(
      PairedMarkets.text, "positions.0.accounts=7", "markets.near.close_factor_pct=100",
      "oracles.slow.latency_blocks=9"
    ).blueprint()
    #expect(changed.markets[0].pool.positions.accountCount == 7)
    #expect(changed.markets[1].pool.positions.accountCount == 80)
    #expect((changed.markets[1].rules as? AaveV3Market)?.rules.closeFactor == 1)
    let one = try scenario(SampleScenario.text, "positions.accounts=9").blueprint()
    #expect(one.markets[0].pool.positions.accountCount == 9)
  }

  @Test("Names that lead nowhere get the nearest that does")
  func unknownNames() {
    let markets = SampleScenario.complaints(
      PairedMarkets.text.replacing("- market: near", with: "- market: nera"))
    #expect(
      markets.all.first { $0.severity == .error }?.message
        == "positions.1.market: the scenario has no market 'nera'")
    #expect(markets.all.first { $0.severity == .error }?.hint == "did you mean 'near'?")
    let oracles = SampleScenario.complaints(
      PairedMarkets.text.replacing("oracle: slow", with: "oracle: slwo"))
    #expect(oracles.all[0].message == "markets.near.oracle: the scenario has no oracle 'slwo'")
    #expect(oracles.all[0].hint == "did you mean 'slow'?")
    #expect(
      first(SampleScenario.replacing("  kind: aave_v3\n", with: "  kind: aave_v3\n  oracle: x\n"))
        .contains("market.oracle: the scenario has no oracle 'x' [E013]"))
  }

  @Test("What several markets leave open must be said")
  func ambiguity() {
    #expect(
      first(PairedMarkets.text.replacing("    oracle: slow\n", with: ""))
        .hasSuffix("missing field 'oracle' in markets.near: the scenario has several [E014]"))
    #expect(
      first(
        PairedMarkets.text.replacing("- market: near\n    accounts", with: "- accounts")
      ).hasSuffix("missing field 'market' in positions.1: the scenario has several [E014]"))
    #expect(
      first(PairedMarkets.text.replacing("- market: near", with: "- market: quiet"))
        .hasSuffix("positions.1.market: 'quiet' stands twice [E023]"))
    #expect(
      first(PairedMarkets.text + "oracle: {kind: spot}\n")
        .hasSuffix("give exactly one of oracle and oracles [E022]"))
    let both = SampleScenario.firstLines(
      SampleScenario.text + "markets: {b: {kind: aave_v3, reserves: {}}}\n")
    #expect(both.contains { $0.hasSuffix("give exactly one of market and markets [E022]") })
  }

  @Test("A file fills the markets by its column, or one market by the block")
  func file() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/slipface-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    let head = "account,asset,supplied,borrowed,cohort,market\n"
    try write(
      "p.csv",
      head + "a,USDC,0,900,retail,near\nb,WETH,1,0,,quiet\na,WETH,2,0,retail,near\n"
        + "a,WETH,3,0,,quiet\nb,USDC,0,700,,quiet\n")
    try write("q.csv", "account,asset,supplied,borrowed\nx,WETH,1,0\nx,USDC,0,10\n")
    let start = PairedMarkets.text.range(of: "positions:")?.lowerBound
    let end = PairedMarkets.text.range(of: "traders:")?.lowerBound
    func text(_ positions: String) throws -> String {
      PairedMarkets.text.replacingCharacters(
        in: try #require(start)..<(try #require(end)), with: "positions: \(positions)\n")
    }
    try write("column.yaml", text("{source: csv, file: p.csv}"))
    let markets = try Scenario.load(folder + "/column.yaml").blueprint().markets
    #expect(markets.map { $0.pool.positions.accountCount } == [2, 1])
    // Order of first rows: quiet has b, then a; near has a with both its legs.
    #expect(markets[0].pool.positions.supplied == [1, 0, 3])
    #expect(markets[0].pool.positions.borrowed == [0, 700, 0])
    #expect(markets[1].pool.positions.legAsset == [0, 1])
    #expect(markets[1].pool.positions.borrowed == [0, 900])
    #expect(markets[1].traits.cohort == [0])

    try write("block.yaml", text("{source: csv, file: q.csv, market: near}"))
    let block = try Scenario.load(folder + "/block.yaml").blueprint().markets
    #expect(block.map { $0.pool.positions.accountCount } == [0, 1])

    try write("clash.yaml", text("{source: csv, file: p.csv, market: near}"))
    let clash = try Scenario.load(folder + "/clash.yaml")
    do throws(Diagnostics) {
      _ = try clash.blueprint()
      Issue.record("a row of another market is refused")
    } catch {
      #expect(
        error.all[0].message
          == "row 3, column market: the file's accounts belong to market near, this row names quiet"
      )
    }
  }
}
