import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// When liquidators act, how much they take, and what they do with it.
@Suite("Behaviour of liquidators")
struct LiquidatorBehaviourTests {
  /// Passive owners at the given debts, all at health 1.2; the price falls so that health is 0.98.
  private func run(
    _ group: LiquidatorGroup, debts: [Double], stepCount: Int = 1, stepSeconds: Double = 3600,
    _ change: (inout SmallExperiment) -> Void = { _ in }
  ) throws -> ObservedPath {
    var experiment = SmallExperiment()
    experiment.stepCount = stepCount
    experiment.stepSeconds = stepSeconds
    experiment.liquidators = [group]
    experiment.reserves[0].protocolFee = 0
    for debt in debts { experiment.addAccount(debtUSD: debt, health: 1.2) }
    change(&experiment)
    return ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(0.98 / 1.2), stepCount: stepCount))
  }

  private func bot(_ change: (inout LiquidatorGroup) -> Void = { _ in }) -> LiquidatorGroup {
    var bot = LiquidatorGroup(kind: .flashLoan)
    bot.gasUnits = 0
    bot.bidShare = 0
    change(&bot)
    return bot
  }

  private func repaid(_ path: ObservedPath) -> [Double] {
    path.events(of: .liquidation).map(\.repaidUSD)
  }

  /// 400,000 gas at 40 gwei and ETH at 2000 x 0.98 / 1.2 = 1,633 USD cost 26.13 USD; the bonus is 5 % of
  /// the debt where all of it may be repaid (below 2,000 USD).
  ///
  /// 400 USD bring 20, 600 bring 30.
  @Test("Gas stalls small liquidations")
  func gas() throws {
    func accounts(gwei: Double) throws -> [Int] {
      try run(
        bot {
          $0.gasUnits = 400_000; $0.gasGwei = gwei
        }, debts: [400, 600, 1000]
      )
      .accounts(with: .liquidation)
    }
    #expect(try accounts(gwei: 0) == [0, 1, 2])
    #expect(try accounts(gwei: 40) == [1, 2])
    #expect(try accounts(gwei: 400) == [])
    // The gas market of the scenario in place of a fixed price; a spike of 70 gwei costs 45.7 USD.
    let path = try run(bot { $0.gasUnits = 400_000 }, debts: [400, 600, 1000]) {
      $0.gas = GasMarket(baseGwei: 70, etherAsset: 0)
    }
    #expect(path.accounts(with: .liquidation) == [1, 2], "without a gas block it is 40 gwei")
  }

  @Test("A liquidation that would bring less than the minimum is left alone")
  func minimumProfit() throws {
    func accounts(_ minimum: Double, bid: Double = 0) throws -> [Int] {
      try run(
        bot {
          $0.minimumProfitUSD = minimum; $0.bidShare = bid
        }, debts: [400, 600, 1000]
      )
      .accounts(with: .liquidation)
    }
    #expect(try accounts(25) == [1, 2])
    #expect(try accounts(40) == [2])
    #expect(try accounts(51) == [])
    // Of the gross 20, 30 and 50 USD a fifth is kept.
    #expect(try accounts(9, bid: 0.8) == [2])
  }

  @Test("No call repays more than the limits of size and capital")
  func limits() throws {
    let debts = [50_000.0, 80_000]
    let free = try run(bot(), debts: debts)
    #expect(repaid(free).max() ?? 0 > 20_000)
    let small = try run(bot { $0.maximumRepayUSD = 5000 }, debts: debts)
    #expect(!repaid(small).isEmpty && repaid(small).allSatisfy { $0 <= 5000 * (1 + 1e-12) })
    let poor = try run(bot { $0.capital = .constant(3000) }, debts: debts)
    #expect(!repaid(poor).isEmpty && repaid(poor).allSatisfy { $0 <= 3000 * (1 + 1e-12) })
    // An inventory's capital is spent until it has sold: three members pay 4,000 USD each in all.
    var inventory = LiquidatorGroup(kind: .inventory)
    inventory.gasUnits = 0
    inventory.bidShare = 0
    inventory.count = 3
    inventory.capital = .constant(4000)
    inventory.unwindYears = 1e-9
    let bound = try run(inventory, debts: debts)
    #expect(repaid(bound).reduce(0, +) <= 12_000 * (1 + 1e-12))
    #expect(repaid(bound).reduce(0, +) > 11_000)
  }

  /// Sold per step: 1 - e^(-dt / T) of what is left, at constant price; T two hours, dt one.
  @Test("An inventory is unwound exponentially and its cash used again")
  func unwinding() throws {
    var inventory = LiquidatorGroup(kind: .inventory)
    inventory.gasUnits = 0
    inventory.bidShare = 0
    inventory.capital = .constant(1e9)
    inventory.unwindYears = 2.0 / 8760
    let path = try run(inventory, debts: [100_000], stepCount: 12)
    let sales = path.events(of: .inventorySale)
    #expect(sales.count == 11)
    let share = -expm1(-0.5)
    for (place, sale) in sales.enumerated() {
      let left = path.outcome.liquidatedCollateralUSD * exp(-0.5 * Double(place))
      #expect(agree(sale.seizedUSD, left * share, relative: 1e-9))
      #expect(sale.timeHours == Double(place + 2))
    }
    // At a constant price the whole bonus is profit, sold or still held.
    #expect(
      agree(
        path.outcome.liquidatorProfitUSD, 0.05 * path.outcome.repaidDebtUSD, relative: 1e-9))
  }

  @Test("Above their volatility liquidators withdraw; below they work")
  func withdrawal() throws {
    // The fall of 20 % in an hour lifts the moving volatility after its own step.
    func hours(_ limit: Double) throws -> [Double] {
      try run(
        bot {
          $0.withdrawsAboveVolatility = limit; $0.maximumRepayUSD = 1000
        }, debts: [200_000],
        stepCount: 3
      ).events(of: .liquidation).map(\.timeHours)
    }
    #expect(Set(try hours(.infinity)) == [1, 2, 3])
    #expect(Set(try hours(1)) == [1])
    #expect(try hours(0.5).isEmpty)
  }

  /// Blocks of 12 s, steps of an hour: 400 blocks are 80 minutes after the first sight at hour 1.
  @Test(
    "A latency longer than a step is waited for",
    arguments: [(0, 1.0), (299, 1), (300, 2), (400, 3), (900, 4)])
  func latency(blocks: Int, hours: Double) throws {
    let path = try run(bot { $0.latencyBlocks = blocks }, debts: [10_000], stepCount: 6)
    #expect(path.outcome.firstLiquidationHours == hours)
  }

  /// What a bot reckons is what it gets when nobody else trades: its profit is never negative.
  @Test("A flash loan is repaid with a profit or not taken", arguments: [0.0, 0.8])
  func flashLoanProfit(bid: Double) throws {
    var experiment = CrowdedMarket.experiment(accounts: 0, depthUSD: 100_000, volatility: 1.5)
    experiment.cohorts = []
    experiment.herd = nil
    experiment.addAccount(debtUSD: 400_000, health: 1.1)
    experiment.liquidators = [
      bot {
        $0.gasUnits = 400_000; $0.bidShare = bid
      }
    ]
    let rows = try experiment.run(paths: 400)
    let worst = rows.map(\.liquidatorProfitUSD).min() ?? 0
    #expect(worst >= -1e-6, "a loss of \(worst)")
    #expect(rows.count { $0.liquidations > 0 } > 100)
    #expect(rows.count { $0.gasUSD > 0 } > 100)
  }

  @Test("Nor is it when a whole book is liquidated by bots alone in one round")
  func flashLoanCrowd() throws {
    var experiment = CrowdedMarket.experiment(accounts: 100, depthUSD: 400_000)
    experiment.cohorts = []
    experiment.herd = nil
    experiment.liquidators = [bot { $0.count = 5 }]
    for row in try experiment.run(paths: 200) {
      #expect(row.liquidatorProfitUSD >= -1e-6)
    }
  }

  /// agents.md 9.1: a liquidation pays only while (1 + b)(1 - f) exceeds oracle over market price.
  @Test("Where the fee eats the bonus nobody liquidates")
  func feeAgainstBonus() throws {
    func calls(fee: Double) throws -> Int {
      try run(bot(), debts: [100_000]) {
        $0.venues = [OrderBookVenue(asset: "WETH", depth2Percent: 1e9, fee: fee)]
      }.outcome.liquidations
    }
    #expect(try calls(fee: 0.047) > 0, "1.05 x 0.953 = 1.00065")
    #expect(try calls(fee: 0.048) == 0, "1.05 x 0.952 = 0.9996")
  }
}
