import Agents
package import Cascade
import Markets
import SimulationCore

/// Turns a checked scenario into the blueprint that every worker builds its world from.
extension Scenario {
  /// Reads the accounts, gives them owners and puts every model together.
  ///
  /// Throws what can only be seen with the accounts at hand: a positions file that does not parse or
  /// names what the scenario lacks, more debt than a pool supplies, liquidators whose gas has no
  /// price in USD.
  package func blueprint() throws(Diagnostics) -> Blueprint {
    var blueprint = Blueprint(
      seed: run.seed, assets: assets, stepCount: run.stepCount,
      stepSeconds: run.stepMinutes * 60, priceModel: priceModel, shocks: shocks)
    blueprint.priceFeedback = run.priceFeedback
    blueprint.roundsPerStep = roundsPerStep
    blueprint.engine = Blueprint.Engine(rawValue: run.engine) ?? .watched
    blueprint.herd = herd.flatMap(HerdLayer.init)
    blueprint.liquidators = liquidators.map(Liquidators.build)
    blueprint.spotMarkets = try spotMarkets()
    blueprint.oracles = oracles.isEmpty ? [SpotOracle()] : []
    for oracle in oracles {
      let seconds = oracle.blockSeconds(readBy: markets)
      let built = try building(oracle.section) { try PriceOracles.build($0, blockSeconds: seconds) }
      blueprint.oracles += [built].compactMap { $0 }
    }
    blueprint.gas =
      try building(gas) { try GasMarket($0, assets: symbols) }
      ?? GasMarket(etherAsset: symbols.firstIndex(of: "WETH"))
    blueprint.hasGasMarket = gas != nil
    try checkGas(blueprint)
    let books = try AccountBooks(self)
    for (index, market) in markets.enumerated() {
      blueprint.markets.append(try marketBlueprint(market, index: index, books: books))
    }
    if run.drawsLows {
      blueprint.lows = BridgeLows(
        assets, pegs: priceSetting.pegs, owed: try owedAssets(blueprint))
    }
    return blueprint
  }

  // MARK: Accounts and owners

  private func marketBlueprint(_ market: NamedSection, index: Int, books: AccountBooks)
    throws(Diagnostics) -> MarketBlueprint
  {
    let section = market.section
    guard let rules = try building(section, { try LendingMarkets.build($0, assets: symbols) })
    else { preconditionFailure("a market section builds a market") }
    let cohorts = traders.map(DecisionRules.build)
    let builder = OwnerBuilder(
      seed: run.seed, market: index, cohorts: cohorts, volatility: assets.map(\.volatility),
      drift: assets.map(\.drift), prices: assets.map(\.initialPrice))
    let (pool, traits) = builder.build(
      books.book(of: index, reserves: rules.reserves), reserves: rules.reserves)
    try checkSupply(section, pool)
    let oracle = section.text("oracle").flatMap { name in
      oracles.firstIndex { $0.name == name }
    }
    return MarketBlueprint(
      name: market.name, rules: rules, oracle: oracle ?? 0, blockSeconds: market.blockSeconds,
      pool: pool, cohorts: cohorts, traits: traits)
  }

  /// Debts must be lent by somebody: total supply covers the accounts' collateral and debt.
  private func checkSupply(_ market: Section, _ pool: LendingPool) throws(Diagnostics) {
    var diagnostics = Diagnostics()
    for (asset, symbol) in symbols.enumerated() {
      guard let supply = pool.parameters[asset].initialSupply else { continue }
      var collateral = 0.0
      for leg in pool.positions.legAsset.indices
      where Int(pool.positions.legAsset[leg]) == asset {
        collateral += pool.positions.supplied[leg]
      }
      let needed = max(collateral, pool.totalDebt(asset))
      guard supply < needed else { continue }
      // Only kinds with reserves know a supply.
      let reserves = market.map("reserves")
      var mark = market.mark("reserves")
      if case .section(let reserve)? = reserves.first(where: { $0.key == symbol })?.value {
        mark = reserve.mark("supply")
      }
      diagnostics.add(
        Diagnostic(
          .supply, at: mark ?? SourceMark(file: file, line: 1, column: 1),
          "\(market.path).reserves.\(symbol).supply: \(supply.shortText) tokens are less than the "
            + "\(needed.shortText) that accounts "
            + (collateral >= pool.totalDebt(asset) ? "supply" : "owe"),
          underline: .hidden))
    }
    if diagnostics.hasErrors { throw diagnostics }
  }

  /// The assets that accounts owe; a debt has no low, so that its price must hardly move in a step.
  private func owedAssets(_ blueprint: Blueprint) throws(Diagnostics) -> Set<Int> {
    var owed: Set<Int> = []
    for (market, named) in zip(blueprint.markets, markets) {
      for (asset, symbol) in symbols.enumerated() where market.pool.totalDebt(asset) > 0 {
        owed.insert(asset)
        guard assets[asset].volatility > 0.05 else { continue }
        throw Diagnostics(
          Diagnostic(
            .parameter,
            at: positions.first?.mark() ?? SourceMark(file: file, line: 1, column: 1),
            "run.inside_bar: accounts of \(named.section.path) owe \(symbol), whose volatility is above "
              + "5 % a year; lows are drawn for collateral against stable debts only",
            underline: .hidden, notes: ["let them owe a stable asset, or inside_bar: none"]))
      }
    }
    return owed
  }

  // MARK: Venues and gas

  /// The venues of each asset, in the scenario's order.
  private func spotMarkets() throws(Diagnostics) -> [SpotMarket] {
    var built: [any Exchange] = []
    for section in venues {
      guard let venue = try building(section, { try Exchanges.build($0) }) else { continue }
      built.append(venue)
    }
    let bases = Set(built.map(\.asset))
    for (section, venue) in zip(venues, built) {
      guard let quote = venue.quote, bases.contains(quote) else { continue }
      throw Diagnostics(
        Diagnostic(
          .venueQuote, at: section.mark("pair") ?? SourceMark(file: file, line: 1, column: 1),
          "\(section.path).pair: \(section.venueName): the quote \(quote) is itself sold in a venue; a sale through two "
            + "pools is not modelled: quote the pair in an asset without venues", underline: .hidden
        ))
    }
    return symbols.map { symbol in SpotMarket(venues: built.filter { $0.asset == symbol }) }
  }

  /// Gas that costs something needs a price of ETH.
  private func checkGas(_ blueprint: Blueprint) throws(Diagnostics) {
    guard !blueprint.gas.hasEtherPrice else { return }
    for (section, group) in zip(liquidators, blueprint.liquidators) {
      guard group.kind != .ideal, group.gasUnits > 0 else { continue }
      throw Diagnostics(
        Diagnostic(
          .gasPrice, at: section.mark() ?? SourceMark(file: file, line: 1, column: 1),
          "\(section.path): its gas has no price in USD: no asset is called WETH; name one in "
            + "gas.eth_asset, give gas.eth_price_usd, or set gas_units to 0", underline: .hidden))
    }
  }

  /// Builds a part from its section; contradictions become diagnostics at the key at fault.
  private func building<Part>(_ section: Section?, _ build: (Section) throws -> Part)
    throws(Diagnostics) -> Part?
  {
    guard let section else { return nil }
    do {
      return try build(section)
    } catch let error as ParameterError {
      throw Diagnostics(
        Diagnostic(
          code: error.code,
          at: section.mark(path: error.key) ?? SourceMark(file: file, line: 1, column: 1),
          "\(section.path): \(error.message)", underline: .hidden))
    } catch {
      preconditionFailure("building \(section.path) throws parameter errors only: \(error)")
    }
  }
}

extension Diagnostics {
  /// One diagnostic alone.
  init(_ diagnostic: Diagnostic) {
    self.init()
    add(diagnostic)
  }
}
