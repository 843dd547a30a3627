import Agents
import AllocationCounter
import Cascade
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Memory of a step")
struct AllocationTests {
  /// Allocations on this thread during the path `path` of a world that has seen it before.
  private func allocations(
    _ experiment: SmallExperiment, path: Int = 1, _ outcome: inout PathOutcome?
  ) throws -> Int {
    let blueprint = try experiment.blueprint()
    var block = PriceBlock(
      capacity: 1, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    blueprint.priceModel.fill(&block, firstPath: path, seed: blueprint.seed)
    var loop = StepLoop(blueprint)
    _ = loop.run(path: path, block: block, slot: 0)
    let before = allocation_count()
    outcome = loop.run(path: path, block: block, slot: 0)
    return allocation_count() - before
  }

  /// Owners, a crowd, a pool with interest, venues and a push oracle, on prices that hardly move.
  private func quiet(steps: Int) -> SmallExperiment {
    var experiment = CrowdedMarket.experiment(volatility: 0.01)
    experiment.stepCount = steps
    experiment.book = AccountBook()
    for account in 0..<200 {
      experiment.addAccount(debtUSD: 100_000, health: 2 + Double(account) / 200)
    }
    for cohort in experiment.cohorts.indices {
      experiment.cohorts[cohort].exitHazard = 0
      experiment.cohorts[cohort].panicHazard = 0
      experiment.cohorts[cohort].releverageBelow = 0
    }
    return experiment
  }

  @Test("The counter sees an array")
  func counter() {
    let before = allocation_count()
    // A length that no compiler knows, so that the array is really made.
    let array = [Double](repeating: 1, count: 1000 + (before & 1))
    #expect(before < 0 || allocation_count() > before)
    #expect(array.count >= 1000)
  }

  /// A path may allocate, for its outcome; ten times the steps must not allocate more.
  @Test(
    "A step in which nothing happens allocates nothing",
    .enabled(if: allocation_count() >= 0, "allocations are counted with glibc only"),
    .enabled(if: isOptimised, "the optimiser removes temporaries"))
  func quietSteps() throws {
    var outcome: PathOutcome?
    let short = try allocations(quiet(steps: 100), &outcome)
    let long = try allocations(quiet(steps: 1000), &outcome)
    let last = try #require(outcome)
    #expect(last.liquidations == 0 && last.voluntarySoldUSD == 0)
    #expect(long == short)
  }

  /// Liquidations by bots and from inventories, owners who defend, close, lever up and panic.
  @Test(
    "Nor does one with liquidations and owners' actions, once its lists have their length",
    .enabled(if: allocation_count() >= 0, "allocations are counted with glibc only"),
    .enabled(if: isOptimised, "the optimiser removes temporaries"))
  func busySteps() throws {
    // Few accounts, so that no sort takes a buffer.
    var experiment = CrowdedMarket.experiment(accounts: 60, volatility: 3)
    var outcome: PathOutcome?
    experiment.stepCount = 12
    let short = try allocations(experiment, &outcome)
    var (liquidations, soldUSD) = (0, 0.0)
    experiment.stepCount = 288
    for path in 1..<5 {
      let long = try allocations(experiment, path: path, &outcome)
      let last = try #require(outcome)
      #expect(long == short, "path \(path)")
      liquidations += last.liquidations
      soldUSD += last.voluntarySoldUSD
    }
    #expect(liquidations > 20 && soldUSD > 0)
  }
}
