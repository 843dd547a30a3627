import ArgumentParser
import Foundation
import Runner
import SimulationCore
import Workloads

/// `slipface bench [WORKLOAD...]`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times fixed workloads, checks their answers, and compares with recorded figures.",
    discussion: """
      Examples:
        slipface bench
        slipface bench L2 --full --threads 1
        slipface bench --json

      R makes prices only; L1, L2 and L4 run 10,000 positions at one, two and
      four times the volatility; L4S adds a crash to L4. Exit code 1 where a
      mean of these lies outside its 99 % band. B runs a day of a whole
      market with owners who act; it has no published means.
      """)

  @Argument(
    help: ArgumentHelp(
      "Any of \(Workload.allCases.map(\.rawValue).joined(separator: ", ")); default: all."))
  var workloads = Workload.allCases

  @Flag(help: "Run the published numbers of paths instead of a few seconds' worth.")
  var full = false

  @Option(help: "Workers; default: the processors that the process may use.")
  var threads: Int?

  @Flag(help: "Print the figures as one JSON object.")
  var json = false

  @Flag(help: "Say nothing but errors on standard error.")
  var quiet = false

  func validate() throws {
    if let threads, !EnvironmentSettings.threadRange.contains(threads) {
      let range = EnvironmentSettings.threadRange
      throw ValidationError(
        "--threads takes \(range.lowerBound) to \(range.upperBound), not \(threads).")
    }
  }

  func run() throws {
    let environment = EnvironmentSettings(ProcessInfo.processInfo.environment)
    let blas: BLASDescription
    do {
      blas = try BLAS.start()
    } catch {
      throw CommandEnd(.internalError, "error: \(error)")
    }
    let wanted = try threads ?? environment.threads() ?? ProcessorCount.available
    let workers = blas.allowsSeveralWorkers ? wanted : 1
    var suite = WorkloadSuite(threads: workers)
    suite.isFull = full
    let figures = try workloads.map { workload in
      try suite.run(workload) { paths in
        if !quiet { Talk.say("\(workload.rawValue): \(NumberText.grouped(paths)) paths") }
      }
    }
    let machine = RunEnvironment.current(
      threads: workers, blasConfiguration: blas.configuration, blasCore: blas.core,
      vectorMath: "")
    let report = SuiteReport(
      figures, threads: workers, machine: machine.cpuModel, version: Version.current)
    try TextStream.standardOutput.write(json ? try report.json() + "\n" : report.text)
    if !report.isSuccess { throw CommandEnd(.conditionHeld) }
  }
}

extension Workload: ExpressibleByArgument {}
