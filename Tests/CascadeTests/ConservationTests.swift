import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Over a whole path every USD and every token ends with somebody.
///
/// With T tokens in the pool, U stable coins in the pool, K the owners' cash outside and Q the
/// liquidators' cash, tokens leave the pool only into venues and inventories, and
///
///     dU + dK + dQ = paid out by venues - paid in by buyers - gas - bids
///
/// Lenders, treasury and the deficit share what T and U are worth; they neither make nor take any.
@Suite("Conservation of value")
struct ConservationTests {
  /// What moved between the start and the end of a path.
  private struct Flows {
    let poolTokens: Double
    let poolStable: Double
    let ownersCash: Double

    init(_ path: ObservedPath, _ blueprint: Blueprint) {
      let (start, end) = (blueprint.markets[0], path.world.markets[0])
      poolTokens = end.pool.reserves[0].cash - start.pool.reserves[0].cash
      poolStable = end.pool.reserves[1].cash - start.pool.reserves[1].cash
      ownersCash = zip(end.owners.cash, start.traits.spareCash).reduce(0) { $0 + $1.0 - $1.1 }
    }
  }

  /// Everybody acts, on random prices; orders are filled at the market price without venues, so that
  /// the events themselves say what was paid.
  private func crowd(_ kind: LiquidatorGroup.Kind = .flashLoan) -> SmallExperiment {
    var experiment = CrowdedMarket.experiment(accounts: 120, volatility: 2)
    experiment.rules.closeFactor = 1
    experiment.liquidators.removeAll { $0.kind != kind }
    experiment.venues = []
    experiment.reserves[0].protocolFee = 0
    for index in experiment.liquidators.indices { experiment.liquidators[index].bidShare = 0 }
    for index in experiment.cohorts.indices {
      experiment.cohorts[index].panicHazard = 0.05 * 365
      experiment.cohorts[index].exitHazard = 0.1 * 365
      experiment.cohorts[index].reentryDelayYears = 0.2 / 365
    }
    return experiment
  }

  @Test(
    "What is sold on random paths is what owners, liquidators, pool and gas received",
    arguments: [LiquidatorGroup.Kind.flashLoan, .inventory])
  func randomPaths(kind: LiquidatorGroup.Kind) throws {
    let blueprint = try crowd(kind).blueprint()
    var kinds: Set<CascadeEvent.Kind> = []
    for path in ObservedPath.drawn(blueprint, paths: 30) {
      let flows = Flows(path, blueprint)
      var paid = 0.0
      var tokens = 0.0
      for event in path.events {
        kinds.insert(event.kind)
        switch event.kind {
        case .deleverage, .close, .takeProfit, .panicSale:
          paid += event.seizedUSD
          tokens += event.seizedUSD / event.marketPriceUSD
        case .releverage, .reentry:
          paid -= event.seizedUSD
          tokens -= event.seizedUSD / event.marketPriceUSD
        case .inventorySale:
          paid += event.seizedUSD
          tokens += event.seizedUSD / event.marketPriceUSD
        case .liquidation where event.liquidator == FlashLoanBot.kind:
          paid += event.seizedUSD * event.marketPriceUSD / event.oraclePriceUSD
          tokens += event.seizedUSD / event.oraclePriceUSD
        default: break
        }
      }
      let seizedByInventories = path.events.filter {
        $0.kind == .liquidation && $0.liquidator == InventoryLiquidator.kind
      }.reduce(0) { $0 + $1.seizedUSD / $1.oraclePriceUSD }
      let unwound = path.events(of: .inventorySale).reduce(0) {
        $0 + $1.seizedUSD / $1.marketPriceUSD
      }
      let held = seizedByInventories - unwound
      let heldUSD = held * path.outcome.assets[0].endPriceUSD
      let received =
        flows.poolStable + flows.ownersCash + path.outcome.liquidatorProfitUSD - heldUSD
        + path.outcome.gasUSD
      let scale = 12_000_000.0
      #expect(abs(received - paid) < 1e-9 * scale, "path \(path.outcome.path)")
      #expect(abs(flows.poolTokens + tokens + held) < 1e-9 * scale / 2000)
    }
    #expect(
      kinds.isSuperset(of: [
        .liquidation, .topUp, .deleverage, .close, .panicSale, .releverage, .reentry,
      ]), "seen only \(kinds)")
    #expect(kinds.contains(.inventorySale) == (kind == .inventory))
  }

  /// One fall, then a constant exogenous price S and a venue without recovery or fee: what the venue
  /// has paid follows from where its price ended, depth / ln(1/0.98) (1 - e^-y) by its linear law.
  @Test("What a venue paid follows from its last price, and everybody together received it")
  func venueCurve() throws {
    var experiment = crowd()
    let depth = 3e6
    experiment.stepCount = 72
    experiment.venues = [
      OrderBookVenue(asset: "WETH", depth2Percent: depth, fee: 0, recoveryHalfLife: .infinity)
    ]
    // Purchases pay the same curve, so that only the end of the walk along it counts.
    let blueprint = try experiment.blueprint()
    let path = ObservedPath.scripted(blueprint, logPrices: .jump(log(0.85), stepCount: 72))
    #expect(path.outcome.liquidations > 20 && path.outcome.voluntarySoldUSD > 0)
    #expect(path.outcome.releveragedUSD > 0)
    let price = 2000 * 0.85
    let displacement = path.world.spotMarkets[0].displacement
    #expect(displacement > 0.01)
    let sold = depth / -log(0.98) * displacement / price
    let paid = depth / -log(0.98) * -expm1(-displacement)
    let flows = Flows(path, blueprint)
    let held = -flows.poolTokens - sold
    let received =
      flows.poolStable + flows.ownersCash + path.outcome.liquidatorProfitUSD
      - held * path.outcome.assets[0].endPriceUSD + path.outcome.gasUSD
    #expect(held > -1e-6)
    #expect(agree(received, paid, relative: 1e-8), "\(received) against \(paid)")
  }

  @Test("Bids take their share of the gross profit and change nothing else")
  func bids() throws {
    func run(_ share: Double) throws -> PathOutcome {
      var experiment = CrowdedMarket.experiment(accounts: 100)
      experiment.cohorts = []
      experiment.herd = nil
      var bots = LiquidatorGroup(kind: .flashLoan)
      bots.bidShare = share
      bots.gasUnits = 0
      experiment.liquidators = [bots]
      return ObservedPath.scripted(
        try experiment.blueprint(), logPrices: .jump(log(0.85), stepCount: 72)
      ).outcome
    }
    let (without, with) = (try run(0), try run(0.75))
    #expect(without.liquidations > 20 && without.liquidations == with.liquidations)
    #expect(without.forcedSoldUSD == with.forcedSoldUSD)
    #expect(
      agree(with.liquidatorProfitUSD, 0.25 * without.liquidatorProfitUSD, relative: 1e-9))
  }

  /// Assets owed to suppliers and treasury stand against debts, cash and the deficit.
  @Test("The pool's books balance at the end of every path")
  func poolIdentity() throws {
    var deficits = 0
    for seed in 1...3 {
      var experiment = CrowdedMarket.experiment(accounts: 100, depthUSD: 100_000, volatility: 4)
      experiment.seed = UInt64(seed)
      for path in ObservedPath.drawn(try experiment.blueprint(), paths: 20) {
        let pool = path.world.markets[0].pool
        for asset in 0..<2 {
          let claims = pool.totalSupply(asset) + pool.reserves[asset].unallocated
          let assets =
            pool.totalDebt(asset) + pool.reserves[asset].cash + pool.reserves[asset].deficit
          #expect(agree(claims, assets, relative: 1e-9))
          #expect(pool.reserves[asset].cash >= 0)
          #expect(
            pool.reserves[asset].supplyIndex >= 1
              && pool.reserves[asset].debtIndex >= pool.reserves[asset].supplyIndex)
          let rows = pool.positions.legAsset.indices.filter {
            Int(pool.positions.legAsset[$0]) == asset
          }
          let owed = rows.reduce(0) { $0 + pool.positions.borrowed[$1] }
          let supplied = rows.reduce(0) { $0 + pool.positions.supplied[$1] }
          #expect(agree(owed, pool.reserves[asset].scaledDebt, relative: 1e-9, absolute: 1e-3))
          #expect(
            supplied + pool.reserves[asset].scaledTreasury <= pool.reserves[asset].scaledSupply
              * (1 + 1e-9))
          #expect(rows.allSatisfy { pool.positions.borrowed[$0] >= 0 })
          #expect(rows.allSatisfy { pool.positions.supplied[$0] >= 0 })
        }
        let written = path.events(of: .badDebt).reduce(0) { $0 + $1.badDebtUSD }
        #expect(agree(pool.reserves[1].deficit, written, relative: 1e-9))
        #expect(pool.reserves[0].deficit == 0)
        if written > 0 { deficits += 1 }
      }
    }
    #expect(deficits > 5, "canary: some paths end with a deficit")
  }
}
