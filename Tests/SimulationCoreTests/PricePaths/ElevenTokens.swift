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
