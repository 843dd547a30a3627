import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Hazards that change with the market, against the direct scheme: one trial an account and step.
@Suite("Thinned and gated hazards")
struct ThinningTests {
  private static let stepCount = 96

  /// Prices of a drawn path, `[step]`, relative to the start.
  private func relativePrices(_ blueprint: Blueprint, path: Int) -> [Double] {
    var block = PriceBlock(capacity: 1, stepCount: blueprint.stepCount, assetCount: 2)
    blueprint.priceModel.fill(&block, firstPath: path, seed: blueprint.seed)
    return (0..<blueprint.stepCount).map {
      exp(block.logPrice[block.offset(path: 0, step: $0)])
    }
  }

  /// What owners read from the past at each step: the history up to the step before.
  private func histories(_ prices: [Double], stepYears: Double) -> [MarketHistory] {
    var history = MarketHistory(
      startPrices: [2000, 1], startVolatility: [0.8, 0], weights: [1, 0],
      stepCount: prices.count, stepYears: stepYears)
    history.reset(to: [2000, 1])
    return prices.map { price in
      defer { history.append([2000 * price, 1]) }
      return history
    }
  }

  /// Exits compared with sum (1 - e^-H), H the integral of the true hazard along the path.
  ///
  /// Gain or loss by equity against the start, bull or bear by the mean price, break-even within one
  /// deviation over 30 days; no close changes the market.
  @Test("Exits have the mean count of the true hazard")
  func exits() throws {
    let perDay = 0.1
    var cohort = QuietOwners.cohort
    cohort.exitHazard = perDay * 365
    cohort.dispositionBull = 0.5
    cohort.priorOutcomePersistence = 1
    let count = 400
    let experiment = QuietOwners.experiment(
      cohort, count: count, health: 3, stepCount: Self.stepCount, stepSeconds: 3600)
    let blueprint = try experiment.blueprint()
    let collateral = 3 * 1000 / 0.83
    var excess = 0.0
    var variance = 0.0
    var total = 0
    for (path, observed) in ObservedPath.drawn(blueprint, paths: 60).enumerated() {
      let prices = relativePrices(blueprint, path: path)
      let past = histories(prices, stepYears: blueprint.stepYears)
      var integral = 0.0
      var sum = 1.0
      for (step, price) in prices.enumerated() {
        let before = step == 0 ? 1 : prices[step - 1]
        let ratio = before * Double(step + 1) > sum ? 0.5 : 1.55
        let loss = 2 * perDay / (1 + ratio) / 24
        let shortfall = collateral * (1 - price)
        let isNear =
          shortfall < collateral * price * past[step].volatility(0) * (30.0 / 365).squareRoot()
        integral += price >= 1 ? ratio * loss : loss * (isNear ? 0.6 : 1)
        sum += price
      }
      let probability = -expm1(-integral)
      let exits = observed.events(of: .close).count
      total += exits
      excess += Double(exits) - Double(count) * probability
      variance += Double(count) * probability * (1 - probability)
    }
    #expect(abs(excess) < 4 * variance.squareRoot(), "\(excess) of \(total)")
    #expect(total > 2000)
  }

  /// The hazard p0 e^(0.6 DD / sd) with the drawdown in deviations; each sale takes a millionth.
  @Test("Panic sales have the mean count of the true hazard")
  func panics() throws {
    var cohort = QuietOwners.cohort
    cohort.panicHazard = 0.1 * 365
    cohort.panicSellShare = 1e-6
    let count = 200
    let experiment = QuietOwners.experiment(
      cohort, count: count, health: 3, stepCount: Self.stepCount, stepSeconds: 3600)
    let blueprint = try experiment.blueprint()
    var excess = 0.0
    var variance = 0.0
    for (path, observed) in ObservedPath.drawn(blueprint, paths: 60).enumerated() {
      let past = histories(
        relativePrices(blueprint, path: path), stepYears: blueprint.stepYears)
      for history in past {
        let hazard = 0.1 / 24 * exp(0.6 * history.standardisedDrawdown(0))
        let probability = -expm1(-hazard)
        excess -= Double(count) * probability
        variance += Double(count) * probability * (1 - probability)
      }
      excess += Double(observed.events(of: .panicSale).count)
    }
    #expect(abs(excess) < 4 * variance.squareRoot(), "\(excess) +- \(variance.squareRoot())")
  }

  /// agents.md 3.7, one trial an account and step with 1 - e^(-a dt); owners top up on their first look
  /// below the trigger and are safe from then on, as their cash is large.
  @Test("Gated attention tops up as often as a trial for every account and step")
  func attention() throws {
    let rate = 0.05
    var cohort = QuietOwners.cohort
    cohort.attentionHalfLife = .constant(log(2) / (rate * 8760))
    cohort.choice = .shares(hold: 0, topUp: 1, deleverage: 0, close: 0)
    cohort.spareCash = .init(shareWithout: 0, medianShareOfDebt: 10, sigma: 0)
    cohort.targetHealth = .constant(50)
    cohort.triggerHealth = .constant(1.25)
    var experiment = QuietOwners.experiment(
      cohort, count: 0, health: 1, stepCount: Self.stepCount, stepSeconds: 3600)
    experiment.assets[0] = .init(symbol: "WETH", initialPrice: 2000, volatility: 1.2, drift: 0)
    let healths = (0..<100).map { 1.28 + 0.003 * Double($0) }
    for health in healths { experiment.addAccount(debtUSD: 1000, health: health) }
    let blueprint = try experiment.blueprint()
    var random = TestRandom(seed: 5)
    var differences: [Double] = []
    for (path, observed) in ObservedPath.drawn(blueprint, paths: 200).enumerated() {
      let prices = relativePrices(blueprint, path: path)
      let past = histories(prices, stepYears: blueprint.stepYears)
      var reference = 0
      for start in healths {
        for (step, price) in prices.enumerated() {
          let health = start * price
          guard health < min(1.25, start / 1.02) else { continue }
          let move = abs(past[step].hourReturn(0)) / past[step].volatility(0) * 8760.0.squareRoot()
          let alarm = min(1, max(0, (1.2 - health) / 0.2))
          let attention = min(rate * (1 + move + 8 * alarm), 12)
          if random.chance(-expm1(-attention)) {
            reference += 1
            break
          }
        }
      }
      differences.append(Double(observed.events(of: .topUp).count - reference))
    }
    let mean = differences.reduce(0, +) / 200
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 199
    #expect(abs(mean) < 4 * (variance / 200).squareRoot(), "\(mean)")
    #expect(differences.contains { $0 != 0 })
  }
}
