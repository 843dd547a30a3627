import Foundation

/// Figures of this machine beside the recorded ones.
package struct SuiteReport: Sendable {
  private let figures: [WorkloadSuite.Figure]
  private let recorded: [RecordedFigure]
  private let threads: Int
  private let machine: String
  private let version: String

  /// `machine` is the name of this machine's processor, or empty.
  package init(
    _ figures: [WorkloadSuite.Figure], recorded: [RecordedFigure] = RecordedFigure.all,
    threads: Int, machine: String, version: String
  ) {
    self.figures = figures
    self.recorded = recorded
    self.threads = threads
    self.machine = machine
    self.version = version
  }

  package var isSuccess: Bool { figures.allSatisfy { $0.failures?.isEmpty ?? true } }

  /// Times faster than recorded, in processor time a path.
  private func speed(_ figure: WorkloadSuite.Figure) -> Double? {
    record(of: figure).map { $0.cpuSecondsPerPath / figure.cpuSecondsPerPath }
  }

  private func record(of figure: WorkloadSuite.Figure) -> RecordedFigure? {
    recorded.first { $0.workload == figure.workload }
  }

  /// A table, what its columns mean, and every mean outside its band.
  package var text: String {
    var lines = [heading, ""]
    lines.append(
      SuiteReport.row(
        ["", "paths", "seconds", "CPU seconds", "CPU ms a path", "recorded", "speed"], "means"))
    for figure in figures {
      let record = record(of: figure)
      lines.append(
        SuiteReport.row(
          [
            figure.workload.rawValue, String(figure.paths), SuiteReport.digits(figure.seconds),
            SuiteReport.digits(figure.cpuSeconds),
            SuiteReport.digits(1000 * figure.cpuSecondsPerPath),
            record.map { SuiteReport.digits(1000 * $0.cpuSecondsPerPath) } ?? "none",
            speed(figure).map { String(format: "%.2fx", $0) } ?? "",
          ], SuiteReport.verdict(figure)))
    }
    lines.append("")
    lines += legend
    for figure in figures {
      lines += (figure.failures ?? []).map { "\(figure.workload.rawValue): \($0)" }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var heading: String {
    let workers = threads == 1 ? "1 thread" : "\(threads) threads"
    return (["slipface \(version)", workers] + (machine.isEmpty ? [] : [machine]))
      .joined(separator: " · ")
  }

  private var legend: [String] {
    var machines: [String] = []
    for figure in figures {
      guard let record = record(of: figure) else { continue }
      let workers = record.threads == 1 ? "1 thread" : "\(record.threads) threads"
      let place = "\(record.machine), \(workers)"
      if !machines.contains(place) { machines.append(place) }
    }
    return [
      "speed: recorded processor time a path over this machine's"
    ] + machines.map { "recorded on \($0)" }
  }

  private static func verdict(_ figure: WorkloadSuite.Figure) -> String {
    guard !figure.workload.bands.isEmpty else { return "no published means" }
    return switch figure.failures {
    case nil: "too few paths to tell"
    case []?: "inside their bands"
    case _?: "OUTSIDE their bands"
    }
  }

  private static let widths = [4, 8, 10, 13, 15, 10, 8]

  private static func row(_ cells: [String], _ last: String) -> String {
    var line = ""
    for (index, (cell, width)) in zip(cells, widths).enumerated() {
      let space = String(repeating: " ", count: max(0, width - cell.count))
      line += index == 0 ? cell + space : space + cell
    }
    return line + "  " + last
  }

  /// Three significant digits.
  private static func digits(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    let decimals = max(0, 2 - Int(log10(value).rounded(.down)))
    return String(format: "%.\(decimals)f", value)
  }

  /// One object on one line, schema `slipface.bench/1`.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let rows = figures.map { figure in
      JSON.Row(
        workload: figure.workload.rawValue, paths: figure.paths, seconds: figure.seconds,
        cpuSeconds: figure.cpuSeconds, recorded: record(of: figure).map(JSON.Recorded.init),
        speed: speed(figure), bands: figure.failures.map { $0.isEmpty ? "inside" : "outside" },
        failures: figure.failures ?? [])
    }
    let data = try encoder.encode(
      JSON(version: version, machine: machine, threads: threads, workloads: rows))
    return String(decoding: data, as: UTF8.self)
  }

  private struct JSON: Encodable {
    struct Recorded: Encodable {
      let paths: Int
      let threads: Int
      let cpuSeconds: Double
      let machine: String

      init(_ figure: RecordedFigure) {
        paths = figure.paths
        threads = figure.threads
        cpuSeconds = figure.cpuSeconds
        machine = figure.machine
      }

      private enum CodingKeys: String, CodingKey {
        case paths, threads, machine, cpuSeconds = "cpu_seconds"
      }
    }

    struct Row: Encodable {
      let workload: String
      let paths: Int
      let seconds: Double
      let cpuSeconds: Double
      let recorded: Recorded?
      let speed: Double?
      /// `inside`, `outside`, or absent where there are too few paths to tell.
      let bands: String?
      let failures: [String]

      private enum CodingKeys: String, CodingKey {
        case workload, paths, seconds, recorded, speed, bands, failures
        case cpuSeconds = "cpu_seconds"
      }
    }

    let schema = "slipface.bench/1"
    let version: String
    let machine: String
    let threads: Int
    let workloads: [Row]
  }
}
