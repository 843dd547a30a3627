import Foundation
package import Synchronization

/// Asks a run to stop after the blocks in work; workers poll `isRequested` between blocks.
package final class StopSignal: Sendable {
  /// Why, with the exit code that says so.
  package enum Cause: Int, Sendable {
    case interrupt = 1
    /// SIGTERM or SIGHUP.
    case terminate = 2
    case timeLimit = 3
  }

  private let state = Atomic<Int>(0)

  package init() {}

  package var cause: Cause? { Cause(rawValue: state.load(ordering: .relaxed)) }

  package var isRequested: Bool { state.load(ordering: .relaxed) != 0 }

  /// The first cause stays; returns whether this was the first.
  @discardableResult
  package func request(_ cause: Cause) -> Bool {
    state.compareExchange(expected: 0, desired: cause.rawValue, ordering: .relaxed).exchanged
  }

  /// The one that the process's signals reach.
  package static let process = StopSignal()

  /// Whether the cursor is hidden, so that a stop at once can bring it back.
  package static let cursorIsHidden = Atomic<Bool>(false)

  /// SIGINT, SIGTERM and SIGHUP ask the run to stop; a second SIGINT ends the process with 130.
  package static func installHandlers() {
    // Touched here first: a handler must not be the one that sets them up.
    _ = process.isRequested
    _ = cursorIsHidden.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        let isFirst = StopSignal.process.request(number == SIGINT ? .interrupt : .terminate)
        guard number == SIGINT, !isFirst else { return }
        if StopSignal.cursorIsHidden.load(ordering: .relaxed) {
          _ = write(STDERR_FILENO, "\u{1B}[?25h\n", 7)
        }
        _exit(130)
      }
    }
  }
}
