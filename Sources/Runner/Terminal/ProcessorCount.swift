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

  /// The number of processors in a list such as `0-3,8`; `nil` for anything else.
  package static func count(processorList text: String) -> Int? {
    var total = 0
    for part in text.split(separator: ",") {
      let ends = part.split(separator: "-").map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        first <= last
      else { return nil }
      total += last - first + 1
    }
    return total > 0 ? total : nil
  }

  /// What the scheduler allows, as the kernel tells it.
  private static var affinity: Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
    else { return nil }
    let list = line.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)
    return count(processorList: list)
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
