/// Runs vector files against the code that a simulation runs.
///
/// `pattern`, where given, picks functions by name: `*` stands for any characters, commas separate
/// alternatives. Cases that it does not match are neither run nor counted. All files are read
/// before the first case runs; throws `ConformanceFileError` for the first that cannot be used.
package func runConformance(
  files paths: [String], only pattern: String? = nil,
  functions: [String: ConformanceFunction] = ConformanceRegistry.functions
) throws -> ConformanceReport {
  let files = try paths.map { try ConformanceFile(path: $0) }
  let alternatives = pattern.map { pattern in
    pattern.split(separator: ",").map { part in Array(part.drop { $0 == " " }) }
  }
  return ConformanceReport(
    files: files.map { file in
      var report = ConformanceFileReport(path: file.path)
      for known in file.cases {
        let name = Array(known.function)
        if let alternatives, !alternatives.contains(where: { glob($0[...], name[...]) }) {
          continue
        }
        report.add(known, functions[known.function])
      }
      return report
    })
}

extension ConformanceFileReport {
  /// Runs one case and books it.
  fileprivate mutating func add(_ known: ConformanceCase, _ function: ConformanceFunction?) {
    guard let function else {
      if known.function.hasSuffix("_raw") {
        skipped += 1
      } else {
        notImplemented.append(
          ConformanceFailure(name: known.name, function: known.function, details: []))
      }
      return
    }
    let details: [String]
    do {
      details = known.tolerance.differences(
        got: try function(known.inputs), expected: known.expected)
    } catch {
      details = ["\(error)"]
    }
    if details.isEmpty {
      passed += 1
    } else {
      failures.append(
        ConformanceFailure(name: known.name, function: known.function, details: details))
    }
  }
}

/// Whether the whole of `text` matches `pattern`, in which `*` stands for any characters.
private func glob(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
  guard let head = pattern.first else { return text.isEmpty }
  if head == "*" {
    let rest = pattern.dropFirst()
    return (text.startIndex...text.endIndex).contains { glob(rest, text[$0...]) }
  }
  return text.first == head && glob(pattern.dropFirst(), text.dropFirst())
}
