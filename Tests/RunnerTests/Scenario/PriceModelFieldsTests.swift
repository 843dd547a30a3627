import Runner
import SimulationCore
import Testing

@Suite("Price models and pegs in a scenario")
struct PriceModelFieldsTests {
  private func sample(model: String) -> String {
    SampleScenario.replacing("model: student_t\n  degrees_of_freedom: 4", with: model)
      .replacing(
        "USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}",
        with: "USDC: {price_usd: 1.0, volatility_pct_annual: 0}")
  }

  @Test(
    "every parametric model builds from its defaults alone",
    arguments: PriceModels.all.filter { $0.isParametric }.map { $0.kind })
  func defaults(kind: String) throws {
    let scenario = try Scenario.parse(sample(model: "model: \(kind)"), name: "crash.yaml")
    #expect(scenario.dynamics.kind == kind)
    var block = PriceBlock(capacity: 2, stepCount: 24, assetCount: 2)
    scenario.priceModel.fill(&block, firstPath: 0, seed: 1)
    #expect(block.logPrice[0] != 0)
  }

  @Test(
    "the default template runs with any parametric model",
    arguments: PriceModels.all.filter { $0.isParametric }.map { $0.kind })
  func template(kind: String) throws {
    _ = try Scenario.parse(
      Template.aave.text, name: "crash.yaml",
      overrides: [try #require(Override("dynamics={model: \(kind)}"))])
  }

  @Test(
    "a volatility or drift that a model on data would ignore is refused",
    arguments: [
      ("volatility_pct_annual: 75", "crash.yaml:5:52"),
      ("drift_pct_annual: 5", "crash.yaml:5:47"),
    ])
  func ignored(field: String, place: String) {
    let data = "model: replay\n  prices: {time_hours: [0, 24], WETH: [3200, 3000]}"
    let text = sample(model: data).replacing(
      "  correlation: {order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}\n", with: "")
    let plain = text.replacing(", volatility_pct_annual: 75.0", with: "")
    #expect(SampleScenario.firstLines(plain) == [])
    let bare = plain.replacing("\n  prices: {time_hours: [0, 24], WETH: [3200, 3000]}", with: "")
    #expect(
      SampleScenario.firstLines(bare) == [
        "crash.yaml:8:3: error: dynamics.file: give exactly one of file and prices [E022]"
      ])
    let key = String(field.prefix { $0 != ":" })
    #expect(
      SampleScenario.firstLines(plain.replacing("3200.0", with: "3200.0, \(field)")) == [
        "\(place): error: assets.WETH.\(key): model replay takes the moves of WETH from the data; "
          + "leave \(key) out [E022]"
      ])
    #expect(
      SampleScenario.firstLines(
        plain.replacing("annual: 0", with: "annual: 0, drift_pct_annual: 1")
      )
      .count == 1)
  }

  @Test("numbers are given for all assets, by asset, or by a word")
  func spellings() throws {
    for model in [
      "model: crash_garch_t\n  start_variance_ratio: 2.5",
      "model: crash_garch_t\n  start_variance_ratio: settled",
      "model: garch_t\n  alpha: {WETH: 0.05}\n  beta: {WETH: 0.9}",
      "model: heston\n  volatility_of_variance: {WETH: 2, USDC: 1}",
      "model: regime_switching\n  start: stress",
    ] {
      #expect(SampleScenario.firstLines(sample(model: model)) == [])
    }
    #expect(
      SampleScenario.firstLines(sample(model: "model: garch_t\n  alpha: 0.1\n  beta: 0.9")) == [
        "crash.yaml:10:9: error: dynamics.beta: the persistence alpha + beta + gamma / 2 of WETH "
          + "must be below 1: 1.0 [E037]"
      ])
  }

  @Test("a copula takes its marginals from prices where it is given some, and nothing else")
  func observedMarginals() throws {
    let times = (0..<600).map(String.init).joined(separator: ", ")
    let prices = (0..<600).map { String(3000 + ($0 * 7919 % 101) + ($0 * 104_729 % 37)) }
    let data =
      "\n  prices: {time_hours: [\(times)], WETH: [\(prices.joined(separator: ", "))]}"
    let scenario = try Scenario.parse(sample(model: "model: t_copula" + data), name: "crash.yaml")
    #expect(scenario.assets[0].initialPrice == 3200 && scenario.assets[0].volatility == 0.75)
    #expect(scenario.priceSetting.correlation[0, 1] == 0.05)
    #expect(
      SampleScenario.firstLines(
        sample(model: "model: t_copula\n  degrees_of_freedom: 5" + data)
      ).contains { $0.contains("leave degrees_of_freedom out [E022]") })
  }

  private func pegged(_ asset: String) -> String {
    SampleScenario.replacing(
      "  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}",
      with: "  stETH: \(asset)\n  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}")
  }

  @Test("a pegged asset takes its price and volatility from the peg and has no correlation")
  func peg() throws {
    let scenario = try Scenario.parse(
      pegged("{peg: {to: WETH, ratio: 1.1, depeg_sd_bps: 20, half_life_hours: 24}}"),
      name: "crash.yaml")
    #expect(abs(scenario.assets[1].initialPrice - 3520) < 1e-9)
    #expect(scenario.assets[1].volatility > 0.75 && scenario.assets[1].volatility < 0.76)
    #expect(scenario.priceSetting.correlation[0, 2] == 0.05)
    #expect(scenario.priceSetting.correlation[0, 1] == 0)
    var block = PriceBlock(capacity: 1, stepCount: 24, assetCount: 3)
    scenario.priceModel.fill(&block, firstPath: 0, seed: 1)
    #expect(abs(block.logPrice[0] - block.logPrice[1]) < 0.02)
    #expect(block.logPrice[0] != block.logPrice[1])
    // A price of its own at time 0 is a gap that closes.
    let cheap = try Scenario.parse(
      pegged("{price_usd: 3040, peg: {to: WETH, depeg_sd_bps: 0, half_life_hours: 1}}"),
      name: "crash.yaml")
    cheap.priceModel.fill(&block, firstPath: 0, seed: 1)
    let gained = block.logPrice[23 * 3 + 1] - block.logPrice[23 * 3]
    #expect(abs(gained - 0.051293) < 1e-5)
  }

  @Test("a shock on an asset moves those pegged to it; one on a pegged asset moves it alone")
  func shocks() throws {
    let text = pegged("{peg: {to: WETH}}")
    func moving(_ asset: String) throws -> [Int] {
      let shock = "shocks: [{at_hours: 1, asset: \(asset), drop_pct: 10}]\n"
      return try Scenario.parse(text + shock, name: "crash.yaml").shocks.flatMap(\.assets)
    }
    #expect(try moving("WETH") == [0, 1])
    #expect(try moving("stETH") == [1])
    #expect(try moving("USDC") == [2])
  }

  @Test(
    "pegs that cannot be are refused",
    arguments: [
      ("{peg: {to: WBTC}}", "neither an asset of the scenario nor USD [E019]"),
      ("{peg: {to: stETH}}", "stETH cannot be pegged to stETH, which is pegged itself [E037]"),
      ("{volatility_pct_annual: 5, peg: {to: WETH}}", "leave volatility_pct_annual out [E022]"),
      ("{peg: {to: WETH, stress: {rate_per_year: 1}}}", "missing field 'drop_pct'"),
    ])
  func faults(asset: String, words: String) {
    let lines = SampleScenario.firstLines(pegged(asset))
    #expect(lines.count == 1)
    #expect(lines.first?.contains(words) == true, "\(lines)")
  }
}
