import Runner
import SimulationCore
import Testing

@Suite("Overrides change one value each and are checked like the file")
struct OverrideTests {
  private func scenario(_ overrides: String...) throws -> Scenario {
    try Scenario.parse(
      SampleScenario.text, name: "crash.yaml", overrides: overrides.compactMap { Override($0) })
  }

  @Test("Maps by key, lists by index, new blocks, lists and maps as values")
  func places() throws {
    let changed = try scenario(
      "run.paths=7", "liquidators.0.count=10", "assets.WETH.price_usd=2500",
      "gas.base_gwei=30", "output.quantiles=[0.9, 0.5]",
      "positions.size_usd={distribution: uniform, min: 1, max: 3}")
    #expect(changed.run.paths == 7)
    #expect(changed.liquidators[0].integer("count") == 10)
    #expect(changed.assets[0].initialPrice == 2500)
    #expect(changed.gas?.number("base_gwei") == 30)
    #expect(changed.output.quantiles == [0.5, 0.9])
    #expect(changed.positions[0].distribution("size_usd")?.shape == .uniform(min: 1, max: 3))
    #expect(changed.overrides[0] == "--set run.paths=7")
  }

  @Test("Later overrides win; without them the digest is that of the plain file")
  func digest() throws {
    let plain = try scenario()
    #expect(try scenario("run.paths=7", "run.paths=100").digest == plain.digest)
    #expect(try scenario("run.paths=7").digest != plain.digest)
    #expect(try scenario("assets.WETH.price_usd=3.2e3").digest == plain.digest)
  }

  @Test("Faults are shown in the option that made them")
  func faults() {
    let diagnostics = SampleScenario.complaints(
      SampleScenario.text, overrides: ["run.paths=5", "market.reserves.WETH.ltv_pct=84%"])
    #expect(
      diagnostics.text(file: "crash.yaml") == """
        --set:2:36: error: market.reserves.WETH.ltv_pct: expected a number, found "84%"; write 84 [E011]
            2 | --set market.reserves.WETH.ltv_pct=84%
              |                                    ^^^
        1 error in crash.yaml. Nothing was run.

        """)
  }

  @Test(
    "Paths that lead nowhere are refused",
    arguments: [
      ("liquidators.1.count=5", "'1' is not an index of the list: 0 to 0"),
      ("liquidators.first.count=5", "'first' is not an index of the list: 0 to 0"),
      ("run.paths.x=5", "nothing can stand under 'x', there is 100 here"),
      ("run..paths=5", "a path is names and numbers joined by points"),
      ("run.paths=[5", "the value is not YAML: not YAML: "),
    ])
  func badPaths(_ argument: String, _ message: String) {
    let path = argument.prefix { $0 != "=" }
    let line = SampleScenario.firstLines(SampleScenario.text, overrides: [argument])[0]
    #expect(line.contains("error: \(path): \(message)"))
    #expect(line.hasSuffix("[E009]"))
  }

  @Test("An unknown field set from the command line is an unknown field")
  func unknown() {
    #expect(
      SampleScenario.firstLines(SampleScenario.text, overrides: ["run.path=5"])
        == ["--set:1:16: error: unknown field 'path' in run [E012]"])
  }

  @Test("An argument without an equals sign is no override")
  func shape() {
    #expect(Override("run.paths") == nil)
    #expect(Override("=5") == nil)
    #expect(Override("a=b=c") == Override(path: "a", value: "b=c", spelling: "--set a=b=c"))
  }
}
