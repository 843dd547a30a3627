import Runner
import Testing

@Suite("What check --explain prints")
struct ExplanationTests {
  private func explanation(_ text: String) throws -> [String] {
    try Scenario.parse(text, name: "a.yaml").explanation
  }

  @Test("Every template can be explained", arguments: Template.allCases)
  func templates(_ template: Template) throws {
    let lines = try explanation(template.text)
    #expect(lines.count >= 3)
    #expect(lines.allSatisfy { !$0.isEmpty })
  }

  @Test("Eigenvalues and leverage by hand")
  func byHand() throws {
    // Covariance 0.25, 0.2; 0.2, 0.25 has the eigenvalues 0.05 and 0.45; 1 / (1 - 0.8) = 5; a fall
    // of 1 - 80 / 84 makes what was borrowed to the limit liquidatable.
    let lines = try explanation(
      """
      format: slipface/1
      name: two
      run: {horizon_hours: 24, step_minutes: 60, rounds_per_step: 3}
      assets:
        A: {price_usd: 100, volatility_pct_annual: 50}
        B: {price_usd: 1, volatility_pct_annual: 50}
      dynamics:
        model: gbm
        correlation: {order: [A, B], matrix: [[1, 0.8], [0.8, 1]]}
      market:
        kind: aave_v3
        reserves:
          A: {supply: 1000000, ltv_pct: 80, liquidation_threshold_pct: 84, liquidation_bonus_pct: 5}
          B: {supply: 100000000, ltv_pct: 0, liquidation_threshold_pct: 0, liquidation_bonus_pct: 0}
      positions:
        source: synthetic
        accounts: 10
        debt_asset: B
        collateral_mix: {A: 1}
      venues:
        - {kind: cex_impact, asset: A, depth_2pct_usd: 80000000}
        - {kind: amm_constant_product, pair: [A, B], depth_2pct_usd: 45000000}
      """)
    #expect(
      lines == [
        "24 steps of 60 min, 3 liquidation rounds a step",
        "covariance a year: eigenvalues 0.0500, 0.450",
        "A: leverage up to 5.00; borrowed to the limit, liquidatable after a fall of 4.8%",
        "venues.0 cex_impact A: depth $80.0M to 2%",
        "venues.1 amm_constant_product A/B: depth $45.0M to 2%",
      ])
  }
}
