/// How far a result may be from its known answer: |got - expected| <= absolute + relative
/// |expected|.
package struct ConformanceTolerance: Sendable, Equatable, Decodable {
  package let absolute: Double
  package let relative: Double

  package init(absolute: Double = 0, relative: Double = 0) {
    self.absolute = absolute
    self.relative = relative
  }

  private enum CodingKeys: String, CodingKey {
    case absolute = "abs"
    case relative = "rel"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    absolute = try container.decodeIfPresent(Double.self, forKey: .absolute) ?? 0
    relative = try container.decodeIfPresent(Double.self, forKey: .relative) ?? 0
  }

  /// Every way in which the results miss the expected ones, in the order of the keys; empty where
  /// they agree.
  ///
  /// Every expected key must be there, except those ending `_raw`, which are compared where there
  /// is a result. Keys that are not expected do not matter. Numbers agree within the tolerance,
  /// everything else exactly.
  package func differences(
    got: [String: JSONValue], expected: [String: JSONValue]
  ) -> [String] {
    expected.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
      guard let result = got[key] else {
        return key.hasSuffix("_raw") ? [] : ["\(key): no result, expected \(value)"]
      }
      return differences(at: key, got: result, expected: value)
    }
  }

  private func differences(at place: String, got: JSONValue, expected: JSONValue) -> [String] {
    switch (got, expected) {
    case (.number(let got), .number(let wanted)):
      if got == wanted || abs(got - wanted) <= absolute + relative * abs(wanted) { return [] }
      return ["\(place): got \(got), expected \(wanted), off by \(got - wanted)"]
    case (.array(let got), .array(let wanted)):
      guard got.count == wanted.count else {
        return ["\(place): got \(got.count) elements, expected \(wanted.count)"]
      }
      return wanted.indices.flatMap {
        differences(at: "\(place)[\($0)]", got: got[$0], expected: wanted[$0])
      }
    case (.object(let got), .object(let wanted)):
      return differences(got: got, expected: wanted).map { "\(place).\($0)" }
    default:
      return got == expected ? [] : ["\(place): got \(got), expected \(expected)"]
    }
  }
}
