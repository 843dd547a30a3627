import Foundation

/// The path counts at which a run may stop: 1,024 times powers of two, then the largest allowed.
///
/// Stopping whenever an interval happens to be short favours small estimates; few looks at doublings
/// keep that harmless. A function of the limit alone, so that a run stops at the same path anywhere.
package struct LookSchedule: Sendable, Equatable {
  package static let firstCount = 1024

  /// Paths at each look, ascending; the last is the limit.
  package let counts: [Int]

  /// At most ceil(log2(limit / 1024)) + 1 looks, one for a limit up to 1,024; `limit` > 0.
  package init(limit: Int) {
    precondition(limit > 0, "a run has paths")
    var counts: [Int] = []
    var next = LookSchedule.firstCount
    while next < limit {
      counts.append(next)
      next *= 2
    }
    self.counts = counts + [limit]
  }

  /// Paths that a relative error would take, from that reached with `count`: n (r / target)^2.
  package static func predicted(count: Int, reached: Double, target: Double) -> Double {
    Double(count) * (reached / target) * (reached / target)
  }
}

/// The level of each of several looks where every look is a test: Bonferroni.
package struct LookLevel: Sendable, Equatable {
  /// 1 - a / K.
  package let decisionLevel: Double
  /// The two-sided normal factor at that level.
  package let factor: Double

  /// a = 1 - `level`, K = `looks` >= 1.
  package init(level: Double, looks: Int) {
    let tail = (1 - level) / Double(looks)
    decisionLevel = 1 - tail
    factor = -normalQuantile(0.5 * tail)
  }
}
