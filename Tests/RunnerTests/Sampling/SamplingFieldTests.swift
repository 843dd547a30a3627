import Foundation
import Runner
import SimulationCore
import Testing

@Suite("The field run.sampling")
struct SamplingFieldTests {
  private func loaded(_ value: String, model: String = "student_t") throws -> Scenario {
    try Scenario.parse(
      ShippedScenario.quickstart.text, name: "quickstart",
      overrides: [
        ("dynamics", "{model: \(model)}"), ("run.sampling", value),
      ].map { Override(path: $0, value: $1, spelling: "--set \($0)=\($1)") }, dataFolders: [])
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

  @Test("A mixture as a word has the defaults of the block; the block overrides them")
  func mixtures() throws {
    #expect(
      try loaded("mixture", model: "crash_garch_t").run.sampling == .mixture(MixtureRequest()))
    #expect(
      try loaded("{kind: mixture}", model: "crash_garch_t").run.sampling
        == .mixture(MixtureRequest()))
    var request = MixtureRequest()
    (request.nominalShare, request.stepShare, request.rateFactor) = (0.25, 0.5, 8)
    (request.offspringFactor, request.stepVarianceFactor, request.stepShift) = (2, 10, 0.5)
    request.varianceShare = 0.6
    let value =
      "{kind: mixture, nominal_share_pct: 25, step_share_pct: 50, rate_factor: 8, "
      + "variance_share_pct: 60, offspring_factor: 2, step_variance_factor: 10, step_shift_sd: 0.5}"
    #expect(try loaded(value, model: "crash_garch_t").run.sampling == .mixture(request))
  }

  @Test(
    "A mixture that the price model cannot have is one error",
    arguments: [
      ("mixture", "gbm", "run.sampling: a mixture makes the crashes of crash_garch_t"),
      ("mixture", "merton", "and model merton has neither [E037]"),
      (
        "mixture", "crash_garch_t, crash_rate_per_hour: 0",
        "dynamics.crash_rate_per_hour: 0 leaves no crash that run.sampling: mixture"
      ),
      (
        "{kind: mixture}", "hawkes_jumps, common_rate_per_hour: 0",
        "dynamics.common_rate_per_hour: 0 leaves no crash that run.sampling: mixture"
      ),
      ("mixture", "crash_garch_t, crash_size: 0", "dynamics.crash_size: no crash moves any asset"),
      ("{kind: mixture}", "student_t", "run.sampling.kind"),
      ("{kind: mixture, step_share_pct: 10}", "hawkes_jumps", "no Student-t moves"),
      ("{kind: mixture, variance_share_pct: 10}", "hawkes_jumps", "variance is constant"),
      ("{kind: mixture, step_share_pct: 80}", "crash_garch_t", "exceed 100 together"),
      ("{kind: mixture, nominal_share_pct: 10}", "crash_garch_t", "20"),
    ])
  func mixtureRefusals(value: String, model: String, part: String) throws {
    let error = try #require(
      #expect(throws: Diagnostics.self) { try loaded(value, model: model) })
    let text = error.text(file: "quickstart", nothingWasRun: true)
    #expect(text.contains(part))
    #expect(text.contains("1 error"))
  }

  @Test("Antithetic pairs and points as words and as blocks")
  func pairs() throws {
    #expect(
      try Scenario.parse(
        ShippedScenario.quickstart.text, name: "quickstart",
        overrides: [
          ("dynamics", "{model: gbm}"), ("run.paths", "2048"), ("run.sampling", "{kind: qmc}"),
        ].map { Override(path: $0, value: $1, spelling: "--set \($0)=\($1)") }, dataFolders: []
      ).run.sampling == .quasiRandom)
    #expect(try loaded("antithetic").run.sampling == .antithetic)
    #expect(try loaded("{kind: antithetic}").run.sampling == .antithetic)
  }

  @Test(
    "Half a pair or point set, and models that have none, are one error each",
    arguments: [
      ("antithetic", [("run.paths", "1001")], "1001 paths are no whole antithetic pairs"),
      (
        "qmc", [("dynamics", "{model: student_t}"), ("run.paths", "3072")],
        "nearest: 2048 or 4096"
      ),
      (
        "qmc", [("dynamics", "{model: crash_garch_t}"), ("run.paths", "4096")],
        "do not lead in model crash_garch_t; take one of gbm, student_t"
      ),
      (
        "antithetic",
        [
          ("run.step_minutes", "60"),
          ("assets", "{WETH: {price_usd: 3200}, USDC: {price_usd: 1}}"),
          (
            "dynamics",
            "{model: bootstrap, prices: {time_hours: [0, 1, 2, 3], WETH: [1, 2, 1, 2], "
              + "USDC: [1, 1, 1, 1]}}"
          ),
        ], "model bootstrap takes its moves from data"
      ),
    ])
  func pairRefusals(sampling: String, changes: [(String, String)], part: String) throws {
    let error = try #require(
      #expect(throws: Diagnostics.self) {
        try Scenario.parse(
          ShippedScenario.quickstart.text, name: "quickstart",
          overrides: (changes + [("run.sampling", sampling)]).map {
            Override(path: $0, value: $1, spelling: "--set \($0)=\($1)")
          }, dataFolders: [])
      })
    let text = error.text(file: "quickstart", nothingWasRun: true)
    #expect(text.contains(part), "\(text)")
    #expect(text.contains("1 error"))
  }

  @Test(
    "A wrong number of paths is called what the user called it",
    arguments: [
      ("antithetic", "--max-paths 1001", "--max-paths: 1001 paths are no whole"),
      ("antithetic", "--paths 1001", "--paths: 1001 paths are no whole"),
      ("antithetic", "--set run.paths=1001", "run.paths: 1001 paths are no whole"),
      ("qmc", "--max-paths 1001", "--max-paths: 1001 paths are not 16"),
    ])
  func namesOfPaths(sampling: String, spelling: String, message: String) throws {
    let error = try #require(
      #expect(throws: Diagnostics.self) {
        try Scenario.parse(
          ShippedScenario.quickstart.text, name: "quickstart",
          overrides: [
            Override(path: "dynamics", value: "{model: gbm}", spelling: "--set dynamics=gbm"),
            Override(path: "run.sampling", value: sampling, spelling: "--set run.sampling"),
            Override(path: "run.paths", value: "1001", spelling: spelling),
          ], dataFolders: [])
      })
    #expect(error.all.map(\.message).contains { $0.hasPrefix(message) }, "\(error.all)")
    #expect(error.errorCount == 1)
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
