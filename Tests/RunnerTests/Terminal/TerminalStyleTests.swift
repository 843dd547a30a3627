import Runner
import Testing

@Suite("What a stream can show")
struct TerminalStyleTests {
  private func style(
    _ isTerminal: Bool, _ environment: [String: String] = [:],
    _ choice: TerminalStyle.ColourChoice = .auto
  ) -> TerminalStyle {
    TerminalStyle(isTerminal: isTerminal, columns: 120, environment: environment, choice: choice)
  }

  @Test("Terminals have their width and colour, pipes 80 characters and none")
  func plain() {
    #expect(style(true) == TerminalStyle(width: 120, isTerminal: true, colour: true))
    #expect(style(false) == TerminalStyle(width: 80, isTerminal: false, colour: false))
  }

  @Test("TERM=dumb counts as a pipe")
  func dumb() {
    #expect(
      style(true, ["TERM": "dumb"]) == TerminalStyle(width: 80, isTerminal: false, colour: false))
  }

  @Test("NO_COLOR removes colour where it is not empty and colour is not asked for")
  func noColour() {
    #expect(!style(true, ["NO_COLOR": "1"]).colour)
    #expect(style(true, ["NO_COLOR": ""]).colour)
    #expect(style(true, ["NO_COLOR": "1"], .always).colour)
    #expect(style(false, [:], .always).colour)
    #expect(!style(true, [:], .never).colour)
  }

  @Test("Without colour, text is left alone")
  func painting() {
    #expect(style(false).dim("x") == "x")
    #expect(style(true).dim("x") == "\u{1B}[2mx\u{1B}[0m")
    #expect(style(true).painted(["a", "b"]) == ["\u{1B}[1ma\u{1B}[0m", "b"])
  }
}
