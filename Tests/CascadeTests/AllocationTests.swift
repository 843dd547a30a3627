import Agents
import AllocationCounter
import Cascade
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Memory of a step")
struct AllocationTests {
  /// Allocations on this thread during the second path of a world.
  private func allocations(_ experiment: SmallExperiment) throws -> Int {
    let blueprint = try experiment.blueprint()
    var block = PriceBlock(
      capacity: 2, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    blueprint.priceModel.fill(&block, firstPath: 0, seed: blueprint.seed)
    var loop = StepLoop(blueprint)
    _ = loop.run(path: 0, block: block, slot: 0)
    let before = allocation_count()
    let outcome = loop.run(path: 1, block: block, slot: 1)
    let after = allocation_count()
    #expect(outcome.liquidations == 0 && outcome.voluntarySoldUSD == 0)
    return after - before
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
    let short = try allocations(quiet(steps: 100))
    let long = try allocations(quiet(steps: 1000))
    #expect(long == short)
  }
}
