import Agents
package import Cascade
import Markets
import SimulationCore

/// What a run will need, guessed before it starts.
package struct RunEstimate: Sendable {
  /// Bytes at its largest: books, worlds, rows, timeline.
  package let bytes: Int
  /// Seconds of wall clock; right within a factor of a few.
  package let seconds: Double

  package init(_ scenario: Scenario, _ blueprint: Blueprint, threads: Int) {
    let output = scenario.output
    let legs = blueprint.markets.reduce(0) { $0 + $1.pool.positions.legAsset.count }
    let accounts = blueprint.markets.reduce(0) { $0 + $1.pool.positions.accountCount }
    let active = blueprint.markets.reduce(0) { $0 + $1.traits.active.count }
    let runs = output.counterfactual && blueprint.priceFeedback ? 2 : 1

    let worlds = threads * runs + 1
    // Along the steps: prices of all assets and their index, liquidated USD, generations by round.
    let perStepOfWorld = (blueprint.assetCount + 1) * 8 + 8 + blueprint.roundsPerStep * 2
    let perWorld =
      legs * RunEstimate.bytesPerLeg
      + accounts
      * RunEstimate.bytesPerAccount(blueprint.engine, assetCount: blueprint.assetCount)
      + blueprint.stepCount * perStepOfWorld
    let perPath = MemoryLayout<PathOutcome>.size + blueprint.assetCount * 64 + 64
    let timelinePaths = min(scenario.run.paths, Timeline.maximumPaths)
    let columns = Timeline.columns(assetCount: blueprint.assetCount).count
    let records = blueprint.stepCount / scenario.timelineEverySteps
    let block =
      Ensemble.blockPaths(stepCount: blueprint.stepCount, assetCount: blueprint.assetCount)
      * blueprint.stepCount * blueprint.assetCount * (blueprint.lows == nil ? 8 : 32)
    // Shocks and generators hold a profile and a tile beside the block.
    let profiles = blueprint.shocks.count * blueprint.stepCount * 8
    bytes =
      worlds * perWorld + (threads + 1) * block + profiles + scenario.run.paths * 2 * perPath
      + 3 * timelinePaths * records * columns * 8

    let steps = Double(blueprint.stepCount)
    let days = steps * blueprint.stepSeconds / 86_400
    let events =
      (blueprint.startVolatility.max() ?? 0) * days
      * (RunEstimate.eventsOfOwner * Double(active)
        + RunEstimate.eventsOfAccount * Double(accounts))
    var path =
      steps
      * (RunEstimate.secondsPerStep + RunEstimate.secondsPerPrice * Double(blueprint.assetCount))
      + Double(accounts) * RunEstimate.secondsPerReset
      + events * RunEstimate.secondsPerEvent
    if blueprint.engine == .dense {
      path +=
        steps
        * (RunEstimate.secondsPerAccount * Double(accounts)
          + RunEstimate.secondsPerOwner * Double(active))
    }
    // Of candidates that are not simulated only the prices are made.
    let candidates =
      Double(scenario.run.sampling.candidatesPerPath - 1) * steps * Double(blueprint.assetCount)
      * RunEstimate.secondsPerCandidatePrice
    seconds =
      Double(scenario.run.paths) * (Double(runs) * path + candidates) / Double(max(1, threads))
  }

  /// Bytes that the synthetic accounts of a run take in the worlds of one worker, before they are drawn.
  ///
  /// Less than `bytes`, which knows the accounts and the number of workers.
  package static func bytesOfAccounts(_ scenario: Scenario) -> Int {
    let engine = Blueprint.Engine(rawValue: scenario.run.engine) ?? .watched
    let worlds = scenario.output.counterfactual && scenario.run.priceFeedback ? 3 : 2
    return scenario.positions.filter { $0.text("source") == "synthetic" }.reduce(0) { sum, block in
      let perAccount =
        (block.integer("assets_per_account") + 1) * bytesPerLeg
        + bytesPerAccount(engine, assetCount: scenario.symbols.count)
      return sum + worlds * block.integer("accounts") * perAccount
    }
  }

  private static let bytesPerLeg = 40

  /// Of a world; the watch keeps rows of the book twice, and four trees of targets.
  private static func bytesPerAccount(_ engine: Blueprint.Engine, assetCount: Int) -> Int {
    240 + (engine == .watched ? 360 + 8 * (assetCount + 4) : 0)
  }

  // Measured on workload B with and without acting owners and on the shipped scenarios, one worker on a
  // 2.7 GHz server core.
  private static let secondsPerStep = 0.3e-6
  /// An asset's price, drawn and passed on.
  private static let secondsPerPrice = 0.1e-6
  /// One of a path that is looked at and left.
  private static let secondsPerCandidatePrice = 10e-9
  /// Putting an account back to time 0, and its part of the outcome.
  private static let secondsPerReset = 150e-9
  /// An event with all that it brings about.
  private static let secondsPerEvent = 3e-6
  // Events a day at a volatility of one.
  private static let eventsOfOwner = 1.4
  private static let eventsOfAccount = 0.1
  // Of the dense engine: a test, and an owner's zone and clocks.
  private static let secondsPerAccount = 15e-9
  private static let secondsPerOwner = 5e-9
}

extension Scenario {
  /// Steps between two times of the timeline.
  package var timelineEverySteps: Int {
    let hours = Double(run.stepCount) * run.stepMinutes / 60
    let usual = 60 * max(1, (hours / Double(OutputOptions.usualTimelineRows)).rounded(.up))
    return max(1, Int(((output.timelineMinutes ?? usual) / run.stepMinutes).rounded()))
  }
}
