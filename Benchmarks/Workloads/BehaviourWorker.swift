import Cascade
import Runner
import SimulationCore

/// Workload B: a whole market with owners who look, fear, defend and lever up, from `behaviour.yaml`.
struct BehaviourWorker: WorkloadWorker {
  static let statistics = [
    "liquidated_usd", "bad_debt_usd", "liquidations", "accounts_liquidated", "panic_sold_usd",
    "topped_up_usd", "voluntary_sold_usd", "releveraged_usd", "traders_loss_usd",
    "min_health_factor", "min_price_0", "end_price_0",
  ]

  private let blueprint: Blueprint
  private var loop: StepLoop
  private var block: PriceBlock

  init(_ blueprint: Blueprint, blockPaths: Int) {
    self.blueprint = blueprint
    loop = StepLoop(blueprint)
    block = PriceBlock(
      capacity: blockPaths, stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
  }

  /// The scenario as the settings want it.
  static func blueprint(_ settings: WorkloadSettings) throws -> Blueprint {
    var overrides = [Override("positions.accounts=\(settings.accounts)")]
    for (asset, volatility) in [("WETH", 75.0), ("WBTC", 60), ("USDC", 1)] {
      let scaled = volatility * settings.multiplier
      overrides.append(Override("assets.\(asset).volatility_pct_annual=\(scaled)"))
    }
    let scenario = try Scenario.parse(
      String(decoding: PackageResources.behaviour_yaml, as: UTF8.self), name: "behaviour.yaml",
      overrides: overrides.compactMap(\.self))
    var blueprint = try scenario.blueprint()
    blueprint.engine = settings.engine
    if settings.isPassive {
      blueprint.herd = nil
      blueprint.markets = blueprint.markets.map {
        MarketBlueprint(
          name: $0.name, rules: $0.rules, oracle: $0.oracle, blockSeconds: $0.blockSeconds,
          pool: $0.pool)
      }
    }
    return blueprint
  }

  mutating func run(_ paths: Range<Int>, into rows: inout [Double]) {
    block.resize(to: paths.count)
    blueprint.priceModel.fill(&block, firstPath: paths.lowerBound, seed: blueprint.seed)
    for path in paths {
      let row = loop.run(path: path, block: block, slot: path - paths.lowerBound)
      rows += [
        row.liquidatedCollateralUSD, row.badDebtUSD, Double(row.liquidations),
        Double(row.accountsLiquidated), row.panicSoldUSD, row.toppedUpUSD, row.voluntarySoldUSD,
        row.releveragedUSD, row.traderLossUSD, row.minHealthFactor, row.assets[0].minPriceUSD,
        row.assets[0].endPriceUSD,
      ]
    }
  }
}
