import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

/// Texts that are made to exhaust a reader: each ends in a short message, quickly.
@Suite("Hostile input is refused quickly and in few words")
struct HostileInputTests {
  /// A generous bound for a busy machine; each takes well under a second on an idle one.
  private let patience = Duration.seconds(10)

  static let long = String(repeating: "x", count: 200_000)
  static let texts: [(name: String, text: String)] = [
    ("one key 20,000 times", "format: slipface/1\n" + String(repeating: "a: 1\n", count: 20_000)),
    ("10,000 pairs of keys", (0..<10_000).map { "k\($0): 1\nk\($0): 2\n" }.joined()),
    ("20,000 unknown keys", "format: slipface/1\n" + (0..<20_000).map { "k\($0): 1\n" }.joined()),
    (
      "20,000 unknown keys on one line",
      "format: slipface/1\nrun: {" + (0..<20_000).map { "k\($0): 1" }.joined(separator: ", ")
        + "}\n"
    ),
    (
      "20,000 assets",
      "format: slipface/1\nassets:\n"
        + (0..<20_000).map { "  A\($0): {price_usd: 1, volatility_pct_annual: 1}\n" }.joined()
    ),
    ("a key of 200 kB", "format: slipface/1\n\(long): 1\n"),
    ("a name of 200 kB", "format: slipface/1\nname: \(long)\n"),
    ("a broken line of 200 kB", "format: slipface/1\nname: [\n\(long): }\n"),
    ("a number of 200 kB", "run: {paths: \(String(repeating: "9", count: 200_000))}\n"),
    ("an open quote of 200 kB", "a: \"" + String(repeating: "\\n", count: 100_000)),
    ("100,000 open lists", String(repeating: "[", count: 100_000)),
    ("100,000 open maps", String(repeating: "{a: ", count: 100_000)),
    ("100,000 dashes", String(repeating: "- ", count: 100_000)),
    ("100,000 question marks", String(repeating: "? ", count: 100_000)),
    ("100,000 colons", String(repeating: "a: ", count: 100_000)),
    ("200,000 aliases", "a: &a x\nb: [" + String(repeating: "*a,", count: 200_000) + "]\n"),
  ]

  @Test("Texts of many kinds", .enabled(if: isOptimised), arguments: texts)
  func isRefused(_ name: String, _ text: String) {
    let start = ContinuousClock.now
    let diagnostics = SampleScenario.complaints(text)
    #expect(diagnostics.exitCode == 65, "\(name)")
    let brief = diagnostics.briefText(file: "crash.yaml")
    #expect(brief.split(separator: "\n").count <= 14, "\(name)")
    #expect(brief.count <= 2200, "\(name)")
    let lines = diagnostics.all.flatMap { diagnostics.block($0) }
    #expect(lines.allSatisfy { $0.count <= 200 }, "\(name)")
    #expect(ContinuousClock.now - start < patience, "\(name)")
  }

  @Test("Random bytes are refused, whatever they are")
  func randomBytes() {
    var state: UInt64 = 1
    for length in [1, 10, 100, 1000, 10_000] {
      for _ in 0..<50 {
        let bytes = (0..<length).map { _ -> UInt8 in
          // A linear congruential generator (Knuth, MMIX) is random enough here.
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return UInt8(state >> 56)
        }
        var diagnostics = Diagnostics()
        let read = ScenarioFile.parse(bytes, name: "random", into: &diagnostics)
        #expect(diagnostics.hasErrors || SampleScenario.complaints(read?.text ?? "").hasErrors)
      }
    }
  }

  @Test("Any single broken byte of a good scenario is survived", .enabled(if: isOptimised))
  func brokenBytes() {
    let good = Array(SampleScenario.text.utf8)
    for place in stride(from: 0, to: good.count, by: 3) {
      for byte in [UInt8(ascii: "["), UInt8(ascii: ":"), UInt8(ascii: "&"), 0, 0xFF] {
        var bytes = good
        bytes[place] = byte
        guard let text = String(validating: bytes, as: UTF8.self) else { continue }
        let diagnostics = SampleScenario.complaints(text)
        #expect(diagnostics.all.allSatisfy { !diagnostics.block($0).isEmpty })
      }
    }
  }

  @Test("Folders, devices, pipes and missing files are told apart, at once")
  func specialFiles() {
    func fault(_ path: String) -> String {
      do throws(Diagnostics) {
        _ = try Scenario.load(path)
        return ""
      } catch {
        return "\(error.exitCode) \(error.all[0].message)"
      }
    }
    #expect(fault("/dev/zero") == "65 '/dev/zero' is a device; only regular files are read")
    #expect(fault("/") == "65 '/' is a folder; only regular files are read")
    #expect(fault("/no/such.yaml") == "66 '/no/such.yaml': No such file or directory")
  }
}
