import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// One account at health 1.375, 30 daily steps, volatility 80 %: its barrier lies ln 1.375 below.
@Suite("Probability of liquidation")
struct LiquidationProbabilityTests {
  private static let health = 1.375
  private static let volatility = 0.8
  private static let paths = 200_000

  #if DEBUG
    private static let cells = 400
  #else
    private static let cells = 1000
  #endif

  private static let walk = AbsorbedWalk(distance: log(health), cells: cells, width: 2.5)
  private static let stepDeviation = volatility * (1.0 / 365).squareRoot()
  private static let stepDrift = -0.5 * volatility * volatility / 365

  private func shareLiquidated(
    degreesOfFreedom: Double?, paths: Int = Self.paths
  ) throws -> Double {
    var experiment = SmallExperiment()
    experiment.rules.closeFactor = 1
    experiment.priceFeedback = false
    experiment.degreesOfFreedom = degreesOfFreedom
    experiment.addAccount(debtUSD: 10_000, health: Self.health)
    let outcomes = try experiment.run(paths: paths)
    return Double(outcomes.count { $0.liquidations > 0 }) / Double(paths)
  }

  private func expectAgreement(_ share: Double, _ expected: Double, paths: Int = Self.paths) {
    let standardError = (expected * (1 - expected) / Double(paths)).squareRoot()
    #expect(abs(share - expected) < 3.5 * standardError, "\(share) against \(expected)")
  }

  /// Monitored on 30 daily steps; continuous monitoring would give 0.1927.
  @Test(
    "A GBM path hits its barrier as often as the discretely monitored law says",
    .enabled(if: isOptimised))
  func geometricBrownianMotion() throws {
    let expected = Self.walk.probability(steps: 30) {
      0.5 * erfc(-($0 - Self.stepDrift) / (Self.stepDeviation * 2.0.squareRoot()))
    }
    // The published figure is rounded to five digits.
    #expect(abs(expected - 0.16143) < 6e-6)
    expectAgreement(try shareLiquidated(degreesOfFreedom: nil), expected)
  }

  /// Steps have a Student law of variance sigma^2 dt: a t variate times sqrt((nu - 2) / nu).
  ///
  /// Distribution functions for nu = 3 and 4 in closed form (Abramowitz, Stegun, 26.7.3-4).
  @Test(
    "A Student-t path hits its barrier as often as the convolution says", .enabled(if: isOptimised),
    arguments: [(3, 50_000), (4, Self.paths)])
  func studentT(degreesOfFreedom: Int, paths: Int) throws {
    let nu = Double(degreesOfFreedom)
    let scale = Self.stepDeviation * ((nu - 2) / nu).squareRoot()
    let expected = Self.walk.probability(steps: 30) {
      let t = ($0 - Self.stepDrift) / scale
      if degreesOfFreedom == 3 {
        let u = t / 3.0.squareRoot()
        return 0.5 + (u / (1 + u * u) + atan(u)) / .pi
      }
      let s = t / (4 + t * t).squareRoot()
      return 0.5 + 0.75 * s * (1 - s * s / 3)
    }
    // Fat tails of the same variance cross less often: the centre is narrower.
    #expect(expected < 0.16 && expected > 0.05)
    expectAgreement(
      try shareLiquidated(degreesOfFreedom: nu, paths: paths), expected, paths: paths)
  }
}
