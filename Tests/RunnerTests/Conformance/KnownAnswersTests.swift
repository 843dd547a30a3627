import Runner
import Testing

@Suite("Known answers")
struct KnownAnswersTests {
  /// The count is that of cases whose rule exists; it may rise with new rules, never fall.
  @Test(
    "Every case whose rule exists passes",
    arguments: [("agents.json", 33), ("paths.json", 31), ("statistics.json", 39)])
  func implementedCasesPass(name: String, least: Int) throws {
    let report = try runConformance(files: [VectorFiles.path(name)])
    #expect(report.files[0].failures == [])
    #expect(report.passedCount >= least)
  }

  @Test("Every rule of the statistics is there")
  func allStatistics() throws {
    let report = try runConformance(files: [VectorFiles.path("statistics.json")])
    #expect(report.text.hasSuffix("total: 39 passed, 0 failed\n"))
    #expect(report.isSuccess)
  }

  @Test("Random numbers, laws, matrices and ranks have no unknown rule")
  func requiredPathRules() throws {
    let report = try runConformance(
      files: [VectorFiles.path("paths.json")],
      only:
        "rng_known_answer, student_t_*, normal_quantile, nearest_correlation, order_statistic_ci")
    #expect(report.text.hasSuffix("total: 9 passed, 0 failed\n"))
    #expect(report.isSuccess)
  }
}
