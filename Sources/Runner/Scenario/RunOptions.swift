package import SimulationCore

/// The `run` block: how many paths, from which seed, how long and in which steps.
package struct RunOptions: Sendable, Equatable {
  package let paths: Int
  package let seed: UInt64
  package let horizonHours: Double
  package let stepMinutes: Double
  /// The horizon as a whole number of steps.
  package let stepCount: Int
  /// Whether fills move market prices.
  package let priceFeedback: Bool
  /// `nil` for `auto`.
  package let roundsPerStep: Int?
  package let engine: String
  package let sampling: SamplingMethod
  /// Whether accounts are judged at lows drawn inside the steps, too.
  package let drawsLows: Bool

  /// Length of a step in years.
  package var stepYears: Double { stepMinutes * Unit.minutes.factor }

  /// `auto` is 1 where a step is no longer than a block, else 8.
  package func rounds(blockSeconds: Double) -> Int {
    roundsPerStep ?? (stepMinutes * 60 <= blockSeconds * (1 + 1e-9) ? 1 : 8)
  }

  package static let pathRange = 1...1_000_000_000

  package static let table = FieldTable(
    "run", "How many paths, how long, in which steps.",
    [
      Field("paths", .integer(pathRange), .defaults("10000"), "Number of paths."),
      Field("seed", .seed, .defaults("1"), "Key of all random numbers."),
      Field(
        "horizon_hours", .number(.hours, Bounds(0, 87600, lowOpen: true)), .required,
        "Simulated time; a whole number of steps."),
      Field(
        "step_minutes", .number(.minutes, Bounds(0.1, 1440)), .defaults("5"),
        "Length of a step; 0.2 is one block of 12 seconds."),
      Field(
        "price_feedback", .boolean, .defaults("true"),
        "Whether sales move market prices; false: they cost slippage and move nothing.",
        neutral: "false"),
      Field(
        "rounds_per_step", .either([.word(["auto"]), .integer(1...64)]), .defaults("auto"),
        "Liquidation rounds within a step; auto: 1 where a step is no longer than a block, else 8."),
      Field(
        "engine", .word(["watched", "dense"]), .defaults("watched"),
        "How a step finds the accounts to act on; dense asks all of them, with the same results."),
      Field(
        "sampling", .either([.word(SamplingOptions.words), .family(SamplingOptions.family)]),
        .defaults("plain"),
        "Which paths are simulated: plain ones, or with weights those that tell more of the tail.",
        neutral: "plain"),
      Field(
        "inside_bar", .word(["none", "bridge"]), .defaults("none"),
        "What liquidators see of a step: its end, or also a low drawn by Brownian bridge (then price_feedback: false).",
        neutral: "none"),
    ])

  /// Reads a complete section; `nil` with an error added where the horizon is not whole steps.
  init?(_ section: Section, diagnostics: inout Diagnostics) {
    paths = section.integer("paths")
    seed = section.seed("seed")
    guard let hours = section.written("horizon_hours"),
      let minutes = section.written("step_minutes"),
      let mark = section.mark("horizon_hours")
    else { return nil }
    horizonHours = hours
    stepMinutes = minutes
    let steps = hours * 60 / minutes
    let nearest = steps.rounded()
    guard nearest >= 1, abs(steps - nearest) <= 1e-9 * max(1, steps) else {
      let below = steps.rounded(.down)
      let choices = [below, below + 1].filter { $0 >= 1 }
        .map { "\(($0 * minutes / 60).shortText) (\($0.shortText) steps)" }
      diagnostics.add(
        Diagnostic(
          .horizon, at: mark,
          "run.horizon_hours: \(hours.shortText) is not a whole number of steps of "
            + "\(minutes.shortText) minutes; nearest: \(choices.joined(separator: " or "))",
          second: section.isWritten("step_minutes")
            ? section.mark("step_minutes").map { Diagnostic.SecondPlace($0, "the step") } : nil))
      return nil
    }
    stepCount = Int(nearest)
    priceFeedback = section.boolean("price_feedback")
    if case .integer(let rounds)? = section.value("rounds_per_step") {
      roundsPerStep = rounds
    } else {
      roundsPerStep = nil
    }
    engine = section.text("engine") ?? "watched"
    sampling = SamplingOptions.method(section)
    drawsLows = section.text("inside_bar") == "bridge"
    if sampling == .antithetic, paths % 2 != 0, let mark = section.mark("paths") ?? section.mark() {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark,
          "\(RunOptions.spelledPaths(at: mark, diagnostics)): \(paths) paths are no whole antithetic "
            + "pairs; take an even number"))
    }
    let points = paths / QuasiRandomPaths.replicateCount
    if sampling == .quasiRandom,
      paths % QuasiRandomPaths.replicateCount != 0 || points.nonzeroBitCount != 1,
      let mark = section.mark("paths") ?? section.mark()
    {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark,
          "\(RunOptions.spelledPaths(at: mark, diagnostics)): \(paths) paths are not "
            + "\(QuasiRandomPaths.replicateCount) point sets of a power of two each; nearest: "
            + RunOptions.wholeSets(near: paths)))
    }
    // Path numbers have 32 bits.
    let limit = Int(UInt32.max) / sampling.candidatesPerPath
    if paths > limit, let mark = section.mark("sampling") ?? section.mark() {
      diagnostics.add(
        Diagnostic(
          .parameter, at: mark,
          "run.sampling: \(paths) paths of \(sampling.candidatesPerPath) candidates each are too "
            + "many; at most \(limit) paths"))
    }
  }

  /// What the user gave the number of paths by: the field, or the option that stands for it.
  private static func spelledPaths(at mark: SourceMark, _ diagnostics: Diagnostics) -> String {
    let line = mark.file == Override.sourceName ? mark.line - 1 : -1
    guard let lines = diagnostics.source(named: mark.file)?.lines, lines.indices.contains(line),
      !lines[line].hasPrefix("--set ")
    else { return "run.paths" }
    return String(lines[line].prefix { $0 != " " })
  }

  /// The numbers of paths around `paths` that are whole point sets.
  private static func wholeSets(near paths: Int) -> String {
    var below = QuasiRandomPaths.replicateCount
    while 2 * below <= paths { below *= 2 }
    return below <= paths ? "\(below) or \(2 * below)" : "\(below)"
  }
}
