import Foundation
package import Runner

/// The vector files of protocols that travel with the tests.
package enum ProtocolVectors {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "RunnerTests/Vectors/protocols")

  package static func path(_ name: String) -> String { folder.appending(path: name).path }

  /// The cases of one function of a file.
  package static func cases(_ name: String, function: String) throws -> [ConformanceCase] {
    try ConformanceFile(path: path(name)).cases.filter { $0.function == function }
  }
}
