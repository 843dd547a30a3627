import Foundation
package import Markets
import SimulationCore

/// Eight assets, of which the last is the stable one, and the parts that trade them.
///
/// Every price starts at one, so that a token is a USD at the start.
package enum WorkloadMarket {
  package static let stepCount = 1_440
  static let stepYears = 1 / 525_600.0
  static let seed: UInt64 = 2_024
  /// The step, from 0, whose log prices the jump is added to.
  static let jumpStep = 719

  static let volatility = [0.65, 0.55, 0.66, 0.85, 0.95, 1.05, 1.15, 0.02]
  static let loading = [0.90, 0.88, 0.90, 0.80, 0.75, 0.72, 0.70, 0.10]
  package static let threshold = [0.83, 0.78, 0.80, 0.75, 0.70, 0.68, 0.65, 0.88]
  /// Reserve a side of each pool, tokens; the stable asset is never sold.
  static let reserve = [400e6, 320e6, 160e6, 80e6, 48e6, 40e6, 32e6]
  /// Share of the price impact that is left after a step.
  static let impactKept = 0.98
  static let startLogPrices = [Double](repeating: 0, count: assetCount)
  package static var assetCount: Int { volatility.count }

  static func priceModel(multiplier: Double) throws -> any PriceModel {
    let section = Section(
      table: FieldTable("dynamics", "", StudentTReturns.fields), kind: StudentTReturns.kind,
      values: ["degrees_of_freedom": .number(5)])
    return try StudentTReturns(section, priceSetting(multiplier: multiplier))
  }

  static func priceSetting(multiplier: Double) throws -> PriceSetting {
    let assets = volatility.enumerated().map { index, volatility in
      AssetDynamics(
        symbol: "A\(index)", initialPrice: 1, volatility: multiplier * volatility, drift: 0)
    }
    return PriceSetting(
      assets: assets, stepCount: stepCount, stepYears: stepYears,
      correlation: try .oneFactor(loading))
  }

  /// Standard deviation a step of each asset's log return.
  static func step(multiplier: Double) -> [Double] {
    volatility.map { multiplier * $0 * stepYears.squareRoot() }
  }

  /// Constant-product pools without a fee, one an asset that is sold.
  static var spotMarkets: [SpotMarket] {
    reserve.enumerated().map { index, reserve in
      SpotMarket(venues: [ConstantProductVenue(asset: "A\(index)", reserveUSD: reserve, fee: 0)])
    }
  }

  /// Half of the debt a call, 5 % bonus, dust closed whole.
  package static func rules(accounts: Int) -> FixedSpreadMarket {
    FixedSpreadMarket(
      thresholds: threshold, closeFactor: 0.5, bonus: 0.05,
      dustUSD: 1000 * 10_000 / Double(accounts))
  }
}
