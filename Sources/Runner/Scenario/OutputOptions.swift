package import SimulationCore

/// The `output` block: which statistics and records a run writes.
package struct OutputOptions: Sendable, Equatable {
  package enum EventSelection: String, Sendable, CaseIterable {
    case none, first, worst, all
  }

  /// Probabilities, rising.
  package let quantiles: [Double]
  /// `nil` = chosen by the horizon.
  package let timelineMinutes: Double?
  /// Paths whose events are recorded.
  package let eventPaths: Int
  package let eventSelection: EventSelection
  /// Whether each path is run again with feedback off, for the amplification.
  package let counterfactual: Bool

  /// Times at which a path is recorded, at most, unless an interval is given.
  package static let usualTimelineRows = 500

  package static let table = FieldTable(
    "output", "Which statistics and records a run writes.",
    [
      Field(
        "quantiles",
        .list(.number(.pure, Bounds(0, 1, lowOpen: true, highOpen: true)), 1...100),
        .defaults("[0.5, 0.95, 0.99, 0.999]"), "Probabilities of the reported quantiles."),
      Field(
        "timeline_every_minutes", .number(.minutes, .positive),
        .derived(
          "60; over longer horizons the whole hours that give at most \(usualTimelineRows) times"),
        "Interval of the rows of timeline.csv."),
      Field(
        "events", .block(events), .defaults("{}"), "Whose events are recorded in events.csv."),
      Field(
        "counterfactual", .boolean, .defaults("true"),
        "Whether paths are run again without feedback; false leaves the amplification empty.",
        neutral: "false"),
    ])

  private static let events = FieldTable(
    "events", "Paths whose events are recorded.",
    [
      Field("paths", .integer(0...1_000_000), .defaults("20"), "How many paths."),
      Field(
        "which", .word(EventSelection.allCases.map(\.rawValue)), .defaults("worst"),
        "The first, those with the worst outcome, all, or none."),
    ])

  /// Reads a complete section.
  init(_ section: Section) {
    quantiles = Set(section.numberList("quantiles")).sorted()
    timelineMinutes = section.written("timeline_every_minutes")
    let events = section.section("events")
    eventPaths = events?.integer("paths") ?? 0
    eventSelection = events?.text("which").flatMap(EventSelection.init) ?? .none
    counterfactual = section.boolean("counterfactual")
  }
}
