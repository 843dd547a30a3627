import Foundation

/// Why results cannot be written; the texts name the file and, where there is one, the system's reason.
package enum OutputError: Error, Sendable, Equatable {
  /// The folder holds something already.
  case folderExists(String)
  /// The folder, or the one that is to hold it, is missing, read-only or no folder.
  case cannotCreate(path: String, errno: Int32)
  /// Another process writes there; the pid is `nil` where it has not been noted yet.
  case locked(path: String, pid: Int32?)
  /// A write, sync or rename failed.
  case writeFailed(path: String, errno: Int32)
  /// Nobody reads standard output any more.
  case closedPipe
}

extension OutputError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .folderExists(let path):
      return
        "\(path) exists and is not empty; --force replaces the results in it, -o chooses another folder"
    case .cannotCreate(let path, let number): return "cannot create \(path): \(systemText(number))"
    case .locked(let path, let pid):
      let holder = pid.map { "process \($0)" } ?? "another process"
      return "\(holder) is writing results to \(path)"
    case .writeFailed(let path, let number): return "cannot write \(path): \(systemText(number))"
    case .closedPipe: return "standard output was closed"
    }
  }
}

/// The system's own words for an error number.
package func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }
