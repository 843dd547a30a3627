import Foundation
import Runner
import SimulationCore
import Testing

/// Each line of the table of promises about input, with the exact first line of its message.
@Suite("Broken input is refused with a place, a reason and advice")
struct BrokenInputTests {
  private func first(_ text: String) -> String { SampleScenario.firstLines(text).first ?? "" }

  private func firstOfBytes(_ bytes: [UInt8]) -> String {
    var diagnostics = Diagnostics()
    _ = ScenarioFile.parse(bytes, name: "crash.yaml", into: &diagnostics)
    return diagnostics.all.first.map { diagnostics.block($0)[0] } ?? ""
  }

  @Test("The sample itself is right")
  func sample() {
    #expect(SampleScenario.firstLines(SampleScenario.text) == [])
  }

  @Test("A byte order mark, CRLF and a document marker are accepted")
  func harmlessForms() throws {
    let crlf = "\u{FEFF}---\r\n" + SampleScenario.text.replacing("\n", with: "\r\n")
    #expect(SampleScenario.firstLines(crlf) == [])
    let shifted = crlf.replacing("price_usd: 1.0", with: "price: 1.0")
    #expect(SampleScenario.firstLines(shifted).first?.hasPrefix("crash.yaml:7:10: ") == true)
  }

  @Test("UTF-16, UTF-32 and bytes that are no UTF-8 are refused by name")
  func encodings() {
    let utf16 = Array("format: slipface/1\n".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(
      firstOfBytes([0xFF, 0xFE] + utf16)
        == "crash.yaml:1:1: error: the file is UTF-16; save it as UTF-8 [E001]")
    #expect(
      firstOfBytes([0, 0, 0xFE, 0xFF]).contains("the file is UTF-32"))
    #expect(
      firstOfBytes(Array("a: b\nc: ".utf8) + [0xE9, 0x0A])
        == "crash.yaml:2:4: error: the file is not UTF-8: byte 0xe9 [E001]")
  }

  @Test("UTF-16 without a mark is refused for its NUL bytes")
  func nul() {
    #expect(
      firstOfBytes(Array("a: \0b\n".utf8))
        == "crash.yaml:1:4: error: a NUL byte stands in the file [E002]")
    #expect(
      firstOfBytes(Array("a: \u{1B}[31m\n".utf8))
        == "crash.yaml:1:4: error: the control character U+1B stands in the file [E002]")
  }

  @Test(
    "Faults of YAML are told in one short line",
    arguments: [
      (
        "a: 1\n---\nb: 2\n", "2:1",
        "a second document begins here; a scenario is one document [E003]"
      ),
      ("a:\n\tb: 1\n", "2:1", "a tab indents this line; write spaces [E003]"),
      ("a: &x [*x]\n", "1:8", "an alias names an anchor that is not complete before it [E003]"),
      ("a: *nowhere\n", "1:4", "an alias names an anchor that is not complete before it [E003]"),
    ])
  func yamlFaults(_ text: String, _ place: String, _ message: String) {
    #expect(first(text) == "crash.yaml:\(place): error: \(message)")
  }

  @Test("A list that is not closed is told in the parser's words, cut to 80 characters")
  func syntax() {
    let line = first("a: [1, 2\nb: 3\n" + String(repeating: "x", count: 500) + ": [}\n")
    #expect(line.hasPrefix("crash.yaml:"))
    #expect(line.contains("error: not YAML: "))
    #expect(line.count < 130)
  }

  @Test("Deep nesting is refused with a short message")
  func deepNesting() {
    let deep = String(repeating: "[", count: 100_000)
    let line = first(deep)
    #expect(line.hasSuffix("lists and maps are nested too deeply [E005]"))
    #expect(line.count < 100)
  }

  @Test("An alias bomb is refused within a second")
  func aliasBomb() {
    var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, other) in zip("bcdefghi", "abcdefgh") {
      let aliases = [String](repeating: "*\(other)", count: 9).joined(separator: ", ")
      text += "\(name): &\(name) [\(aliases)]\n"
    }
    let start = ContinuousClock.now
    #expect(
      first(text)
        == "crash.yaml:1:1: error: aliases unfold to more than 1000000 values [E005]")
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test(
    "A bomb inside a key cannot stop the program",
    arguments: ["{*i : 1}", "? *i\n: 1", "{[*i]: 1}", "{? *i : 1}", "[*i]: 1"])
  func aliasBombInKey(_ key: String) {
    var text = "- &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, other) in zip("bcdefghi", "abcdefgh") {
      let aliases = [String](repeating: "*\(other)", count: 9).joined(separator: ", ")
      text += "- &\(name) [\(aliases)]\n"
    }
    text += "- " + key.replacing("\n", with: "\n  ") + "\n"
    #expect(
      first(text)
        == "crash.yaml:1:1: error: a key must be plain text, not an alias, a list or a map [E003]")
  }

  @Test("Duplicate keys are refused with both places, every one of them")
  func duplicateKeys() {
    let text =
      SampleScenario.text + "oracle: {kind: spot}\nname: again\noracle:\n  kind: spot\n"
    #expect(
      SampleScenario.firstLines(text) == [
        "crash.yaml:27:1: error: duplicate key 'oracle'; first given at 26:1 [E004]",
        "crash.yaml:28:1: error: duplicate key 'name'; first given at 2:1 [E004]",
        "crash.yaml:29:1: error: duplicate key 'oracle'; first given at 26:1 [E004]",
      ])
    let inner = SampleScenario.replacing("paths: 100,", with: "paths: 100, \"paths\": 5,")
    #expect(
      SampleScenario.firstLines(inner) == [
        "crash.yaml:3:20: error: duplicate key 'paths'; first given at 3:7 [E004]"
      ])
  }

  @Test("The same key in two maps is no duplicate")
  func sameKeyElsewhere() {
    let text = SampleScenario.replacing(
      "name: sample", with: "name: sample\ndescription: \"name: x\"")
    #expect(SampleScenario.firstLines(text) == [])
  }

  @Test(
    "Only decimal numbers are numbers, and the message says what to write",
    arguments: [
      ("1_000", "found \"1_000\"; write 1000"), ("80%", "found \"80%\"; write 80"),
      ("1,000", "found \"1,000\"; write 1000"), ("0x10", "found \"0x10\"; write 16"),
      ("010", "found \"010\"; write 10 (or 8 if octal was meant)"),
      ("1:30", "found \"1:30\" (a time); write one decimal number in the field's unit"),
      (".nan", "found \".nan\" (numbers are finite)"),
      ("nan", "found \"nan\" (numbers are finite)"),
      ("-.inf", "found \"-.inf\" (numbers are finite)"),
      ("Infinity", "found \"Infinity\" (numbers are finite)"),
      ("1e400", "found \"1e400\" (larger than 1.8e308)"),
      ("1e-400", "found \"1e-400\" (smaller than 5e-324); write 0"),
      ("\"75\"", "found \"75\"; write 75 without quotes"),
      ("'1_5'", "found \"1_5\"; write 15"), ("٣٤", "found \"٣٤\"; write 34"),
      ("1.2.3", "found \"1.2.3\""), ("yes", "found \"yes\""), ("--1", "found \"--1\""),
      ("$5", "found \"$5\"; write 5"),
    ])
  func numbers(_ spelling: String, _ message: String) {
    let text = SampleScenario.replacing(
      "price_usd: 3200.0, volatility_pct_annual: 75.0",
      with: "volatility_pct_annual: 75.0, price_usd: \(quoted(spelling))")
    let line = first(text)
    #expect(
      line == "crash.yaml:5:50: error: assets.WETH.price_usd: expected a number, \(message) [E011]")
  }

  /// In a flow map a comma ends a plain value; such a spelling needs quotes to arrive whole.
  private func quoted(_ spelling: String) -> String {
    spelling.contains(",") ? "\"\(spelling)\"" : spelling
  }

  @Test("Good spellings of numbers are read exactly")
  func goodNumbers() throws {
    let spellings: [(String, Double)] = [
      ("1", 1), ("+1.5", 1.5), ("-2.", -2), (".25", 0.25), ("1.0e+6", 1e6), ("5E-3", 0.005),
      ("0", 0), ("0.10", 0.1), ("9007199254740993", 0x1p53),
    ]
    for (spelling, value) in spellings { #expect(try NumberGrammar.number(spelling) == value) }
  }

  @Test("Booleans are true and false")
  func booleans() {
    let text = SampleScenario.replacing("paths: 100,", with: "paths: 100, price_feedback: yes,")
    #expect(
      first(text)
        == "crash.yaml:3:35: error: run.price_feedback: expected true or false, found yes; write true [E010]"
    )
  }

  @Test("Whole numbers are whole and inside their range, huge ones and large exponents too")
  func integers() {
    func paths(_ spelling: String) -> String {
      first(SampleScenario.replacing("paths: 100", with: "paths: \(spelling)"))
    }
    let head = "crash.yaml:3:14: error: run.paths: "
    #expect(
      paths("1.5") == head + "expected a whole number, found \"1.5\" (not a whole number) [E011]")
    #expect(paths("1e30") == head + "expected 1 to 1000000000, found 1e30 [E015]")
    #expect(
      paths("99999999999999999999999")
        == head + "expected 1 to 1000000000, found 99999999999999999999999 [E015]")
    #expect(paths("0") == head + "expected 1 to 1000000000, found 0 [E015]")
    #expect(paths("1e3") == "")
  }

  @Test("Seeds reach to 2^64 - 1 and no further")
  func seeds() throws {
    let text = SampleScenario.replacing(
      "paths: 100,", with: "paths: 100, seed: 18446744073709551615,")
    let scenario = try Scenario.parse(text, name: "crash.yaml")
    #expect(scenario.run.seed == UInt64.max)
    #expect(
      first(text.replacing("551615", with: "551616"))
        == "crash.yaml:3:25: error: run.seed: expected 0 to 18446744073709551615, "
        + "found 18446744073709551616 [E015]")
  }

  @Test("A fraction in a percent field is an error where it cannot be meant, else a warning")
  func wrongUnit() {
    let threshold = SampleScenario.replacing("threshold_pct: 83.0", with: "threshold_pct: 0.83")
    #expect(
      SampleScenario.firstLines(threshold)[0]
        == "crash.yaml:14:54: error: market.reserves.WETH.liquidation_threshold_pct: "
        + "0.83 is read as 0.83 %; for 83 % write 83 [E016]")
    let volatility = SampleScenario.replacing("annual: 75.0", with: "annual: 0.75")
    let diagnostics = SampleScenario.complaints(volatility)
    #expect(diagnostics.errorCount == 0)
    #expect(
      diagnostics.block(diagnostics.all[0])[0]
        == "crash.yaml:5:52: warning: assets.WETH.volatility_pct_annual: "
        + "0.75 is read as 0.75 %; for 75 % write 75 [W102]")
  }

  @Test("A small shock is doubted like other percentages; an empty selector is a missing one")
  func smallShockAndEmptySelector() {
    let shock = SampleScenario.text + "shocks: [{at_hours: 1, asset: WETH, drop_pct: 0.3}]\n"
    #expect(
      SampleScenario.firstLines(shock).map { $0.hasSuffix("for 30 % write 30 [W102]") } == [true])
    let model = SampleScenario.replacing("model: student_t", with: "model:")
    #expect(
      SampleScenario.firstLines(model)[0]
        == "crash.yaml:8:3: error: missing field 'model' in dynamics; it has no default [E014]")
  }

  @Test("A percentage in a field that holds a fraction gets a hint")
  func percentForFraction() {
    let text = SampleScenario.replacing(
      "count: 5}", with: "count: 5}\noutput: {quantiles: [95]}")
    let diagnostics = SampleScenario.complaints(text)
    #expect(
      diagnostics.text(file: "crash.yaml") == """
        crash.yaml:24:22: error: output.quantiles.0: expected above 0 to below 1, found 95 [E015]
           24 | output: {quantiles: [95]}
              |                      ^^ a fraction of one: 95 % is 0.95
        1 error in crash.yaml. Nothing was run.

        """)
  }

  @Test(
    "Correlations are checked for shape, symmetry, diagonal and range",
    arguments: [
      ("[[1, 0.05]]", "E040"), ("[[1, 0.05], [0.05]]", "E040"),
      ("[[1, 0.05], [0.06, 1]]", "E041"), ("[[1, 0.05], [0.05, 0.9]]", "E042"),
      ("[[1, 1.5], [1.5, 1]]", "E015"),
    ])
  func correlations(_ matrix: String, _ code: String) {
    let text = SampleScenario.replacing("[[1, 0.05], [0.05, 1]]", with: matrix)
    #expect(first(text).hasPrefix("crash.yaml:10:"))
    #expect(first(text).hasSuffix("[\(code)]"))
  }

  @Test("Names that dangle, stand twice or break the rules are refused")
  func names() {
    #expect(
      first(SampleScenario.replacing("debt_asset: USDC", with: "debt_asset: USDT"))
        == "crash.yaml:18:15: error: positions.debt_asset: asset 'USDT' is not defined in assets [E019]"
    )
    let twice = SampleScenario.replacing(
      "share_of_accounts_pct: 100}",
      with: "share_of_accounts_pct: 50}\n  - {cohort: retail, share_of_accounts_pct: 50}")
    let diagnostics = SampleScenario.complaints(twice)
    #expect(
      diagnostics.block(diagnostics.all[0]) == [
        "crash.yaml:22:14: error: traders.1.cohort: 'retail' stands twice [E023]",
        "   22 |   - {cohort: retail, share_of_accounts_pct: 50}",
        "      |              ^^^^^^", "      = the other place: 21:14",
      ])
    #expect(
      first(SampleScenario.replacing("name: sample", with: "name: ../x"))
        == "crash.yaml:2:7: error: name: a name has 1 to 40 of the characters "
        + "A-Z a-z 0-9 _ . : -, found \"../x\" [E017]")
  }

  @Test("Weights sum to 1 and shares stay below 100 %")
  func sums() {
    #expect(
      first(SampleScenario.replacing("{WETH: 1}", with: "{WETH: 0.9}"))
        == "crash.yaml:19:19: error: positions.collateral_mix: shares must sum to 1, the sum is 0.9 [E021]"
    )
    #expect(
      first(
        SampleScenario.replacing(
          "pct: 100}", with: "pct: 60}\n  - {cohort: b, share_of_debt_pct: 50}"))
        == "crash.yaml:21:3: error: traders: shares must not exceed 100 %, the sum is 110 [E038]")
    #expect(
      first(SampleScenario.replacing("pct: 100}", with: "pct: 60}"))
        == "crash.yaml:21:3: note: traders: shares sum to 60 %; the other accounts never act [N201]"
    )
  }

  @Test("Another version of the format gets one message that names both")
  func version() {
    #expect(
      SampleScenario.firstLines(SampleScenario.replacing("slipface/1", with: "slipface/2")) == [
        "crash.yaml:1:9: error: format: this program reads slipface/1, the file says slipface/2 [E008]"
      ])
  }

  @Test("An empty file and a file that is no map are refused")
  func noMap() {
    #expect(first("").hasSuffix("a scenario is a map of fields, found an empty file [E010]"))
    #expect(first("- 1\n").hasSuffix("a scenario is a map of fields, found a list [E010]"))
  }

  @Test("Missing fields tell what they hold")
  func missing() {
    let text = SampleScenario.replacing(", horizon_hours: 24", with: "")
    let diagnostics = SampleScenario.complaints(text)
    #expect(
      diagnostics.block(diagnostics.all[0]) == [
        "crash.yaml:3:6: error: missing field 'horizon_hours' in run; it has no default [E014]",
        "      = horizon_hours: number, hours, above 0 to 87600. Simulated time; a whole number of steps.",
      ])
  }

  @Test("A run that needs more memory than the limit is refused before it starts")
  func memory() throws {
    let mark = SourceMark(file: "crash.yaml", line: 3, column: 1)
    let refusal = try #require(
      MemoryLimit.refusal(needing: 12_300_000_000, limit: 8_000_000_000, at: mark))
    #expect(refusal.message == "the run needs about 12.3 GB; the limit is 8 GB")
    #expect(refusal.code == "E070")
    #expect(refusal.notes.contains { $0.contains("output.timeline_every_minutes") })
    #expect(MemoryLimit.refusal(needing: 7_999_999_999, limit: 8_000_000_000, at: mark) == nil)
    #expect(MemoryLimit.refusal(needing: Int.max, at: mark) != nil)
  }
}
