import Cascade
import Foundation
import Markets
import Runner
import SimulationCore
import Synchronization
import TestSupport
import Testing

@Suite("Screened paths")
struct ScreeningTests {
  /// Forty loans against ether in a thin pool, ten days of heavy-tailed returns: bad debt is rare.
  private func experiment(seed: UInt64) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.seed = seed
    experiment.stepCount = 10
    experiment.degreesOfFreedom = 4
    for account in 0..<40 {
      experiment.addAccount(
        debtUSD: 10_000 * Double(1 + account % 5), health: 1.15 + 0.04 * Double(account))
    }
    return experiment
  }

  private func ensemble(
    seed: UInt64, paths: Int, candidates: Int? = nil, threads: Int = 2
  ) throws -> Ensemble {
    let blueprint = try experiment(seed: seed).blueprint()
    var ensemble = Ensemble(blueprint, paths: paths, threads: threads)
    ensemble.counterfactual = false
    if let candidates {
      ensemble.screening = Screening(blueprint, candidatesPerPath: candidates)
    }
    return ensemble
  }

  @Test("Strata, weights and numbers of paths are those of the rule", .enabled(if: isOptimised))
  func strata() throws {
    let result = try ensemble(seed: 1, paths: 2000, candidates: 10).run()
    let screened = try #require(result.screened)
    #expect(screened.candidateCount == 20_000)
    #expect(result.isComplete)
    // Shares 4.5 %, 15.5 % and 80 % of the candidates, from a pilot of 4,096: four standard errors of
    // the pilot and of the candidates.
    for (count, share) in zip(screened.candidates, [0.045, 0.155, 0.8]) {
      let error = (share * (1 - share) * (1.0 / 4096 + 1.0 / 20_000)).squareRoot()
      #expect(abs(Double(count) / 20_000 - share) < 4 * error)
    }
    #expect(screened.members[0].count == screened.candidates[0])
    #expect(abs(Double(result.outcomes.count) - 2000) < 300)
    #expect(result.outcomes.count == screened.strata.count)
    let weights = try #require(result.design.weights)
    // Each stratum's weights add up to its candidates; none is above 4 times the candidates a path.
    #expect(abs(weights.reduce(0, +) - 20_000) < 1e-6)
    #expect(weights.allSatisfy { $0 > 0.999 && $0 < 60 })
    // A path keeps its number and its outcome: those of a plain run.
    let plain = try ensemble(seed: 1, paths: 20_000).run()
    for outcome in result.outcomes {
      let same = plain.outcomes[outcome.path]
      #expect(same.path == outcome.path)
      #expect(same.badDebtUSD == outcome.badDebtUSD)
      #expect(same.assets[0].minPriceUSD == outcome.assets[0].minPriceUSD)
    }
    // The extreme stratum holds the worst paths, whatever made them.
    let worst = plain.outcomes.sorted { $0.badDebtUSD > $1.badDebtUSD }.prefix(20).map(\.path)
    #expect(worst.allSatisfy { path in result.outcomes.contains { $0.path == path } })
  }

  @Test("Neither workers nor blocks nor looks change which candidates are simulated")
  func reproducible() throws {
    let whole = try ensemble(seed: 2, paths: 500, candidates: 5).run()
    var other = try ensemble(seed: 2, paths: 500, candidates: 5, threads: 1)
    other.blockPaths = 7
    let pieces = other.run()
    #expect(pieces.screened == whole.screened)
    #expect(pieces.outcomes.map(\.path) == whole.outcomes.map(\.path))
    var first = try ensemble(seed: 2, paths: 100, candidates: 5)
    let beginning = first.extending(nil)
    first.paths = 500
    let extended = first.extending(beginning)
    #expect(extended.screened == whole.screened)
    #expect(extended.outcomes.map(\.path) == whole.outcomes.map(\.path))
  }

  @Test(
    "Screened estimates are unbiased, better than plain ones, and covered by their intervals",
    .enabled(if: isOptimised))
  func unbiased() throws {
    // Truth from 100,000 plain paths. Fifty runs of about 1,000 paths: their mean within three
    // standard errors; intervals of the probability cover 42 times or more (Binomial(50, 0.95):
    // 99.9 %). Those of means over 60 events cover less, as they do for 1,000 plain paths, where
    // 0.77 was measured.
    let plain = try ensemble(seed: 999, paths: 100_000).run().outcomes
    let truth = IndependentSample(plain.map(\.badDebtUSD))
    let names = ["probability", "mean", "tail mean"]
    let known = [
      truth.probability(above: 0), truth.mean(), truth.expectedShortfall(0.95),
    ]
    let fall = IndependentSample(plain.map { $0.assets[0].maxDrawdown })
    var estimates = [[Double]](repeating: [], count: names.count)
    var covered = [Int](repeating: 0, count: names.count)
    var unweighted: [Double] = []
    var falls: [Double] = []
    for seed in 1...UInt64(50) {
      let result = try ensemble(seed: seed, paths: 1000, candidates: 10).run()
      let design = try #require(result.screened).design
      let sample = design.sample(result.outcomes.map(\.badDebtUSD))
      // Averages as they are: the marks of a mean belong to the tests of the estimators.
      let tail = try #require(sample.tailMean(0.95)).mean
      let averages = [sample.average { $0 > 0 ? 1 : 0 }, sample.average { $0 }, tail]
      for (index, average) in averages.enumerated() {
        estimates[index].append(average.value)
        let reach = 1.96 * (try #require(average.standardError))
        if abs(average.value - (try #require(known[index].value))) <= reach { covered[index] += 1 }
      }
      falls.append(
        design.sample(result.outcomes.map { $0.assets[0].maxDrawdown }).average { $0 }.value)
      unweighted.append(SampleMoments(result.outcomes.map(\.badDebtUSD)).mean)
    }
    for (index, name) in names.enumerated() {
      let moments = SampleMoments(estimates[index])
      let value = try #require(known[index].value)
      let error = pow(moments.standardError, 2) + pow((known[index].halfWidth ?? 0) / 1.96, 2)
      #expect(abs(moments.mean - value) < 3 * error.squareRoot(), "\(name)")
      #expect(covered[index] >= (index == 0 ? 42 : 35), "\(name): \(covered[index])")
    }
    let chance = try #require(truth.probability(above: 0).value)
    let gains = [
      chance * (1 - chance) / 1000 / SampleMoments(estimates[0]).variance,
      SampleMoments(truth.values).variance / 1000 / SampleMoments(estimates[1]).variance,
    ]
    print("P \(chance), variance of plain over screened: P \(gains[0]), mean \(gains[1])")
    // Fifty runs know a variance to 20 %.
    #expect(gains[0] > 1.5)
    #expect(gains[1] > 3)
    // An exogenous quantity, whose weights live in the body.
    let drawdown = SampleMoments(falls)
    #expect(abs(drawdown.mean - SampleMoments(fall.values).mean) < 4 * drawdown.standardError)
    // Without the weights the mean is far off: the check sees a sampler that drops them.
    let dropped = SampleMoments(unweighted)
    #expect(dropped.mean > 2 * (truth.mean().value ?? 0))
  }

  @Test("A screened run can stop at a look, and be strict about it", .enabled(if: isOptimised))
  func looks() throws {
    let rule = try StoppingRule.parse(
      "relerr(mean(max_drawdown_pct[WETH])) < 6%", assets: ["WETH", "USDC"])
    let result = try ensemble(seed: 3, paths: 8000, candidates: 5).run(until: rule)
    let looks = try #require(result.looks)
    #expect(looks.isMet)
    #expect(looks.paths == 1024 << (looks.looks - 1))
    #expect(result.screened?.candidateCount == 5 * looks.paths)
    let strict = try ensemble(seed: 3, paths: 16_000, candidates: 5).run(
      until: rule, isStrict: true)
    #expect(strict.screened?.candidateCount == 5 * looks.paths)
    #expect(strict.outcomes.first.map { $0.path >= 5 * looks.paths } == true)
    #expect(strict.isComplete)
  }

  @Test("An interrupted screened run keeps the candidates that it has seen")
  func interrupted() throws {
    let seen = Counter()
    var ensemble = try ensemble(seed: 4, paths: 1000, candidates: 10, threads: 1)
    ensemble.blockPaths = 64
    let result = ensemble.run(shouldStop: { seen.value >= 640 }, progress: { _ in seen.add(64) })
    #expect(!result.isComplete)
    #expect(result.screened?.candidateCount == 640)
    #expect(result.design.sample(result.outcomes.map(\.badDebtUSD)).count == result.outcomes.count)
  }

  @Test("The tables carry the weights, the manifest the strata")
  func files() throws {
    let result = try ensemble(seed: 5, paths: 300, candidates: 5).run()
    let folder = try HandMadeRun.write(result)
    #expect(try HandMadeRun.weights(in: folder) == result.design.weights)
    #expect(try folder.text("out/datapackage.json").contains("\"weight\""))
    let manifest = try folder.text("out/manifest.json")
    #expect(manifest.contains("\"kind\": \"screened\""))
    #expect(manifest.contains("\"candidates\": 1500"))
    #expect(manifest.contains("\"status\": \"complete\""))
    let text = HandMadeRun.text(of: result)
    #expect(text.contains("screened from 1,500 candidates; effective sample size"))
  }

  @Test("No bad debt on any simulated path is said with both numbers")
  func noHit() throws {
    var result = try ensemble(seed: 6, paths: 300, candidates: 5).run()
    for path in result.outcomes.indices { result.outcomes[path].badDebtUSD = 0 }
    let text = HandMadeRun.text(of: result)
    #expect(
      text.contains(
        "none on \(result.outcomes.count) paths of 1,500 candidates"))
    #expect(!text.contains("worth plain paths"))
  }

  @Test("Without collateral there is nothing to screen for")
  func noCollateral() throws {
    let blueprint = try SmallExperiment().blueprint()
    #expect(Screening(blueprint, candidatesPerPath: 10) == nil)
  }
}

/// Counts across closures.
private final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock { $0 } }

  func add(_ number: Int) { count.withLock { $0 += number } }
}
