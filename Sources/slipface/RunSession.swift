import Cascade
import Dispatch
import Foundation
import Runner
import SimulationCore

/// One run from a checked scenario to its results folder and its summary.
struct RunSession {
  private let scenario: Scenario
  private let settings: RunSettings
  private let environment: EnvironmentSettings
  private let folderPath: String
  /// Whether the folder is the default one, which `results/latest` then points to.
  private let isDefaultFolder: Bool
  private let threads: Int
  private let stoppingRule: StoppingRule?

  init(_ scenario: Scenario, settings: RunSettings, defaultName: String) throws {
    self.scenario = scenario
    self.settings = settings
    environment = EnvironmentSettings(ProcessInfo.processInfo.environment)
    threads = try settings.threadCount(environment)
    do throws(ExpressionError) {
      stoppingRule = try settings.until.map { text throws(ExpressionError) in
        try StoppingRule.parse(text, assets: scenario.symbols)
      }
    } catch {
      throw UsageError("--until: \(error)")
    }
    do throws(UnreachableRule) {
      try stoppingRule?.check(
        sampling: scenario.run.sampling, paths: scenario.run.paths, isStrict: settings.untilStrict)
    } catch {
      throw UsageError("--until: \(error)")
    }
    let chosen = settings.output ?? environment.outputFolder
    isDefaultFolder = chosen == nil
    folderPath = RunSession.trimmed(chosen ?? "results/\(defaultName)")
  }

  func run() throws {
    let warnings = scenario.diagnostics.text(file: scenario.file, nothingWasRun: false)
    if !settings.quiet && !warnings.isEmpty { TextStream.standardError.talk(warnings) }
    let simulation = try prepared()
    if settings.dryRun { return try announce(simulation) }
    let folder = try ResultsFolder(
      path: folderPath, force: settings.force)
    defer { folder.release() }
    if settings.verbose { explain(simulation) }

    let start = Date()
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try simulate(simulation)
    let duration = clock.now - begin
    let timing = RunTiming(
      start: start, end: Date(), wallSeconds: duration / .seconds(1),
      peakMemoryBytes: RunEnvironment.peakMemoryBytes)
    try finish(simulation, result, folder, timing)
  }

  // MARK: Before

  private func prepared() throws -> Simulation {
    do {
      return try Simulation(scenario, threads: threads)
    } catch let error as Diagnostics {
      throw ScenarioReading.end(error, file: scenario.file)
    } catch let error as BLASFault {
      throw CommandEnd(.internalError, "error: \(error)")
    }
  }

  private func announce(_ simulation: Simulation) throws {
    let run = scenario.run
    let lines = [
      heading(simulation),
      "would run \(stoppingRule == nil ? "" : "up to ")\(NumberText.grouped(run.paths)) paths "
        + "on \(threads) threads "
        + "and write \(folderPath)",
      "memory about \(NumberText.bytes(simulation.estimatedBytes)); nothing was run",
    ]
    try TextStream.standardOutput.write(lines.map { $0 + "\n" }.joined())
  }

  private func heading(_ simulation: Simulation) -> String {
    let facts = simulation.description
    return "\(facts.name)  \(facts.assets.count) assets · "
      + "\(NumberText.grouped(facts.accountCount)) accounts · "
      + "\(NumberText.grouped(facts.stepCount)) steps · seed \(facts.seed)"
  }

  private func explain(_ simulation: Simulation) {
    Talk.say("scenario \(scenario.file), digest \(scenario.digest)")
    Talk.say("\(threads) threads, \(simulation.blas.configuration), \(simulation.vectorMath)")
    Talk.say("results go to \(folderPath)")
  }

  // MARK: Simulation

  private func simulate(_ simulation: Simulation) throws -> EnsembleResult {
    StopSignal.installHandlers()
    if let minutes = settings.maxMinutes {
      DispatchQueue.global().asyncAfter(deadline: .now() + 60 * minutes) {
        StopSignal.process.request(.timeLimit)
      }
    }
    let terminal = TerminalStyle.of(
      STDERR_FILENO, environment: ProcessInfo.processInfo.environment, choice: settings.colour)
    let clock = ContinuousClock()
    let origin = clock.now
    let reporter = ProgressReporter(
      style: settings.quiet ? .none : settings.progress.resolved(terminal),
      totalPaths: scenario.run.paths, heading: heading(simulation),
      width: { TerminalStyle.columns(of: STDERR_FILENO) ?? 80 },
      now: { (clock.now - origin) / .seconds(1) },
      write: { TextStream.standardError.talk($0) })
    defer { reporter.end() }
    let shouldStop: @Sendable () -> Bool = { StopSignal.process.isRequested }
    let progress: @Sendable (Ensemble.Progress) -> Void = {
      reporter.update(done: $0.done, badDebtUSD: $0.badDebtsUSD)
    }
    guard let stoppingRule else {
      return simulation.run(shouldStop: shouldStop, progress: progress)
    }
    do {
      return try simulation.run(
        until: stoppingRule, isStrict: settings.untilStrict, shouldStop: shouldStop,
        progress: progress, onLook: { reporter.note($0.news, event: "look") })
    } catch let error as ZeroStatistic {
      reporter.end()
      throw UsageError("--until: \(error)")
    }
  }

  // MARK: After

  private func finish(
    _ simulation: Simulation, _ result: EnsembleResult, _ folder: ResultsFolder,
    _ timing: RunTiming
  ) throws {
    let cause = StopSignal.process.cause
    if let fault = result.outcomes.first(where: { !$0.isFinite }) {
      throw CommandEnd(
        .internalError,
        "internal error: a price or balance of path \(fault.path) is not finite; slipface "
          + "\(Version.current), scenario \(scenario.digest), seed \(scenario.run.seed)")
    }
    guard !result.outcomes.isEmpty else {
      guard cause != nil else {
        let range = result.screened.map {
          " of \(NumberText.grouped($0.candidateCount)) candidates"
        }
        throw CommandEnd(
          .invalidInput,
          "error: screening kept no path\(range ?? ""); raise run.paths; nothing written")
      }
      throw CommandEnd(ExitStatus(cause), "stopped before any path was finished; nothing written")
    }
    var description = simulation.description
    description.warnings += [result.mixed?.fault].compactMap { $0 }
    let summary = Summary(
      result.outcomes, design: result.design, assets: description.assets,
      quantiles: description.quantiles)
    let machine = RunEnvironment.current(
      threads: threads, blasConfiguration: simulation.blas.configuration,
      blasCore: simulation.blas.core, vectorMath: simulation.vectorMath)
    try ResultWriter(folder: folder, description: description).write(
      result, summary: summary, environment: machine, timing: timing,
      warnings: description.warnings)
    folder.release()
    if isDefaultFolder { try folder.linkLatest() }
    try print(summary, result, description, machine, timing)
    if !settings.quiet { repeatWarnings(description.warnings) }
    if !result.isComplete {
      let done = NumberText.grouped(result.outcomes.count)
      throw CommandEnd(
        ExitStatus(cause),
        "stopped after \(done) of \(NumberText.grouped(result.requestedPaths)) paths; "
          + "the results hold these")
    }
  }

  private func print(
    _ summary: Summary, _ result: EnsembleResult, _ description: RunDescription,
    _ machine: RunEnvironment, _ timing: RunTiming
  ) throws {
    if settings.json {
      let object = summary.json(
        description: description, result: result,
        outputs: ResultFile.allCases.map { ($0, "\(folderPath)/\($0.rawValue)") },
        elapsedSeconds: timing.wallSeconds, warnings: description.warnings)
      return try TextStream.standardOutput.write(object.compact + "\n")
    }
    let terminal = TerminalStyle.of(
      STDOUT_FILENO, environment: ProcessInfo.processInfo.environment, choice: settings.colour)
    let text = SummaryText(
      summary, result: result, description: description, width: terminal.width)
    let closing = SummaryText.closing(
      folder: folderPath, files: ResultFile.allCases, paths: result.outcomes.count,
      environment: machine, timing: timing, width: terminal.width)
    let lines = terminal.painted(text.lines) + [""] + closing.map { terminal.dim($0) }
    try TextStream.standardOutput.write(lines.map { $0 + "\n" }.joined())
  }

  private func repeatWarnings(_ warnings: [String]) {
    guard !warnings.isEmpty else { return }
    Talk.say(warnings.count == 1 ? "1 warning:" : "\(warnings.count) warnings:")
    for warning in warnings { Talk.say("  " + warning) }
  }

  private static func trimmed(_ path: String) -> String {
    var path = path[...]
    while path.count > 1 && path.last == "/" { path.removeLast() }
    return String(path)
  }
}
