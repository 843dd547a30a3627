package import Cascade
import Foundation
import Markets
package import SimulationCore

/// A scenario made ready to run: its blueprint, its libraries checked, its memory estimated.
package struct Simulation: Sendable {
  package let scenario: Scenario
  package let blueprint: Blueprint
  private var screening: Screening?
  package let blas: BLASDescription
  package let threads: Int
  /// What the results say about the run.
  package let description: RunDescription

  /// Builds the blueprint and checks what can go wrong before the first path.
  ///
  /// Throws `Diagnostics` for scenarios that cannot run, memory included, and `BLASFault` where the
  /// linear algebra library fails its self-test. A serial BLAS allows one worker only.
  package init(_ scenario: Scenario, threads: Int) throws {
    self.scenario = scenario
    blas = try BLAS.start()
    self.threads = blas.allowsSeveralWorkers ? threads : 1
    blueprint = try scenario.drawn(scenario.blueprint())
    description = RunDescription(scenario, blueprint)
    if let refusal = MemoryLimit.refusal(
      needing: estimatedBytes,
      at: scenario.dynamics.mark() ?? SourceMark(file: scenario.file, line: 1, column: 1))
    {
      var diagnostics = Diagnostics()
      diagnostics.add(refusal)
      throw diagnostics
    }
    screening = try scenario.screening(blueprint)
  }

  package var vectorMath: String { "slipface kernels (bits independent of the processor)" }

  /// Runs the scenario's paths; see `Ensemble.run`.
  package func run(
    shouldStop: @Sendable () -> Bool = { false },
    progress: @Sendable (Ensemble.Progress) -> Void = { _ in }
  ) -> EnsembleResult {
    ensemble.run(shouldStop: shouldStop, progress: progress)
  }

  /// Runs until `rule` is met, or all paths of the scenario; see `Ensemble.run(until:)`.
  package func run(
    until rule: StoppingRule, isStrict: Bool, shouldStop: @Sendable () -> Bool = { false },
    progress: @Sendable (Ensemble.Progress) -> Void = { _ in },
    onLook: (LookReport) -> Void = { _ in }
  ) throws -> EnsembleResult {
    try ensemble.run(
      until: rule, isStrict: isStrict, shouldStop: shouldStop, progress: progress, onLook: onLook)
  }

  package var ensemble: Ensemble {
    var ensemble = Ensemble(blueprint, paths: scenario.run.paths, threads: threads)
    let output = scenario.output
    ensemble.timelineEverySteps = scenario.timelineEverySteps
    ensemble.counterfactual = output.counterfactual
    ensemble.screening = screening
    if scenario.run.sampling == .quasiRandom {
      ensemble.points = QuasiRandomPaths(blueprint)
    }
    ensemble.isPaired = scenario.run.sampling == .antithetic
    ensemble.events =
      switch output.eventSelection {
      case .none: .none
      case .first: .first(output.eventPaths)
      case .worst: .worst(output.eventPaths)
      case .all: .all
      }
    return ensemble
  }

  /// Bytes that the run will need at its largest.
  package var estimatedBytes: Int { RunEstimate(scenario, blueprint, threads: threads).bytes }
}

extension Scenario {
  /// The blueprint with the price paths that `run.sampling` asks for.
  fileprivate func drawn(_ blueprint: Blueprint) throws -> Blueprint {
    guard case .mixture(let request) = run.sampling else { return blueprint }
    guard let mixed = try blueprint.mixed(request) else {
      preconditionFailure("a checked scenario's model has crashes")
    }
    return mixed
  }

  /// What `run.sampling` asks for; throws where no account has collateral to screen for.
  fileprivate func screening(_ blueprint: Blueprint) throws(Diagnostics) -> Screening? {
    guard case .screened(let candidates) = run.sampling else { return nil }
    if let screening = Screening(blueprint, candidatesPerPath: candidates) { return screening }
    var diagnostics = Diagnostics()
    diagnostics.add(
      Diagnostic(
        .parameter, at: SourceMark(file: file, line: 1, column: 1),
        "run.sampling: no account has collateral, so that nothing tells extreme prices apart; "
          + "use plain"))
    throw diagnostics
  }
}

extension QuasiRandomPaths {
  /// The points of a scenario's run.
  init(_ blueprint: Blueprint) {
    self.init(
      seed: blueprint.seed, moves: blueprint.assets.map { $0.volatility > 0 },
      stepCount: blueprint.stepCount)
  }
}

extension RunDescription {
  /// What the results say about a scenario's run.
  init(_ scenario: Scenario, _ blueprint: Blueprint) {
    self.init(
      name: scenario.name, scenario: scenario.text, scenarioSHA256: scenario.digest,
      overrides: scenario.overrides, seed: scenario.run.seed, assets: scenario.symbols,
      accountCount: blueprint.markets.reduce(0) { $0 + $1.pool.positions.accountCount },
      stepCount: blueprint.stepCount, horizonHours: scenario.run.horizonHours,
      quantiles: scenario.output.quantiles, holdings: Self.holdings(blueprint),
      warnings: scenario.diagnostics(of: blueprint).all.map(\.message))
  }

  /// What each account supplies and owes at time 0, by asset.
  private static func holdings(_ blueprint: Blueprint) -> [AssetHoldings] {
    var holdings = blueprint.assets.map {
      AssetHoldings(asset: $0.symbol, suppliedUSD: [], borrowedUSD: [])
    }
    for market in blueprint.markets {
      for leg in market.pool.positions.legAsset.indices {
        let asset = Int(market.pool.positions.legAsset[leg])
        let price = blueprint.assets[asset].initialPrice
        let supplied = market.pool.collateral(leg) * price
        let borrowed = market.pool.debt(leg) * price
        if supplied > 0 { holdings[asset].suppliedUSD.append(supplied) }
        if borrowed > 0 { holdings[asset].borrowedUSD.append(borrowed) }
      }
    }
    return holdings
  }
}
