import Agents
import Cascade
import Foundation
import Markets
import Runner
import SimulationCore
import TestSupport
import Testing

/// The watched engine asks few accounts and the dense one all: every number and event must agree.
@Suite("Watched and dense engine")
struct EngineTests {
  /// Everything that an owner can do, in a market drawn by chance.
  private func experiment(seed: UInt64) -> SmallExperiment {
    var random = TestRandom(seed: seed)
    let volatility = [0, 0.01, 0.8, 1.2, 3][random.index(5)]
    var experiment = CrowdedMarket.experiment(
      accounts: 40 + random.index(60), depthUSD: random.logUniform(3e5, 3e7),
      volatility: volatility)
    experiment.seed = seed
    experiment.stepCount = 60
    experiment.stepSeconds = [60, 600, 3600][random.index(3)]
    experiment.rules.closeFactor = random.chance(0.5) ? 0.5 : 1
    if random.chance(0.3) { experiment.oracle = SpotOracle() }
    if random.chance(0.2) { experiment.liquidators = [LiquidatorGroup(kind: .ideal)] }
    if random.chance(0.2) { experiment.priceFeedback = false }
    if random.chance(0.3) { experiment.herd = nil }
    if random.chance(0.3) { experiment.roundsPerStep = 1 }
    for index in experiment.cohorts.indices {
      if random.chance(0.3) { experiment.cohorts[index].panicHazard *= 1000 }
      if random.chance(0.3) { experiment.cohorts[index].exitHazard *= 100 }
      if random.chance(0.3) { experiment.cohorts[index].takeProfitMultiple = 1.02 }
      if random.chance(0.3) { experiment.cohorts[index].learns = true }
      if random.chance(0.3) { experiment.cohorts[index].reentryDelayYears = 1 / 8760.0 }
      if random.chance(0.2) { experiment.cohorts[index].attentionHalfLife = nil }
      if random.chance(0.5) { experiment.cohorts[index].leverageTarget = nil }
    }
    // An owner of both assets who owes both, one who owes nothing, one under water.
    experiment.book.append(legs: [(0, 50, 1), (1, 20_000, 60_000)], cohort: "retail")
    experiment.book.append(legs: [(0, 50, 0), (1, 0, 0)], cohort: nil)
    experiment.book.append(legs: [(0, 50, 0), (1, 0, 90_000)], cohort: "traders")
    return experiment
  }

  private struct Trace: Equatable {
    var rows: [[UInt64]] = []
    var events: [String] = []
    var counts = WatchCounts()
  }

  private func trace(_ blueprint: Blueprint, drop: Double, paths: Int = 4) -> Trace {
    var block = blueprint.priceBlock(capacity: paths)
    blueprint.fill(&block, 0..<paths)
    for path in 0..<paths where drop > 0 {
      for step in blueprint.stepCount / 2..<blueprint.stepCount {
        block.logPrice[block.offset(path: path, step: step)] += log(1 - drop)
      }
    }
    var loop = StepLoop(blueprint)
    var trace = Trace()
    for path in 0..<paths {
      let row = loop.run(
        path: path, block: block, slot: path,
        recording: Recording(timelineEverySteps: 1, events: true))
      trace.rows.append(row.fingerprint + loop.timeline.map(\.bitPattern))
      trace.events += loop.events.map { "\($0.timeHours) \($0.kind) \($0.account ?? -1)" }
    }
    trace.counts = loop.world.markets[0].watchCounts
    return trace
  }

  @discardableResult
  private func compare(
    _ experiment: SmallExperiment, _ about: String, drop: Double = 0
  ) throws -> Trace {
    var blueprint = try experiment.blueprint()
    blueprint.engine = .dense
    var dense = trace(blueprint, drop: drop)
    blueprint.engine = .watched
    let watched = trace(blueprint, drop: drop)
    let first = zip(watched.events, dense.events).first { $0 != $1 }
    #expect(
      watched.events == dense.events, "\(about): first difference \(String(describing: first))")
    #expect(watched.rows == dense.rows, "\(about)")
    dense.counts = watched.counts
    return dense
  }

  @Test("Random markets give the same bits and the same events")
  func randomMarkets() throws {
    var kinds: Set<CascadeEvent.Kind> = []
    var (changedTests, innerMoves, outerMoves, judgedAlone) = (0, 0, 0, 0)
    for seed in testSeeds(isOptimised ? 150 : 6) {
      let trace = try compare(experiment(seed: seed), "seed \(seed)")
      changedTests += trace.counts.changedTests
      innerMoves += trace.counts.innerMoves
      outerMoves += trace.counts.outerMoves
      judgedAlone += trace.counts.judgedAlone
      for kind in CascadeEvent.Kind.allCases
      where trace.events.contains(where: { $0.contains(" \(kind) ") }) {
        kinds.insert(kind)
      }
    }
    guard isOptimised, testSeeds(2).count == 2 else { return }
    let owners: [CascadeEvent.Kind] = [
      .liquidation, .topUp, .deleverage, .close, .takeProfit, .panicSale, .releverage, .reentry,
    ]
    #expect(kinds.isSuperset(of: owners), "\(kinds)")
    // Every way in which the watch leaves somebody out was taken.
    #expect(changedTests > 0)
    #expect(judgedAlone > 0)
    #expect(outerMoves > 0)
    #expect(innerMoves > outerMoves)
  }

  @Test(
    "Boxes from far too narrow to wider than the path change nothing", arguments: [0.01, 0.5, 1e4])
  func boxes(narrow: Double) throws {
    var experiment = CrowdedMarket.experiment(accounts: 80)
    experiment.watchBoxes = WatchBoxes(narrow: narrow, wide: 4 * narrow, least: 1e-5)
    try compare(experiment, "narrow \(narrow)")
  }

  @Test("Lows inside the steps are the same for both")
  func lows() throws {
    var liquidations = 0
    for seed in testSeeds(isOptimised ? 40 : 3) {
      var experiment = experiment(seed: seed)
      experiment.priceFeedback = false
      let without = try compare(experiment, "seed \(seed)")
      experiment.drawsLows = true
      let with = try compare(experiment, "seed \(seed) with lows")
      func count(_ trace: Trace) -> Int { trace.events.count { $0.contains(" liquidation ") } }
      liquidations += count(with) - count(without)
    }
    // A few seeds may have nobody between a low and its step's end.
    guard isOptimised, testSeeds(2).count == 2 else { return }
    #expect(liquidations > 0, "lows liquidate somebody whom the steps' ends spare")
  }

  @Test("Everybody near the edge, and nobody")
  func edges() throws {
    for health in [0.9, 1.0, 1.0001, 5] {
      var experiment = CrowdedMarket.experiment(accounts: 0)
      for _ in 0..<60 { experiment.addAccount(debtUSD: 100_000, health: health, cohort: "retail") }
      try compare(experiment, "health \(health)")
    }
  }

  @Test("A sudden fall in the middle", arguments: [0.1, 0.3, 0.6])
  func jump(drop: Double) throws {
    try compare(CrowdedMarket.experiment(accounts: 80), "drop \(drop)", drop: drop)
  }
}
