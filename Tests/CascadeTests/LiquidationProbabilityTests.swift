import Cascade
import Markets
import TestSupport
import Testing

@Suite("Probability of liquidation")
struct LiquidationProbabilityTests {
  /// Monitored on 30 daily steps: 0.16143 by convolution of the step law; continuous 0.1927.
  @Test("A GBM path hits its barrier as often as the discretely monitored law says")
  func geometricBrownianMotion() throws {
    var experiment = SmallExperiment()
    experiment.rules.closeFactor = 1
    experiment.priceFeedback = false
    experiment.addAccount(debtUSD: 10_000, health: 1.375)
    let paths = 200_000
    let outcomes = try experiment.run(paths: paths)
    let hits = outcomes.count { $0.liquidations > 0 }
    let share = Double(hits) / Double(paths)
    print("share", share)
    let expected = 0.16143
    let standardError = (expected * (1 - expected) / Double(paths)).squareRoot()
    #expect(abs(share - expected) < 3.5 * standardError)
  }
}
