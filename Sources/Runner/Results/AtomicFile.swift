import Foundation

/// Writes all bytes to a descriptor, however short the single writes are.
///
/// Short writes are repeated, so that the error of a full disk arrives. Returns the error number, 0
/// when all is written.
package func writeFully(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
  guard let base = bytes.baseAddress else { return 0 }
  var written = 0
  while written < bytes.count {
    let count = write(descriptor, base + written, bytes.count - written)
    if count > 0 {
      written += count
    } else if count < 0 && errno != EINTR {
      return errno
    } else if count == 0 {
      return ENOSPC
    }
  }
  return 0
}

/// A file that appears under its name when it is whole, or not at all.
///
/// The bytes go to `NAME.tmp-PID` beside it; `commit` syncs and renames. Dropped without `commit`,
/// the temporary file is removed.
package final class AtomicFile {
  package let path: String
  package let temporaryPath: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let capacity = 1 << 16

  /// Throws `OutputError.cannotCreate` where the folder does not take the file.
  package init(path: String) throws(OutputError) {
    self.path = path
    temporaryPath = "\(path).tmp-\(getpid())"
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw .cannotCreate(path: path, errno: errno) }
    buffer.reserveCapacity(AtomicFile.capacity + 4096)
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporaryPath)
    }
  }

  package func write(_ text: String) throws(OutputError) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= AtomicFile.capacity { try flush() }
  }

  package func write(_ byte: UInt8) { buffer.append(byte) }

  private func flush() throws(OutputError) {
    let failure = buffer.withUnsafeBytes { writeFully(descriptor, $0) }
    if failure != 0 { throw .writeFailed(path: path, errno: failure) }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Brings the bytes to the disk and gives the file its name, in place of what bore it before.
  package func commit() throws(OutputError) {
    try flush()
    if fsync(descriptor) != 0 { throw .writeFailed(path: path, errno: errno) }
    let closed = close(descriptor)
    descriptor = -1
    if closed != 0 || rename(temporaryPath, path) != 0 {
      let failure = errno
      unlink(temporaryPath)
      throw .writeFailed(path: path, errno: failure)
    }
  }
}

/// Brings a folder's list of names to the disk.
package func syncFolder(_ path: String) throws(OutputError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 { throw .writeFailed(path: path, errno: errno) }
  defer { close(descriptor) }
  // Some file systems do not sync folders and say EINVAL; the names are then theirs to keep.
  if fsync(descriptor) != 0 && errno != EINVAL { throw .writeFailed(path: path, errno: errno) }
}
