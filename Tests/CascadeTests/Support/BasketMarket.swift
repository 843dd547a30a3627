import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport

/// Three collaterals and one stable debt, passive owners, an ideal liquidator, venues with feedback.
///
/// The columns of assets and the order of accounts can be chosen, for tests of symmetry.
struct BasketMarket {
  /// Symbols in their natural order; the last one is owed.
  static let symbols = ["WETH", "WBTC", "LINK", "USDC"]
  private static let prices = [2000.0, 30_000, 12, 1]
  private static let thresholds = [0.83, 0.78, 0.68, 0.0]

  /// One account: tokens of collateral by asset in natural order, and USD owed.
  struct Account {
    var collateral: [Double]
    var debtUSD: Double
  }

  var accounts: [Account]
  /// The natural number of the asset in each column.
  var columns = [0, 1, 2, 3]
  var stepCount = 40
  var priceFeedback = true
  /// Multiplies the depth of every venue.
  var depthFactor = 1.0
  /// Pro-rata seizure by a fixed-spread market instead of Aave's choice of one collateral.
  var seizesProRata = false

  /// `count` accounts between health 1.02 and 1.6, each with one collateral or with all three.
  init(accountCount: Int, collaterals: Int = 1, seed: UInt64 = 7) {
    var random = TestRandom(seed: seed)
    accounts = (0..<accountCount).map { number in
      let debt = random.logUniform(5000, 500_000)
      let health = random.uniform(1.02, 1.6)
      var collateral = [0.0, 0, 0, 0]
      let assets = collaterals == 1 ? [number % 3] : [0, 1, 2]
      for asset in assets {
        let value = health * debt / Double(assets.count) / Self.thresholds[asset]
        collateral[asset] = value / Self.prices[asset]
      }
      return Account(collateral: collateral, debtUSD: debt)
    }
  }

  /// Log prices of a falling market, `[step][asset]` in natural order.
  func logPrices(seed: UInt64 = 11) -> [[Double]] {
    var random = TestRandom(seed: seed)
    var now = [0.0, 0, 0, 0]
    return (0..<stepCount).map { _ in
      for asset in 0..<3 { now[asset] += 0.02 * normalQuantile(random.uniform()) - 0.01 }
      return now
    }
  }

  func blueprint() -> Blueprint {
    let assets = columns.map {
      AssetDynamics(
        symbol: Self.symbols[$0], initialPrice: Self.prices[$0], volatility: 0.8, drift: 0)
    }
    let reserves = columns.map { asset in
      var reserve = ReserveParameters()
      reserve.liquidationThreshold = Self.thresholds[asset]
      reserve.loanToValue = Self.thresholds[asset] * 0.95
      return reserve
    }
    var book = AccountBook()
    for account in accounts {
      let owed = columns.firstIndex(of: 3) ?? 0
      var legs = columns.indices.filter { account.collateral[columns[$0]] > 0 }
        .map { (asset: $0, supplied: account.collateral[columns[$0]], borrowed: 0.0) }
      legs.append((owed, 0, account.debtUSD))
      book.append(legs: legs.sorted { $0.asset < $1.asset })
    }
    var rules = AaveV3Liquidation()
    rules.minimumPartialUSD = 0
    rules.minimumLeftoverUSD = 0
    let market = MarketBlueprint(
      name: "main",
      rules: seizesProRata
        ? FixedSpreadMarket(
          thresholds: reserves.map(\.liquidationThreshold), closeFactor: 0.5, bonus: 0.05,
          dustUSD: 0)
        : AaveV3Market(reserves: reserves, rules: rules),
      pool: LendingPool(parameters: reserves, positions: book.positions))
    return Blueprint(
      seed: 1, assets: assets, stepCount: stepCount, stepSeconds: 3600, priceModel: Unused(),
      markets: [market],
      spotMarkets: assets.map { asset in
        asset.symbol == "USDC"
          ? SpotMarket(venues: [])
          : SpotMarket(venues: [
            OrderBookVenue(asset: asset.symbol, depth2Percent: 1.5e6 * depthFactor),
            ConstantProductVenue(asset: asset.symbol, reserveUSD: 4e7 * depthFactor),
          ])
      },
      liquidators: [LiquidatorGroup(kind: .ideal)], priceFeedback: priceFeedback)
  }

  /// Runs the market on the falling prices, columns in this market's order.
  func run() -> ObservedPath {
    ObservedPath.scripted(
      blueprint(), logPrices: logPrices().map { row in columns.map { row[$0] } })
  }
}

/// A price model for blueprints whose prices the test writes itself.
struct Unused: PriceModel {
  static let kind = "unused"
  static let summary = "Prices are written by the test."
  static let fields: [Field] = []
  static let isParametric = false

  init() {}
  init(_ section: Section, _ setting: PriceSetting) throws {}
  func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {}
}
