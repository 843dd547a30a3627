import Foundation
import Runner
import Testing

@Suite("The field run.sampling")
struct SamplingFieldTests {
  private func loaded(_ value: String) throws -> Scenario {
    try Scenario.parse(
      ShippedScenario.quickstart.text, name: "quickstart",
      overrides: [
        Override(path: "run.sampling", value: value, spelling: "--set run.sampling=\(value)")
      ], dataFolders: [])
  }

  @Test("A word, a map, and nothing at all")
  func readings() throws {
    #expect(try loaded("plain").run.sampling == .plain)
    #expect(try loaded("screened").run.sampling == .screened(candidatesPerPath: 10))
    #expect(
      try loaded("{kind: screened, candidates_per_path: 5}").run.sampling
        == .screened(candidatesPerPath: 5))
    #expect(
      try Scenario.parse(
        ShippedScenario.quickstart.text, name: "quickstart", overrides: [], dataFolders: []
      ).run.sampling == .plain)
  }

  @Test(
    "What is no way of sampling is refused with the rule",
    arguments: [
      ("screned", "run.sampling"), ("{kind: screened, candidates_per_path: 3}", "4"),
      ("{kind: plain}", "screened"), ("{candidates_per_path: 5}", "kind"), ("5", "run.sampling"),
    ])
  func refusals(value: String, part: String) throws {
    let error = try #require(
      #expect(throws: Diagnostics.self) { try loaded(value) })
    #expect(error.text(file: "quickstart", nothingWasRun: true).contains(part))
  }

  @Test("Path numbers have 32 bits: too many candidates are refused")
  func tooMany() throws {
    let error = try #require(
      #expect(throws: Diagnostics.self) {
        try Scenario.parse(
          ShippedScenario.quickstart.text, name: "quickstart",
          overrides: [
            Override(
              path: "run.sampling", value: "screened", spelling: "--set run.sampling=screened"),
            Override(path: "run.paths", value: "500000000", spelling: "--paths 500000000"),
          ], dataFolders: [])
      })
    #expect(
      error.text(file: "quickstart", nothingWasRun: true).contains("at most 429496729 paths"))
  }
}
