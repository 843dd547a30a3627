/// Differences of tail statistics of two runs on the same random numbers, by joint bootstrap.
///
/// x_p(b) - x_p(a) is no quantile of b - a. Path numbers are drawn again with replacement, both
/// columns together, and the statistic is the difference of the resampled ones; the interval lies
/// between percentiles of the differences, the "basic" form covers far less. Paths below the largest
/// 10 n (1 - p) of both columns enter through one binomial number.
///
/// - Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
/// - Cost: about 20 n (1 - p) draws a resample.
package struct JointBootstrap: Sendable {
  /// What is compared.
  package enum Statistic: Sendable {
    case quantile, expectedShortfall
  }

  private let first: TailColumn
  private let second: TailColumn
  private let pathCount: Int
  private let tailSize: Int
  private let probability: Double

  /// Values of the same paths in the same order; `probability` in (0, 1).
  package init(
    _ first: IndependentSample, _ second: IndependentSample, probability: Double
  ) {
    precondition(first.count == second.count && first.count > 0, "pairs")
    let count = first.count
    let depth = min(count, Int((10 * Double(count) * (1 - probability)).rounded(.up)) + 1)
    let descending = [first, second].map { sample in
      sample.values.indices.sorted { (sample.values[$0], $1) > (sample.values[$1], $0) }
    }
    let tail = Array(Set(descending.flatMap { $0.prefix(depth) })).sorted()
    let place = Dictionary(uniqueKeysWithValues: tail.enumerated().map { ($1, $0) })
    self.first = TailColumn(first.values, descending[0], place)
    self.second = TailColumn(second.values, descending[1], place)
    pathCount = count
    tailSize = tail.count
    self.probability = probability
  }

  /// The difference, second less first, with its percentile interval.
  ///
  /// Not quoted (`few_tail`) with fewer than 20 paths beyond the quantile. The resamples are a
  /// function of `seed` alone.
  package func difference(
    _ statistic: Statistic, seed: UInt64, resamples: Int = 1000, level: Double = 0.95
  ) -> IntervalEstimate {
    guard Double(pathCount) * (1 - probability) >= 20 - 1e-9 else {
      return .unavailable(.fewTail)
    }
    let once = [Int](repeating: 1, count: tailSize)
    let differences = (0..<resamples).map { resample in
      let counts = tailCounts(seed: seed, resample: resample)
      return value(second, counts, statistic) - value(first, counts, statistic)
    }.sorted()
    func percentile(_ share: Double) -> Double {
      differences[quantileRank(count: resamples, probability: share) - 1]
    }
    return IntervalEstimate(
      value: value(second, once, statistic) - value(first, once, statistic),
      low: percentile(0.5 - 0.5 * level), high: percentile(0.5 + 0.5 * level))
  }

  /// How often each path of the tail was drawn.
  private func tailCounts(seed: UInt64, resample: Int) -> [Int] {
    let random = PathRandom(seed: seed, path: UInt32(truncatingIfNeeded: resample))
    let share = Double(tailSize) / Double(pathCount)
    let drawn =
      tailSize == pathCount
      ? pathCount
      : BinomialDistribution(trials: pathCount, probability: share)
        .quantile(random.uniform(.resample, 0))
    var counts = [Int](repeating: 0, count: tailSize)
    for pair in 0..<(drawn + 1) / 2 {
      let draws = random.uniformPair(.resample, UInt32(pair), 1)
      counts[Int(draws.0 * Double(tailSize))] += 1
      if 2 * pair + 1 < drawn { counts[Int(draws.1 * Double(tailSize))] += 1 }
    }
    return counts
  }

  private func value(_ column: TailColumn, _ counts: [Int], _ statistic: Statistic) -> Double {
    let beyond = pathCount - quantileRank(count: pathCount, probability: probability)
    var above = 0
    var sum = CompensatedSum()
    var quantile = column.floor
    for (place, value) in zip(column.places, column.values) {
      if above + counts[place] > beyond {
        quantile = value
        break
      }
      above += counts[place]
      sum.add(Double(counts[place]) * value)
    }
    guard statistic == .expectedShortfall else { return quantile }
    let excess = sum.value - Double(above) * quantile
    return quantile + excess / (Double(pathCount) * (1 - probability))
  }
}

/// The tail of one column, largest value first.
private struct TailColumn: Sendable {
  /// Places of the paths among the tail's.
  let places: [Int]
  let values: [Double]
  /// The smallest of the values: what a resample with too few tail paths is given.
  let floor: Double

  init(_ all: [Double], _ descending: [Int], _ place: [Int: Int]) {
    let members = descending.compactMap { path in place[path].map { (path: path, place: $0) } }
    places = members.map(\.place)
    values = members.map { all[$0.path] }
    floor = values.last ?? 0
  }
}
