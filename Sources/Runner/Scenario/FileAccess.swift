import Foundation
package import SimulationCore

/// Which files a scenario may read, and how they are found.
///
/// Relative names are looked for beside the file that names them, then in the data folders. Whatever
/// is found must lie, links resolved, in the scenario's folder or in a data folder. Paths typed on the
/// command line are relative to the working folder and need no such leave.
package struct FileAccess: Sendable {
  /// Folder of the scenario file, as the user spelled it; empty for the working folder.
  package let scenarioFolder: String
  package let dataFolders: [String]

  package init(scenarioFolder: String, dataFolders: [String] = []) {
    self.scenarioFolder = scenarioFolder
    self.dataFolders = dataFolders
  }

  /// The path to open, or why the file is refused (65) or missing (66).
  ///
  /// `folder` is that of the file which names it; `nil` where the command line does.
  package func resolve(_ text: String, from folder: String?, at mark: SourceMark)
    throws(Diagnostic) -> String
  {
    guard !text.isEmpty, !text.contains("\0") else {
      throw Diagnostic(.fileOutside, at: mark, "a path has at least one character and no NUL")
    }
    guard let folder else {
      let path = FileAccess.expanded(text)
      guard FileAccess.exists(path) else { throw missing(text, at: mark) }
      return try regular(path, spelled: text, at: mark)
    }
    let isAbsolute = text.hasPrefix("/")
    let candidates =
      isAbsolute ? [text] : ([folder] + dataFolders).map { FileAccess.join($0, text) }
    guard let path = candidates.first(where: FileAccess.exists) else {
      let lexical = FileAccess.standardized(candidates[0])
      guard roots.contains(where: { FileAccess.isInside(lexical, $0) }) else {
        throw outside(text, at: mark)
      }
      throw missing(text, at: mark)
    }
    guard let real = FileAccess.realPath(path) else { throw missing(text, at: mark) }
    guard roots.contains(where: { FileAccess.isInside(real, $0) }) else {
      throw outside(text, at: mark)
    }
    return try regular(path, spelled: text, at: mark)
  }

  /// The bytes of a regular file.
  ///
  /// Opened without waiting, so that a pipe cannot hold the program up.
  package static func read(_ path: String, at mark: SourceMark) throws(Diagnostic) -> [UInt8] {
    let descriptor = try openRegular(path, at: mark)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno, at: mark) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return Foundation.read(descriptor, base + filled, buffer.count - filled)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(path, errno, at: mark)
      }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Bytes of a file; 0 where there is none.
  package static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// A descriptor of a regular file, which the caller closes.
  package static func openRegular(_ path: String, at mark: SourceMark) throws(Diagnostic) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK)
    guard descriptor >= 0 else { throw unreadable(path, errno, at: mark) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Diagnostic(
        .fileOutside, at: mark, "'\(path)' is \(kind(status)); only regular files are read",
        underline: .hidden)
    }
    return descriptor
  }

  /// A descriptor of a file or a pipe, which the caller closes; `-` is standard input.
  package static func openStream(_ path: String, at mark: SourceMark) throws(Diagnostic) -> Int32 {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY)
    guard descriptor >= 0 else { throw unreadable(path, errno, at: mark) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw Diagnostic(.fileOutside, at: mark, "'\(path)' is a folder", underline: .hidden)
    }
    return descriptor
  }

  /// The folder of a path, empty where it has none.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  package static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty || name.hasPrefix("/")
      ? name : folder + (folder.hasSuffix("/") ? "" : "/") + name
  }

  private var roots: [String] {
    ([scenarioFolder] + dataFolders).map { $0.isEmpty ? "." : $0 }
      .compactMap(FileAccess.realPath)
  }

  private func regular(_ path: String, spelled: String, at mark: SourceMark) throws(Diagnostic)
    -> String
  {
    var status = stat()
    guard stat(path, &status) == 0 else { throw missing(spelled, at: mark) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Diagnostic(
        .fileOutside, at: mark,
        "'\(spelled.cut(to: 60))' is \(FileAccess.kind(status)); only regular files are read")
    }
    guard access(path, R_OK) == 0 else {
      throw Diagnostic(.fileMissing, at: mark, "'\(spelled.cut(to: 60))' cannot be read")
    }
    return path
  }

  private func missing(_ text: String, at mark: SourceMark) -> Diagnostic {
    Diagnostic(.fileMissing, at: mark, "'\(text.cut(to: 60))' does not exist")
  }

  private func outside(_ text: String, at mark: SourceMark) -> Diagnostic {
    Diagnostic(
      .fileOutside, at: mark, "'\(text.cut(to: 60))' lies outside the scenario's folder",
      notes: ["allow its folder with --data-dir DIR"])
  }

  private static func unreadable(_ path: String, _ number: Int32, at mark: SourceMark) -> Diagnostic
  {
    Diagnostic(
      .fileMissing, at: mark, "'\(path)': \(String(cString: strerror(number)))",
      underline: .hidden)
  }

  private static func kind(_ status: stat) -> String {
    switch status.st_mode & S_IFMT {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFSOCK: "a socket"
    default: "no regular file"
    }
  }

  private static func expanded(_ text: String) -> String {
    guard text.hasPrefix("~/"), let home = getenv("HOME") else { return text }
    return String(cString: home) + text.dropFirst()
  }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// The path with `.` and `..` taken out by name alone, from the real working folder.
  private static func standardized(_ path: String) -> String {
    let base = path.hasPrefix("/") ? "" : (realPath(".") ?? "")
    var parts: [Substring] = []
    for part in (base + "/" + path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func isInside(_ path: String, _ root: String) -> Bool {
    path == root || path.hasPrefix(root.hasSuffix("/") ? root : root + "/")
  }
}
