/// What `SLIPFACE_*` variables say.
package struct EnvironmentSettings: Sendable {
  package static let threadsName = "SLIPFACE_THREADS"
  package static let outputName = "SLIPFACE_OUT"
  package static let threadRange = 1...1024

  private let variables: [String: String]

  package init(_ variables: [String: String]) { self.variables = variables }

  /// Folder for the results; empty counts as absent.
  package var outputFolder: String? {
    variables[EnvironmentSettings.outputName].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Throws a sentence for a value that is no thread count; empty counts as absent.
  package func threads() throws(UsageError) -> Int? {
    guard let text = variables[EnvironmentSettings.threadsName], !text.isEmpty else { return nil }
    guard let count = Int(text), EnvironmentSettings.threadRange.contains(count) else {
      let range = EnvironmentSettings.threadRange
      throw UsageError(
        "\(EnvironmentSettings.threadsName): expected a whole number from \(range.lowerBound) to "
          + "\(range.upperBound), found '\(text.escapingControls.cut(to: 40))'")
    }
    return count
  }

  /// A line for every `SLIPFACE_*` variable that nothing reads, in the order of their names.
  package var warnings: [String] {
    let prefix = "SLIPFACE_"
    let known = [EnvironmentSettings.threadsName, EnvironmentSettings.outputName]
    // Compared without the prefix, which alone would make all of them alike.
    let tails = known.map { String($0.dropFirst(prefix.count)) }
    return variables.keys.filter { $0.hasPrefix(prefix) && !known.contains($0) }.sorted().map {
      let near = NearestName.find(String($0.dropFirst(prefix.count)), in: tails)
      let hint = near.map { "; did you mean \(prefix)\($0)?" } ?? ""
      return "warning: unknown environment variable \($0.escapingControls.cut(to: 80))" + hint
    }
  }
}

/// A command line that cannot be carried out, in a sentence.
package struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// The first word of a command line, before anything is parsed.
package enum CommandName {
  /// The error of a first word that is no command, with the nearest one; `nil` where it is one, or
  /// is an option.
  package static func fault(in arguments: [String], commands: [String]) -> UsageError? {
    guard let word = arguments.first, !word.hasPrefix("-"), !commands.contains(word) else {
      return nil
    }
    let shown = "unknown command '\(word.escapingControls.cut(to: 40))'"
    if let near = NearestName.find(word, in: commands) {
      return UsageError("\(shown); did you mean '\(near)'?")
    }
    return UsageError("\(shown); the commands are \(commands.joined(separator: ", "))")
  }
}
