/// What a workload took where it was last recorded: a row of `recorded.csv`.
package struct RecordedFigure: Sendable, Equatable {
  package let workload: Workload
  package let paths: Int
  package let threads: Int
  package let cpuSeconds: Double
  package let machine: String

  package var cpuSecondsPerPath: Double { cpuSeconds / Double(paths) }

  /// The rows that the program carries.
  package static let all = rows(
    of: String(decoding: PackageResources.recorded_csv, as: UTF8.self))

  /// Reads the columns `workload,paths,threads,cpu_seconds,machine`; no cell holds a comma.
  package static func rows(of csv: String) -> [RecordedFigure] {
    csv.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",").map(String.init)
      guard cells.count == 5, let workload = Workload(rawValue: cells[0]),
        let paths = Int(cells[1]), let threads = Int(cells[2]), let seconds = Double(cells[3]),
        paths > 0, seconds > 0
      else { preconditionFailure("a recorded figure that cannot be read: \(line)") }
      return RecordedFigure(
        workload: workload, paths: paths, threads: threads, cpuSeconds: seconds, machine: cells[4])
    }
  }
}
