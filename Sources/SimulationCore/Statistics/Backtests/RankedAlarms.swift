/// How well a score separates events from the rest.
///
/// Source of the error: E. DeLong, D. DeLong, D. Clarke-Pearson 1988.
package struct RankedAlarms: Sendable, Equatable {
  /// P(score of an event > score of another) + P(=) / 2.
  package let areaUnderCurve: Double
  /// sqrt(S10 / n+ + S01 / n-), with the variances of the shares that events beat and others lose to.
  package let areaStandardError: Double
  /// Precision averaged over recall, ties taken as one step.
  package let averagePrecision: Double
  /// Share of events: the average precision of a useless score.
  package let prevalence: Double

  /// `nil` with fewer than two events or two others.
  ///
  /// Cost: O(n+ n-).
  package init?(scores: [Double], isEvent: [Bool]) {
    precondition(scores.count == isEvent.count, "one label a score")
    let events = zip(scores, isEvent).filter(\.1).map(\.0)
    let others = zip(scores, isEvent).filter { !$0.1 }.map(\.0)
    guard events.count >= 2, others.count >= 2 else { return nil }
    func beaten(_ event: Double, _ other: Double) -> Double {
      event > other ? 1 : event == other ? 0.5 : 0
    }
    let byEvent = SampleMoments(
      events.map { event in
        compensatedSum(others.map { beaten(event, $0) }) / Double(others.count)
      })
    let byOther = SampleMoments(
      others.map { other in
        compensatedSum(events.map { beaten($0, other) }) / Double(events.count)
      })
    areaUnderCurve = byEvent.mean
    areaStandardError =
      (byEvent.variance / Double(events.count) + byOther.variance / Double(others.count))
      .squareRoot()
    prevalence = Double(events.count) / Double(scores.count)
    averagePrecision = RankedAlarms.averagePrecision(scores, isEvent, events.count)
  }

  private static func averagePrecision(
    _ scores: [Double], _ isEvent: [Bool], _ eventCount: Int
  ) -> Double {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var sum = CompensatedSum()
    var found = 0
    var place = 0
    while place < order.count {
      let before = found
      let score = scores[order[place]]
      while place < order.count, scores[order[place]] == score {
        found += isEvent[order[place]] ? 1 : 0
        place += 1
      }
      sum.add(Double(found - before) / Double(eventCount) * Double(found) / Double(place))
    }
    return sum.value
  }
}
