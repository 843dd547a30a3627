import Runner
import Testing

@Suite("Comparison with known answers")
struct ConformanceComparisonTests {
  private let tolerance = ConformanceTolerance(absolute: 0.25, relative: 0.5)

  /// 0.25 + 0.5 * 2 = 1.25 either way of an expected 2, and the same of an expected -2.
  @Test(
    "A number passes up to and including abs + rel times the size of the expected one",
    arguments: [
      (0.75, 2.0, true), (3.25, 2.0, true), (0.7499, 2.0, false), (3.2501, 2.0, false),
      (-3.25, -2.0, true), (-3.2501, -2.0, false),
    ])
  func boundary(got: Double, expected: Double, passes: Bool) {
    let differences = tolerance.differences(
      got: ["x": .number(got)], expected: ["x": .number(expected)])
    #expect(differences.isEmpty == passes)
  }

  @Test("Expected keys must be there, others do not matter, raw ones are optional")
  func keys() {
    #expect(
      tolerance.differences(got: ["a": .null, "b": .number(1)], expected: ["a": .null]) == [])
    #expect(
      tolerance.differences(got: [:], expected: ["a": .number(1)])
        == ["a: no result, expected 1"])
    #expect(tolerance.differences(got: [:], expected: ["a_raw": .string("12")]) == [])
    #expect(
      tolerance.differences(got: ["a_raw": .string("13")], expected: ["a_raw": .string("12")])
        == ["a_raw: got \"13\", expected \"12\""])
  }

  @Test("Texts, booleans, nulls and shapes match exactly")
  func exactKinds() {
    func differ(_ got: JSONValue, _ expected: JSONValue) -> Bool {
      !tolerance.differences(got: ["x": got], expected: ["x": expected]).isEmpty
    }
    #expect(!differ(.string("ok"), .string("ok")))
    #expect(differ(.string("ok"), .string("OK")))
    #expect(differ(.boolean(true), .number(1)))
    #expect(differ(.null, .number(0)))
    #expect(differ(.number(0), .null))
    #expect(differ(JSONValue([1, 2]), JSONValue([1])))
    #expect(differ(.number(1), JSONValue([1])))
    #expect(differ(.array([JSONValue([1, 9])]), .array([JSONValue([1, 2])])))
    #expect(!differ(.object(["a": .number(1), "b": .null]), .object(["a": .number(1)])))
  }

  @Test("A list among the inputs is worked through element by element and keeps its shape")
  func elementwise() throws {
    let inputs = ConformanceInputs([
      "a": .array([JSONValue([1, 2]), .number(3)]), "b": .number(10), "c": .string("1e2"),
    ])
    let results = try inputs.elementwise("a", "b", "c") { v in
      ["sum": JSONValue(v[0] + v[1] + v[2])]
    }
    #expect(results == ["sum": .array([JSONValue([111, 112]), .number(113)])])
  }
}
