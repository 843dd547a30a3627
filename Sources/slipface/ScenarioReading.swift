import Runner

/// Reads a scenario for a command that needs it whole.
enum ScenarioReading {
  /// Prints what is wrong, cut to a screen, and ends the command.
  static func reporting(
    _ file: String, _ read: () throws(Diagnostics) -> Scenario
  ) throws -> Scenario {
    do throws(Diagnostics) {
      return try read()
    } catch {
      throw end(error, file: file)
    }
  }

  static func end(_ diagnostics: Diagnostics, file: String) -> CommandEnd {
    let text = diagnostics.briefText(file: file)
    return CommandEnd(
      ExitStatus(rawValue: diagnostics.exitCode) ?? .invalidInput,
      String(text.dropLast(text.hasSuffix("\n") ? 1 : 0)))
  }
}
