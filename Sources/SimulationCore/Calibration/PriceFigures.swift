import Foundation

/// The figures on which price models are compared with data: falls, joint extremes, clusters.
package struct PriceFigures: Sendable, Equatable {
  /// Shares of the worst drops that `drops` gives.
  package static let dropShares = [0.5, 0.05, 0.01]
  /// Hours within which a price drops.
  package static let dropHours = [24.0, 168.0]
  /// Share of a column's returns that counts as its worst, or its best.
  package static let extremeShare = 0.025

  /// Quantiles of the lowest price within a time, over the price at its start, less one:
  /// `[asset][hours][share]`; not negative numbers only, as a price may rise from its start on.
  package let drops: [[[Double]]]
  /// Mean over pairs of assets of the share of one's extremes that are also the other's.
  package let stepFalls: Double
  package let stepRises: Double
  /// The same over 24 hours, from every start.
  package let dayFalls: Double
  package let dayRises: Double
  /// The returns that 1 % and 0.1 % of a step's are above, in standard deviations:
  /// `[asset][share]`.
  package let rises: [[Double]]
  /// Autocorrelation of |r| from one step to the next, and to that a day later: `[asset]`.
  package let stepClustering: [Double]
  package let dayClustering: [Double]

  /// Log prices of several paths: `[path][step][asset]`, from 0 before the first step.
  ///
  /// Windows begin at every `every`th step. Paths are longer than a week.
  ///
  /// - Cost: O(values x log) for the sorting; assets in parallel.
  package init(
    logPrice: [Double], pathCount: Int, assetCount: Int, spacingHours: Double, every: Int = 1
  ) {
    let paths = LogPrices(
      values: logPrice, pathCount: pathCount, stepCount: logPrice.count / (pathCount * assetCount),
      assetCount: assetCount)
    let day = max(1, Int((24 / spacingHours).rounded()))
    let columns = parallelMap(assetCount) { asset -> Column in
      let path = paths.column(asset)
      return Column(
        drops: Self.dropHours.map { hours in
          let window = max(1, Int((hours / spacingHours).rounded()))
          return path.drops(window: window, every: every)
        },
        steps: Extremes(path.returns(over: 1).flatMap { $0 }),
        days: Extremes(path.returns(over: day, every: min(day, every)).flatMap { $0 }),
        stepClustering: path.clustering(lag: 1), dayClustering: path.clustering(lag: day))
    }
    drops = columns.map(\.drops)
    rises = columns.map { $0.steps.rises }
    stepFalls = Extremes.joint(columns.map(\.steps.worst))
    stepRises = Extremes.joint(columns.map(\.steps.best))
    dayFalls = Extremes.joint(columns.map(\.days.worst))
    dayRises = Extremes.joint(columns.map(\.days.best))
    stepClustering = columns.map(\.stepClustering)
    dayClustering = columns.map(\.dayClustering)
  }

  /// Of the data: one path.
  package init(_ sample: ReturnSample) {
    var prices = [Double](repeating: 0, count: sample.rowCount * sample.assetCount)
    for (asset, column) in sample.columns.enumerated() {
      var sum = 0.0
      for (row, value) in column.enumerated() {
        sum += value
        prices[row * sample.assetCount + asset] = sum
      }
    }
    self.init(
      logPrice: prices, pathCount: 1, assetCount: sample.assetCount,
      spacingHours: sample.spacingHours)
  }

  /// Of `pathCount` paths of a model over `stepCount` of its steps.
  package init(
    _ model: any PriceModel, pathCount: Int, stepCount: Int, assetCount: Int, spacingHours: Double,
    seed: UInt64
  ) {
    // Paths come in the eights of a generator's tile.
    let tiles = parallelMap((pathCount + 7) / 8) { tile -> [Double] in
      let count = min(8, pathCount - 8 * tile)
      var block = PriceBlock(capacity: count, stepCount: stepCount, assetCount: assetCount)
      model.fill(&block, firstPath: 8 * tile, seed: seed)
      return block.logPrice
    }
    self.init(
      logPrice: tiles.flatMap { $0 }, pathCount: pathCount, assetCount: assetCount,
      spacingHours: spacingHours, every: max(1, Int((6 / spacingHours).rounded())))
  }

  private struct Column: Sendable {
    let drops: [[Double]]
    let steps: Extremes
    let days: Extremes
    let stepClustering: Double
    let dayClustering: Double
  }
}

/// Which of a column's entries are its worst and its best.
private struct Extremes: Sendable {
  let worst: [Bool]
  let best: [Bool]

  /// What 1 % and 0.1 % of the entries are above, in standard deviations.
  let rises: [Double]

  init(_ values: [Double]) {
    let size = Int(PriceFigures.extremeShare * Double(values.count))
    let low = Extremes.smallest(values, size + 1)
    let high = Extremes.smallest(values.map { -$0 }, size + 1)
    worst = values.map { $0 < low[size] }
    best = values.map { -$0 < high[size] }
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    rises = [0.01, 0.001].map { share in
      -high[Int(share * Double(values.count))] / square.squareRoot()
    }
  }

  /// The smallest entries in rising order, as a full sort has them first.
  ///
  /// Every 64th entry says where about twice as many can be cut off, which leaves little to sort.
  private static func smallest(_ values: [Double], _ count: Int) -> [Double] {
    let picks = stride(from: 0, to: values.count, by: 64).map { values[$0] }.sorted()
    let limit = picks[min(picks.count - 1, 2 * count / 64 + 8)]
    let candidates = values.filter { $0 <= limit }
    return (candidates.count >= count ? candidates : values).sorted()
  }

  /// Mean over pairs of the entries that both mark, over those that one does; 0 for one column.
  static func joint(_ marks: [[Bool]]) -> Double {
    let places = marks.map { column in column.indices.filter { column[$0] } }
    var sum = 0.0
    for first in marks.indices {
      for second in 0..<first {
        let both = places[first].count { marks[second][$0] }
        sum += Double(both) / Double(max(1, places[first].count))
      }
    }
    return marks.count < 2 ? 0 : sum / Double(marks.count * (marks.count - 1) / 2)
  }
}

private struct LogPrices: Sendable {
  let values: [Double]
  let pathCount: Int
  let stepCount: Int
  let assetCount: Int

  func column(_ asset: Int) -> AssetPaths {
    AssetPaths(
      paths: (0..<pathCount).map { path in
        [0] + (0..<stepCount).map { values[(path * stepCount + $0) * assetCount + asset] }
      })
  }
}

/// Log prices of one asset, the start included: `[path][step]`.
private struct AssetPaths {
  let paths: [[Double]]

  /// Log returns over `steps` steps from every `every`th start, by path.
  func returns(over steps: Int, every: Int = 1) -> [[Double]] {
    paths.map { path in
      stride(from: steps, to: path.count, by: every).map { path[$0] - path[$0 - steps] }
    }
  }

  /// Quantiles of the lowest price of the `window` steps after each start, over that at the start,
  /// less one.
  func drops(window: Int, every: Int) -> [Double] {
    var lows: [Double] = []
    for path in paths {
      path.withUnsafeBufferPointer { prices in
        for start in stride(from: 0, to: prices.count - window, by: every) {
          var low = prices[start + 1]
          for step in start + 1...start + window { low = min(low, prices[step]) }
          lows.append(low - prices[start])
        }
      }
    }
    lows.sort()
    return PriceFigures.dropShares.map { share in
      lows.isEmpty ? .nan : expm1(lows[Int(share * Double(lows.count))])
    }
  }

  /// Mean over the paths of the autocorrelation of |r|.
  func clustering(lag: Int) -> Double {
    let sizes = returns(over: 1).map { $0.map { abs($0) } }
    let sum = sizes.reduce(0) { sum, path in
      let mean = path.reduce(0, +) / Double(path.count)
      var (square, product) = (0.0, 0.0)
      for (index, value) in path.enumerated() {
        square += (value - mean) * (value - mean)
        if index >= lag { product += (value - mean) * (path[index - lag] - mean) }
      }
      return sum + (square > 0 ? product / square : 0)
    }
    return sum / Double(paths.count)
  }
}
