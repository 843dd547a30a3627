import Foundation
import Runner
import Testing

@Suite("Conformance run")
struct ConformanceRunTests {
  /// Three cases of which the first is right, the second wrong by one unit in the fifth place.
  private static let mixed = """
    {"vectors": [
      {"name": "right", "function": "entry_gate_omega", "inputs": {"q": 0},
       "expected": {"Omega": 1}, "tolerance": {"abs": 1e-12, "rel": 0}},
      {"name": "wrong", "function": "entry_gate_omega", "inputs": {"q": [0, 0.1]},
       "expected": {"Omega": [1, 1.28496]}, "tolerance": {"abs": 1e-12, "rel": 1e-9}},
      {"name": "unknown", "function": "no_such_rule", "inputs": {}, "expected": {},
       "tolerance": {"abs": 0, "rel": 0}},
      {"name": "integers", "function": "some_step_raw", "inputs": {}, "expected": {},
       "tolerance": {"abs": 0, "rel": 0}}
    ]}
    """

  @Test("A wrong value and an unknown rule fail, an integer rule is skipped")
  func countsEachKind() throws {
    let report = try VectorFiles.withTemporary(Self.mixed) { try runConformance(files: [$0]) }
    let file = report.files[0]
    #expect(file.passed == 1)
    #expect(file.failures.map(\.name) == ["wrong"])
    #expect(file.failures[0].details.count == 1)
    #expect(file.failures[0].details[0].hasPrefix("Omega[1]: got 1.28495278505220"))
    #expect(file.notImplemented.map(\.function) == ["no_such_rule"])
    #expect(file.skipped == 1)
    #expect(report.failedCount == 2)
    #expect(!report.isSuccess)
    let lines = report.text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "\(file.path): 1 passed, 1 failed, 1 not implemented, 1 skipped")
    #expect(lines[1] == "  FAIL wrong (entry_gate_omega)")
    #expect(lines[3] == "  FAIL unknown (no_such_rule): not implemented")
    #expect(lines[4] == "total: 1 passed, 1 failed, 1 not implemented, 1 skipped")
  }

  @Test(
    "A pattern picks functions by name; the others are not counted",
    arguments: [
      ("entry_*", 1, 1), ("*_rule", 0, 1), ("entry_gate_omega,no*rule", 1, 2), ("omega", 0, 0),
      ("*", 1, 2), ("entry_gate_omega*", 1, 1),
    ])
  func picks(pattern: String, passed: Int, failed: Int) throws {
    let report = try VectorFiles.withTemporary(Self.mixed) {
      try runConformance(files: [$0], only: pattern)
    }
    #expect(report.passedCount == passed)
    #expect(report.failedCount == failed)
  }

  @Test("A run that picks nothing is no success")
  func nothingPicked() throws {
    let report = try VectorFiles.withTemporary(Self.mixed) {
      try runConformance(files: [$0], only: "nothing")
    }
    #expect(report.text.hasSuffix("total: 0 passed, 0 failed\n"))
    #expect(!report.isSuccess)
  }

  @Test(
    "A file that cannot be used gives one error that names the file and the fault",
    arguments: [
      ("{\"vectors\": [}", "is not valid JSON"),
      ("{\"cases\": []}", "the file has no \"vectors\""),
      ("{\"vectors\": [{\"name\": \"a\"}]}", "vectors[0] has no \"function\""),
      ("{\"vectors\": {}}", "vectors has the wrong type"),
      ("[]", "the file has the wrong type"),
      ("", "is not valid JSON"),
    ])
  func malformed(text: String, reason: String) throws {
    try VectorFiles.withTemporary(text) { path in
      let error = #expect(throws: ConformanceFileError.self) {
        try runConformance(files: [VectorFiles.path("paths.json"), path])
      }
      #expect(error?.description.hasPrefix("\(path): \(reason)") == true)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("A file that is not there gives one error")
  func missing() {
    let error = #expect(throws: ConformanceFileError.self) {
      try runConformance(files: ["no/such/file.json"])
    }
    #expect(error?.description == "no/such/file.json: cannot be read")
  }

  @Test(
    "Inputs that do not suit a rule are a failure with a sentence",
    arguments: [
      ("normal_quantile", "{}", "p is missing"),
      ("student_t_cdf", "{\"nu\": -1, \"x\": 0}", "nu must be positive"),
      (
        "student_t_cdf", "{\"nu\": [3, 4], \"x\": [0, 1, 2]}",
        "x has 3 elements, another list 2"
      ),
      (
        "binomial_interval", "{\"hits\": 5, \"paths\": 4, \"level\": 0.95}",
        "hits must be some of the paths"
      ),
      (
        "order_statistic_ci", "{\"n\": 1e30, \"p\": 0.5, \"level\": 0.95}",
        "the number of paths must be a whole number from 1 to 1000000000"
      ),
      (
        "mean_interval", "{\"values\": [1], \"level\": 0.95}",
        "values must have 2 values or more"
      ),
      (
        "multivariate_t_portfolio",
        "{\"nu\": 0, \"alpha\": 0.99, \"weights\": [1], \"vol\": [1], \"corr\": [[1]]}",
        "nu must be above 2"
      ),
      (
        "sectioning_interval",
        "{\"batch_estimates\": [1, 2], \"overall\": 1e300, \"level\": 0.95}",
        "overall must not exceed 1e150 in size"
      ),
      (
        "mean_interval", "{\"values\": [1, \"nan\"], \"level\": 0.95}",
        "values must be a number, not \"nan\""
      ),
      (
        "merton_call",
        "{\"S\": 1, \"K\": 1, \"r\": 0, \"T\": 1e300, \"sigma\": 1, \"lambda_\": 0, "
          + "\"jump_mean_log\": 0, \"jump_sd_log\": 0}",
        "S, K and T must be positive, T at most 1000"
      ),
      (
        "rng_known_answer", "{\"generator\": \"philox4x32\", \"rounds\": 7, \"cases\": []}",
        "philox4x32 of 7 rounds is not the generator here"
      ),
    ])
  func unsuitableInputs(function: String, inputs: String, sentence: String) throws {
    let text = """
      {"vectors": [{"name": "case", "function": "\(function)", "inputs": \(inputs),
      "expected": {}, "tolerance": {}}]}
      """
    let report = try VectorFiles.withTemporary(text) { try runConformance(files: [$0]) }
    #expect(report.files[0].failures.map(\.details) == [[sentence]])
  }
}
