import ArgumentParser
import Foundation
import Runner

/// Parses a command line, runs its command, and turns every outcome into an exit status.
enum CommandLineProgram {
  static func run(_ arguments: [String]) -> ExitStatus {
    let environment = EnvironmentSettings(ProcessInfo.processInfo.environment)
    if !arguments.contains("--quiet") {
      for warning in environment.warnings { Talk.say(warning) }
    }
    let names = SlipfaceCommand.configuration.subcommands.map { $0._commandName }
    if let fault = CommandName.fault(in: arguments, commands: names + ["help"]) {
      return fail(fault)
    }
    if arguments.starts(with: FieldHelpCommand.words) {
      return runFieldHelp(Array(arguments.dropFirst(FieldHelpCommand.words.count)))
    }
    do {
      var command = try SlipfaceCommand.parseAsRoot(arguments)
      try command.run()
      return .done
    } catch {
      return fail(error)
    }
  }

  private static func runFieldHelp(_ arguments: [String]) -> ExitStatus {
    do {
      try FieldHelpCommand.parse(arguments).run()
      return .done
    } catch {
      return fail(error, of: FieldHelpCommand.self)
    }
  }

  /// The one place that maps errors to exit codes.
  private static func fail(
    _ error: any Error, of command: any ParsableCommand.Type = SlipfaceCommand.self
  ) -> ExitStatus {
    switch error {
    case let finished as CommandEnd:
      if let message = finished.message { Talk.say(message) }
      return finished.status
    case let error as OutputError:
      if error != .closedPipe { Talk.say("error: \(error)") }
      return ExitStatus(error)
    case let error as UsageError:
      Talk.say("error: \(error)")
      return .wrongCommandLine
    default:
      return finishParsing(error, of: command)
    }
  }

  /// Help and version go to standard output, complaints about the command line to standard error.
  private static func finishParsing(
    _ error: any Error, of command: any ParsableCommand.Type
  ) -> ExitStatus {
    let message = command.fullMessage(for: error)
    switch command.exitCode(for: error) {
    case .success:
      do {
        try TextStream.standardOutput.write(message.isEmpty ? "" : message + "\n")
        return .done
      } catch {
        return fail(error)
      }
    case .validationFailure:
      Talk.say(message)
      return .wrongCommandLine
    default:
      Talk.say("internal error: \(error) (slipface \(Version.current))")
      return .internalError
    }
  }
}

/// The end of a command other than success, with what to say about it.
struct CommandEnd: Error {
  let status: ExitStatus
  /// `nil` where everything has been said.
  let message: String?

  init(_ status: ExitStatus, _ message: String? = nil) {
    self.status = status
    self.message = message
  }
}

/// What is said to the person in front of the terminal, not to the program behind a pipe.
enum Talk {
  static func say(_ line: String) { TextStream.standardError.talk(line + "\n") }
}
