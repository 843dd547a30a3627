package import Agents
package import Markets
package import SimulationCore

/// Everything about an experiment that is the same on every path; shared by all workers.
///
/// Once a blueprint exists, building a world from it and running a path cannot fail.
package struct Blueprint: Sendable {
  package var seed: UInt64
  package var assets: [AssetDynamics]
  /// Volatility a year that moving estimates start from, one an asset.
  package var startVolatility: [Double]
  package var stepCount: Int
  package var stepSeconds: Double
  package var priceModel: any PriceModel
  package var shocks: [ScriptedShock]
  /// Draws the lows inside the steps; `nil` = prices are seen at the steps' ends only.
  ///
  /// For runs without price feedback, whose paths are known beforehand.
  package var lows: BridgeLows?
  package var markets: [MarketBlueprint]
  /// One an asset.
  package var spotMarkets: [SpotMarket]
  package var oracles: [any PriceOracle]
  package var liquidators: [LiquidatorGroup]
  package var herd: HerdLayer?
  package var gas: GasMarket
  /// Gas price of liquidators when the scenario has no `gas` block, gwei.
  package var hasGasMarket: Bool
  package var priceFeedback: Bool
  package var roundsPerStep: Int
  package var engine: Engine
  /// How far the watched engine looks ahead.
  package var watchBoxes = WatchBoxes()

  /// How a step finds the accounts to act on; results are the same bits.
  package enum Engine: String, Sendable, CaseIterable {
    /// Asks those for whom something can have changed.
    case watched
    /// Asks all: the reference.
    case dense
  }

  package init(
    seed: UInt64, assets: [AssetDynamics], startVolatility: [Double]? = nil, stepCount: Int,
    stepSeconds: Double, priceModel: any PriceModel, shocks: [ScriptedShock] = [],
    markets: [MarketBlueprint] = [], spotMarkets: [SpotMarket]? = nil,
    oracles: [any PriceOracle] = [SpotOracle()], liquidators: [LiquidatorGroup] = [],
    herd: HerdLayer? = nil, gas: GasMarket = GasMarket(), hasGasMarket: Bool = false,
    priceFeedback: Bool = true, roundsPerStep: Int = 8, engine: Engine = .watched
  ) {
    self.seed = seed
    self.assets = assets
    self.startVolatility = startVolatility ?? assets.map(\.volatility)
    self.stepCount = stepCount
    self.stepSeconds = stepSeconds
    self.priceModel = priceModel
    self.shocks = shocks
    self.markets = markets
    self.spotMarkets = spotMarkets ?? assets.map { _ in SpotMarket(venues: []) }
    self.oracles = oracles
    self.liquidators = liquidators
    self.herd = herd
    self.gas = gas
    self.hasGasMarket = hasGasMarket
    self.priceFeedback = priceFeedback
    self.roundsPerStep = roundsPerStep
    self.engine = engine
  }

  package var assetCount: Int { assets.count }

  /// A block for so many paths, with all that they hold.
  package func priceBlock(capacity: Int) -> PriceBlock {
    PriceBlock(
      capacity: capacity, stepCount: stepCount, assetCount: assetCount, keepsInside: lows != nil,
      keepsRegimes: !priceModel.regimes.isEmpty)
  }
  package var stepYears: Double { stepSeconds / Blueprint.secondsPerYear }
  package var startPrices: [Double] { assets.map(\.initialPrice) }

  /// What each asset's published price moves in a step, as a fraction: its standard deviation, or a third
  /// of what makes the oracle publish where that is more and the price moves at all.
  func watchStep(oracle: Int) -> [Double] {
    startVolatility.map { volatility in
      let step = volatility * stepYears.squareRoot()
      return volatility > 0.05 ? max(step, oracles[oracle].deviation / 3) : step
    }
  }

  package static let secondsPerYear = 31_536_000.0
}

/// One lending market of the experiment, with its accounts and their owners at time 0.
///
/// A class, so that a step may pass it on for one reference count; nothing in it ever changes.
package final class MarketBlueprint: Sendable {
  package let name: String
  package let rules: any LendingMarket
  /// Index of the oracle that the market reads.
  package let oracle: Int
  package let blockSeconds: Double
  package let pool: LendingPool
  package let cohorts: [CohortSettings]
  package let traits: OwnerTraits

  /// The same market with an empty book.
  var withoutAccounts: MarketBlueprint {
    let nobody = Positions(legStart: [0], legAsset: [], supplied: [], borrowed: [])
    return MarketBlueprint(
      name: name, rules: rules, oracle: oracle, blockSeconds: blockSeconds,
      pool: LendingPool(parameters: pool.parameters, positions: nobody))
  }

  package init(
    name: String, rules: any LendingMarket, oracle: Int = 0, blockSeconds: Double = 12,
    pool: LendingPool, cohorts: [CohortSettings] = [], traits: OwnerTraits? = nil
  ) {
    self.name = name
    self.rules = rules
    self.oracle = oracle
    self.blockSeconds = blockSeconds
    self.pool = pool
    self.cohorts = cohorts
    self.traits = traits ?? OwnerTraits(accountCount: pool.positions.accountCount)
  }
}
