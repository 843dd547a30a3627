import Foundation
package import SimulationCore

/// How much memory the process may use, and the refusal of a run that needs more.
///
/// An allocation that fails ends the process without a message, so the estimate comes first.
package enum MemoryLimit {
  /// Share of what the process may use that a run may plan for.
  package static let share = 0.8

  /// Bytes that the process may use: the smallest of control group, `ulimit -v` and free memory;
  /// `nil` where the system tells none of them.
  package static var available: Int? {
    [controlGroup, addressSpace, freeMemory].compactMap { $0 }.min()
  }

  /// The error of a run that needs `bytes`; `nil` where it fits below `limit`.
  ///
  /// `limit` is `share` of what is available unless given.
  package static func refusal(
    needing bytes: Int, limit: Int? = nil, at mark: SourceMark
  ) -> Diagnostic? {
    let allowed = limit ?? available.map { Int(Double($0) * share) }
    guard let allowed, bytes > allowed else { return nil }
    let reason = limit == nil ? ", 80 % of what the process may use" : ""
    return Diagnostic(
      .memory, at: mark,
      "the run needs about \(text(bytes)); the limit is \(text(allowed))\(reason)",
      underline: .hidden,
      notes: [
        "lower run.paths or positions.accounts, raise output.timeline_every_minutes, or use longer steps"
      ])
  }

  /// `512 MB`, `1.5 GB`: three digits, powers of ten.
  package static func text(_ bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let step = value >= 100 || unit == 0 ? 1.0 : value >= 10 ? 10.0 : 100.0
    return ((value * step).rounded() / step).shortText + " " + units[unit]
  }

  private static var controlGroup: Int? {
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].lazy
      .compactMap { path in
        (try? String(contentsOfFile: path, encoding: .utf8)).flatMap {
          Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
      }.first
  }

  private static var addressSpace: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return nil }
    #else
      guard getrlimit(RLIMIT_AS, &limit) == 0 else { return nil }
    #endif
    return Int(exactly: limit.rlim_cur)
  }

  private static var freeMemory: Int? {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
  }
}
