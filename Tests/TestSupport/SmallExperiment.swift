package import Agents
package import Cascade
package import Markets
import Runner
package import SimulationCore

/// Small experiments for tests: one collateral, one stable debt, and the parts that a test names.
package struct SmallExperiment: Sendable {
  package var seed: UInt64 = 1
  package var assets = [
    AssetDynamics(symbol: "WETH", initialPrice: 2000, volatility: 0.8, drift: 0),
    AssetDynamics(symbol: "USDC", initialPrice: 1, volatility: 0, drift: 0),
  ]
  package var stepCount = 30
  package var stepSeconds = 86_400.0
  package var reserves: [ReserveParameters]
  package var rules = AaveV3Liquidation()
  package var book = AccountBook()
  package var cohorts: [CohortSettings] = []
  package var venues: [any Exchange] = []
  package var oracle: any PriceOracle = SpotOracle()
  package var liquidators = [LiquidatorGroup(kind: .ideal)]
  package var herd: HerdLayer?
  package var gas = GasMarket(etherAsset: 0)
  package var priceFeedback = true
  /// Whether lows are drawn inside the steps.
  package var drawsLows = false
  package var roundsPerStep = 8
  /// `gbm`, or `student_t` with these degrees of freedom.
  package var degreesOfFreedom: Double?
  /// Another price model, with the fields that differ from its defaults.
  package var dynamics: (kind: String, values: [String: Value])?
  package var shocks: [ScriptedShock] = []
  package var engine = Blueprint.Engine.watched
  package var watchBoxes = WatchBoxes()

  package init() {
    var collateral = ReserveParameters()
    collateral.loanToValue = 0.8
    collateral.liquidationThreshold = 0.83
    reserves = [collateral, ReserveParameters()]
  }

  /// Adds one account that supplies WETH and owes `debtUSD` at the given health factor.
  package mutating func addAccount(debtUSD: Double, health: Double, cohort: String? = nil) {
    let collateral =
      health * debtUSD / reserves[0].liquidationThreshold / assets[0].initialPrice
    book.append(
      legs: [(0, collateral, 0), (1, 0, debtUSD / assets[1].initialPrice)], cohort: cohort)
  }

  package func blueprint() throws -> Blueprint {
    let setting = PriceSetting(
      assets: assets, stepCount: stepCount, stepYears: stepSeconds / Blueprint.secondsPerYear,
      correlation: .identity(assets.count))
    var values: [String: Value] = [:]
    if let degreesOfFreedom { values["degrees_of_freedom"] = .number(degreesOfFreedom) }
    if let dynamics { values = dynamics.values }
    let kind = dynamics?.kind ?? (degreesOfFreedom == nil ? "gbm" : "student_t")
    guard let table = PriceModels.family.table(for: kind) else { throw Missing.model }
    for field in table.fields where values[field.key] == nil {
      if case .defaults(let text) = field.presence, let number = Double(text) {
        values[field.key] = .number(number)
      }
    }
    let model = try PriceModels.build(
      kind, Section(table: table, kind: kind, values: values), setting)
    let builder = OwnerBuilder(
      seed: seed, market: 0, cohorts: cohorts, volatility: assets.map(\.volatility),
      drift: assets.map(\.drift), prices: assets.map(\.initialPrice))
    let (pool, traits) = builder.build(book, reserves: reserves)
    let market = MarketBlueprint(
      name: "main", rules: AaveV3Market(reserves: reserves, rules: rules), pool: pool,
      cohorts: cohorts, traits: traits)
    var blueprint = Blueprint(
      seed: seed, assets: assets, stepCount: stepCount, stepSeconds: stepSeconds,
      priceModel: model, shocks: shocks, markets: [market],
      spotMarkets: assets.map { asset in
        SpotMarket(venues: venues.filter { $0.asset == asset.symbol })
      },
      oracles: [oracle], liquidators: liquidators, herd: herd, gas: gas,
      priceFeedback: priceFeedback, roundsPerStep: roundsPerStep, engine: engine)
    blueprint.watchBoxes = watchBoxes
    if drawsLows { blueprint.lows = BridgeLows(assets, owed: [1]) }
    return blueprint
  }

  /// Runs the experiment on `threads` workers.
  package func run(
    paths: Int, threads: Int = 2, counterfactual: Bool = false, blockPaths: Int? = nil
  ) throws -> [PathOutcome] {
    var ensemble = Ensemble(try blueprint(), paths: paths, threads: threads)
    ensemble.counterfactual = counterfactual
    ensemble.blockPaths = blockPaths
    return ensemble.run().outcomes
  }

  private enum Missing: Error { case model }
}
