/// A rule under test: the inputs of a known answer in, its results out.
package typealias ConformanceFunction =
  @Sendable ([String: JSONValue]) throws -> [String: JSONValue]

/// The rules that known answers can name.
///
/// Each entry only translates: the numbers come from the code that a simulation runs.
package enum ConformanceRegistry {
  /// By the `function` of a vector file.
  package static let functions: [String: ConformanceFunction] = {
    let parts = [
      behaviour, liquidators, protocols, statistics, sampling, studies, cascades, paths, options,
      processes,
    ]
    return parts.reduce(into: [:]) { all, part in
      all.merge(part) { _, _ in preconditionFailure("a rule is registered once") }
    }
  }()
}
