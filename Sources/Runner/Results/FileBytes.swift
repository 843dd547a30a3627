import Foundation

/// The bytes of a file, read as they are asked for.
package final class FileBytes: Sequence, IteratorProtocol {
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var position = 0
  private var available = 0
  /// The error that ended the reading early; 0 = none.
  package private(set) var failure: Int32 = 0

  package init(path: String) throws(OutputError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .writeFailed(path: path, errno: errno) }
  }

  deinit { close(descriptor) }

  package func next() -> UInt8? {
    if position == available {
      available = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      position = 0
      if available <= 0 {
        if available < 0 { failure = errno }
        available = 0
        return nil
      }
    }
    position += 1
    return buffer[position - 1]
  }
}
