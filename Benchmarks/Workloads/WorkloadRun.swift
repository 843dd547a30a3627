import Dispatch
import Foundation
import Markets
import SimulationCore
import Synchronization

/// What one worker needs: its own state, and nothing shared that changes.
protocol WorkloadWorker: SendableMetatype {
  /// Names of a row's values.
  static var statistics: [String] { get }
  /// Appends one row a path, in path order; a row depends on the path number alone.
  mutating func run(_ paths: Range<Int>, into rows: inout [Double])
}

/// One execution of a workload.
package struct WorkloadRun: Sendable {
  package let statistics: [String]
  /// `[path][statistic]`.
  package let rows: [Double]
  /// Of all paths, the position book left out.
  package let seconds: Double
  package let cpuSeconds: Double
  package let settings: WorkloadSettings

  package init(_ settings: WorkloadSettings) throws {
    self.settings = settings
    if settings.workload == .behaviour {
      let blueprint = try BehaviourWorker.blueprint(settings)
      statistics = BehaviourWorker.statistics
      (rows, seconds, cpuSeconds) = WorkloadRun.measure(settings) {
        BehaviourWorker(blueprint, blockPaths: WorkloadRun.blockPaths)
      }
      return
    }
    let model = try WorkloadMarket.priceModel(multiplier: settings.multiplier)
    if settings.workload == .returns {
      statistics = ReturnsWorker.statistics
      (rows, seconds, cpuSeconds) = WorkloadRun.measure(settings) {
        ReturnsWorker(model, blockPaths: WorkloadRun.blockPaths)
      }
    } else {
      let book = WorkloadBook.positions(accounts: settings.accounts)
      statistics = LiquidationWorker.statistics
      (rows, seconds, cpuSeconds) = WorkloadRun.measure(settings) {
        LiquidationWorker(
          model, settings: settings, book: book, blockPaths: WorkloadRun.blockPaths)
      }
    }
  }

  /// A block of eight assets and 1,440 steps takes 0.7 MB.
  private static let blockPaths = 8

  /// The values of one statistic, in path order.
  package func values(_ statistic: String) -> [Double]? {
    guard let column = statistics.firstIndex(of: statistic) else { return nil }
    return stride(from: column, to: rows.count, by: statistics.count).map { rows[$0] }
  }

  /// A hash over the bits of all rows in path order (Fowler, Noll, Vo; 64-bit FNV-1a by words).
  package var hash: UInt64 {
    rows.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ $1.bitPattern) &* 0x100_0000_01B3 }
  }

  private static func measure<Worker: WorkloadWorker>(
    _ settings: WorkloadSettings, worker: @Sendable () -> Worker
  ) -> (rows: [Double], seconds: Double, cpuSeconds: Double) {
    let blockCount = (settings.paths + blockPaths - 1) / blockPaths
    let next = Atomic<Int>(0)
    let finished = Mutex([[Double]](repeating: [], count: blockCount))
    let clock = ContinuousClock()
    let (start, cpuStart) = (clock.now, processorSeconds)
    DispatchQueue.concurrentPerform(iterations: max(1, min(settings.threads, blockCount))) { _ in
      var worker = worker()
      while true {
        let block = next.add(1, ordering: .relaxed).oldValue
        guard block < blockCount else { return }
        var rows: [Double] = []
        let first = block * blockPaths
        worker.run(first..<min(settings.paths, first + blockPaths), into: &rows)
        finished.withLock { $0[block] = rows }
      }
    }
    let seconds = start.duration(to: clock.now) / .seconds(1)
    let cpuSeconds = processorSeconds - cpuStart
    return (finished.withLock { Array($0.joined()) }, seconds, cpuSeconds)
  }

  /// Processor time of the process so far, all threads.
  static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
