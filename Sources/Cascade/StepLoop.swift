package import SimulationCore

/// Runs one path from start to end: seven phases a step, in the order that is the economics.
///
/// Deterministic: a path's outcome depends on the blueprint and the path number alone. No input or
/// output, no clock, no global state.
package struct StepLoop: Sendable {
  package let blueprint: Blueprint
  package var world: World
  var random: PathRandom
  var recording = Recording()
  /// The last step of the path whose rounds the limit cut short; -1 before any.
  private var lastCappedStep = -1
  /// Timeline records of the path under way, `[record][column]`.
  package private(set) var timeline: [Double] = []
  /// Events of the path under way.
  package private(set) var events: [CascadeEvent] = []

  package init(_ blueprint: Blueprint) {
    self.blueprint = blueprint
    world = World(blueprint)
    random = PathRandom(seed: blueprint.seed, path: 0)
  }

  /// Runs path number `path`, whose exogenous log prices are the block's entry `slot`.
  package mutating func run(
    path: Int, block: borrowing PriceBlock, slot: Int, recording: Recording = Recording()
  ) -> PathOutcome {
    begin(path, recording)
    for step in 0..<blueprint.stepCount {
      accrue(step)  // interest moves the indices to this time
      touchLow(step, block, slot)  // where lows are drawn, prices and liquidators visit the step's
      shock(step, block, slot)  // the exogenous return moves each market price
      observe(step)  // oracles publish what protocols will believe
      decide(step)  // owners append orders, reading only what is published
      sellOut(step)
      record(step)
    }
    return finish()
  }

  /// Rounds of sales while somebody becomes liquidatable by them.
  mutating func sellOut(_ step: Int) {
    var round = 0
    repeat {
      liquidate(step, round)  // unhealthy accounts are seized, their collateral ordered for sale
      settle(step)  // every order meets the venues at once; prices move, endogenously
      observe(step, recordsHealth: false)
      round += 1
    } while cascades(step, round)
  }

  /// Whether another round follows: something sold, and somebody became liquidatable by it; or a rescue
  /// that was ahead of the liquidators has failed.
  private mutating func cascades(_ step: Int, _ round: Int) -> Bool {
    let goesOn = world.markets.contains {
      $0.foundNew || $0.isUnfinished || (round == 1 && $0.hasFailedRescue(step))
    }
    guard goesOn && round >= blueprint.roundsPerStep else { return goesOn }
    // The limit may cut a step short at its low and again at its end.
    if lastCappedStep != step { world.outcome.roundsCappedSteps += 1 }
    lastCappedStep = step
    return false
  }

  private mutating func begin(_ path: Int, _ recording: Recording) {
    self.recording = recording
    random = PathRandom(seed: blueprint.seed, path: UInt32(path))
    timeline.removeAll(keepingCapacity: true)
    events.removeAll(keepingCapacity: true)
    world.reset(blueprint, path: path)
    lastCappedStep = -1
    recordUtilisation()
  }

  // MARK: Time

  /// Seconds since the start at the end of a step.
  func seconds(_ step: Int) -> Double { Double(step + 1) * blueprint.stepSeconds }

  /// Years since the start at the end of a step.
  func years(_ step: Int) -> Double { Double(step + 1) * blueprint.stepYears }

  // MARK: Recording

  /// Keeps an event if this path is recorded; `fill` runs only then.
  mutating func note(
    _ kind: CascadeEvent.Kind, _ step: Int, market: Int = 0, account: Int? = nil,
    _ fill: (inout CascadeEvent, World) -> Void
  ) {
    guard recording.events else { return }
    var event = CascadeEvent(kind)
    event.path = world.outcome.path
    event.timeHours = seconds(step) / 3600
    let blockSeconds =
      blueprint.markets.indices.contains(market) ? blueprint.markets[market].blockSeconds : 12
    event.block = Int(seconds(step) / blockSeconds)
    if let account {
      event.account = account + world.accountOffset(of: market)
      event.cohort = cohortName(account, market)
    }
    fill(&event, world)
    events.append(event)
  }

  mutating func appendTimeline(_ value: Double) { timeline.append(value) }

  /// Prior belief of a learning owner in its own skill (Gervais, Odean 2001, phi).
  static let priorSkill = 0.3
}
