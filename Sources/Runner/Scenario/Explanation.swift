package import Cascade
import Foundation
import Markets
import SimulationCore

/// What follows from a scenario's fields, a line each, for `check --explain`.
package struct Explanation: Sendable {
  package private(set) var lines: [String] = []
  private let scenario: Scenario
  private let blueprint: Blueprint

  package init(_ scenario: Scenario, _ blueprint: Blueprint, threads: Int) {
    self.scenario = scenario
    self.blueprint = blueprint
    addSteps()
    addSampling()
    addLows()
    addEigenvalues()
    addReaction()
    for (market, named) in zip(blueprint.markets, scenario.markets) {
      addReserves(market, named.section.path)
      addAccounts(market, named.section.path)
    }
    addDepths()
    addEstimate(threads)
  }

  private mutating func addSteps() {
    let rounds = scenario.roundsPerStep
    lines.append(
      "\(scenario.run.stepCount) steps of \(scenario.run.stepMinutes.shortText) min, "
        + "\(rounds) liquidation \(rounds == 1 ? "round" : "rounds") a step, "
        + "engine \(scenario.run.engine)")
  }

  /// Which paths are simulated, where they are not plain ones.
  private mutating func addSampling() {
    let run = scenario.run
    let what: String
    switch run.sampling {
    case .plain: return
    case .screened(let candidates):
      what =
        "looks at \(NumberText.grouped(run.paths * candidates)) price paths, \(candidates) for each that "
        + "is simulated; takes those with the largest falls and few of the others, with weights"
    case .mixture(let request):
      guard let mixture = (try? blueprint.mixed(request))??.priceModel.mixture else { return }
      what = Explanation.laws(mixture)
    case .antithetic:
      what = "\(NumberText.grouped(run.paths / 2)) pairs of paths whose moves have opposite signs"
    case .quasiRandom:
      let sets = QuasiRandomPaths.replicateCount
      what =
        "\(sets) scrambled point sets of \(NumberText.grouped(run.paths / sets)) paths give the leading "
        + "\(QuasiRandomPaths(blueprint).dimension) normals of each"
    }
    lines.append("sampling \(run.sampling.word): " + what)
  }

  /// The laws of a mixture and their shares.
  private static func laws(_ mixture: CrashMixture) -> String {
    func percent(_ share: Double) -> String { "\(NumberText.significant(100 * share))%" }
    let crashes = 1 - mixture.nominalShare - mixture.stepShare
    let bigStep =
      "\(percent(mixture.stepShare)) with one big step (variance x "
      + "\(mixture.stepVarianceFactor.shortText), moved down by \(mixture.stepShift.shortText) sd)"
    let frequent =
      "\(percent(crashes)) with crashes \(mixture.rateFactor.shortText) times as often, each causing "
      + "\(mixture.offspringFactor.shortText) times as many"
    let builtUp =
      "of all but the plain ones \(percent(mixture.varianceShare)) with a variance that has built up "
      + "before"
    return [
      "\(percent(mixture.nominalShare)) of the paths plain", mixture.stepShare > 0 ? bigStep : nil,
      crashes > 1e-12 ? frequent : nil,
      mixture.varianceShare > 0 && mixture.nominalShare < 1 ? builtUp : nil,
      "no weight above \(NumberText.significant(1 / mixture.nominalShare))",
    ].compactMap { $0 }.joined(separator: "; ")
  }

  /// What is drawn inside the steps, and how deep it is: s sqrt(2 dt / pi) for a Brownian motion.
  private mutating func addLows() {
    guard scenario.run.drawsLows else { return }
    let assets = blueprint.assets
    let leader = assets.max { $0.volatility < $1.volatility }
    let depth = leader.map {
      $0.volatility * (2 / Double.pi * scenario.run.stepYears).squareRoot()
    }
    lines.append(
      "inside a step: each asset's low by Brownian bridge, where liquidators act before the step's end; "
        + "for \(leader?.symbol ?? "") on average about \(NumberText.significant(100 * (depth ?? 0)))% "
        + "below the step's start")
  }

  /// A correlation that answers to joint moves.
  private mutating func addReaction() {
    let dynamics = scenario.dynamics
    guard dynamics.table["correlation_reaction"] != nil,
      let reaction = dynamics.written("correlation_reaction"), reaction > 0,
      let memory = dynamics.written("correlation_memory"),
      let hours = dynamics.written("parameter_hours"),
      blueprint.assets.count(where: { $0.volatility > 0 }) > 1
    else { return }
    let halfLife = hours * log(0.5) / log(reaction + memory)
    lines.append(
      "correlation: answers to joint moves (DCC) with weight \(reaction.shortText) for those of "
        + "\(hours.shortText) h; half of what they change is gone after "
        + "\(NumberText.significant(halfLife)) h")
  }

  private mutating func addEigenvalues() {
    let setting = scenario.priceSetting
    // Pegged assets have no row of their own.
    let pegged = Set(setting.pegs.map(\.asset))
    let free = setting.assets.indices.filter { !pegged.contains($0) }
    let count = free.count
    let correlation = free.flatMap { row in free.map { setting.correlation[row, $0] } }
    let volatilities = free.map { setting.assets[$0].volatility }
    let covariance = correlation.indices.map {
      correlation[$0] * volatilities[$0 / count] * volatilities[$0 % count]
    }
    // Models on data take whole rows: their correlation is that of the data.
    guard PriceModels.type(of: scenario.dynamics.kind)?.isParametric == true else { return }
    addPull(correlation, count: count)
    for (name, matrix) in [
      ("correlation", correlation), ("covariance a year", covariance),
    ] {
      guard let eigen = BLAS.symmetricEigen(matrix, count: count) else { continue }
      // Rounding makes zeros of a singular matrix negative.
      let values = eigen.values.map { NumberText.significant(abs($0) < 1e-12 ? 0 : $0) }
      lines.append("\(name): eigenvalues \(values.joined(separator: ", "))")
    }
  }

  /// What a stress on the correlation has made of it.
  private mutating func addPull(_ correlation: [Double], count: Int) {
    let section = scenario.dynamics.section("correlation")
    guard let pull = section?.number("pull_to_one"), pull > 0, count > 1 else { return }
    let mean = (correlation.reduce(0, +) - Double(count)) / Double(count * (count - 1))
    let before =
      pull < 1 ? " instead of \(NumberText.significant((mean - pull) / (1 - pull)))" : ""
    lines.append(
      "correlation: pulled \(NumberText.fixed(100 * pull, decimals: 0))% of the way to 1, mean of the "
        + "pairs \(NumberText.significant(mean))" + before)
  }

  /// How far each collateral can be looped, and the fall that such a position survives.
  private mutating func addReserves(_ market: MarketBlueprint, _ path: String) {
    for (symbol, reserve) in zip(scenario.symbols, market.rules.reserves) {
      let ltv = reserve.loanToValue
      let threshold = reserve.liquidationThreshold
      guard ltv > 0, ltv < 1, threshold > 0 else { continue }
      // Looping to the limit: 1 + LTV + LTV^2 + ...; liquidatable when prices fall to LTV / LT.
      lines.append(
        "\(path), \(symbol): leverage up to \(NumberText.significant(1 / (1 - ltv))); borrowed to "
          + "the limit, liquidatable after a fall of "
          + "\(NumberText.fixed(100 * (1 - ltv / threshold), decimals: 1))%")
    }
  }

  private mutating func addAccounts(_ market: MarketBlueprint, _ path: String) {
    let start = MarketStart(market, prices: blueprint.startPrices)
    func share(_ count: Int) -> String {
      NumberText.fixed(100 * Double(count) / Double(max(1, start.accounts)), decimals: 1) + "%"
    }
    lines.append(
      "\(path): \(NumberText.grouped(start.accounts)) accounts, "
        + "debt $\(NumberText.money(start.debtUSD)), "
        + "collateral $\(NumberText.money(start.collateralUSD)), together leverage "
        + (start.leverage.isFinite ? NumberText.significant(start.leverage) : "without bound"))
    lines.append("\(path): \(share(start.liquidatable)) of the accounts liquidatable at time 0")
    let cohorts = start.cohorts.map { "\($0.name) \(NumberText.grouped($0.accounts)), " }.joined()
    lines.append(
      "\(path), owners: \(cohorts)passive \(NumberText.grouped(start.passive)) "
        + "(\(share(start.passive)))")
  }

  /// Depth of each asset with what stands to be sold into it, then of each venue.
  private mutating func addDepths() {
    for (asset, symbol) in scenario.symbols.enumerated() {
      let market = blueprint.spotMarkets[asset]
      guard !market.venues.isEmpty else { continue }
      var collateral = 0.0
      for pool in blueprint.markets.map(\.pool)
      where pool.parameters[asset].liquidationThreshold > 0 {
        for leg in pool.positions.legAsset.indices
        where Int(pool.positions.legAsset[leg]) == asset {
          collateral += pool.collateral(leg) * blueprint.startPrices[asset]
        }
      }
      let ratio = NumberText.significant(collateral / market.depth2Percent)
      lines.append(
        "\(symbol): depth $\(NumberText.money(market.depth2Percent)) to 2%; collateral "
          + "$\(NumberText.money(collateral)), \(ratio) times that")
    }
    for section in scenario.venues {
      guard let venue = try? Exchanges.build(section) else { continue }
      let depth = SpotMarket(venues: [venue]).depth2Percent
      lines.append(
        "\(section.path) \(section.venueName): depth $\(NumberText.money(depth)) to 2%")
    }
  }

  private mutating func addEstimate(_ threads: Int) {
    let estimate = RunEstimate(scenario, blueprint, threads: threads)
    let accounts = blueprint.markets.reduce(0) { $0 + $1.pool.positions.accountCount }
    let workers = threads == 1 ? "1 thread" : "\(threads) threads"
    lines.append(
      "\(NumberText.grouped(scenario.run.paths)) paths x "
        + "\(NumberText.grouped(blueprint.stepCount)) steps x "
        + "\(NumberText.grouped(accounts)) accounts: roughly "
        + "\(NumberText.elapsed(estimate.seconds)) on \(workers), "
        + "memory about \(NumberText.bytes(estimate.bytes))")
  }
}
