import Foundation
import Runner
import TestSupport
import Testing
import Workloads

@Suite("Benchmarks for everybody: path counts, recorded figures, report")
struct SuiteTests {
  @Test("Every workload has a recorded figure")
  func recorded() {
    #expect(Set(RecordedFigure.all.map(\.workload)) == Set(Workload.allCases))
    for figure in RecordedFigure.all {
      #expect(figure.paths == figure.workload.pathCount)
      #expect(!figure.machine.isEmpty)
    }
  }

  /// By hand: 1,000 paths of 45 ms take 45 s; 64 take 2.88 s and 128 5.76 s.
  @Test(
    "Path counts fit the time, are 16 times a power of two, and never below 32",
    arguments: [
      (1_000, 0.045, 4.0, 64), (1_000, 0.045, 2.0, 32), (1_000, 10, 4.0, 32),
      (1_000, 0.001, 4.0, 1_000), (1_000, 0.005, 4.0, 512), (10_000, 0.001, 4.0, 2_048),
      (1_000, 0.0041, 4.0, 512),
    ])
  func pathCounts(published: Int, secondsPerPath: Double, seconds: Double, expected: Int) {
    #expect(
      WorkloadSuite.pathCount(
        published: published, secondsPerPath: secondsPerPath, seconds: seconds) == expected)
  }

  @Test(
    "A short run announces its paths, and its means are inside their bands",
    .enabled(if: isOptimised))
  func shortRun() throws {
    var suite = WorkloadSuite(threads: 1)
    suite.secondsEach = 0.2
    var announced: [Int] = []
    let figure = try suite.run(.returns) { announced.append($0) }
    #expect(announced == [figure.paths])
    #expect((32...10_000).contains(figure.paths))
    #expect(figure.seconds > 0 && figure.cpuSeconds > 0)
    #expect(figure.failures ?? [] == [])
  }

  /// The counts that a machine can choose for R, whatever its speed.
  @Test("Means of R are inside their bands at every path count", .enabled(if: isOptimised))
  func bandsAtEveryCount() throws {
    let all = try WorkloadRun(WorkloadSettings(.returns))
    for band in Workload.returns.bands {
      let values = try #require(all.values(band.statistic))
      for count in [64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 10_000] {
        let mean = values.prefix(count).reduce(0, +) / Double(count)
        #expect(abs(mean - band.mean) <= band.halfWidth(paths: count), "\(band.statistic) \(count)")
      }
    }
  }

  /// 64 paths in 2.56 CPU seconds are 40 ms a path, against 80 s for 1,000 paths: twice as fast.
  private static let figures = [
    WorkloadSuite.Figure(
      workload: .headline, paths: 64, seconds: 1.28, cpuSeconds: 2.56, failures: []),
    WorkloadSuite.Figure(
      workload: .crash, paths: 32, seconds: 1.5, cpuSeconds: 1.5, failures: nil),
  ]
  private static let record = RecordedFigure.rows(
    of: "workload,paths,threads,cpu_seconds,machine\nL2,1000,1,80,a machine; virtual\n")

  private static func report(_ figures: [WorkloadSuite.Figure]) -> SuiteReport {
    SuiteReport(figures, recorded: record, threads: 2, machine: "this one", version: "1.2")
  }

  @Test("The table sets this machine's figures beside the recorded ones")
  func text() {
    #expect(
      Self.report(Self.figures).text == """
        slipface 1.2 · 2 threads · this one

               paths   seconds  CPU seconds  CPU ms a path  recorded   speed  means
        L2        64      1.28         2.56           40.0      80.0   2.00x  inside their bands
        L4S       32      1.50         1.50           46.9      none          too few paths to tell

        speed: recorded processor time a path over this machine's
        recorded on a machine; virtual, 1 thread

        """)
  }

  @Test("A mean outside its band is named, and the run has failed")
  func outside() {
    #expect(Self.report(Self.figures).isSuccess)
    let failure = WorkloadSuite.Figure(
      workload: .headline, paths: 64, seconds: 1, cpuSeconds: 1, failures: ["liquidations 1"])
    let report = Self.report([failure])
    #expect(!report.isSuccess)
    #expect(report.text.contains("OUTSIDE their bands"))
    #expect(report.text.hasSuffix("L2: liquidations 1\n"))
  }

  @Test("The JSON object has a schema and the figures")
  func json() throws {
    let text = try Self.report(Self.figures).json()
    #expect(!text.contains("\n"))
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "slipface.bench/1")
    let rows = try #require(object["workloads"] as? [[String: Any]])
    #expect(rows.map { $0["workload"] as? String } == ["L2", "L4S"])
    #expect(rows[0]["speed"] as? Double == 2)
    #expect(rows[0]["bands"] as? String == "inside")
    #expect(rows[1]["speed"] == nil && rows[1]["bands"] == nil)
  }

  @Test(
    "Every kernel does its work, and more of it with more repeats",
    arguments: WorkloadKernel.allCases)
  func kernels(kernel: WorkloadKernel) throws {
    guard isOptimised || ![.headline, .behaviour].contains(kernel) else { return }
    let once = try kernel.run(repeats: 1)
    #expect(once.isFinite)
    #expect(try kernel.run(repeats: 1) == once)
    #expect(try kernel.run(repeats: 2) != once)
  }

  @Test("Kernels are named on the command line, and in the baseline of their counts")
  func kernelNames() throws {
    let parsed = try WorkloadKernel.parse(["health_scan", "--repeat", "3"])
    #expect(parsed == (.healthScan, 3))
    #expect(try WorkloadKernel.parse(["normals"]) == (.normals, 1))
    for arguments in [[], ["x"], ["normals", "3"], ["normals", "--repeat", "0"]] {
      #expect(throws: WorkloadSettings.UsageError.self) { try WorkloadKernel.parse(arguments) }
    }
    let baseline = try String(
      contentsOfFile: Checkout.root + "/Benchmarks/Baseline.csv", encoding: .utf8)
    let names = baseline.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } }
    #expect(names.map(String.init) == WorkloadKernel.allCases.map(\.rawValue))
  }
}
