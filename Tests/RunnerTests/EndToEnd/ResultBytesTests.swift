import Foundation
import Runner
import TestSupport
import Testing

/// The folder that a run leaves behind is a function of the scenario, byte by byte.
@Suite("Bytes of the results folder")
struct ResultBytesTests {
  private static let reference: [String: String] = {
    (try? files(threads: 1, blockPaths: nil)) ?? [:]
  }()

  /// Every file but the manifest, which names the machine.
  private static func files(threads: Int, blockPaths: Int?) throws -> [String: String] {
    let folder = try TemporaryFolder()
    try ScenarioRun.write(
      ScenarioRun.goldenText("crash.yaml"), threads: threads, to: folder, blockPaths: blockPaths)
    var files: [String: String] = [:]
    for name in try folder.entries where name != ResultFile.manifest.rawValue {
      files[name] = try folder.text(name)
    }
    return files
  }

  @Test(
    "Any number of threads and any size of blocks write the same files", .enabled(if: isOptimised),
    arguments: [(1, 8), (2, nil), (7, nil), (7, 8), (2, 1)] as [(Int, Int?)])
  func threads(threads: Int, blockPaths: Int?) throws {
    let files = try Self.files(threads: threads, blockPaths: blockPaths)
    #expect(files.keys.sorted() == Self.reference.keys.sorted())
    #expect(files.count == ResultFile.allCases.count - 1)
    for (name, text) in files.sorted(by: { $0.key < $1.key }) {
      #expect(text == Self.reference[name], "\(name)")
      #expect(text.count > 100)
    }
  }

  @Test("Another seed writes other rows")
  func seed() throws {
    let folder = try TemporaryFolder()
    let text = try ScenarioRun.goldenText("crash.yaml").replacing("seed: 7", with: "seed: 8")
    try ScenarioRun.write(text, threads: 1, to: folder)
    #expect(try folder.text("paths.csv") != Self.reference["paths.csv"])
  }
}
