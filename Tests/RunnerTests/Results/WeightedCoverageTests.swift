import Cascade
import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

/// How often the intervals of weighted and paired runs hold the truth, over the seeds of a small run.
///
/// Truths come from 10^6 plain paths of another seed. The metric is the lowest price; the mean of what
/// it lies below a far level stands for bad debt, which is zero on nearly all paths.
@Suite("Coverage of weighted intervals")
struct WeightedCoverageTests {
  private static let seeds = 400
  /// 16 times a power of two, for the point sets.
  private static let paths = 2048

  /// How a run is drawn, and the price model on which it is tried.
  enum Way: String, CaseIterable {
    case mixture, screened, antithetic, quasiRandom

    func blueprint(seed: UInt64) throws -> Blueprint {
      var experiment = SmallExperiment()
      experiment.seed = seed
      experiment.addAccount(debtUSD: 1000, health: 1.5)
      switch self {
      case .mixture:
        (experiment.stepCount, experiment.stepSeconds) = (24, 3600)
        experiment.dynamics = ("crash_garch_t", ["start_variance_ratio": .number(1)])
      case .screened, .antithetic, .quasiRandom:
        experiment.stepCount = 10
        experiment.degreesOfFreedom = 5
      }
      return try experiment.blueprint()
    }

    /// Falls of the log price that one path in twenty, and in a thousand, exceeds.
    var falls: (common: Double, rare: Double) { self == .mixture ? (0.09, 0.28) : (0.2, 0.45) }
  }

  /// Largest falls of the log price on the paths of a run, in path order.
  private func falls(_ block: PriceBlock) -> [Double] {
    (0..<block.pathCount).map { slot in
      (0..<block.stepCount).reduce(0) {
        max($0, -block.logPrice[block.offset(path: slot, step: $1)])
      }
    }
  }

  /// Falls of `paths` paths, or of as many as screening leaves of ten times as many, and their design.
  private func run(
    _ way: Way, seed: UInt64, paths: Int, isPlain: Bool = false
  ) throws -> (falls: [Double], design: any SampleDesign) {
    var blueprint = try way.blueprint(seed: seed)
    var screening: Screening?
    var design: any SampleDesign = IndependentPaths()
    if !isPlain {
      switch way {
      case .mixture: blueprint = try #require(try blueprint.mixed(MixtureRequest()))
      case .screened: screening = Screening(blueprint, candidatesPerPath: 10)
      case .antithetic: design = WeightedPaths(pairedPaths: paths)
      case .quasiRandom: design = ReplicatedPaths(replicates: QuasiRandomPaths.replicateCount)
      }
    }
    let candidates = screening == nil ? paths : 10 * paths
    var block = PriceBlock(
      capacity: 64, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    block.isPaired = way == .antithetic && !isPlain
    if way == .quasiRandom, !isPlain {
      block.points = QuasiRandomPaths(
        seed: seed, moves: blueprint.assets.map { $0.volatility > 0 },
        stepCount: blueprint.stepCount)
    }
    var found: [Double] = []
    var mixed = blueprint.priceModel.mixture.map { MixedPaths($0) }
    var screened = screening.map { ScreenedPaths($0) }
    for first in stride(from: 0, to: candidates, by: block.capacity) {
      blueprint.fill(&block, first..<min(candidates, first + block.capacity))
      mixed?.weights += block.weights
      let all = falls(block)
      guard let screening else {
        found += all
        continue
      }
      for slot in all.indices {
        let stratum = screening.stratum(block, slot: slot)
        screened?.candidates[stratum.rawValue] += 1
        guard screening.keeps(path: first + slot, of: stratum) else { continue }
        screened?.strata.append(stratum)
        found.append(all[slot])
      }
    }
    return (found, mixed?.design ?? screened?.design ?? design)
  }

  private typealias Statistic = (
    name: String, estimate: (any SampleDesign, [Double]) -> IntervalEstimate
  )

  private func statistics(_ way: Way) -> [Statistic] {
    let (common, rare) = way.falls
    return [
      ("mean", { $0.sample($1).mean() }),
      ("p95", { $0.sample($1).quantile(0.95) }),
      ("p99", { $0.sample($1).quantile(0.99) }),
      ("p99.9", { $0.sample($1).quantile(0.999) }),
      ("common", { $0.sample($1).probability(above: common) }),
      ("rare", { $0.sample($1).probability(above: rare) }),
      ("tail mean 90", { $0.sample($1).expectedShortfall(0.9) }),
      ("tail mean 99", { $0.sample($1).expectedShortfall(0.99) }),
      ("loss", { $0.sample($1.map { max(0, $0 - rare) }).mean() }),
    ]
  }

  @Test(
    "95 % intervals cover as often as they claim", .enabled(if: isOptimised),
    arguments: Way.allCases)
  func coverage(way: Way) throws {
    let statistics = statistics(way)
    let truth = try run(way, seed: 1_000_000, paths: 1_000_000, isPlain: true)
    let truths = try statistics.map {
      try #require($0.estimate(truth.design, truth.falls).value)
    }
    // Runs that hold the truth, of those whose interval has no mark.
    var covered = [Int](repeating: 0, count: statistics.count)
    var quoted = covered
    for seed in 1...UInt64(Self.seeds) {
      let sample = try run(way, seed: seed, paths: Self.paths)
      for (index, statistic) in statistics.enumerated() {
        let estimate = statistic.estimate(sample.design, sample.falls)
        guard estimate.note == nil, let low = estimate.low, let high = estimate.high else {
          continue
        }
        quoted[index] += 1
        if low <= truths[index], truths[index] <= high { covered[index] += 1 }
      }
    }
    for (index, statistic) in statistics.enumerated() {
      print("\(way) \(statistic.name): covered \(covered[index]) of \(quoted[index])")
    }
    for (index, statistic) in statistics.enumerated() where quoted[index] >= 100 {
      // 95 % less 3.3 standard errors, as in the central 99.9 % of a binomial law; a tail mean misses
      // more often, on one side, and so does a mean that rare losses make.
      let share = ["tail mean 90", "tail mean 99", "loss"].contains(statistic.name) ? 0.92 : 0.95
      let error = (share * (1 - share) / Double(quoted[index])).squareRoot()
      #expect(
        Double(covered[index]) >= (share - 3.3 * error) * Double(quoted[index]),
        "\(statistic.name): \(covered[index]) of \(quoted[index])")
    }
  }
}
