import Cascade
import Markets
import Runner
import SimulationCore
import TestSupport
import Testing

/// A liquidation helps an account only while its loan to value is below 1 / (1 + bonus).
///
/// Warmuz, Chaudhary, Pinna (2022). Constant price, no interest, no protocol fee; bonus 5 %,
/// threshold 93 %, debt 1,000,000 USD, so that health is about 0.9765 and calls repay a half.
@Suite("Toxic frontier")
struct ToxicFrontierTests {
  private func outcome(loanToValue: Double) throws -> (PathOutcome, [CascadeEvent]) {
    var experiment = SmallExperiment()
    experiment.assets[0] = .init(symbol: "WETH", initialPrice: 2000, volatility: 0, drift: 0)
    experiment.stepCount = 4
    experiment.stepSeconds = 300
    experiment.priceFeedback = false
    experiment.reserves[0].liquidationThreshold = 0.93
    experiment.reserves[0].loanToValue = 0.9
    experiment.addAccount(debtUSD: 1_000_000, health: 0.93 / loanToValue)
    var ensemble = Ensemble(try experiment.blueprint(), paths: 1, threads: 1)
    ensemble.events = .all
    let result = ensemble.run()
    return (result.outcomes[0], result.events)
  }

  @Test("Just below the frontier repeated calls lift health and leave no bad debt")
  func safeSide() throws {
    let (outcome, events) = try outcome(loanToValue: 1 / 1.05 - 1e-6)
    let partial = events.filter { $0.kind == .liquidation && $0.healthAfter.isFinite }
    #expect(outcome.badDebtUSD == 0)
    #expect(partial.count >= 3)
    #expect(partial.allSatisfy { $0.healthAfter > $0.healthBefore })
  }

  @Test("Just above it they lower health and end in bad debt")
  func toxicSide() throws {
    let (outcome, events) = try outcome(loanToValue: 1 / 1.05 + 1e-6)
    let partial = events.filter {
      $0.kind == .liquidation && $0.healthAfter.isFinite && $0.healthAfter > 0
    }
    #expect(outcome.badDebtUSD > 0)
    #expect(outcome.badDebtUSD < 10)
    #expect(partial.count >= 3)
    #expect(partial.allSatisfy { $0.healthAfter < $0.healthBefore })
  }
}
