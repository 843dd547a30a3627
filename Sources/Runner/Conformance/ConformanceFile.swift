import Foundation

/// One known answer of a vector file.
package struct ConformanceCase: Sendable, Decodable {
  package let name: String
  package let function: String
  package let inputs: [String: JSONValue]
  package let expected: [String: JSONValue]
  package let tolerance: ConformanceTolerance
}

/// A file of known answers: an object whose `vectors` list holds the cases.
package struct ConformanceFile: Sendable {
  package let path: String
  package let cases: [ConformanceCase]

  /// Reads the whole file; throws `ConformanceFileError`.
  package init(path: String) throws {
    struct Content: Decodable {
      let vectors: [ConformanceCase]
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConformanceFileError(path: path, reason: "cannot be read")
    }
    do {
      cases = try JSONDecoder().decode(Content.self, from: data).vectors
    } catch let error as DecodingError {
      throw ConformanceFileError(path: path, reason: ConformanceFile.explain(error, data))
    }
    self.path = path
  }

  private static func explain(_ error: DecodingError, _ data: Data) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { key in
        key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)"
      }.joined()
      return path.isEmpty ? "the file" : String(path.drop { $0 == "." })
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context)) has no \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context)) has the wrong type"
    case .dataCorrupted:
      return "is not valid JSON" + (syntaxError(data).map { ": \($0)" } ?? "")
    @unknown default:
      return "is not a vector file"
    }
  }

  /// What the parser says and where; the decoder above keeps that to itself.
  private static func syntaxError(_ data: Data) -> String? {
    do {
      _ = try JSONSerialization.jsonObject(with: data)
      return nil
    } catch {
      return (error as NSError).userInfo["NSDebugDescription"] as? String
    }
  }
}

/// A vector file that cannot be used.
package struct ConformanceFileError: Error, Sendable, Equatable, CustomStringConvertible {
  package let path: String
  package let reason: String

  package var description: String { "\(path): \(reason)" }
}
