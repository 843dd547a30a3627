import Foundation

/// The processors that the process may use: affinity and control group, not what the machine has.
package enum ProcessorCount {
  package static var available: Int {
    let limits = [affinity, controlGroup].compactMap { $0 }
    return max(1, limits.min() ?? ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The limit in a `cpu.max` file, rounded up: `200000 100000` is 2; `nil` for `max`.
  package static func limit(cpuMax text: String) -> Int? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]),
      quota > 0, period > 0
    else { return nil }
    return max(1, Int(min(quota / period, 65536).rounded(.up)))
  }

  private static var affinity: Int? {
    #if os(Linux)
      var set = cpu_set_t()
      guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else { return nil }
      return withUnsafeBytes(of: &set) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
    #else
      return nil
    #endif
  }

  /// The smallest limit of the process's group (version 2) and the groups around it.
  private static var controlGroup: Int? {
    guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
      let line = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
    else { return nil }
    var parts = line.dropFirst(3).split(separator: "/")
    var limits: [Int] = []
    while true {
      let folder = (["/sys/fs/cgroup"] + parts.map(String.init)).joined(separator: "/")
      let text = try? String(contentsOfFile: folder + "/cpu.max", encoding: .utf8)
      if let limit = text.flatMap({ limit(cpuMax: $0) }) { limits.append(limit) }
      if parts.isEmpty { return limits.min() }
      parts.removeLast()
    }
  }
}
