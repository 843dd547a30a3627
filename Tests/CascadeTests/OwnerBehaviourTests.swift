import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// What single behaviours do on paths whose prices the test writes.
@Suite("Behaviour of owners")
struct OwnerBehaviourTests {
  private func run(
    _ cohort: CohortSettings, count: Int, health: Double, logPrices: [Double],
    stepSeconds: Double = 3600, _ change: (inout SmallExperiment) -> Void = { _ in }
  ) throws -> ObservedPath {
    var experiment = QuietOwners.experiment(
      cohort, count: count, health: health, stepCount: logPrices.count, stepSeconds: stepSeconds)
    change(&experiment)
    return ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .collateral(logPrices))
  }

  /// Odean (1998): hazards of ratio q give proportions (1 - e^(-q h)) / (1 - e^-h), 1.521 at q = 1.565
  /// and h = 0.10266.
  ///
  /// Both prices stay below their means: bear phases.
  @Test("Winners are closed before losers in the published proportion")
  func disposition() throws {
    let (ratio, exposure) = (1.565, 0.10266)
    let steps = 200
    var cohort = QuietOwners.cohort
    cohort.exitHazard = exposure / Double(steps) * (1 + ratio) / 2 * 8760
    cohort.dispositionBear = ratio
    cohort.dispositionBull = ratio
    cohort.priorOutcomePersistence = 1
    cohort.breakEvenFactor = 1
    let count = 20_000
    func share(_ price: Double, peak: Double) throws -> Double {
      let prices = [log(peak)] + [Double](repeating: log(price), count: steps - 1)
      let path = try run(cohort, count: count, health: 3, logPrices: prices)
      return Double(path.accounts(with: .close).count) / Double(count)
    }
    let (gains, losses) = (try share(1.2, peak: 1.5), try share(0.8, peak: 0.8))
    let error =
      gains / losses * ((1 - gains) / gains + (1 - losses) / losses).squareRoot()
      / Double(count).squareRoot()
    #expect(abs(gains / losses - 1.521) < 3.5 * error, "\(gains / losses) +- \(error)")
    #expect(abs(losses + expm1(-exposure)) < 4 * (losses / Double(count)).squareRoot())
  }

  /// Three accounts: basis 2,000 USD, closed from 2,600 on.
  ///
  /// A retail owner values at the price of an
  /// hour ago, a bot at today's; one without the rule waits for ever.
  @Test("A winner is closed at its multiple, by the price that its class sees")
  func takeProfit() throws {
    let prices = [1.1, 1.29, 1.31, 1.32, 1.33].map { log($0) }
    func hours(_ latency: LatencyClass, _ multiple: Double?) throws -> [Double] {
      var cohort = QuietOwners.cohort
      cohort.latencyClass = latency
      cohort.attentionHalfLife = .constant(0)
      cohort.takeProfitMultiple = multiple
      return try run(cohort, count: 1, health: 2, logPrices: prices)
        .events(of: .takeProfit).map(\.timeHours)
    }
    #expect(try hours(.bot, 1.3) == [3])
    #expect(try hours(.retail, 1.3) == [4])
    #expect(try hours(.bot, nil) == [])
    #expect(try hours(.bot, 1.5) == [])
  }

  /// Accounts fall to health 0.9, are closed whole and keep some equity at leverage 1.
  @Test("Who was liquidated comes back with the given chance, after an exponential delay")
  func reentry() throws {
    var cohort = QuietOwners.cohort
    cohort.reentryProbability = 0.8
    cohort.reentryDelayYears = 50.0 / 8760
    let count = 4000
    let path = try run(
      cohort, count: count, health: 1.2, logPrices: [Double](repeating: log(0.75), count: 400)
    ) {
      $0.liquidators = [LiquidatorGroup(kind: .ideal)]
      $0.reserves[1].initialSupply = 1e9
    }
    #expect(path.outcome.accountsLiquidated == count && path.outcome.badDebtUSD == 0)
    let returns = path.events(of: .reentry)
    #expect(Set(returns.compactMap(\.account)).count == returns.count)
    let share = Double(returns.count) / Double(count)
    // All but e^-8 of the delays end within the horizon.
    #expect(abs(share - 0.8) < 4 * (0.8 * 0.2 / Double(count)).squareRoot() + 3e-4)
    // The delay runs from the end of the step of the liquidation, the first.
    let distance = KolmogorovSmirnov.distance(
      steps: returns.map { Int($0.timeHours.rounded()) - 1 }, hazardPerStep: 1.0 / 50,
      horizon: 399, count: returns.count)
    #expect(distance < KolmogorovSmirnov.limit)
    #expect(path.outcome.releveragedUSD > 0)
  }

  @Test("Without the chance nobody comes back")
  func noReentry() throws {
    let path = try run(
      QuietOwners.cohort, count: 50, health: 1.2,
      logPrices: [Double](repeating: log(0.75), count: 400)
    ) { $0.liquidators = [LiquidatorGroup(kind: .ideal)] }
    #expect(path.outcome.accountsLiquidated == 50 && path.events(of: .reentry).isEmpty)
  }

  /// The prior 0.3 becomes after one failure 0.3 x 0.4 / (0.3 x 0.4 + 0.7 x 0.55), after one success
  /// 0.3 x 1.25 x 0.6 / (0.3 x 1.25 x 0.6 + 0.7 x 0.45); k = 1 - 0.6 of it (agents.md 4.3).
  @Test("A liquidation teaches modesty, a profit confidence")
  func learning() throws {
    func belief(_ price: Double, learns: Bool = true) throws -> Double {
      var cohort = QuietOwners.cohort
      cohort.learns = learns
      cohort.latencyClass = .bot
      cohort.attentionHalfLife = .constant(0)
      cohort.takeProfitMultiple = 1.2
      cohort.miscalibration = .constant(0.7)
      let path = try run(cohort, count: 1, health: 1.2, logPrices: [log(price), log(price)]) {
        $0.liquidators = [LiquidatorGroup(kind: .ideal)]
        $0.cohorts[0].triggerHealth = .constant(0)
      }
      return path.world.markets[0].owners.miscalibration[0]
    }
    let failure = 0.3 * 0.4 / (0.3 * 0.4 + 0.7 * 0.55)
    let success = 0.3 * 1.25 * 0.6 / (0.3 * 1.25 * 0.6 + 0.7 * 0.45)
    #expect(agree(try belief(0.75), 1 - 0.6 * failure, relative: 1e-12))
    #expect(agree(try belief(1.3), 1 - 0.6 * success, relative: 1e-12))
    #expect(try belief(0.75, learns: false) == 0.7)
  }

  /// Health falls from 1.2 to 0.98 in one step.
  ///
  /// Everybody looks every step and has cash enough; the
  /// liquidator is ready at once. Only the bot's transaction lands first.
  @Test("A bot's rescue lands before the liquidation, others' after it")
  func race() throws {
    func run(_ latency: LatencyClass) throws -> ObservedPath {
      var cohort = QuietOwners.cohort
      cohort.latencyClass = latency
      cohort.attentionHalfLife = .constant(0)
      cohort.triggerHealth = .constant(1.15)
      cohort.choice = .shares(hold: 0, topUp: 1, deleverage: 0, close: 0)
      cohort.spareCash = .init(shareWithout: 0, medianShareOfDebt: 2, sigma: 0)
      return try self.run(
        cohort, count: 20, health: 1.2,
        logPrices: [Double](repeating: log(0.98 / 1.2), count: 2)
      ) { $0.liquidators = [LiquidatorGroup(kind: .ideal)] }
    }
    let bots = try run(.bot)
    #expect(bots.outcome.liquidations == 0 && bots.events(of: .topUp).count == 20)
    for latency in [LatencyClass.pro, .retail] {
      let others = try run(latency)
      #expect(others.outcome.accountsLiquidated == 20)
    }
  }

  /// The bot's cash pays for nothing worth naming: its rescue cannot save it.
  @Test(
    "A bot whose rescue does not suffice is liquidated in the same step",
    arguments: [0.0, 1e-6])
  func failedRescue(cash: Double) throws {
    var cohort = QuietOwners.cohort
    cohort.latencyClass = .bot
    cohort.attentionHalfLife = .constant(0)
    cohort.triggerHealth = .constant(1.15)
    cohort.choice = .shares(hold: 0, topUp: 1, deleverage: 0, close: 0)
    cohort.spareCash = .init(shareWithout: 0, medianShareOfDebt: cash, sigma: 0)
    let path = try run(
      cohort, count: 5, health: 1.2, logPrices: [Double](repeating: log(0.98 / 1.2), count: 3)
    ) { $0.liquidators = [LiquidatorGroup(kind: .ideal)] }
    #expect(path.outcome.accountsLiquidated == 5)
    #expect(path.outcome.firstLiquidationHours == 1)
  }

  @Test("Who closes owes nothing afterwards, with and without slippage", arguments: [nil, 1e5])
  func closing(depth: Double?) throws {
    var cohort = QuietOwners.cohort
    cohort.exitHazard = 0.05 * 8760
    let path = try run(
      cohort, count: 40, health: 2, logPrices: [Double](repeating: 0, count: 200)
    ) {
      if let depth {
        $0.venues = [OrderBookVenue(asset: "WETH", depth2Percent: depth)]
        $0.priceFeedback = true
      }
    }
    let pool = path.world.markets[0].pool
    let closed = path.accounts(with: .close)
    #expect(closed.count > 35)
    for account in closed {
      let debt = pool.health(of: account, at: [2000, 1]).debtUSD
      #expect(debt == 0, "account \(account) still owes \(debt)")
    }
    #expect(path.events(of: .close).count == closed.count)
  }
}

/// How loss aversion enters: at the gate, and where a gain is possible; never among pure losses.
@Suite("Loss aversion")
struct LossAversionTests {
  /// agents.md 3.1: with equal curvatures all values scale with lambda where nothing can be gained.
  @Test("Among pure losses every choice is the same for any lambda")
  func pureLosses() {
    var random = TestRandom(seed: 9)
    var chosen: Set<ProtectiveChoice.Option> = []
    for _ in 0..<2000 {
      let collateral = random.uniform(1.1, 1.6)
      // Far below the reference: a recovery within the horizon is out of sight.
      let situation = ProtectiveChoice.Situation(
        collateralUSD: collateral, debtUSD: 1, threshold: 0.83,
        perceivedEquityUSD: collateral - 1,
        referenceEquityUSD: collateral + random.uniform(1, 5),
        cashUSD: random.uniform(0, 0.3), targetHealth: 1.5,
        perceivedVolatility: random.uniform(0.2, 0.6), horizonYears: 1.0 / 365,
        penaltyUSD: 0.025, slippage: random.uniform(0, 0.05))
      func choice(_ lambda: Double) -> ProtectiveChoice.Option {
        ProtectiveChoice.choose(
          ProtectiveChoice.values(
            situation,
            ProspectParameters(
              gainCurvature: 0.88, lossCurvature: 0.88, lossAversion: lambda, gainWeighting: 0.61,
              lossWeighting: 0.69)), noise: 0, uniforms: [0.5, 0.5, 0.5, 0.5])
      }
      let first = choice(1)
      chosen.insert(first)
      for lambda in [1.5, 2.25, 4] { #expect(choice(lambda) == first) }
    }
    #expect(!chosen.isEmpty)
  }

  /// Fact F18: perceived q ~ N(0.25, 0.1) and lambda lognormal with spread 0.35 let 84, 51 and 39 % in
  /// at means 1.30, 1.955 and 2.25.
  ///
  /// q = B sqrt(30/365) / 0.8 with k = 1 and no rate.
  @Test(
    "The entry gate lets fewer in as loss aversion rises",
    arguments: [
      (1.30, 0.84), (1.955, 0.51), (2.25, 0.39),
    ])
  func entryGate(mean: Double, expected: Double) throws {
    var cohort = QuietOwners.cohort
    cohort.hasEntryGate = true
    cohort.sizesLeverage = true
    cohort.startsAtRuleLeverage = true
    cohort.leverageTarget = 2
    cohort.lossAversion = .init(
      .lognormal(median: mean * exp(-0.35 * 0.35 / 2), sigma: 0.35))
    let scale = 0.8 / (30.0 / 365).squareRoot()
    cohort.optimism = .init(.normal(mean: 0.25 * scale, sd: 0.1 * scale))
    let count = 20_000
    let experiment = QuietOwners.experiment(
      cohort, count: count, health: 2, stepCount: 1, stepSeconds: 3600)
    let pool = try experiment.blueprint().markets[0].pool
    let entered = (0..<count).count { pool.health(of: $0, at: [2000, 1]).debtUSD > 0 }
    #expect(abs(Double(entered) / Double(count) - expected) < 0.01)
  }
}
