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

  /// Monitored at every moment by way of the lows: the length of a step has no part in it.
  ///
  /// Reflection principle for a walk with drift nu (J. Harrison, Brownian motion and stochastic flow
  /// systems, 1985, section 1.8).
  @Test(
    "With lows inside the steps a GBM path hits its barrier as often as a continuous one",
    .enabled(if: isOptimised), arguments: [(1.0, 8_000), (6, 40_000), (24, 120_000)])
  func continuousMonitoring(stepHours: Double, paths: Int) throws {
    var experiment = SmallExperiment()
    experiment.rules.closeFactor = 1
    experiment.priceFeedback = false
    experiment.drawsLows = true
    experiment.stepSeconds = stepHours * 3600
    experiment.stepCount = Int(72 / stepHours)
    // Several accounts; each has a probability of its own.
    let healths = [1.03, 1.08, 1.15]
    for health in healths { experiment.addAccount(debtUSD: 10_000, health: health) }
    let outcomes = try experiment.run(paths: paths)
    let (deviation, drift) = (Self.volatility * (3.0 / 365).squareRoot(), -0.32 * 3 / 365)
    for (index, health) in healths.enumerated() {
      let barrier = -log(health)
      let probability =
        normalCDF((barrier - drift) / deviation)
        + exp(2 * drift * barrier / (deviation * deviation))
        * normalCDF((barrier + drift) / deviation)
      // Accounts fail in the order of their health.
      let share =
        Double(outcomes.count { $0.accountsLiquidated > index }) / Double(paths)
      expectAgreement(share, probability, paths: paths)
      // So does the lowest price of the path.
      let low = 2000 * exp(barrier)
      #expect(
        outcomes.allSatisfy { ($0.assets[0].minPriceUSD < low) == ($0.accountsLiquidated > index) })
      #expect(
        outcomes.allSatisfy { $0.assets[0].maxDrawdown >= 1 - $0.assets[0].minPriceUSD / 2000 })
    }
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
