/// The exit codes of the program, each with its one meaning.
package enum ExitStatus: Int32, Sendable, CaseIterable {
  case done = 0
  /// A conformance case failed, or a benchmark's mean is outside its band.
  case conditionHeld = 1
  case wrongCommandLine = 64
  /// The scenario or its data is invalid, or the run needs more memory than allowed.
  case invalidInput = 65
  case missingInput = 66
  case internalError = 70
  case cannotCreateOutput = 73
  case writeFailed = 74
  /// Ended early by SIGTERM, SIGHUP or `--max-minutes`; finished paths are kept.
  case incomplete = 75
  /// Ctrl-C; finished paths are kept.
  case interrupted = 130

  package init(_ error: OutputError) {
    self =
      switch error {
      case .folderExists, .cannotCreate, .locked: .cannotCreateOutput
      case .writeFailed: .writeFailed
      // Whoever closed the pipe has read what it wanted.
      case .closedPipe: .done
      }
  }

  /// `nil` = the run was not stopped.
  package init(_ cause: StopSignal.Cause?) {
    self =
      switch cause {
      case nil: .done
      case .interrupt: .interrupted
      case .terminate, .timeLimit: .incomplete
      }
  }
}
