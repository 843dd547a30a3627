/// What became of the cases of one vector file.
package struct ConformanceFileReport: Sendable, Equatable {
  package let path: String
  package var passed = 0
  /// Cases whose function exists and whose result differs or could not be had.
  package var failures: [ConformanceFailure] = []
  /// Cases of functions ending `_raw`, which only the integer reference of the tests can run.
  package var skipped = 0
  /// Names of cases whose function is unknown; they count as failures.
  package var notImplemented: [ConformanceFailure] = []

  package init(path: String) { self.path = path }

  package var failedCount: Int { failures.count + notImplemented.count }
}

/// One failed case and what is wrong with it, a line each.
package struct ConformanceFailure: Sendable, Equatable {
  package let name: String
  package let function: String
  package let details: [String]

  package init(name: String, function: String, details: [String]) {
    self.name = name
    self.function = function
    self.details = details
  }
}

/// The outcome of a conformance run.
package struct ConformanceReport: Sendable, Equatable {
  package let files: [ConformanceFileReport]

  package init(files: [ConformanceFileReport]) { self.files = files }

  package var passedCount: Int { files.reduce(0) { $0 + $1.passed } }
  package var failedCount: Int { files.reduce(0) { $0 + $1.failedCount } }
  package var skippedCount: Int { files.reduce(0) { $0 + $1.skipped } }

  /// Whether at least one case ran and none failed; skipped cases count neither way.
  package var isSuccess: Bool { failedCount == 0 && passedCount > 0 }

  /// One line a file, the details of failures below it, and a total; ends with a newline.
  package var text: String {
    var lines: [String] = []
    for file in files {
      lines.append(
        "\(file.path): "
          + ConformanceReport.counts(
            passed: file.passed, failed: file.failures.count, skipped: file.skipped,
            notImplemented: file.notImplemented.count))
      for failure in file.failures {
        lines.append("  FAIL \(failure.name) (\(failure.function))")
        lines += failure.details.map { "    \($0)" }
      }
      for failure in file.notImplemented {
        lines.append("  FAIL \(failure.name) (\(failure.function)): not implemented")
      }
    }
    let notImplemented = files.reduce(0) { $0 + $1.notImplemented.count }
    lines.append(
      "total: "
        + ConformanceReport.counts(
          passed: passedCount, failed: failedCount - notImplemented, skipped: skippedCount,
          notImplemented: notImplemented))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func counts(
    passed: Int, failed: Int, skipped: Int, notImplemented: Int
  ) -> String {
    var parts = ["\(passed) passed", "\(failed) failed"]
    if notImplemented > 0 { parts.append("\(notImplemented) not implemented") }
    if skipped > 0 { parts.append("\(skipped) skipped") }
    return parts.joined(separator: ", ")
  }
}
