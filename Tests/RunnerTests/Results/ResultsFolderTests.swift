import Foundation
import Runner
import Testing

@Suite("Results folder")
struct ResultsFolderTests {
  @Test("A file appears under its name only when it is committed")
  func atomicFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.csv"
    var file: AtomicFile? = try AtomicFile(path: path)
    try file?.write("half")
    #expect(try folder.entries == ["a.csv.tmp-\(getpid())"])
    file = nil
    #expect(try folder.entries == [])
    let whole = try AtomicFile(path: path)
    try whole.write("whole")
    try whole.commit()
    #expect(try folder.entries == ["a.csv"])
    #expect(try folder.text("a.csv") == "whole")
  }

  @Test("A folder with content is refused without force, and named in the message")
  func refusal() throws {
    let parent = try TemporaryFolder()
    let path = parent.path + "/run"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try parent.put("x", "run/notes.txt")
    #expect(throws: OutputError.folderExists(path)) {
      try ResultsFolder(path: path, force: false)
    }
    let folder = try ResultsFolder(path: path, force: true)
    folder.release()
    #expect(try parent.text("run/notes.txt") == "x")
  }

  @Test("An empty folder is taken, missing parents are made")
  func parents() throws {
    let parent = try TemporaryFolder()
    try ResultsFolder(path: parent.path, force: false).release()
    let deep = parent.path + "/of/results/run"
    let folder = try ResultsFolder(path: deep, force: false)
    #expect(FileManager.default.fileExists(atPath: deep))
    folder.release()
    // Made by this run and left empty: gone again.
    #expect(!FileManager.default.fileExists(atPath: deep))
  }

  @Test("A file in the place of the folder is refused")
  func notAFolder() throws {
    let parent = try TemporaryFolder()
    try parent.put("x", "run")
    #expect(throws: OutputError.cannotCreate(path: parent.path + "/run", errno: ENOTDIR)) {
      try ResultsFolder(path: parent.path + "/run", force: true)
    }
  }

  @Test("A second run into the folder is refused and told the first one's process")
  func lock() throws {
    let parent = try TemporaryFolder()
    let first = try ResultsFolder(path: parent.path, force: false)
    #expect(throws: OutputError.locked(path: parent.path, pid: getpid())) {
      try ResultsFolder(path: parent.path, force: true)
    }
    first.release()
    try ResultsFolder(path: parent.path, force: false).release()
  }

  @Test("A lock left behind by a killed run does not stand in the way")
  func staleLock() throws {
    let parent = try TemporaryFolder()
    try parent.put("999999\n", ".slipface.lock")
    let folder = try ResultsFolder(path: parent.path, force: false)
    #expect(try parent.text(".slipface.lock") == "\(getpid())\n")
    folder.release()
    #expect(try parent.entries == [])
  }

  @Test("Clearing removes results and their halves and nothing else")
  func clearing() throws {
    let parent = try TemporaryFolder()
    let folder = try ResultsFolder(path: parent.path, force: true)
    for name in [
      "paths.csv", "paths.csv.tmp-123", "manifest.json", "paths.csv.bak", "mypaths.csv",
      "paths.csv.tmp-x",
    ] { try parent.put("x", name) }
    try folder.clear(ResultFile.allCases.map(\.rawValue))
    folder.release()
    #expect(try parent.entries == ["mypaths.csv", "paths.csv.bak", "paths.csv.tmp-x"])
  }

  @Test("latest points to the newest folder, and never replaces a real one")
  func latest() throws {
    let parent = try TemporaryFolder()
    for name in ["one", "two"] {
      let folder = try ResultsFolder(path: parent.path + "/" + name, force: false)
      try folder.linkLatest()
      let target = try FileManager.default.destinationOfSymbolicLink(
        atPath: parent.path + "/latest")
      #expect(target == name)
    }
    try FileManager.default.removeItem(atPath: parent.path + "/latest")
    try parent.put("mine", "latest")
    try ResultsFolder(path: parent.path + "/three", force: false).linkLatest()
    #expect(try parent.text("latest") == "mine")
  }
}
