import Runner
import Testing

@Suite("Blocks of paths")
struct BlockSizeTests {
  @Test("Few paths make small blocks, so that all workers have some")
  func blockSizes() {
    #expect(Ensemble.blockPaths(stepCount: 24, assetCount: 2) == 64)
    #expect(Ensemble.blockPaths(stepCount: 24, assetCount: 2, paths: 200, threads: 8) == 8)
    #expect(Ensemble.blockPaths(stepCount: 24, assetCount: 2, paths: 1000, threads: 8) == 24)
    #expect(Ensemble.blockPaths(stepCount: 24, assetCount: 2, paths: 1000, threads: 2) == 64)
    #expect(Ensemble.blockPaths(stepCount: 100_000, assetCount: 11, paths: 1, threads: 8) == 8)
  }
}
