import Foundation
import SimulationCore
import Workloads

func complain(_ message: String) {
  FileHandle.standardError.write(Data((message + "\n").utf8))
}

/// Times one workload as published or as the options say.
func runWorkload(_ arguments: [String]) throws {
  let settings = try WorkloadSettings(arguments: arguments)
  _ = try BLAS.start()
  let report = WorkloadReport(try WorkloadRun(settings))
  print(settings.printsJSON ? try report.json() : report.text)
  if settings.checks {
    report.failures.forEach { complain("outside the acceptance band: \($0)") }
    if !report.failures.isEmpty { exit(1) }
  }
}

/// Does a kernel's work and prints the sum over its results; the clock is not asked.
func runKernel(_ arguments: [String]) throws {
  let (kernel, repeats) = try WorkloadKernel.parse(arguments)
  _ = try BLAS.start()
  print(kernel.rawValue, repeats, try kernel.run(repeats: repeats))
}

func modelCosts(_ arguments: [String]) throws -> ModelCosts {
  let rounds = try ModelCosts.parse(arguments)
  _ = try BLAS.start()
  return try ModelCosts(rounds: rounds)
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
  switch arguments.first {
  case "kernels": WorkloadKernel.allCases.forEach { print($0.rawValue) }
  case "models": print(try modelCosts(Array(arguments.dropFirst())).text)
  case "kernel": try runKernel(Array(arguments.dropFirst()))
  default: try runWorkload(arguments)
  }
} catch let error as WorkloadSettings.UsageError {
  complain(
    "benchmarks: \(error)\n\(WorkloadSettings.usage)\n\(WorkloadKernel.usage)\n\(ModelCosts.usage)")
  exit(64)
} catch {
  complain("benchmarks: \(error)")
  exit(70)
}
