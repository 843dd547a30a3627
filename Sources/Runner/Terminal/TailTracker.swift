import SimulationCore

/// The p99 of the bad debt of a run under way, from the largest values alone.
///
/// Keeps the upper 2 % of the paths that are to come, and some: enough for the quantile and both
/// ends of its interval.
package struct TailTracker: Sendable {
  private let capacity: Int
  private var largest: [Double] = []
  private var threshold = -Double.infinity
  private var count = 0

  package init(totalPaths: Int) { capacity = totalPaths / 50 + 256 }

  package mutating func add(_ values: [Double]) {
    count += values.count
    for value in values where value > threshold { largest.append(value) }
    if largest.count > 2 * capacity { trim() }
  }

  private mutating func trim() {
    largest.sort(by: >)
    largest.removeLast(max(0, largest.count - capacity))
    if largest.count == capacity, let smallest = largest.last { threshold = smallest }
  }

  /// The value with its relative half-width; `nil` before 1,000 paths.
  package mutating func p99() -> (value: Double, relativeError: Double?)? {
    guard count >= 1000 else { return nil }
    trim()
    func value(rank: Int) -> Double? {
      let place = count - rank
      return largest.indices.contains(place) ? largest[place] : threshold
    }
    let ranks = OrderStatisticInterval(count: count, probability: 0.99)
    guard let point = value(rank: quantileRank(count: count, probability: 0.99)) else { return nil }
    guard point > 0, let lower = ranks.lowerRank.flatMap({ value(rank: $0) }),
      let upper = ranks.upperRank.flatMap({ value(rank: $0) })
    else { return (point, nil) }
    return (point, 0.5 * (upper - lower) / point)
  }
}
