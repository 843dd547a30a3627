import Runner
import SimulationCore
import Testing

@Suite("Messages have the form that editors, grep and people read")
struct DiagnosticTests {
  @Test("A value above another on its line shows both places")
  func twoPlacesOnOneLine() {
    let text = SampleScenario.replacing("ltv_pct: 80.5", with: "ltv_pct: 84")
    #expect(
      SampleScenario.complaints(text).text(file: "crash.yaml") == """
        crash.yaml:14:21: error: ltv_pct must not exceed liquidation_threshold_pct: 84 is above 83 [E031]
           14 |     WETH: {ltv_pct: 84, liquidation_threshold_pct: 83.0, liquidation_bonus_pct:…
              |                     ^^                             ---- the other value, 14:52
        1 error in crash.yaml. Nothing was run.

        """)
  }

  @Test("An unknown field shows its line and the nearest name")
  func unknownField() {
    let text = SampleScenario.replacing("deviation_bps", with: "deviation_bbs")
    #expect(
      SampleScenario.complaints(text).text(file: "crash.yaml") == """
        crash.yaml:26:22: error: unknown field 'deviation_bbs' in oracle [E012]
           26 | oracle: {kind: push, deviation_bbs: 50}
              |                      ^^^^^^^^^^^^^ did you mean 'deviation_bps'?
        1 error in crash.yaml. Nothing was run.

        """)
  }

  @Test("All errors of a file are told at once, in the order of the file")
  func allAtOnce() {
    let text = SampleScenario.replacing("paths: 100", with: "paths: many")
      .replacing("model: student_t", with: "model: studentt")
      .replacing("kind: aave_v3", with: "kind: aave_v3\n  close_factor: 5")
      .replacing("count: 5", with: "count: 0")
    #expect(
      SampleScenario.firstLines(text) == [
        "crash.yaml:3:14: error: run.paths: expected a whole number, found \"many\" [E011]",
        "crash.yaml:8:10: error: unknown model 'studentt' in dynamics [E013]",
        "crash.yaml:13:3: error: unknown field 'close_factor' in market [E012]",
        "crash.yaml:24:35: error: liquidators.0.count: expected 1 to 100000, found 0 [E015]",
      ])
  }

  @Test("The correlation error names the eigenvalue and the nearest valid matrix")
  func correlation() {
    let text = SampleScenario.replacing(
      "  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}",
      with: "  USDC: {price_usd: 1.0, volatility_pct_annual: 1.0}\n"
        + "  DAI: {price_usd: 1.0, volatility_pct_annual: 1.0}"
    ).replacing(
      "{order: [WETH, USDC], matrix: [[1, 0.05], [0.05, 1]]}",
      with: "{order: [WETH, USDC, DAI], matrix: [[1, 0.9, 0.9], [0.9, 1, 0], [0.9, 0, 1]]}")
    let diagnostics = SampleScenario.complaints(text)
    let lines = diagnostics.block(diagnostics.all[0])
    // Eigenvalues of [[1, a, a], [a, 1, 0], [a, 0, 1]]: 1 and 1 +- a sqrt 2; 1 - 0.9 sqrt 2 = -0.2728.
    #expect(
      lines[0] == "crash.yaml:11:51: error: dynamics.correlation.matrix is not positive definite: "
        + "smallest eigenvalue -0.273 [E044]")
    #expect(lines[1].hasPrefix("      = nearest valid matrix changes WETH/"))
    #expect(
      lines[1].hasSuffix("; print it with: slipface check --fix-correlation crash.yaml"))
  }

  @Test("run prints at most 12 lines and 2,000 characters, and says how many are left")
  func briefText() {
    let fields = (1...30).map { "  field_\($0): 1\n" }.joined()
    let text = SampleScenario.text.replacing("market:\n", with: "market:\n" + fields)
    let brief = SampleScenario.complaints(text).briefText(file: "crash.yaml")
    let lines = brief.split(separator: "\n")
    #expect(lines.count == 14)
    #expect(lines[12] == "and 26 more: slipface check crash.yaml")
    #expect(lines[13] == "30 errors in crash.yaml. Nothing was run.")
    #expect(lines[0...11].reduce(0) { $0 + $1.count + 1 } <= 2000)
  }

  @Test("A long line is cut around its mark, control characters are escaped")
  func cutAndEscaped() {
    let long = String(repeating: "x", count: 300)
    let text = SampleScenario.replacing(
      "name: sample", with: "description: {a: \"\(long)\", b: 1}\nname: \"a\\eb\"")
    let diagnostics = SampleScenario.complaints(text)
    let lines = diagnostics.all.flatMap { diagnostics.block($0) }
    #expect(lines.allSatisfy { $0.count <= 160 })
    #expect(lines.contains { $0.contains("found \"a\\u{1b}b\"") })
    #expect(!lines.contains { $0.contains("\u{1B}") })
  }

  @Test("JSON and GitHub annotations carry the same diagnostics")
  func machineForms() {
    let text = SampleScenario.replacing("price_usd: 1.0", with: "price_usd: \"5%\"")
    let diagnostics = SampleScenario.complaints(text)
    #expect(
      diagnostics.json(file: "crash.yaml") == #"{"schema":"slipface.check/1","file":"crash.yaml","#
        + #""errors":1,"warnings":0,"diagnostics":[{"severity":"error","code":"E011","#
        + #""file":"crash.yaml","line":6,"column":21,"message":"assets.USDC.price_usd: "#
        + #"expected a number, found \"5%\"; write 5"}]}"#)
    #expect(
      diagnostics.githubText() == "::error file=crash.yaml,line=6,col=21,title=E011::"
        + "assets.USDC.price_usd: expected a number, found \"5%25\"; write 5\n")
  }

  @Test("Every code is told apart and has its sentence")
  func codes() {
    let codes = DiagnosticCode.allCases
    #expect(Set(codes.map(\.rawValue)).count == codes.count)
    #expect(Set(codes.map(\.meaning)).count == codes.count)
    #expect(codes.allSatisfy { $0.meaning.hasSuffix(".") })
  }

  @Test("The nearest name is within two edits or shares a beginning")
  func nearest() {
    let known = ["liquidation_threshold_pct", "ltv_pct", "supply", "supply_cap"]
    #expect(
      NearestName.find("liquidation_treshold_pct", in: known) == "liquidation_threshold_pct")
    #expect(NearestName.find("suppyl", in: known) == "supply")
    #expect(NearestName.find("liquidation_limit", in: known) == "liquidation_threshold_pct")
    #expect(NearestName.find("zebra", in: known) == nil)
  }
}
