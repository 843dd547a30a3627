import Foundation
import SimulationCore

/// Market prices since the start of the path, and the moving figures that agents read from them.
///
/// Columns are the assets and, last, the index of all collateral. The moving variance is an
/// exponential average of squared log returns with a half-life of 24 hours, a year's worth.
package struct MarketHistory: Sendable {
  private let columnCount: Int
  private let stepYears: Double
  private let decay: Double
  private let stepsPerHour: Int
  private let stepsPerMonth: Int
  private let startVariance: [Double]
  private let indexWeight: [Double]
  /// `[time][column]`, time 0 first.
  private var prices: [Double]
  private var length = 0
  private var variance: [Double]
  private var peak: [Double]
  private var lowest: [Double]
  private var monthSum: [Double]
  private var logReturnHour: [Double]

  /// `weights` are the collateral's shares in the index.
  package init(
    startPrices: [Double], startVolatility: [Double], weights: [Double], stepCount: Int,
    stepYears: Double
  ) {
    let total = weights.reduce(0, +)
    indexWeight = zip(weights, startPrices).map { total > 0 ? $0 / total / $1 : 0 }
    columnCount = startPrices.count + 1
    self.stepYears = stepYears
    decay = exp(-log(2) * stepYears * 365)
    stepsPerHour = max(1, Int((1 / (8760 * stepYears)).rounded()))
    stepsPerMonth = max(1, Int((30 / (365 * stepYears)).rounded()))
    let indexVolatility =
      total > 0 ? zip(weights, startVolatility).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
    startVariance = (startVolatility + [indexVolatility]).map {
      max($0 * $0, MarketHistory.varianceFloor)
    }
    prices = [Double](repeating: 0, count: (stepCount + 1) * columnCount)
    variance = startVariance
    peak = startVariance
    lowest = startVariance
    monthSum = startVariance
    logReturnHour = startVariance
  }

  /// Keeps ratios to the deviation finite when a market does not move: 5 % a year.
  private static let varianceFloor = 0.05 * 0.05

  /// The column of the collateral index.
  package var indexColumn: Int { columnCount - 1 }

  package mutating func reset(to startPrices: [Double]) {
    length = 0
    variance.overwrite(with: startVariance)
    write(startPrices)
    for column in 0..<columnCount {
      let price = prices[column]
      peak[column] = price
      lowest[column] = price
      monthSum[column] = price
      logReturnHour[column] = 0
    }
    length = 1
  }

  /// Adds the market prices at the end of a step.
  package mutating func append(_ market: [Double]) {
    write(market)
    let now = length * columnCount
    let before = (length - 1) * columnCount
    let hourAgo = max(0, length - stepsPerHour) * columnCount
    let leaving = length - stepsPerMonth
    for column in 0..<columnCount {
      let price = prices[now + column]
      let change = price > 0 ? log(price / prices[before + column]) : 0
      variance[column] = max(
        decay * variance[column] + (1 - decay) * change * change / stepYears,
        MarketHistory.varianceFloor)
      peak[column] = max(peak[column], price)
      lowest[column] = min(lowest[column], price)
      monthSum[column] += price
      if leaving >= 0 { monthSum[column] -= prices[leaving * columnCount + column] }
      logReturnHour[column] = price > 0 ? log(price / prices[hourAgo + column]) : 0
    }
    length += 1
  }

  /// Volatility a year by the moving average.
  package func volatility(_ column: Int) -> Double { variance[column].squareRoot() }

  /// Whether the moving volatility is above twice its start.
  package func isStressed(_ column: Int) -> Bool { variance[column] > 4 * startVariance[column] }

  /// Log return over the last hour, or since the start if that is shorter.
  package func hourReturn(_ column: Int) -> Double { logReturnHour[column] }

  /// The last hour's log return in standard deviations of an hour.
  package func standardisedHourReturn(_ column: Int) -> Double {
    logReturnHour[column] / (variance[column] / 8760).squareRoot()
  }

  /// Fall from the running maximum, as a fraction.
  package func drawdown(_ column: Int) -> Double {
    1 - prices[(length - 1) * columnCount + column] / peak[column]
  }

  /// Drawdown in standard deviations of 30 days.
  package func standardisedDrawdown(_ column: Int) -> Double {
    drawdown(column) / (variance[column] * 30 / 365).squareRoot()
  }

  /// Largest fall below the start so far, as a fraction, at least 0.
  package func fallFromStart(_ column: Int) -> Double { 1 - lowest[column] / prices[column] }

  /// Whether the price is above its mean of the last 30 days, or since the start.
  package func isBull(_ column: Int) -> Bool {
    let count = min(length, stepsPerMonth)
    return prices[(length - 1) * columnCount + column] * Double(count) > monthSum[column]
  }

  /// Market price `years` ago, the start's where the path is younger.
  package func price(_ column: Int, yearsAgo years: Double) -> Double {
    let steps = Int((years / stepYears).rounded())
    return prices[max(0, length - 1 - steps) * columnCount + column]
  }

  /// Log return over the last day.
  package func dayReturn(_ column: Int) -> Double {
    let before = price(column, yearsAgo: 1.0 / 365)
    let now = prices[(length - 1) * columnCount + column]
    return now > 0 && before > 0 ? log(now / before) : 0
  }

  private mutating func write(_ market: [Double]) {
    let now = length * columnCount
    var index = 0.0
    for column in market.indices {
      prices[now + column] = market[column]
      index += indexWeight[column] * market[column]
    }
    prices[now + columnCount - 1] = index > 0 ? index : 1
  }
}
