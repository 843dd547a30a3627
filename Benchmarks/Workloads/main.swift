import Foundation
import SimulationCore

func complain(_ message: String) {
  FileHandle.standardError.write(Data((message + "\n").utf8))
}

do {
  let settings = try WorkloadSettings(arguments: Array(CommandLine.arguments.dropFirst()))
  _ = try BLAS.start()
  let report = WorkloadReport(try WorkloadRun(settings))
  print(settings.printsJSON ? try report.json() : report.text)
  if settings.checks {
    report.failures.forEach { complain("outside the acceptance band: \($0)") }
    if !report.failures.isEmpty { exit(1) }
  }
} catch let error as WorkloadSettings.UsageError {
  complain("benchmarks: \(error)\n\(WorkloadSettings.usage)")
  exit(64)
} catch {
  complain("benchmarks: \(error)")
  exit(70)
}
