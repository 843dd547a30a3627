import Runner
import SimulationCore
import Testing

@Suite("A checked scenario holds what its file says")
struct ScenarioTests {
  @Test("Fields are converted once and defaults are filled in")
  func values() throws {
    let scenario = try Scenario.parse(SampleScenario.text, name: "crash.yaml")
    #expect(scenario.name == "sample")
    #expect(scenario.symbols == ["WETH", "USDC"])
    #expect(scenario.run.paths == 100)
    #expect(scenario.run.seed == 1)
    #expect(scenario.run.stepCount == 24)
    #expect(scenario.run.stepYears == 60.0 / 525_600)
    #expect(scenario.assets[0].volatility == 0.75)
    #expect(scenario.assets[0].drift == 0)
    #expect(scenario.dynamics.kind == "student_t")
    #expect(scenario.positions[0].integer("accounts") == 50)
    #expect(scenario.output.quantiles == [0.5, 0.95, 0.99, 0.999])
    #expect(scenario.output.eventSelection == .worst)
    #expect(scenario.text == SampleScenario.text)
  }

  @Test("Rounds are 1 where a step is no longer than a block, else 8")
  func rounds() throws {
    func rounds(_ step: String, _ rounds: String) throws -> Int {
      try Scenario.parse(
        SampleScenario.replacing(
          "step_minutes: 60", with: "step_minutes: \(step), rounds_per_step: \(rounds)"),
        name: "crash.yaml"
      ).roundsPerStep
    }
    #expect(try rounds("60", "auto") == 8)
    #expect(try rounds("0.2", "auto") == 1)
    #expect(try rounds("0.2", "3") == 3)
  }

  @Test("A horizon that is not whole steps names the two nearest")
  func horizon() throws {
    let text = SampleScenario.replacing("step_minutes: 60", with: "step_minutes: 7")
      .replacing("horizon_hours: 24", with: "horizon_hours: 1")
    // 60 / 7 is between 8 and 9: 56 and 63 minutes.
    #expect(
      SampleScenario.firstLines(text)[0]
        == "crash.yaml:3:34: error: run.horizon_hours: 1 is not a whole number of steps of 7 minutes; "
        + "nearest: 0.9333333333333333 (8 steps) or 1.05 (9 steps) [E032]")
    let right = text.replacing("horizon_hours: 1,", with: "horizon_hours: 0.9333333333333333,")
    #expect(try Scenario.parse(right, name: "crash.yaml").run.stepCount == 8)
  }

  @Test("Equal scenarios have equal digests; comments, layout and spelling do not matter")
  func canonical() throws {
    let plain = try Scenario.parse(SampleScenario.text, name: "crash.yaml")
    let other = SampleScenario.text
      .replacing("paths: 100", with: "\"paths\": 1.0e2")
      .replacing("name: sample", with: "# a comment\nname:   'sample'")
    #expect(try Scenario.parse(other, name: "other.yaml").digest == plain.digest)
    let changed = SampleScenario.replacing("paths: 100", with: "paths: 101")
    #expect(try Scenario.parse(changed, name: "crash.yaml").digest != plain.digest)
  }

  @Test("Merge keys fill in what a map does not say, and faults in them name the anchor")
  func mergeKeys() throws {
    let text = SampleScenario.replacing(
      "  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}",
      with: "  USDC: &stable {price_usd: 1.0, volatility_pct_annual: 1.0}\n"
        + "  DAI: {<<: *stable, price_usd: 0.99}"
    ).replacing("  correlation: {order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}\n", with: "")
    let scenario = try Scenario.parse(text, name: "crash.yaml")
    #expect(scenario.assets[2].initialPrice == 0.99)
    #expect(scenario.assets[2].volatility == 0.01)
    let broken = SampleScenario.complaints(text.replacing("annual: 1.0", with: "annual: 1,0"))
    #expect(!broken.hasErrors || !broken.all.isEmpty)
    let unknown = SampleScenario.complaints(
      text.replacing("volatility_pct_annual: 1.0", with: "volatility_pct_annual: 1.0, x: 1"))
    #expect(unknown.all.map(\.notes) == [[], ["via anchor"]])
  }

  @Test("Parametric models need volatilities, models on data need data")
  func models() {
    #expect(
      SampleScenario.firstLines(
        SampleScenario.replacing(", volatility_pct_annual: 75.0", with: ""))
        == ["crash.yaml:5:9: error: missing field 'volatility_pct_annual' in assets.WETH [E033]"])
    let replay = SampleScenario.replacing(
      "student_t\n  degrees_of_freedom: 4\n  correlation: {order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}",
      with: "replay\n  prices: {time_hours: [0, 24], WETH: [3000, 2000]}")
    #expect(SampleScenario.firstLines(replay)[0].contains("USDC has no prices in the data [E052]"))
    let both = replay.replacing("  prices:", with: "  file: x.csv\n  prices:")
    #expect(
      SampleScenario.firstLines(both)[0].contains("error: dynamics.file: 'x.csv' does not exist"))
  }

  @Test("Inline prices are replayed from their first price")
  func replay() throws {
    let text = SampleScenario.replacing(
      "student_t\n  degrees_of_freedom: 4\n  correlation: {order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}",
      with: "replay\n  prices: {time_hours: [0, 24], WETH: [3000, 2000]}"
    ).replacing("price_usd: 3200.0, volatility_pct_annual: 75.0", with: "")
      .replacing("annual: 1.0", with: "annual: 0")
    let scenario = try Scenario.parse(text, name: "crash.yaml")
    #expect(scenario.assets.map(\.initialPrice) == [3000, 1])
  }

  @Test("Shocks lie inside the horizon and name their assets once")
  func shocks() {
    func fault(_ shock: String) -> String {
      SampleScenario.firstLines(SampleScenario.text + "shocks: [\(shock)]\n").first ?? ""
    }
    #expect(fault("{at_hours: 3, asset: WETH, drop_pct: 30}") == "")
    #expect(fault("{at_hours: 24, asset: WETH, drop_pct: 30}").hasSuffix("[E061]"))
    #expect(
      fault("{at_hours: 3, drop_pct: 30}").contains(
        "error: shocks.0.asset: give exactly one of asset and assets"))
    #expect(
      fault("{at_hours: 3, asset: WETH, drop_pct: 100}")
        == "crash.yaml:27:47: error: shocks.0.drop_pct: expected -1000000 to below 100 %, found 100 [E015]"
    )
  }

  @Test("Threshold times bonus stays below 100 %")
  func thresholdBonus() {
    let text = SampleScenario.replacing("bonus_pct: 5.0", with: "bonus_pct: 25")
    // 83 x 1.25 = 103.75
    #expect(
      SampleScenario.firstLines(text)[0]
        == "crash.yaml:14:54: error: liquidation_threshold_pct times (1 + liquidation_bonus_pct) "
        + "must stay below 100 %: 83 with 25 gives 103.75 [E030]")
  }

  @Test("Fields of the price model that find nothing to act on are warned about")
  func idleFields() {
    func lines(_ fields: String, overrides: [String] = []) -> [String] {
      SampleScenario.firstLines(
        SampleScenario.replacing(
          "model: student_t\n  degrees_of_freedom: 4", with: fields), overrides: overrides)
    }
    #expect(
      lines("model: garch_t\n  correlation_memory: 0.5") == [
        "crash.yaml:9:23: warning: dynamics.correlation_memory has no effect: correlation_reaction "
          + "is 0 [W104]"
      ])
    let reacting = "model: garch_t\n  correlation_memory: 0.5\n  correlation_reaction: 0.03"
    #expect(lines(reacting) == [])
    #expect(
      lines(reacting, overrides: ["assets.USDC.volatility_pct_annual=0"]).first
        == "crash.yaml:10:25: warning: dynamics.correlation_reaction has no effect: fewer than two "
        + "assets move by the model [W104]")
    let stressed = "model: regime_switching\n  stress_depth_factor: 0.2\n  stress_gas_factor: 2"
    #expect(
      lines(stressed) == [
        "crash.yaml:10:22: warning: dynamics.stress_gas_factor has no effect: the scenario has no "
          + "gas block [W104]"
      ])
    #expect(
      lines("model: regime_switching\n  stress_depth_factor: 0.2", overrides: ["venues=[]"])
        .contains {
          $0.contains("stress_depth_factor has no effect: the scenario has no venue [W104]")
        })
  }

  @Test("An oracle's latency below a step is warned about where it is written")
  func oracleLatency() {
    let text = SampleScenario.replacing("deviation_bps: 50", with: "latency_blocks: 1")
    #expect(
      SampleScenario.firstLines(text) == [
        "crash.yaml:26:38: warning: oracle.latency_blocks: 1 block is 12 s but run.step_minutes is 60; "
          + "it has no effect [W101]"
      ])
    #expect(
      SampleScenario.firstLines(text.replacing("latency_blocks: 1", with: "latency_blocks: 300"))
        == [])
  }

  @Test("The digest is SHA-256, as its standard's examples have it")
  func sha() {
    // FIPS 180-4 examples: the empty text, "abc", and the two-block text.
    #expect(
      sha256([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      sha256("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }
}
