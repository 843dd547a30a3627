import Cascade
import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("The field run.inside_bar")
struct InsideBarTests {
  /// Loans of one health against one stable debt, in daily steps.
  private func text(
    run: String = "price_feedback: false, inside_bar: bridge", model: String = "{model: gbm}",
    debt: String = "USDC", paths: Int = 60_000
  ) -> String {
    """
    format: slipface/1
    name: bridge
    run: {paths: \(paths), horizon_hours: 120, step_minutes: 1440, \(run)}
    assets:
      WETH: {price_usd: 3200, volatility_pct_annual: 80}
      WBTC: {price_usd: 60000, volatility_pct_annual: 60}
      USDC: {price_usd: 1, volatility_pct_annual: 1}
    dynamics: \(model)
    market:
      kind: aave_v3
      close_factor_pct: 100
      reserves:
        WETH: {ltv_pct: 80, liquidation_threshold_pct: 83}
        WBTC: {ltv_pct: 70, liquidation_threshold_pct: 75}
        USDC: {}
    positions:
      accounts: 1
      debt_asset: \(debt)
      collateral_mix: {WETH: 1}
      health_factor: 1.1
    liquidators:
      - {kind: ideal}
    """
  }

  private func outcomes(_ text: String, threads: Int = 2) throws -> EnsembleResult {
    var ensemble = try Simulation(Scenario.parse(text, name: "bridge"), threads: threads).ensemble
    ensemble.counterfactual = false
    return ensemble.run()
  }

  /// P(min of ln S <= -ln 1.1 within 5 days) of a GBM with drift 0 and volatility 80 %, in
  /// continuous time; the debt's 1 % move it by less than a tenth of a standard error.
  private var continuous: Double {
    let (s, barrier) = (0.8 * (5.0 / 365).squareRoot(), -log(1.1))
    let drift = -0.5 * s * s
    return normalCDF((barrier - drift) / s)
      + exp(2 * drift * barrier / (s * s)) * normalCDF((barrier + drift) / s)
  }

  @Test("As many loans fail in daily steps as in continuous time; |z| < 3")
  func share() throws {
    let result = try outcomes(text())
    let count = Double(result.outcomes.count)
    let share = Double(result.outcomes.count { $0.liquidations > 0 }) / count
    let error = (continuous * (1 - continuous) / count).squareRoot()
    #expect(abs(share - continuous) < 3 * error, "\(share) against \(continuous)")
    let plain = try outcomes(text(run: "price_feedback: false"))
    let seen = Double(plain.outcomes.count { $0.liquidations > 0 }) / count
    #expect(seen < continuous - 10 * error, "\(seen)")
    // The same paths: same ends, lower lows.
    for (with, without) in zip(result.outcomes, plain.outcomes) {
      #expect(with.assets[0].endPriceUSD == without.assets[0].endPriceUSD)
      #expect(with.assets[0].minPriceUSD <= without.assets[0].minPriceUSD)
    }
  }

  @Test(
    "What lows cannot be drawn for is one error that says why",
    arguments: [
      ("inside_bar: bridge", "{model: gbm}", "USDC", "what sales do to the price"),
      (
        "price_feedback: false, inside_bar: bridge", "{model: t_copula}", "USDC",
        "model t_copula has no diffusion inside a step"
      ),
      ("price_feedback: false, inside_bar: bridge", "{model: gbm}", "WBTC", "owe WBTC"),
      ("inside_bar: wick", "{model: gbm}", "USDC", "run.inside_bar"),
    ])
  func refusals(run: String, model: String, debt: String, part: String) throws {
    let text = text(run: run, model: model, debt: debt, paths: 10)
    let error = try #require(#expect(throws: Diagnostics.self) { try outcomes(text) })
    let message = error.text(file: "bridge", nothingWasRun: true)
    #expect(message.contains(part), "\(message)")
    #expect(message.contains("1 error"), "\(message)")
  }

  @Test("Threads and blocks change no bit of a run with lows")
  func reproducible() throws {
    let scenario = try Scenario.parse(text(paths: 300), name: "bridge")
    func rows(_ threads: Int, _ blockPaths: Int?) throws -> [[UInt64]] {
      var ensemble = try Simulation(scenario, threads: threads).ensemble
      ensemble.blockPaths = blockPaths
      return ensemble.run().outcomes.map(\.fingerprint)
    }
    #expect(try rows(1, nil) == rows(2, 8))
  }
}
