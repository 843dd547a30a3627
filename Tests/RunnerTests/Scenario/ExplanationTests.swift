import Runner
import Testing

@Suite("What check --explain prints")
struct ExplanationTests {
  private func explanation(_ text: String, threads: Int = 2) throws -> [String] {
    let scenario = try Scenario.parse(text, name: "a.yaml")
    return Explanation(scenario, try scenario.blueprint(), threads: threads).lines
  }

  @Test("Every template can be explained", arguments: Template.allCases)
  func templates(_ template: Template) throws {
    let lines = try explanation(template.text)
    #expect(lines.count >= 6)
    #expect(lines.allSatisfy { !$0.isEmpty })
  }

  private let byHand = """
    format: slipface/1
    name: two
    run: {paths: 1000, horizon_hours: 24, step_minutes: 60, rounds_per_step: 3}
    assets:
      A: {price_usd: 100, volatility_pct_annual: 50}
      B: {price_usd: 1, volatility_pct_annual: 50}
    dynamics:
      model: gbm
      correlation: {order: [A, B], matrix: [[1, 0.8], [0.8, 1]]}
    market:
      kind: aave_v3
      reserves:
        A: {ltv_pct: 80, liquidation_threshold_pct: 84, liquidation_bonus_pct: 5}
        B: {ltv_pct: 0, liquidation_threshold_pct: 0, liquidation_bonus_pct: 0}
    positions:
      accounts: 10
      debt_asset: B
      collateral_mix: {A: 1}
      size_usd: 1000
      health_factor: 0.96
    traders: [{cohort: retail, share_of_accounts_pct: 70}]
    venues:
      - {kind: cex_impact, asset: A, depth_2pct_usd: 8000, name: big}
      - {kind: amm_constant_product, pair: [A, B], depth_2pct_usd: 2000}
    output: {counterfactual: false}
    """

  @Test("A pull of the correlations is said, with what it makes of them")
  func pull() throws {
    let pulled = byHand.replacing("[0.8, 1]]}", with: "[0.8, 1]], pull_to_one: 0.25}")
    let lines = try explanation(pulled)
    #expect(
      lines[1]
        == "correlation: pulled 25% of the way to 1, mean of the pairs 0.850 instead of 0.800")
    #expect(lines[2] == "correlation: eigenvalues 0.150, 1.85")
  }

  @Test(
    "Each way of sampling is told with its figures",
    arguments: [
      ("plain", "{model: gbm}", nil),
      (
        "screened", "{model: gbm}",
        "sampling screened: looks at 10,240 price paths, 10 for each that is simulated; takes those "
          + "with the largest falls and few of the others, with weights"
      ),
      (
        "antithetic", "{model: gbm}",
        "sampling antithetic: 512 pairs of paths whose moves have opposite signs"
      ),
      // Two assets of 24 steps in at most 64 coordinates: all 48 normals.
      (
        "qmc", "{model: gbm}",
        "sampling qmc: 16 scrambled point sets of 64 paths give the leading 48 normals of each"
      ),
      (
        "mixture", "{model: crash_garch_t}",
        "sampling mixture: 30% of the paths plain; 35% with one big step (variance x 8, moved "
          + "down by 1 sd); 35% with crashes 3 times as often, each causing 1.5 times as many; of "
          + "all but the plain ones 80% with a variance that has built up before; no weight above 3.33"
      ),
      (
        "{kind: mixture, nominal_share_pct: 100}", "{model: crash_garch_t}",
        "sampling mixture: 100% of the paths plain; no weight above 1"
      ),
      (
        "{kind: mixture, rate_factor: 4}", "{model: hawkes_jumps}",
        "sampling mixture: 30% of the paths plain; 70% with crashes 4 times as often, each causing "
          + "1.5 times as many; no weight above 3.33"
      ),
    ])
  func sampling(value: String, model: String, line: String?) throws {
    let text = byHand.replacing("paths: 1000", with: "paths: 1024, sampling: \(value)")
      .replacing("model: gbm", with: String(model.dropFirst().dropLast()))
    #expect(try explanation(text).first { $0.hasPrefix("sampling ") } == line)
  }

  @Test("Lows inside the steps, and correlations that move, are told with their figures")
  func lowsAndReaction() throws {
    // 50 % a year over an hour: 0.5 sqrt(2 / (pi 8760)) = 0.426 %.
    let lows = byHand.replacing(
      "rounds_per_step: 3", with: "price_feedback: false, inside_bar: bridge"
    ).replacing(
      "price_usd: 1, volatility_pct_annual: 50", with: "price_usd: 1, volatility_pct_annual: 1")
    #expect(
      try explanation(lows)[1]
        == "inside a step: each asset's low by Brownian bridge, where liquidators act before the "
        + "step's end; for A on average about 0.426% below the step's start")
    // 0.03 + 0.895 = 0.925 in 24 h: 24 ln 2 / -ln 0.925 = 213.4 h.
    let moving = byHand.replacing(
      "model: gbm",
      with: "model: garch_t\n  parameter_hours: 24\n  correlation_reaction: 0.03\n"
        + "  correlation_memory: 0.895")
    #expect(
      try explanation(moving).contains(
        "correlation: answers to joint moves (DCC) with weight 0.03 for those of 24 h; half of what "
          + "they change is gone after 213 h"))
    #expect(!(try explanation(byHand)).contains { $0.contains("DCC") || $0.contains("inside") })
  }

  @Test("Eigenvalues, leverage, accounts and depth by hand")
  func numbers() throws {
    // Correlation 1, 0.8: eigenvalues 0.2 and 1.8; times 0.5^2 the covariance's. 1 / (1 - 0.8) = 5;
    // a fall of 1 - 80 / 84 makes what was borrowed to the limit liquidatable. 10 accounts owe 1,000
    // and have 0.96 x 1,000 / 0.84 of collateral: 11,429 in all, leverage 11,429 / 1,429 = 8.
    let lines = try explanation(byHand)
    #expect(
      lines.dropLast() == [
        "24 steps of 60 min, 3 liquidation rounds a step, engine watched",
        "correlation: eigenvalues 0.200, 1.80",
        "covariance a year: eigenvalues 0.0500, 0.450",
        "market, A: leverage up to 5.00; borrowed to the limit, liquidatable after a fall of 4.8%",
        "market: 10 accounts, debt $10.0k, collateral $11.4k, together leverage 8.00",
        "market: 100.0% of the accounts liquidatable at time 0",
        "market, owners: retail 7, passive 3 (30.0%)",
        "A: depth $10.0k to 2%; collateral $11.4k, 1.14 times that",
        "venues.0 big: depth $8.00k to 2%",
        "venues.1 amm_constant_product A/B: depth $2.00k to 2%",
      ])
    #expect(
      lines.last?.hasPrefix("1,000 paths x 24 steps x 10 accounts: roughly ") == true)
    #expect(lines.last?.contains(" on 2 threads, memory about ") == true)
  }

  @Test("The estimate grows with paths, accounts and the second run, and falls with workers")
  func estimate() throws {
    func estimate(_ overrides: [String], threads: Int = 1) throws -> RunEstimate {
      let scenario = try Scenario.parse(
        byHand, name: "a.yaml", overrides: overrides.compactMap { Override($0) })
      return RunEstimate(scenario, try scenario.blueprint(), threads: threads)
    }
    let plain = try estimate([])
    // Products in another order: the last digits of a double may differ.
    func ratio(_ overrides: [String]) throws -> Double {
      try estimate(overrides).seconds / plain.seconds
    }
    #expect(abs(try ratio(["run.paths=3000"]) - 3) < 1e-12)
    #expect(abs(try ratio(["output.counterfactual=true"]) - 2) < 1e-12)
    #expect(try estimate(["positions.accounts=1000"]).seconds > 2 * plain.seconds)
    #expect(try estimate([], threads: 2).seconds == plain.seconds / 2)
    #expect(try estimate(["run.paths=3000"]).bytes > plain.bytes)
    #expect(try estimate(["positions.accounts=1000"]).bytes > plain.bytes)
  }

  @Test("What the accounts alone will take is known before they are drawn")
  func bytesOfAccounts() throws {
    func bytes(_ accounts: Int) throws -> (before: Int, after: Int?) {
      let scenario = try Scenario.parse(
        byHand, name: "a.yaml",
        overrides: [try #require(Override("positions.accounts=\(accounts)"))])
      let before = RunEstimate.bytesOfAccounts(scenario)
      guard accounts < 1_000_000 else { return (before, nil) }
      return (before, RunEstimate(scenario, try scenario.blueprint(), threads: 1).bytes)
    }
    let small = try bytes(100_000)
    let after = try #require(small.after)
    #expect(small.before < after && small.before > after / 2)
    #expect(try bytes(20_000_000).before > 20_000_000_000)
  }

  @Test("A long run records no more times than a shorter one, unless it is told to")
  func timelineTimes() throws {
    func times(_ overrides: [String]) throws -> Int {
      let scenario = try Scenario.parse(
        byHand, name: "a.yaml", overrides: overrides.compactMap { Override($0) })
      return scenario.run.stepCount / scenario.timelineEverySteps
    }
    #expect(try times([]) == 24)
    #expect(try times(["run.horizon_hours=500"]) == 500)
    // 8,760 / 500 is above 17: every 18 hours.
    #expect(try times(["run.horizon_hours=8760"]) == 486)
    #expect(
      try times(["run.horizon_hours=8760", "output.timeline_every_minutes=60"]) == 8760)
  }

  @Test("Accounts that are liquidatable at time 0 are warned of at their block")
  func startsLiquidatable() throws {
    let scenario = try Scenario.parse(byHand, name: "a.yaml")
    let diagnostics = scenario.diagnostics(of: try scenario.blueprint())
    #expect(
      diagnostics.all.map { diagnostics.block($0)[0] } == [
        "a.yaml:16:3: warning: market main: 100 % of the accounts (10 of 10) are liquidatable at "
          + "time 0, with $10.0 k of debt [W103]",
        "a.yaml:21:10: note: traders: shares sum to 70 %; the other accounts never act [N201]",
      ])
    let healthy = try Scenario.parse(
      byHand.replacing("health_factor: 0.96", with: "health_factor: 1"), name: "a.yaml")
    #expect(healthy.diagnostics(of: try healthy.blueprint()).warningCount == 0)
    #expect(
      try Simulation(scenario, threads: 1).description.warnings.contains { $0.hasPrefix("market ") }
    )
  }
}
