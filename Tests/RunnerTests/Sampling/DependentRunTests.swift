import Cascade
import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("Runs of dependent paths")
struct DependentRunTests {
  private func ensemble(paths: Int, threads: Int = 2, isPaired: Bool = true) throws -> Ensemble {
    var experiment = SmallExperiment()
    experiment.stepCount = 10
    experiment.degreesOfFreedom = 4
    for account in 0..<10 {
      experiment.addAccount(debtUSD: 10_000, health: 1.1 + 0.05 * Double(account))
    }
    var ensemble = Ensemble(try experiment.blueprint(), paths: paths, threads: threads)
    ensemble.isPaired = isPaired
    ensemble.counterfactual = false
    return ensemble
  }

  @Test("Neither workers nor blocks nor looks change a path; even ones are plain ones")
  func reproducible() throws {
    let whole = try ensemble(paths: 500).run()
    var other = try ensemble(paths: 500, threads: 1)
    other.blockPaths = 7
    #expect(other.run().outcomes.map(\.fingerprint) == whole.outcomes.map(\.fingerprint))
    var first = try ensemble(paths: 100)
    let beginning = first.extending(nil)
    first.paths = 500
    let extended = first.extending(beginning)
    #expect(extended.outcomes.map(\.fingerprint) == whole.outcomes.map(\.fingerprint))
    let plain = try ensemble(paths: 500, isPaired: false).run()
    for path in 0..<500 {
      #expect(
        (whole.outcomes[path].assets[0].endPriceUSD == plain.outcomes[path].assets[0].endPriceUSD)
          == (path % 2 == 0))
    }
    #expect(whole.isPaired && !plain.isPaired)
    #expect(whole.design.weights == nil)
    #expect(plain.worth == nil)
  }

  @Test("Strict looks decide on whole pairs")
  func looks() throws {
    let rule = try StoppingRule.parse(
      "relerr(mean(max_drawdown_pct[WETH])) < 20%", assets: ["WETH", "USDC"])
    let result = try ensemble(paths: 2046).run(until: rule, isStrict: true)
    #expect(result.outcomes.first?.path == 1022)
    #expect(result.isPaired)
  }

  @Test("Manifest and summary say what the pairs are worth")
  func files() throws {
    var result = try ensemble(paths: 2000).run()
    let folder = try HandMadeRun.write(result)
    let manifest = try folder.text("out/manifest.json")
    #expect(manifest.contains("\"kind\": \"antithetic\""))
    #expect(manifest.contains("\"chance_of_bad_debt\""))
    let text = HandMadeRun.text(of: result)
    #expect(text.contains("antithetic pairs"))
    let worth = try #require(result.worth)
    #expect(try #require(worth.chance) > 1000 && (try #require(worth.mean)) > 1000)
    for path in result.outcomes.indices { result.outcomes[path].badDebtUSD = 0 }
    // 1,000 pairs without a hit: 3 in 1,000.
    let bound = 100 * BinomialInterval.zeroHitUpperBound(count: 1000, level: 0.95)
    #expect(
      HandMadeRun.text(of: result)
        .contains("< \(NumberText.significant(bound))% (95%, 0 of 2,000)"))
  }

  @Test("Runs from points: the same with any workers, and said in manifest and summary")
  func points() throws {
    func ensemble(threads: Int) throws -> Ensemble {
      var ensemble = try self.ensemble(paths: 1024, threads: threads, isPaired: false)
      let blueprint = ensemble.blueprint
      ensemble.points = QuasiRandomPaths(
        seed: blueprint.seed, moves: blueprint.assets.map { $0.volatility > 0 },
        stepCount: blueprint.stepCount)
      return ensemble
    }
    var result = try ensemble(threads: 2).run()
    var other = try ensemble(threads: 1)
    other.blockPaths = 7
    #expect(other.run().outcomes.map(\.fingerprint) == result.outcomes.map(\.fingerprint))
    let plain = try self.ensemble(paths: 1024, isPaired: false).run()
    #expect(plain.outcomes.map(\.fingerprint) != result.outcomes.map(\.fingerprint))
    let manifest = try HandMadeRun.write(result).text("out/manifest.json")
    #expect(manifest.contains("\"kind\": \"qmc\""))
    #expect(HandMadeRun.text(of: result).contains("16 scrambled point sets"))
    for path in result.outcomes.indices { result.outcomes[path].badDebtUSD = 0 }
    #expect(HandMadeRun.text(of: result).contains("none on 1,024 paths of point sets"))
  }
}
