import Foundation
import Runner
import Testing

@Suite("Command line: codes, variables, processors, signals")
struct CommandLineTests {
  @Test("Exit codes are those of the documentation")
  func codes() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 66, 70, 73, 74, 75, 130])
  }

  @Test("Every failure to write has its code")
  func outputErrors() {
    #expect(ExitStatus(OutputError.folderExists("x")) == .cannotCreateOutput)
    #expect(ExitStatus(OutputError.cannotCreate(path: "x", errno: EROFS)) == .cannotCreateOutput)
    #expect(ExitStatus(OutputError.locked(path: "x", pid: 1)) == .cannotCreateOutput)
    #expect(ExitStatus(OutputError.writeFailed(path: "x", errno: ENOSPC)) == .writeFailed)
    #expect(ExitStatus(OutputError.closedPipe) == .done)
  }

  @Test("Messages name the path and the system's reason")
  func outputMessages() {
    #expect(
      "\(OutputError.writeFailed(path: "a/b", errno: ENOSPC))"
        == "cannot write a/b: No space left on device")
    #expect("\(OutputError.locked(path: "a", pid: 12))" == "process 12 is writing results to a")
  }

  @Test("A stop by hand is 130, by the system or the clock 75, and the first cause stays")
  func stops() {
    #expect(ExitStatus(StopSignal.Cause?.none) == .done)
    #expect(ExitStatus(.interrupt) == .interrupted)
    #expect(ExitStatus(.terminate) == .incomplete)
    #expect(ExitStatus(.timeLimit) == .incomplete)
    let stop = StopSignal()
    #expect(!stop.isRequested)
    #expect(stop.request(.timeLimit))
    #expect(!stop.request(.interrupt))
    #expect(stop.cause == .timeLimit)
  }

  @Test("Variables: threads, folder, and a warning for names that nothing reads")
  func variables() throws {
    let settings = EnvironmentSettings([
      "SLIPFACE_THREADS": "3", "SLIPFACE_OUT": "x", "SLIPFACE_THREDS": "4", "SLIPFACE_ZZZ": "",
      "PATH": "/",
    ])
    #expect(try settings.threads() == 3)
    #expect(settings.outputFolder == "x")
    #expect(
      settings.warnings == [
        "warning: unknown environment variable SLIPFACE_THREDS; did you mean SLIPFACE_THREADS?",
        "warning: unknown environment variable SLIPFACE_ZZZ",
      ])
    #expect(try EnvironmentSettings([:]).threads() == nil)
    for text in ["0", "x", "1e3", "99999"] {
      #expect(throws: UsageError.self) {
        try EnvironmentSettings(["SLIPFACE_THREADS": text]).threads()
      }
    }
  }

  @Test("A mistyped command is answered with the nearest one")
  func suggestions() {
    let commands = ["demo", "init", "check", "run", "schema", "conformance"]
    func fault(_ arguments: String...) -> String? {
      CommandName.fault(in: arguments, commands: commands)?.description
    }
    #expect(fault("rnu", "x.yaml") == "unknown command 'rnu'; did you mean 'run'?")
    #expect(fault("conform") == "unknown command 'conform'; did you mean 'conformance'?")
    #expect(
      fault("xyzzy")
        == "unknown command 'xyzzy'; the commands are demo, init, check, run, schema, conformance")
    #expect(fault("run") == nil)
    #expect(fault("--version") == nil)
    #expect(fault() == nil)
  }

  @Test("Processor limits of control groups and affinity lists")
  func processors() {
    #expect(ProcessorCount.limit(cpuMax: "200000 100000\n") == 2)
    #expect(ProcessorCount.limit(cpuMax: "150000 100000") == 2)
    #expect(ProcessorCount.limit(cpuMax: "10000 100000") == 1)
    #expect(ProcessorCount.limit(cpuMax: "max 100000") == nil)
    #expect(ProcessorCount.count(processorList: "0-3,8") == 5)
    #expect(ProcessorCount.count(processorList: "7") == 1)
    #expect(ProcessorCount.count(processorList: "3-1") == nil)
    #expect(ProcessorCount.count(processorList: "") == nil)
    #expect(ProcessorCount.available >= 1)
  }
}
