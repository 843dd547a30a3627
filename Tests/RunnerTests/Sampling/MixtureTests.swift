import Cascade
import Foundation
import Markets
import Runner
import SimulationCore
import Synchronization
import TestSupport
import Testing

@Suite("Paths from a mixture")
struct MixtureTests {
  /// The variance at time 0: as drawn by default, or the long-run one.
  enum StartVariance {
    case settled, longRun
  }

  /// Twenty loans against ether whose collateral a fall of 15 % within an hour does not cover.
  ///
  /// The accounts are given one by one: a book that is drawn would depend on the seed.
  private func experiment(
    seed: UInt64, _ kind: String, _ start: StartVariance
  ) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.seed = seed
    experiment.stepCount = 48
    experiment.stepSeconds = 3600
    experiment.dynamics = (
      kind, start == .longRun ? ["start_variance_ratio": .number(1)] : [:]
    )
    for account in 0..<20 {
      experiment.addAccount(
        debtUSD: 10_000 * Double(1 + account % 5), health: 1.3 + 0.05 * Double(account))
    }
    return experiment
  }

  private func ensemble(
    seed: UInt64, paths: Int, _ kind: String = "crash_garch_t", isMixed: Bool = true,
    start: StartVariance = .longRun, threads: Int = 2
  ) throws -> Ensemble {
    var blueprint = try experiment(seed: seed, kind, start).blueprint()
    if isMixed { blueprint = try #require(try blueprint.mixed(MixtureRequest())) }
    var ensemble = Ensemble(blueprint, paths: paths, threads: threads)
    ensemble.counterfactual = false
    return ensemble
  }

  @Test("Neither workers nor blocks nor looks change a path, and nominal ones are plain ones")
  func reproducible() throws {
    let whole = try ensemble(seed: 2, paths: 500).run()
    var other = try ensemble(seed: 2, paths: 500, threads: 1)
    other.blockPaths = 7
    let pieces = other.run()
    #expect(pieces.mixed == whole.mixed)
    #expect(pieces.outcomes.map(\.fingerprint) == whole.outcomes.map(\.fingerprint))
    var first = try ensemble(seed: 2, paths: 100)
    let beginning = first.extending(nil)
    first.paths = 500
    let extended = first.extending(beginning)
    #expect(extended.mixed == whole.mixed)
    #expect(extended.outcomes.map(\.fingerprint) == whole.outcomes.map(\.fingerprint))
    let plain = try ensemble(seed: 2, paths: 500, isMixed: false).run()
    let mixture = try #require(whole.mixed).mixture
    var nominal = 0
    for path in 0..<500 where mixture.law(path: UInt32(path), seed: 2) == .nominal {
      nominal += 1
      #expect(whole.outcomes[path].fingerprint == plain.outcomes[path].fingerprint)
    }
    #expect(abs(nominal - 150) < 8)
    #expect(plain.mixed == nil)
  }

  @Test("An interrupted run keeps the weights of its paths")
  func interrupted() throws {
    let seen = Mutex(0)
    var ensemble = try ensemble(seed: 4, paths: 1000, threads: 1)
    ensemble.blockPaths = 64
    let result = ensemble.run(
      shouldStop: { seen.withLock { $0 } >= 640 },
      progress: { progress in seen.withLock { $0 = progress.done } })
    #expect(!result.isComplete)
    #expect(result.outcomes.count == 640)
    #expect(result.mixed?.weights.count == 640)
    #expect(result.design.weights?.count == 640)
  }

  @Test("A run with a stopping rule weighs its paths, and strict ones are new")
  func looks() throws {
    let rule = try StoppingRule.parse(
      "relerr(mean(max_drawdown_pct[WETH])) < 8%", assets: ["WETH", "USDC"])
    let result = try ensemble(seed: 3, paths: 8000).run(until: rule)
    let looks = try #require(result.looks)
    #expect(looks.isMet)
    #expect(result.design.weights?.count == looks.paths)
    let strict = try ensemble(seed: 3, paths: 16_000).run(until: rule, isStrict: true)
    #expect(strict.outcomes.first?.path == looks.paths)
    #expect(strict.design.weights?.count == looks.paths)
  }

  @Test("The tables carry the weights, the manifest the mixture")
  func files() throws {
    var result = try ensemble(seed: 5, paths: 300).run()
    result.outcomes[7].badDebtUSD = 1000
    let folder = try HandMadeRun.write(result)
    #expect(try HandMadeRun.weights(in: folder) == result.mixed?.weights)
    let manifest = try folder.text("out/manifest.json")
    #expect(manifest.contains("\"kind\": \"mixture\""))
    #expect(manifest.contains("\"rate_factor\": 3"))
    #expect(manifest.contains("\"mean_weight\""))
    let text = HandMadeRun.text(of: result)
    #expect(text.contains("mixture with likelier crashes, mean weight"))
    #expect(text.contains("effective sample size"))
    #expect(text.contains("of the tail 1 for the chance of bad debt"))
    for path in result.outcomes.indices { result.outcomes[path].badDebtUSD = 0 }
    #expect(HandMadeRun.text(of: result).contains("none on 300 paths of a mixture"))
  }

  @Test("A mean weight far from one is reported as a fault")
  func fault() throws {
    var mixed = try #require(try ensemble(seed: 6, paths: 2000).run().mixed)
    #expect(mixed.fault == nil)
    for path in mixed.weights.indices { mixed.weights[path] *= 1.5 }
    #expect(try #require(mixed.fault).contains("internal error"))
    mixed.weights = [Double](repeating: 1, count: 100)
    #expect(mixed.fault == nil)
  }

  /// What millions of plain paths gave, with standard errors: the chance of bad debt, its mean in USD.
  struct Plain: Sendable, CustomTestStringConvertible {
    let start: StartVariance
    let chance: (mean: Double, error: Double)
    let meanUSD: (mean: Double, error: Double)

    var testDescription: String { "\(start)" }
  }

  private static let plain = [
    // 6,144,000 and 3,000,000 paths.
    Plain(start: .longRun, chance: (6.738e-5, 2.96e-6), meanUSD: (0.3606, 0.0833)),
    Plain(start: .settled, chance: (1.903e-4, 7.96e-6), meanUSD: (1.7383, 0.2345)),
  ]

  @Test(
    "Rare bad debt: unbiased, and a path is worth more than five plain ones",
    .enabled(if: isOptimised), arguments: plain)
  func rareEvent(plain: Plain) throws {
    // Fifty seeds; the variances of a path are those of all weighted paths: plain ones have the weighted
    // second moment less the square of the mean.
    let (count, seeds) = (1024, 50)
    var estimates = [[Double]](repeating: [], count: 2)
    // Of w f and of f with weight w, f the indicator and the loss; and of f alone.
    var (drawn, nominal, unweighted) = ([0.0, 0.0], [0.0, 0.0], [0.0, 0.0])
    for seed in 1...UInt64(seeds) {
      let result = try ensemble(seed: seed, paths: count, start: plain.start).run()
      let weights = try #require(result.design.weights)
      let losses = result.outcomes.map(\.badDebtUSD)
      for (index, terms) in [losses.map { $0 > 0 ? 1 : 0 }, losses].enumerated() {
        let weighted = zip(weights, terms).map { $0 * $1 }
        estimates[index].append(SampleMoments(weighted).mean)
        drawn[index] += SampleMoments(weighted.map { $0 * $0 }).mean / Double(seeds)
        nominal[index] += SampleMoments(zip(weighted, terms).map { $0 * $1 }).mean / Double(seeds)
        unweighted[index] += SampleMoments(terms).mean / Double(seeds)
      }
    }
    for (index, known) in [plain.chance, plain.meanUSD].enumerated() {
      let mixed = SampleMoments(estimates[index])
      let error = (known.error * known.error + pow(mixed.standardError, 2)).squareRoot()
      #expect(abs(known.mean - mixed.mean) < 3 * error, "\(mixed.mean) for \(known.mean)")
      // A run that dropped the weights would be far off.
      #expect(abs(known.mean - unweighted[index]) > 10 * error)
      let square = mixed.mean * mixed.mean
      let gain = (nominal[index] - square) / (drawn[index] - square)
      print("\(plain.start): worth \(gain) plain paths for the \(index == 0 ? "chance" : "mean")")
      // On 200,000 paths: 13 and 66 from the long-run variance, 25 and 135 from a settled one. A path
      // costs up to 1.24 plain ones. A mixture that lost one of its laws would be below these.
      #expect(gain > (index == 0 ? 6.5 : 15))
    }
  }
}
