import Runner
import SimulationCore

/// A small scenario in which every block is right, and ways of breaking it.
enum SampleScenario {
  static let text = """
    format: slipface/1
    name: sample
    run: {paths: 100, horizon_hours: 24, step_minutes: 60}
    assets:
      WETH: {price_usd: 3200.0, volatility_pct_annual: 75.0}
      USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}
    dynamics:
      model: student_t
      degrees_of_freedom: 4
      correlation: {order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}
    market:
      kind: aave_v3
      reserves:
        WETH: {ltv_pct: 80.5, liquidation_threshold_pct: 83.0, liquidation_bonus_pct: 5.0}
        USDC: {ltv_pct: 75.0, liquidation_threshold_pct: 78.0, liquidation_bonus_pct: 4.5}
    positions:
      accounts: 50
      debt_asset: USDC
      collateral_mix: {WETH: 1}
    traders:
      - {cohort: retail, share_of_accounts_pct: 100}
    liquidators:
      - {kind: flash_loan_bot, count: 5}
    venues:
      - {kind: cex_impact, asset: WETH, depth_2pct_usd: 80000000}
    oracle: {kind: push, deviation_bps: 50}
    """ + "\n"

  /// The sample with one piece of its text replaced.
  static func replacing(_ piece: String, with other: String) -> String {
    precondition(text.contains(piece), "the sample holds \(piece)")
    return text.replacing(piece, with: other)
  }

  /// Everything that is said about a text; empty where it is right.
  static func complaints(
    _ text: String, overrides: [String] = [], dataFolders: [String] = []
  ) -> Diagnostics {
    do throws(Diagnostics) {
      return try Scenario.parse(
        text, name: "crash.yaml", overrides: overrides.compactMap { Override($0) },
        dataFolders: dataFolders
      ).diagnostics
    } catch {
      return error
    }
  }

  /// The first lines of all diagnostics.
  static func firstLines(_ text: String, overrides: [String] = []) -> [String] {
    let diagnostics = complaints(text, overrides: overrides)
    return diagnostics.all.map { diagnostics.block($0)[0] }
  }
}
