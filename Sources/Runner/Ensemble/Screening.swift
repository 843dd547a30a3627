package import Cascade
import Markets
package import SimulationCore

/// Chooses which candidates of a run are simulated, by what their exogenous prices do.
///
/// The score of a candidate says how extreme its prices are for the book: the smaller of the ranks
/// of the deepest fall from the start and of the largest fall in one step, of each market's
/// collateral basket, among the first 4,096 candidates. Those also fix the borders of three strata.
/// Extreme candidates are all simulated, of the others a share drawn by path number; each path then
/// stands for its stratum. A score that misses what drives the losses lowers the gain and biases
/// nothing. It sees no parameter but the book's, the prices and the seed.
///
/// - Source: W. G. Cochran, Sampling Techniques, 1977, chapter 12; with a score from a reduced model
///   C. Cannamela, J. Garnier, B. Iooss, Controlled Stratification for Quantile Estimation, 2008.
/// - Cost: prices of 4,096 candidates once, then those of all; two passes over a candidate's prices
///   for each market.
package struct Screening: Sendable {
  /// The strata in the order of their numbers.
  package enum Stratum: Int, Sendable, CaseIterable {
    case extreme, middle, rest
  }

  package static let pilotCount = 4096
  /// Candidates a path: below 4 the shares below do not fit, above 100 the rest is hardly sampled.
  package static let candidateRange = 4...100

  package let candidatesPerPath: Int
  /// Scores below the first are extreme, below the second middle.
  package let cuts: [Double]
  /// Shares of the strata that are simulated.
  package let keptShares: [Double]
  private let seed: UInt64
  /// Collateral shares of each market by asset.
  private let baskets: [[Double]]
  /// The pilot's falls of each market, ascending: from the start, and in one step.
  private let pilotFalls: [(depths: [Double], jumps: [Double])]

  /// `nil` where no account has collateral: nothing says then which falls matter.
  package init?(_ blueprint: Blueprint, candidatesPerPath: Int) {
    precondition(Screening.candidateRange.contains(candidatesPerPath), "a number of candidates")
    let baskets = blueprint.markets.compactMap { Screening.basket($0, blueprint.assets) }
    guard !baskets.isEmpty else { return nil }
    self.baskets = baskets
    self.candidatesPerPath = candidatesPerPath
    seed = blueprint.seed
    let size = Ensemble.blockPaths(
      stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    var block = PriceBlock(
      capacity: size, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
    var falls = [(depths: [Double], jumps: [Double])](repeating: ([], []), count: baskets.count)
    for first in stride(from: 0, to: Screening.pilotCount, by: size) {
      blueprint.fill(&block, first..<min(Screening.pilotCount, first + size))
      for slot in 0..<block.pathCount {
        for (market, basket) in baskets.enumerated() {
          let fall = Screening.falls(block, slot, basket)
          falls[market].depths.append(fall.depth)
          falls[market].jumps.append(fall.jump)
        }
      }
    }
    let sorted = falls.map { (depths: $0.depths.sorted(), jumps: $0.jumps.sorted()) }
    pilotFalls = sorted
    let scores = (0..<Screening.pilotCount).map { path in
      Screening.score(falls.map { ($0.depths[path], $0.jumps[path]) }, sorted)
    }.sorted()
    let extreme = 0.45 / Double(candidatesPerPath)
    cuts = [extreme, 0.2].map { scores[Int($0 * Double(Screening.pilotCount))] }
    keptShares = [
      1, min(1, 0.35 / (Double(candidatesPerPath) * (0.2 - extreme))),
      0.2 / (0.8 * Double(candidatesPerPath)),
    ]
  }

  /// The stratum of the candidate in `slot` of the block.
  package func stratum(_ block: PriceBlock, slot: Int) -> Stratum {
    let falls = baskets.map { basket in
      let fall = Screening.falls(block, slot, basket)
      return (fall.depth, fall.jump)
    }
    let score = Screening.score(falls, pilotFalls)
    return score < cuts[0] ? .extreme : score < cuts[1] ? .middle : .rest
  }

  /// Whether a candidate of that stratum is simulated.
  package func keeps(path: Int, of stratum: Stratum) -> Bool {
    let share = keptShares[stratum.rawValue]
    return share >= 1
      || PathRandom(seed: seed, path: UInt32(path)).uniform(.screening, 0) < share
  }

  /// The smallest rank of any fall among the pilot's, as a share; 0 = the most extreme.
  private static func score(
    _ falls: [(Double, Double)], _ pilot: [(depths: [Double], jumps: [Double])]
  ) -> Double {
    var smallest = 1.0
    for (fall, known) in zip(falls, pilot) {
      smallest = min(smallest, rank(fall.0, known.depths), rank(fall.1, known.jumps))
    }
    return smallest
  }

  /// The share of ascending values below `value`.
  private static func rank(_ value: Double, _ ascending: [Double]) -> Double {
    var low = 0
    var high = ascending.count
    while low < high {
      let middle = (low + high) / 2
      if ascending[middle] < value { low = middle + 1 } else { high = middle }
    }
    return Double(low) / Double(ascending.count)
  }

  /// Lowest level of the basket's mean log price relative to the start, and its lowest step.
  private static func falls(
    _ block: PriceBlock, _ slot: Int, _ basket: [Double]
  ) -> (depth: Double, jump: Double) {
    var depth = 0.0
    var jump = 0.0
    var before = 0.0
    for step in 0..<block.stepCount {
      let offset = block.offset(path: slot, step: step)
      var level = 0.0
      for asset in basket.indices { level += basket[asset] * block.logPrice[offset + asset] }
      depth = min(depth, level)
      jump = min(jump, level - before)
      before = level
    }
    return (depth, jump)
  }

  /// Shares of a market's collateral by asset, at start prices; `nil` without collateral.
  private static func basket(
    _ market: MarketBlueprint, _ assets: [AssetDynamics]
  ) -> [Double]? {
    let values = market.collateralUSD(assets)
    let total = values.reduce(0, +)
    return total > 0 ? values.map { $0 / total } : nil
  }
}

/// Which candidates of a screened run became paths.
package struct ScreenedPaths: Sendable, Equatable {
  /// Candidates by stratum.
  package var candidates = [Int](repeating: 0, count: Screening.Stratum.allCases.count)
  /// Stratum of each simulated path, in path order.
  package var strata: [Screening.Stratum] = []
  package let candidatesPerPath: Int
  /// Borders of the strata.
  package let cuts: [Double]

  package init(_ screening: Screening) {
    candidatesPerPath = screening.candidatesPerPath
    cuts = screening.cuts
  }

  package mutating func add(_ other: ScreenedPaths) {
    for stratum in candidates.indices { candidates[stratum] += other.candidates[stratum] }
    strata += other.strata
  }

  package var candidateCount: Int { candidates.reduce(0, +) }

  /// Simulated paths by stratum.
  package var members: [[Int]] {
    Screening.Stratum.allCases.map { stratum in
      strata.indices.filter { strata[$0] == stratum }
    }
  }

  package var design: WeightedPaths { WeightedPaths(candidates: candidates, members: members) }
}

extension Blueprint {
  /// Exogenous log prices of the paths of `range`, scripted shocks included, and their lows where the
  /// block keeps them.
  package func fill(_ block: inout PriceBlock, _ range: Range<Int>) {
    block.resize(to: range.count)
    block.clampedCount = 0
    priceModel.fill(&block, firstPath: range.lowerBound, seed: seed)
    for shock in shocks { shock.add(to: &block, firstPath: range.lowerBound, seed: seed) }
    if block.keepsInside { lows?.fill(&block, firstPath: range.lowerBound, seed: seed) }
  }
}
