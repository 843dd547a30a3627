import Foundation
import SimulationCore

/// What a run prints: times, statistics over paths, a hash, and how the means stand to their bands.
package struct WorkloadReport: Sendable {
  /// One statistic over all paths.
  struct Line: Encodable, Sendable {
    let mean: Double
    let standardError: Double
    let median: Double
    let p95: Double
    let p99: Double

    init(_ values: [Double]) {
      let interval = MeanInterval(values)
      let sorted = values.sorted()
      func quantile(_ probability: Double) -> Double {
        sorted[quantileRank(count: sorted.count, probability: probability) - 1]
      }
      mean = interval.mean
      standardError = interval.standardError
      median = quantile(0.5)
      p95 = quantile(0.95)
      p99 = quantile(0.99)
    }

    private enum CodingKeys: String, CodingKey {
      case mean, standardError = "standard_error", median, p95, p99
    }
  }

  private struct JSON: Encodable {
    let workload: String
    let paths: Int
    let accounts: Int
    let multiplier: Double
    let jump: Double
    let threads: Int
    let seconds: Double
    let cpuSeconds: Double
    let hash: String
    let statistics: [String: Line]

    private enum CodingKeys: String, CodingKey {
      case workload, paths, accounts, multiplier, jump, threads, seconds, hash, statistics
      case cpuSeconds = "cpu_seconds"
    }
  }

  private let run: WorkloadRun
  private let lines: [(name: String, line: Line)]

  package init(_ run: WorkloadRun) {
    self.run = run
    lines = run.statistics.compactMap { name in run.values(name).map { (name, Line($0)) } }
  }

  /// A mean outside its band, one sentence each.
  package var failures: [String] {
    run.settings.workload.bands.compactMap { band in
      guard let line = lines.first(where: { $0.name == band.statistic })?.line else {
        return "\(band.statistic) is not measured"
      }
      let halfWidth = band.halfWidth(paths: run.settings.paths)
      guard !(abs(line.mean - band.mean) <= halfWidth) else { return nil }
      return "\(band.statistic) \(line.mean) is not within \(band.mean) +- \(halfWidth)"
    }
  }

  /// Position-steps, or for R variates, that one second of processor time handled.
  package var ratePerCPUSecond: Double {
    let settings = run.settings
    let columns =
      settings.workload == .returns ? WorkloadMarket.assetCount : settings.accounts
    let items = Double(settings.paths) * Double(WorkloadMarket.stepCount) * Double(columns)
    return items / run.cpuSeconds
  }

  package var text: String {
    let settings = run.settings
    let unit = settings.workload == .returns ? "variates" : "position-steps"
    var text = """
      workload \(settings.workload.rawValue): \(settings.paths) paths, \
      \(settings.accounts) accounts, volatility x\(settings.multiplier), jump \(settings.jump), \
      \(settings.threads) threads
      seconds      \(WorkloadReport.fixed(run.seconds, 3))
      cpu_seconds  \(WorkloadReport.fixed(run.cpuSeconds, 3))
      rate         \(WorkloadReport.scientific(ratePerCPUSecond)) \(unit) per CPU second
      hash         \(hash)
      statistic                      mean   standard error         median            95 %            99 %

      """
    for (name, line) in lines {
      text += name.padding(toLength: 20, withPad: " ", startingAt: 0)
      for value in [line.mean, line.standardError, line.median, line.p95, line.p99] {
        let number = WorkloadReport.significant(value)
        text += String(repeating: " ", count: max(1, 16 - number.count)) + number
      }
      text += "\n"
    }
    return text
  }

  /// One object on one line.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let settings = run.settings
    let data = try encoder.encode(
      JSON(
        workload: settings.workload.rawValue, paths: settings.paths, accounts: settings.accounts,
        multiplier: settings.multiplier, jump: settings.jump, threads: settings.threads,
        seconds: run.seconds, cpuSeconds: run.cpuSeconds, hash: hash,
        statistics: Dictionary(uniqueKeysWithValues: lines)))
    return String(decoding: data, as: UTF8.self)
  }

  private var hash: String {
    let digits = String(run.hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }
  private static func scientific(_ value: Double) -> String { String(format: "%.3g", value) }
  private static func significant(_ value: Double) -> String { String(format: "%.7g", value) }
}
