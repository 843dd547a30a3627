import Foundation

/// An open descriptor that is written without a buffer, so that every failure is seen.
package struct TextStream: Sendable {
  package let descriptor: Int32
  package let name: String

  package init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  package static let standardOutput = TextStream(
    descriptor: STDOUT_FILENO, name: "standard output")
  package static let standardError = TextStream(descriptor: STDERR_FILENO, name: "standard error")

  /// Writes the whole text; throws `.closedPipe` where nobody reads any more, else `.writeFailed`.
  ///
  /// The process must ignore SIGPIPE.
  package func write(_ text: String) throws(OutputError) {
    var text = text
    let failure = text.withUTF8 { writeFully(descriptor, UnsafeRawBufferPointer($0)) }
    if failure == EPIPE { throw .closedPipe }
    if failure != 0 { throw .writeFailed(path: name, errno: failure) }
  }

  /// For talk on standard error, which nobody can be told about when it fails.
  package func talk(_ text: String) {
    var text = text
    _ = text.withUTF8 { writeFully(descriptor, UnsafeRawBufferPointer($0)) }
  }

  /// Keeps writes to a closed pipe from killing the process.
  package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }
}
