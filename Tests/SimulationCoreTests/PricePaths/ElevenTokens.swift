import SimulationCore

/// Figures of eleven tokens, fitted on Binance hourly closes from April 2021 to December 2022.
enum ElevenTokens {
  static let symbols = [
    "BTC", "ETH", "BNB", "SOL", "LINK", "UNI", "AAVE", "MKR", "CRV", "COMP", "SNX",
  ]
  /// Standard deviations of hourly log returns.
  static let hourlyDeviation = [
    0.007532, 0.010079, 0.010165, 0.015333, 0.013073, 0.013135, 0.014153, 0.013062, 0.016387,
    0.013902, 0.01581,
  ]
  /// Of the hourly GARCH residuals, below the diagonal.
  private static let residualCorrelation: [[Double]] = [
    [],
    [0.867],
    [0.791, 0.806],
    [0.714, 0.744, 0.705],
    [0.771, 0.815, 0.771, 0.721],
    [0.739, 0.799, 0.74, 0.682, 0.767],
    [0.747, 0.816, 0.743, 0.696, 0.771, 0.771],
    [0.692, 0.749, 0.683, 0.639, 0.699, 0.696, 0.708],
    [0.687, 0.728, 0.679, 0.639, 0.704, 0.688, 0.703, 0.631],
    [0.698, 0.742, 0.704, 0.663, 0.73, 0.717, 0.748, 0.68, 0.659],
    [0.657, 0.691, 0.659, 0.616, 0.683, 0.669, 0.683, 0.623, 0.629, 0.655],
  ]

  static var assets: [AssetDynamics] {
    zip(symbols, hourlyDeviation).map { asset($0, volatility: $1 * 8760.0.squareRoot()) }
  }

  static func correlation() throws -> Correlation {
    let below = residualCorrelation
    return try Correlation(
      matrix: symbols.indices.map { row in
        symbols.indices.map { column in
          row == column ? 1 : below[max(row, column)][min(row, column)]
        }
      })
  }
}

/// Hourly log prices of several paths and assets, and the figures that models are matched on.
struct HourlySample {
  let pathCount: Int
  let hourCount: Int
  let assetCount: Int
  /// `[path][hour][asset]`.
  private let logPrice: [Double]

  init(_ model: any PriceModel, pathCount: Int, hourCount: Int, assetCount: Int, seed: UInt64) {
    self.pathCount = pathCount
    self.hourCount = hourCount
    self.assetCount = assetCount
    logPrice = logPrices(
      model, count: pathCount, stepCount: hourCount, assetCount: assetCount, seed: seed)
  }

  /// Log returns over `hours` hours that follow each other, `[path][...]`.
  func returns(_ asset: Int, hours: Int) -> [[Double]] {
    (0..<pathCount).map { path in
      stride(from: hours - 1, to: hourCount, by: hours).map { hour in
        price(path, hour, asset) - (hour < hours ? 0 : price(path, hour - hours, asset))
      }
    }
  }

  /// Lowest price within `hours` hours of each `every`th one, less the price there, as a fraction.
  func worstDrops(_ asset: Int, hours: Int, every: Int) -> [Double] {
    var drops: [Double] = []
    for path in 0..<pathCount {
      for start in stride(from: 0, to: hourCount - hours, by: every) {
        var low = price(path, start, asset)
        for hour in start + 1...start + hours { low = min(low, price(path, hour, asset)) }
        drops.append(low - price(path, start, asset))
      }
    }
    return VectorMath.exp(drops).map { $0 - 1 }.sorted()
  }

  /// Mean over pairs of assets: the share of the worst (or best) 2.5 % of one that are also among
  /// those of the other.
  func jointExtremes(hours: Int, paths: Int) -> (worst: Double, best: Double) {
    let columns = (0..<assetCount).map { asset in
      returns(asset, hours: hours).prefix(paths).flatMap { $0 }
    }
    let count = columns[0].count
    let size = Int(0.025 * Double(count))
    func share(_ sign: Double) -> Double {
      let marked = columns.map { column in
        let limit = column.map { sign * $0 }.sorted()[size]
        return column.map { sign * $0 < limit }
      }
      var sum = 0.0
      for a in 0..<assetCount {
        for b in 0..<a {
          sum += Double(zip(marked[a], marked[b]).count { $0 && $1 }) / Double(size)
        }
      }
      return sum / Double(assetCount * (assetCount - 1) / 2)
    }
    return (share(1), share(-1))
  }

  /// Autocorrelation of the hourly |r|, mean over the paths.
  func clustering(_ asset: Int, lag: Int) -> Double {
    let paths = returns(asset, hours: 1).map { $0.map { abs($0) } }
    let sum = paths.reduce(0) {
      $0 + SimulationCoreTests.correlation(Array($1.dropLast(lag)), Array($1.dropFirst(lag)))
    }
    return sum / Double(pathCount)
  }

  /// Variance of a return over `hours` hours, over that of as many hourly ones: of each path, sorted.
  func varianceRatios(_ asset: Int, hours: Int) -> [Double] {
    func meanSquares(_ hours: Int) -> [Double] {
      returns(asset, hours: hours).map { $0.reduce(0) { $0 + $1 * $1 } / Double($0.count) }
    }
    return zip(meanSquares(hours), meanSquares(1)).map { $0 / (Double(hours) * $1) }.sorted()
  }

  private func price(_ path: Int, _ hour: Int, _ asset: Int) -> Double {
    logPrice[(path * hourCount + hour) * assetCount + asset]
  }
}
