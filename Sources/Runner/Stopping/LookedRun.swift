import Cascade
import SimulationCore

/// The value is zero, so that the rule's relative error does not exist.
package struct ZeroStatistic: Error, Sendable, Equatable, CustomStringConvertible {
  package let rule: StoppingRule
  package let paths: Int

  package var description: String {
    let name = rule.statistic.text
    return "relerr(\(name)) does not exist: \(name) is 0 after \(NumberText.grouped(paths)) paths; "
      + "say from which size on an error counts: relerr(\(name), floor=10000)"
  }
}

extension Ensemble {
  /// Runs until a look finds the rule met, or all of the paths.
  ///
  /// Looks come at the path counts of `LookSchedule`, a function of the rule and of `paths` alone,
  /// so that a run stops at the same path on any machine. With `isStrict` the paths `n ..< 2n` are
  /// run after the look at n that met the rule, and are the result, alone: they took no part in the
  /// decision; looks then end at half of `paths`. `onLook` hears of each look. Throws
  /// `ZeroStatistic` where the value is zero and the rule has no floor.
  package func run(
    until rule: StoppingRule, isStrict: Bool = false, shouldStop: @Sendable () -> Bool = { false },
    progress: @Sendable (Progress) -> Void = { _ in }, onLook: (LookReport) -> Void = { _ in }
  ) throws -> EnsembleResult {
    let half = max(1, paths / 2)
    let schedule = LookSchedule(
      limit: isStrict ? max(1, isPaired ? half - half % 2 : half) : paths)
    var report = LookReport(rule: rule, allowed: schedule.counts.count, isStrict: isStrict)
    var ensemble = self
    var result: EnsembleResult?
    for count in schedule.counts {
      ensemble.paths = count
      let next = ensemble.extending(result, shouldStop: shouldStop, progress: progress)
      result = next
      guard next.isComplete else { break }
      try ensemble.look(at: next, &report)
      onLook(report)
      if report.isMet { break }
    }
    if isStrict, report.isMet, let decided = result {
      let used = decided.requestedPaths
      ensemble.firstPath = firstPath + decided.candidates
      ensemble.paths = used
      result = ensemble.extending(nil, shouldStop: shouldStop) { part in
        progress(
          Progress(done: used + part.done, total: 2 * used, badDebtsUSD: part.badDebtsUSD))
      }
    }
    var final = result ?? ensemble.extending(nil)
    final.events = ensemble.recordedEvents(of: final.outcomes)
    final.looks = report
    return final
  }

  private func look(at result: EnsembleResult, _ report: inout LookReport) throws {
    report.looks += 1
    report.paths = result.requestedPaths
    let estimate = report.rule.statistic.estimate(result.outcomes, design: result.design)
    switch report.rule.reading(estimate) {
    case .tooFewPaths: report.relativeError = nil
    case .zero: throw ZeroStatistic(rule: report.rule, paths: report.paths)
    case .relativeError(let error):
      report.relativeError = error
      report.isMet = error < report.rule.target
    }
  }
}
