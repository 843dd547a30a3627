package import Cascade
import Foundation
import SimulationCore

/// What the command line asks for.
package struct WorkloadSettings: Sendable {
  package let workload: Workload
  package var paths: Int
  package var accounts: Int
  package var multiplier: Double
  package var jump: Double
  package var threads: Int
  package var engine = Blueprint.Engine.watched
  /// Whether the owners of workload B do nothing.
  package var isPassive = false
  package var printsJSON = false
  package var checks = false

  /// The workload as published, on all processors.
  package init(_ workload: Workload) {
    self.workload = workload
    paths = workload.pathCount
    accounts = workload.accountCount
    multiplier = workload.multiplier
    jump = workload.jump
    threads = ProcessInfo.processInfo.activeProcessorCount
  }

  /// A command line that means nothing.
  package struct UsageError: Error, CustomStringConvertible {
    package let description: String
  }

  package static let usage = """
    usage: benchmarks WORKLOAD [--paths N] [--accounts N] [--multiplier M] [--jump J] \
    [--threads T] [--engine watched|dense] [--passive] [--check] [--json]
    WORKLOAD is one of \(Workload.allCases.map(\.rawValue).joined(separator: ", ")).
    --check fails, with exit code 1, where a mean lies outside its acceptance band.
    """

  /// Reads the arguments after the program's name.
  package init(arguments: [String]) throws {
    guard let name = arguments.first, let workload = Workload(rawValue: name.uppercased()) else {
      throw UsageError(description: "the first argument names a workload")
    }
    self.init(workload)
    var rest = arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "--json": printsJSON = true
      case "--passive": isPassive = true
      case "--check": checks = true
      case "--paths": paths = try Self.count(option, &rest, in: 2...10_000_000)
      case "--accounts": accounts = try Self.count(option, &rest, in: 1...10_000_000)
      case "--engine":
        guard let text = rest.popFirst(), let value = Blueprint.Engine(rawValue: text) else {
          throw UsageError(description: "--engine is watched or dense")
        }
        engine = value
      case "--threads": threads = try Self.count(option, &rest, in: 1...4096)
      case "--multiplier": multiplier = try Self.number(option, &rest, in: 0...100)
      case "--jump": jump = try Self.number(option, &rest, in: -10...10)
      default: throw UsageError(description: "unknown option \(option)")
      }
    }
    if isPassive && workload != .behaviour {
      throw UsageError(description: "only workload B has owners who could be passive")
    }
    if workload == .behaviour && jump != 0 {
      throw UsageError(description: "workload B has no jump")
    }
    if workload == .returns && (accounts != workload.accountCount || jump != 0) {
      throw UsageError(description: "workload R has neither accounts nor a jump")
    }
    if checks && !isAsPublished {
      throw UsageError(
        description: "bands hold for the workload's own accounts, multiplier and jump only")
    }
  }

  private var isAsPublished: Bool {
    accounts == workload.accountCount && multiplier == workload.multiplier
      && jump == workload.jump
  }

  private static func count(
    _ option: String, _ rest: inout ArraySlice<String>, in range: ClosedRange<Int>
  ) throws -> Int {
    guard let text = rest.popFirst(), let value = Int(text), range.contains(value) else {
      throw UsageError(
        description: "\(option) needs a whole number from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
    return value
  }

  private static func number(
    _ option: String, _ rest: inout ArraySlice<String>, in range: ClosedRange<Double>
  ) throws -> Double {
    guard let text = rest.popFirst(), let value = Double(text), range.contains(value) else {
      throw UsageError(
        description: "\(option) needs a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
