import Foundation

/// What a stream can show.
package struct TerminalStyle: Sendable, Equatable {
  package enum ColourChoice: String, Sendable, CaseIterable {
    case auto, always, never
  }

  /// Characters a line.
  package var width: Int
  package var isTerminal: Bool
  package var colour: Bool

  package init(width: Int, isTerminal: Bool, colour: Bool) {
    self.width = width
    self.isTerminal = isTerminal
    self.colour = colour
  }

  /// Pipes and files get 80 characters; `TERM=dumb` counts as no terminal.
  ///
  /// `NO_COLOR`, where it is not empty, removes colour unless it is asked for by name.
  package init(
    isTerminal: Bool, columns: Int?, environment: [String: String], choice: ColourChoice
  ) {
    let isDumb = environment["TERM"] == "dumb"
    self.isTerminal = isTerminal && !isDumb
    width = self.isTerminal ? max(40, columns ?? 80) : 80
    switch choice {
    case .always: colour = true
    case .never: colour = false
    case .auto: colour = self.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }
  }

  /// The style of an open descriptor.
  package static func of(
    _ descriptor: Int32, environment: [String: String], choice: ColourChoice
  ) -> TerminalStyle {
    TerminalStyle(
      isTerminal: isatty(descriptor) == 1, columns: columns(of: descriptor),
      environment: environment, choice: choice)
  }

  /// Width of the terminal behind a descriptor, now; `nil` where it has none.
  package static func columns(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  package func dim(_ text: String) -> String { painted(text, "2") }

  /// The summary with its first line in bold.
  package func painted(_ summary: [String]) -> [String] {
    summary.enumerated().map { $0 == 0 ? painted($1, "1") : $1 }
  }

  private func painted(_ text: String, _ code: String) -> String {
    colour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
