import Agents
import Cascade
import Markets
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("Reproducibility")
struct ReproducibilityTests {
  @Test(
    "Rows are the same bits for any number of threads and any block size",
    .enabled(if: isOptimised),
    arguments: [(1, 8), (2, 64), (7, 8), (2, 24), (1, 50)])
  func threadsAndBlocks(threads: Int, blockPaths: Int) throws {
    let experiment = CrowdedMarket.experiment(accounts: 60)
    let reference = try experiment.run(paths: 100, threads: 1, counterfactual: true, blockPaths: 16)
    let rows = try experiment.run(
      paths: 100, threads: threads, counterfactual: true, blockPaths: blockPaths)
    #expect(rows.map(\.fingerprint) == reference.map(\.fingerprint))
    #expect(reference.contains { $0.liquidations > 0 })
  }

  @Test("The first paths of a long run are the short run")
  func prefix() throws {
    let experiment = CrowdedMarket.experiment(accounts: 60)
    let short = try experiment.run(paths: 20)
    let long = try experiment.run(paths: 70)
    #expect(long.prefix(20).map(\.fingerprint) == short.map(\.fingerprint))
  }

  @Test("A path run again on a used world gives the same row")
  func worldIsReset() throws {
    let blueprint = try CrowdedMarket.experiment(accounts: 60).blueprint()
    var block = PriceBlock(
      capacity: 8, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    blueprint.priceModel.fill(&block, firstPath: 0, seed: blueprint.seed)
    var used = StepLoop(blueprint)
    for path in 0..<8 { _ = used.run(path: path, block: block, slot: path) }
    for path in 0..<8 {
      var fresh = StepLoop(blueprint)
      let again = used.run(path: path, block: block, slot: path)
      #expect(
        again.fingerprint == fresh.run(path: path, block: block, slot: path).fingerprint)
    }
  }
}
