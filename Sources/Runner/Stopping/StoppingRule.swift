package import SimulationCore

/// When a run has enough paths: `relerr(p99(bad_debt_usd)) < 5%`.
///
/// The relative error is half the length of the 95 % interval over the size of the value, or over
/// the floor where that is larger.
package struct StoppingRule: Sendable, Equatable {
  package let statistic: NamedStatistic
  /// The relative error to fall below, as a fraction.
  package let target: Double
  /// Size below which the value counts as this large; `nil` = none given.
  package let floor: Double?
  /// As it was written.
  package let text: String

  package init(
    statistic: NamedStatistic, target: Double, floor: Double? = nil, text: String
  ) {
    self.statistic = statistic
    self.target = target
    self.floor = floor
    self.text = text
  }

  /// What a look at the paths so far says.
  package enum Reading: Sendable, Equatable {
    /// The statistic cannot be quoted yet, or has no interval.
    case tooFewPaths
    /// The value is zero and no floor is given: no relative error exists.
    case zero
    case relativeError(Double)
  }

  /// Reads an estimate of the statistic.
  ///
  /// A value of zero is judged by the upper end of its interval.
  package func reading(_ estimate: IntervalEstimate) -> Reading {
    guard let value = estimate.value, let low = estimate.low, let high = estimate.high else {
      return .tooFewPaths
    }
    if value == 0 {
      guard let floor else { return .zero }
      return .relativeError(max(abs(low), abs(high)) / floor)
    }
    return .relativeError(0.5 * (high - low) / max(abs(value), floor ?? 0))
  }
}

/// How a run with a stopping rule came to its end.
package struct LookReport: Sendable, Equatable {
  package let rule: StoppingRule
  /// Looks taken, at least one unless the run was interrupted.
  package var looks: Int
  /// Looks that the largest path count allows.
  package let allowed: Int
  /// Paths at the last look.
  package var paths: Int
  /// At the last look; `nil` where it could not be read.
  package var relativeError: Double?
  package var isMet: Bool
  /// Whether the results hold only paths that took no part in the decision.
  package let isStrict: Bool

  package init(
    rule: StoppingRule, looks: Int = 0, allowed: Int, paths: Int = 0,
    relativeError: Double? = nil, isMet: Bool = false, isStrict: Bool
  ) {
    self.rule = rule
    self.looks = looks
    self.allowed = allowed
    self.paths = paths
    self.relativeError = relativeError
    self.isMet = isMet
    self.isStrict = isStrict
  }
}

extension LookReport {
  /// `stopped at look 3 of 8: relative error 4.2% of p99(bad_debt_usd), below 5%`, or why not.
  package var sentence: String {
    func percent(_ share: Double) -> String { "\(NumberText.significant(100 * share))%" }
    let reached = relativeError.map { "relative error \(percent($0))" } ?? "no relative error yet"
    let target = percent(rule.target)
    let verdict = isMet ? "below \(target)" : "not below \(target): the rule was not met"
    let ending = isMet ? "stopped at" : "ended after"
    return "\(ending) look \(looks) of \(allowed): \(reached) of \(rule.statistic.text), \(verdict)"
  }

  /// One line for a look under way: what was read, and how many paths the target may take.
  package var news: String {
    let error = relativeError.map { "relative error \(NumberText.significant(100 * $0))%" }
    let line =
      "look \(looks) of \(allowed), \(NumberText.grouped(paths)) paths: "
      + (error ?? "\(rule.statistic.text) cannot be quoted yet")
    guard !isMet, let predictedPaths else { return line }
    return line + "; the target may take about \(NumberText.grouped(predictedPaths))"
      + " paths"
  }

  /// What `summary` and `manifest` say about the looks.
  var json: JSONText {
    .object([
      ("rule", .string(rule.text)), ("strict", .boolean(isStrict)), ("met", .boolean(isMet)),
      ("look", .integer(looks)), ("looks", .integer(allowed)), ("paths", .integer(paths)),
      ("relative_error", .finite(relativeError)), ("target", .number(rule.target)),
    ])
  }

  /// Paths that the target would take, as the relative error so far predicts; `nil` without one.
  package var predictedPaths: Double? {
    relativeError.map {
      LookSchedule.predicted(count: paths, reached: $0, target: rule.target).rounded(.up)
    }
  }
}
