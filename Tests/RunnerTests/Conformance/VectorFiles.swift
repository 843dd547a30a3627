import Foundation

/// Where the vector files of the tests lie.
enum VectorFiles {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Vectors")

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Writes `text` to a new file, hands out its path, and removes the file.
  static func withTemporary<Result>(
    _ text: String, _ body: (String) throws -> Result
  ) throws -> Result {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "vectors-\(UUID().uuidString).json")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }
}
