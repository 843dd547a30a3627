import Foundation

/// A folder that one process at a time writes results into.
///
/// Taken before the simulation, so that a refusal costs nothing. The lock is advisory and belongs to
/// the open file: it ends with the process, however that ends, and a lock file left behind by a
/// killed run is taken over.
package final class ResultsFolder {
  package let path: String
  private let lockPath: String
  private var lockDescriptor: Int32
  private let created: Bool

  private static let lockName = ".slipface.lock"

  /// Creates the folder or takes an empty one; one with content only when `force` is set.
  ///
  /// Folders above it are made where they are missing, and stay. Throws `OutputError.folderExists`,
  /// `.cannotCreate` or `.locked`.
  package init(path: String, force: Bool) throws(OutputError) {
    try ResultsFolder.makeParents(of: path)
    created = mkdir(path, 0o755) == 0
    if !created && errno != EEXIST { throw .cannotCreate(path: path, errno: errno) }
    self.path = path
    lockPath = path + "/" + ResultsFolder.lockName
    lockDescriptor = -1
    if !created && !force {
      let entries = try ResultsFolder.entries(of: path)
      if entries.contains(where: { $0 != ResultsFolder.lockName }) { throw .folderExists(path) }
    }
    lockDescriptor = try ResultsFolder.lock(lockPath, folder: path)
  }

  deinit { release() }

  package func file(_ name: String) -> String { path + "/" + name }

  /// Removes what an earlier run left under these names, finished or half; other files stay.
  ///
  /// The manifest goes first: without it, nobody takes the folder for a whole result.
  package func clear(_ names: [String]) throws(OutputError) {
    let ordered =
      names.filter { $0 == ResultFile.manifest.rawValue }
      + names.filter { $0 != ResultFile.manifest.rawValue }
    let entries = try ResultsFolder.entries(of: path)
    for name in ordered {
      for entry in entries where entry == name || ResultsFolder.isHalf(entry, of: name) {
        if unlink(file(entry)) != 0 && errno != ENOENT {
          throw .writeFailed(path: file(entry), errno: errno)
        }
      }
    }
  }

  /// Gives the lock back; a folder that this run made and left empty goes too.
  package func release() {
    guard lockDescriptor >= 0 else { return }
    // Removed while still held, so that nobody can have locked the file that disappears.
    unlink(lockPath)
    close(lockDescriptor)
    lockDescriptor = -1
    if created { rmdir(path) }
  }

  /// Points `latest` beside the folder to it; leaves anything there that is no symbolic link.
  package func linkLatest() throws(OutputError) {
    let link = ResultsFolder.parent(of: path) + "/latest"
    var status = stat()
    if lstat(link, &status) == 0 && status.st_mode & S_IFMT != S_IFLNK { return }
    let temporary = "\(link).tmp-\(getpid())"
    unlink(temporary)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if symlink(name, temporary) != 0 || rename(temporary, link) != 0 {
      let failure = errno
      unlink(temporary)
      throw .writeFailed(path: link, errno: failure)
    }
  }

  private static func parent(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    let joined = parts.dropLast().joined(separator: "/")
    if path.hasPrefix("/") { return "/" + joined }
    return joined.isEmpty ? "." : joined
  }

  private static func makeParents(of path: String) throws(OutputError) {
    let above = parent(of: path)
    var status = stat()
    guard stat(above, &status) != 0, above != "/", above != "." else { return }
    try makeParents(of: above)
    if mkdir(above, 0o755) != 0 && errno != EEXIST {
      throw .cannotCreate(path: above, errno: errno)
    }
  }

  private static func isHalf(_ entry: String, of name: String) -> Bool {
    let prefix = name + ".tmp-"
    guard entry.hasPrefix(prefix) else { return false }
    let digits = entry.dropFirst(prefix.count)
    return !digits.isEmpty && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }

  private static func entries(of path: String) throws(OutputError) -> [String] {
    guard let folder = opendir(path) else { throw .cannotCreate(path: path, errno: errno) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func lock(_ path: String, folder: String) throws(OutputError) -> Int32 {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      if descriptor < 0 { throw .cannotCreate(path: folder, errno: errno) }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let failure = errno
        let holder = readPID(descriptor)
        close(descriptor)
        if failure == EWOULDBLOCK { throw .locked(path: folder, pid: holder) }
        throw .cannotCreate(path: folder, errno: failure)
      }
      // The holder before may have removed the file between our open and our lock.
      var held = stat()
      var named = stat()
      let isNamed = fstat(descriptor, &held) == 0 && stat(path, &named) == 0
      guard isNamed, held.st_ino == named.st_ino, held.st_dev == named.st_dev else {
        close(descriptor)
        continue
      }
      let note = Array("\(getpid())\n".utf8)
      let failure =
        ftruncate(descriptor, 0) == 0
        ? note.withUnsafeBytes { writeFully(descriptor, $0) } : errno
      if failure != 0 {
        unlink(path)
        close(descriptor)
        throw .writeFailed(path: path, errno: failure)
      }
      return descriptor
    }
  }

  private static func readPID(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return Int32(
      String(decoding: bytes[..<count], as: UTF8.self).trimmingCharacters(in: .newlines))
  }
}
