import Agents
import Cascade
import Foundation
import Markets
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("Regimes that drive venues and gas")
struct RegimeMarketTests {
  /// Loans near the edge, a book of 2 M USD, and bots who pay for gas.
  private func experiment(depth: Double = 1, gas: Double = 1) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.stepSeconds = 3600
    experiment.stepCount = 72
    experiment.dynamics = (
      "regime_switching",
      [
        "enter_stress_per_day": .number(0.3), "leave_stress_per_day": .number(0.3),
        "stress_depth_factor": .number(depth), "stress_gas_factor": .number(gas),
      ]
    )
    experiment.venues = [OrderBookVenue(asset: "WETH", depth2Percent: 2e6)]
    experiment.liquidators = [LiquidatorGroup(kind: .flashLoan)]
    experiment.gas = GasMarket(etherAsset: 0)
    for number in 0..<20 {
      experiment.addAccount(debtUSD: 50_000, health: 1.02 + 0.01 * Double(number))
    }
    return experiment
  }

  private func run(_ experiment: SmallExperiment, paths: Int = 200) throws -> [PathOutcome] {
    var blueprint = try experiment.blueprint()
    blueprint.hasGasMarket = true
    var ensemble = Ensemble(blueprint, paths: paths, threads: 2)
    ensemble.counterfactual = false
    return ensemble.run().outcomes
  }

  /// Same prices, same loans: only what a sale does to the price differs.
  @Test("Thin venues in stress make the same sales move prices more")
  func depth() throws {
    let (plain, thin) = (try run(experiment()), try run(experiment(depth: 0.25)))
    func impact(_ outcomes: [PathOutcome]) -> [Double] {
      outcomes.map { $0.assets[0].maxPriceImpactBps }
    }
    let pairs = Array(zip(impact(plain), impact(thin)))
    #expect(pairs.count { $0.0 != $0.1 } > 20)
    let larger = pairs.count { $0.1 > $0.0 * (1 + 1e-12) }
    let smaller = pairs.count { $0.1 < $0.0 * (1 - 1e-12) }
    // Bots sell less where a sale costs more, which seldom outweighs the thinner book.
    #expect(larger > 10 * max(1, smaller), "\(larger) larger, \(smaller) smaller")
    let (thinSum, plainSum): (Double, Double) = (
      impact(thin).reduce(0, +), impact(plain).reduce(0, +)
    )
    #expect(thinSum > 1.5 * plainSum)
    // Paths without a liquidation in stress keep every bit.
    #expect(zip(plain, thin).contains { $0.liquidations > 0 && $0.fingerprint == $1.fingerprint })
  }

  @Test("Gas in stress is dearer by the factor, and by nothing in calm")
  func gas() throws {
    var calm = experiment(gas: 7)
    calm.dynamics?.values["enter_stress_per_day"] = .number(0)
    var neutral = calm
    neutral.dynamics?.values["stress_gas_factor"] = .number(1)
    #expect(try run(calm).map(\.fingerprint) == run(neutral).map(\.fingerprint))
    let (plain, dear) = (try run(experiment()), try run(experiment(gas: 7)))
    for (one, other) in zip(plain, dear) where one.liquidations == other.liquidations {
      #expect(other.gasUSD >= one.gasUSD * (1 - 1e-12) && other.gasUSD <= 7.001 * one.gasUSD)
    }
    func total(_ outcomes: [PathOutcome]) -> Double { outcomes.reduce(0.0) { $0 + $1.gasUSD } }
    #expect(total(dear) > 3 * total(plain))
    let market = GasMarket(baseGwei: 20, perLiquidatableAccountGwei: 2, capGwei: 100)
    #expect(
      market.gwei(hours: 1, deviation: 0, liquidatableAccounts: 3, regimeFactor: 4) == 86)
    #expect(market.gwei(hours: 1, deviation: 0, liquidatableAccounts: 3, regimeFactor: 5) == 100)
  }

  /// Correlated draws: the variance of the mean of n steps is q (1 - q) (1 + l) / (1 - l) / n, l the
  /// chain's autocorrelation 1 - p01 - p10 a day.
  @Test(
    "The share of time in stress is p01 / (p01 + p10), |z| < 4, and does not depend on the step")
  func shareOfTime() throws {
    for stepHours in [1.0, 24] {
      var experiment = experiment(depth: 0.5)
      experiment.dynamics?.values["enter_stress_per_day"] = .number(0.04)
      experiment.dynamics?.values["leave_stress_per_day"] = .number(0.2)
      experiment.stepSeconds = stepHours * 3600
      experiment.stepCount = 240
      let blueprint = try experiment.blueprint()
      var block = blueprint.priceBlock(capacity: 2_000)
      blueprint.fill(&block, 0..<2_000)
      let count = Double(block.regime.count)
      let share = Double(block.regime.count { $0 == 1 }) / count
      let (expected, kept) = (0.04 / 0.24, pow(0.76, stepHours / 24))
      let error = (expected * (1 - expected) * (1 + kept) / (1 - kept) / count).squareRoot()
      #expect(abs(share - expected) < 4 * error, "\(share) against \(expected)")
      // A regime is the one whose deviation the step's return has.
      var squares = [0.0, 0.0]
      var counts = [0.0, 0.0]
      for path in 0..<2_000 {
        for step in 1..<240 {
          let row = block.offset(path: path, step: step)
          let move = block.logPrice[row] - block.logPrice[row - 2]
          let regime = block.regime(path: path, step: step)
          squares[regime] += move * move
          counts[regime] += 1
        }
      }
      let ratio = (squares[1] / counts[1] / (squares[0] / counts[0])).squareRoot()
      #expect(abs(ratio / 2.34 - 1) < 0.02, "\(ratio)")
    }
  }

  @Test("Both engines and any block give the same bits")
  func engines() throws {
    var experiment = experiment(depth: 0.2, gas: 3)
    let watched = try experiment.run(paths: 40)
    experiment.engine = .dense
    #expect(
      try experiment.run(paths: 40, threads: 1, blockPaths: 3).map(\.fingerprint)
        == watched.map(\.fingerprint))
  }
}
