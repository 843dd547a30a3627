import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

/// Hourly prices of two tokens as a CSV in a temporary file.
private struct PriceFile {
  let path: String

  init(_ text: String) throws {
    path = FileManager.default.temporaryDirectory.path + "/slipface-\(UUID().uuidString).csv"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// A wide file of random walks whose moves are t-like and partly shared, and twice as large on six
  /// days of thirty, in hours from 0 on.
  static func walks(rows: Int, edit: (Int, inout String) -> Void = { _, _ in }) -> String {
    let random = PathRandom(seed: 5, path: 0)
    var logs = [8.0, 3.0]
    var text = "hour,WETH,LINK\n"
    for row in 0..<rows {
      let index = UInt32(row)
      let size =
        (row / 24 % 30 < 6 ? 0.016 : 0.008)
        / random.uniform(.shock, index).squareRoot().squareRoot()
      let shared = random.normal(.choice, index)
      logs[0] += size * (0.9 * shared + 0.4 * random.normal(.choice, index, 1))
      logs[1] += size * (0.9 * shared + 0.8 * random.normal(.choice, index, 2))
      var line = "\(row),\(exp(logs[0])),\(exp(logs[1]))"
      edit(row, &line)
      text += line + "\n"
    }
    return text
  }
}

@Suite("Prices that models are fitted to")
struct CalibrationDataTests {
  @Test("wrong rows, gaps and missing prices are told, counted and left out")
  func leftOut() throws {
    let file = try PriceFile(
      PriceFile.walks(rows: 900) { row, line in
        switch row {
        case 100: line = "100,0,20"
        case 200: line = "200,2500,abc"
        case 300: line = "300,2500"
        case 400: line = "17,2500,20"
        case 500: line = "500,2500,"
        default: break
        }
      })
    defer { file.remove() }
    let data = try CalibrationData(.init(file: file.path))
    let told = data.leftOut.map {
      "\($0.mark.line):\($0.mark.column): \($0.message) [\($0.code)]"
    }
    #expect(told.count == 9, "\(told)")
    #expect(told[0] == "102:5: row 102, column WETH: a price must be above 0, found 0 [E083]")
    #expect(
      told[1] == "202:10: row 202, column LINK: expected a number, found \"abc\" [E083]")
    #expect(told[2] == "302:1: row 302 has 2 fields, the header has 3 [E081]")
    #expect(told[3] == "402:1: row 402 is earlier than the row before [E084]")
    #expect(told[4] == "402:1: row 402 has the time of row 19 [E084]")
    #expect(told[5].hasPrefix("301:1: after row 301 a gap of 2 h from hour 299.0 to hour 301.0"))
    #expect(told[6].hasPrefix("401:1: after row 401 a gap of 2 h from hour 399.0 to hour 401.0"))
    #expect(told[7].contains("column WETH: 1 of 898 rows have no price"))
    #expect(told[8].contains("column LINK: 2 of 898 rows have no price"))
    #expect(data.leftOut.allSatisfy { $0.severity == .warning && $0.notes.count == 1 })
    // 895 complete rows have 894 neighbours, five of them across a hole.
    #expect(data.sample.rowCount == 889)
    #expect(data.observed.leftOutCount == 5)
    #expect(data.leftOutLines.count == 18)
  }

  @Test("an asset that moves as little as one with a peg is warned of")
  func pegged() throws {
    let random = PathRandom(seed: 6, path: 0)
    let file = try PriceFile(
      PriceFile.walks(rows: 740) { row, line in
        let pegged = 1 + 1e-4 * random.normal(.choice, UInt32(row), 7)
        line += ",\(pegged)"
      }.replacingOccurrences(of: "hour,WETH,LINK", with: "hour,WETH,LINK,DAI"))
    defer { file.remove() }
    let told = try CalibrationData(.init(file: file.path)).leftOut
    #expect(told.map(\.code) == ["E059"])
    #expect(told[0].message.hasPrefix("DAI moves "))
  }

  @Test("many faults of a kind are counted, not listed")
  func many() throws {
    let file = try PriceFile(
      PriceFile.walks(rows: 900) { row, line in if row >= 840 { line = "\(row),-1,20" } })
    defer { file.remove() }
    let data = try CalibrationData(.init(file: file.path))
    #expect(data.leftOut.count == 61)
    #expect(data.leftOutLines.last == "and 50 more of [E083]")
  }

  @Test(
    "what cannot be fitted is refused in a sentence",
    arguments: [
      (90, nil, "89 returns with a price for every asset; a fit needs 100"),
      (700, nil, "returns of 29.1 days with a price for every asset; a fit needs 30"),
      (900, "WETH,BTC", "the data have no asset BTC"),
    ] as [(Int, String?, String)])
  func refused(rows: Int, assets: String?, sentence: String) throws {
    let file = try PriceFile(PriceFile.walks(rows: rows))
    defer { file.remove() }
    var choice = CalibrationData.Choice(file: file.path)
    choice.assets = assets?.split(separator: ",").map(String.init) ?? []
    let errors = #expect(throws: Diagnostics.self) { try CalibrationData(choice) }
    #expect(errors?.all.map(\.message) == [sentence])
  }

  @Test("what was left out is told even where nothing remains")
  func refusedWithReasons() throws {
    let file = try PriceFile("time,name,WETH\n0,eth,1\n1,eth,2\n2,eth,3\n")
    defer { file.remove() }
    let errors = #expect(throws: Diagnostics.self) {
      try CalibrationData(.init(file: file.path))
    }
    #expect(errors?.warningCount == 4)
    #expect(errors?.errorCount == 1)
    #expect(errors?.all.contains { $0.mark.line == 3 && $0.mark.column == 3 } == true)
  }

  @Test("rows in any order, both layouts, and times in seconds make the same returns")
  func layouts() throws {
    let wide = PriceFile.walks(rows: 800)
    let rows = wide.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    let tidy =
      "price_usd,time,asset\n"
      + rows.map { "\($0[1]),\($0[0]),WETH\n\($0[2]),\($0[0]),LINK\n" }.joined()
    let newestFirst =
      "hour,WETH,LINK\n" + rows.reversed().map { $0.joined(separator: ",") + "\n" }.joined()
    let seconds =
      "t,WETH,LINK\n"
      + rows.map { "\(1_600_000_000 + 3600 * (Int($0[0]) ?? 0)),\($0[1]),\($0[2])\n" }.joined()
    let samples = try [wide, tidy, newestFirst, seconds].map { text in
      let file = try PriceFile(text)
      defer { file.remove() }
      return try CalibrationData(.init(file: file.path))
    }
    for data in samples { #expect(data.sample.columns == samples[0].sample.columns) }
    #expect(samples.map(\.leftOut.count) == [0, 0, 1, 0])
    #expect(samples[2].leftOut[0].message == "row 3 is earlier than the row before")
    #expect(samples[3].span.lowerBound == 1_600_000_000.0 / 3600)
  }

  @Test("a price that hardly moves is left out, and refused where it is asked for")
  func constant() throws {
    let text = PriceFile.walks(rows: 800).split(separator: "\n").enumerated()
      .map { $1 + ($0 == 0 ? ",USDC" : ",1") }
    let stable = try PriceFile(text.joined(separator: "\n") + "\n")
    defer { stable.remove() }
    let data = try CalibrationData(.init(file: stable.path))
    #expect(data.sample.symbols == ["WETH", "LINK"])
    #expect(data.leftOut.map(\.code) == ["E057"])
    var choice = CalibrationData.Choice(file: stable.path)
    choice.assets = ["WETH", "USDC"]
    let errors = #expect(throws: Diagnostics.self) { try CalibrationData(choice) }
    #expect(errors?.all.map(\.code) == ["E057"])
  }

  @Test(
    "headers that name no columns or no assets are told",
    arguments: [
      (
        "0,3000,20\n1,3001,20\n", "the first row holds prices; it must name the columns, time first"
      ),
      (
        "time;WETH\n0;1\n1;2\n",
        "the header has one column; commas part the time from the prices"
      ),
    ])
  func headers(text: String, sentence: String) throws {
    let file = try PriceFile(text)
    defer { file.remove() }
    let errors = #expect(throws: Diagnostics.self) {
      try CalibrationData(.init(file: file.path))
    }
    #expect(errors?.all.map(\.message) == [sentence])
  }

  @Test("a window is in the file's own times")
  func window() throws {
    let file = try PriceFile(PriceFile.walks(rows: 1200))
    defer { file.remove() }
    var choice = CalibrationData.Choice(file: file.path)
    choice.from = "100"
    choice.to = "1000"
    let data = try CalibrationData(choice)
    #expect(data.sample.rowCount == 900)
    #expect(data.span == 100...1000)
    choice.to = "soon"
    #expect(throws: Diagnostics.self) { try CalibrationData(choice) }
    (choice.from, choice.to) = ("-20", "-10")
    let errors = #expect(throws: Diagnostics.self) { try CalibrationData(choice) }
    #expect(errors?.all.map(\.message) == ["no row lies between --from and --to"])
  }
}

@Suite(
  "Fitted models as table and scenario",
  .enabled(if: isOptimised, "likelihoods over long columns take minutes without optimisation"))
struct CalibrationTests {
  private static let shared = Result {
    let file = try PriceFile(PriceFile.walks(rows: 3_000))
    defer { file.remove() }
    return try Calibration(try CalibrationData(.init(file: file.path)), backtestFrom: "1999")
  }

  @Test("each block makes a scenario that passes every check and has the fitted numbers")
  func blocks() throws {
    let calibration = try Self.shared.get()
    #expect(calibration.fits.map(\.kind) == Calibration.kinds)
    let template = Template.minimal.text
    let before = template.components(separatedBy: "\nassets:")
    let after = template.components(separatedBy: "\nmarket:")
    try #require(before.count == 2 && after.count == 2)
    for fit in calibration.fits where fit.isParametric {
      let blocks = CalibratedScenario(calibration.data, fit).yaml
      let text = (before[0] + "\n" + blocks + "\nmarket:" + after[1])
        .replacingOccurrences(of: "USDC", with: "LINK")
      let scenario = try Scenario.parse(text, name: "fitted.yaml")
      #expect(!scenario.diagnostics.hasErrors)
      _ = try scenario.blueprint()
      #expect(scenario.dynamics.kind == fit.kind)
      for setting in fit.settings {
        guard case .common(let number) = setting.value else { continue }
        let read = try #require(scenario.dynamics.written(setting.key))
        #expect(abs(read / number - 1) < 1e-4, "\(setting.key)")
      }
      let volatility = calibration.data.sample.volatilities[0]
      #expect(abs(scenario.assets[0].volatility / volatility - 1) < 1e-4)
      #expect(abs(scenario.priceSetting.correlation[0, 1] - fit.correlation[0][1]) < 1e-4)
    }
  }

  @Test("the block of a model on data names the file, and passes every check beside it")
  func blockOnData() throws {
    let file = try PriceFile(PriceFile.walks(rows: 900))
    defer { file.remove() }
    var choice = CalibrationData.Choice(file: file.path)
    choice.from = "100"
    let calibration = try Calibration(
      try CalibrationData(choice), kinds: ["filtered_historical"])
    let template = Template.minimal.text
    let before = template.components(separatedBy: "\nassets:")
    let after = template.components(separatedBy: "\nmarket:")
    let scenarioFile = try PriceFile(
      (before[0] + "\n" + calibration.scenario + "\nmarket:" + after[1])
        .replacingOccurrences(of: "USDC", with: "LINK")
        .replacingOccurrences(of: "step_minutes: 5\n", with: "step_minutes: 60\n"))
    defer { scenarioFile.remove() }
    let scenario = try Scenario.load(scenarioFile.path, overrides: [], dataFolders: [])
    #expect(!scenario.diagnostics.hasErrors)
    _ = try scenario.blueprint()
    #expect(scenario.dynamics.kind == "filtered_historical")
    // From a file with wrong rows the scenario could not be run.
    let wrong = try PriceFile(PriceFile.walks(rows: 900) { if $0 == 9 { $1 = "9,-1,20" } })
    defer { wrong.remove() }
    let error = #expect(throws: Diagnostic.self) {
      try Calibration(
        try CalibrationData(.init(file: wrong.path)), kinds: ["filtered_historical"])
    }
    #expect(error?.message.contains("would stop at its wrong rows") == true)
  }

  /// JSONSerialization reads numbers to within their last digit.
  private func isNear(_ read: Any?, _ value: Double?) -> Bool {
    guard let value, value.isFinite else { return read is NSNull }
    return (read as? Double).map { abs($0 - value) <= 1e-14 * abs(value) } ?? false
  }

  @Test("the JSON object holds the table, the figures and the block")
  func json() throws {
    let calibration = try Self.shared.get()
    let text = calibration.json(output: nil).pretty
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "slipface.calibrate/1")
    #expect(object["returns"] as? Int == 2_999)
    #expect(object["block"] as? String == calibration.scenario)
    #expect(object["output"] is NSNull)
    let models = try #require(object["models"] as? [[String: Any]])
    #expect(models.compactMap { $0["model"] as? String } == calibration.fits.map(\.kind))
    for (model, fit) in zip(models, calibration.fits) {
      let rows = try #require(model["parameters"] as? [[String: Any]])
      #expect(rows.count == fit.common.count + 2 * fit.byAsset.count)
      for (row, parameter) in zip(rows, fit.common) {
        #expect(row["parameter"] as? String == parameter.name)
        #expect(isNear(row["value"], parameter.estimate.value))
        #expect(isNear(row["standard_error"], parameter.estimate.standardError))
      }
      #expect(isNear((model["correlation"] as? [[Double]])?[0][1], fit.correlation[0][1]))
    }
    // Six drops and two autocorrelations of each asset, four joint shares.
    let figures = try #require(object["figures"] as? [[String: Any]])
    #expect(figures.count == 20 * (1 + calibration.fits.count))
    let drop = figures.first {
      $0["model"] as? String == "data" && $0["figure"] as? String == "drop_24h_p1"
    }
    #expect(isNear(drop?["value"], calibration.figures[0].drops[0][0][2]))
    #expect((object["backtest"] as? [Any])?.count == calibration.backtests.count)
  }

  @Test("the table holds every parameter with its error, data beside models, and the backtest")
  func table() throws {
    let calibration = try Self.shared.get()
    let lines = calibration.report.lines(width: 80)
    #expect(lines[0].contains("2,999 returns over 1 h, 2 assets"))
    let text = lines.joined(separator: "\n")
    for fit in calibration.fits {
      for name in fit.common.map(\.name) + fit.byAsset.map(\.name) {
        #expect(text.contains(name), "\(name)")
      }
      #expect(text.contains("WETH \(fit.kind)"))
    }
    #expect(text.contains("WETH data"))
    #expect(text.contains("1,000 returns out of sample"))
    // 2,000 hours are fewer than a hundred days.
    #expect(calibration.refusals.allSatisfy { $0.hasPrefix("in the backtest: ") })
    #expect(calibration.refusals.contains { $0.contains("regime_switching needs 100 days") })
    // Two assets, two probabilities.
    let tested = calibration.fits.count - calibration.refusals.count
    #expect(calibration.backtests.count == 4 * tested)
    for test in calibration.backtests {
      #expect(text.contains("\(test.symbol) \(test.kind) \(Int(100 * test.probability)) %"))
    }
  }

  /// The fitted process then causes more jumps than the data have, and these more variance.
  @Test("jumps that would have more than all of the variance are shrunk")
  func lateStorm() throws {
    let random = PathRandom(seed: 8, path: 0)
    var logs = [0.0, 0.0]
    var text = "hour,A,B\n"
    for row in 0..<2_000 {
      text += "\(row),\(exp(logs[0])),\(exp(logs[1]))\n"
      for asset in 0..<2 {
        logs[asset] +=
          (row < 1_970 ? 0.003 : 0.024) * random.normal(.choice, UInt32(row), UInt32(asset))
      }
    }
    let file = try PriceFile(text)
    defer { file.remove() }
    let calibration = try Calibration(
      CalibrationData(.init(file: file.path)), kinds: ["hawkes_jumps"])
    #expect(calibration.fits.map(\.kind) == ["hawkes_jumps"])
  }

  @Test("a model asked for by name is fitted or refused, others are passed over")
  func refusals() throws {
    // Too few rows for twenty events beyond three standard deviations.
    let file = try PriceFile(PriceFile.walks(rows: 740))
    defer { file.remove() }
    let data = try CalibrationData(.init(file: file.path))
    let all = try Calibration(data)
    #expect(!all.fits.contains { $0.kind == "hawkes_jumps" })
    #expect(all.refusals.count == 2, "\(all.refusals)")
    let error = #expect(throws: Diagnostic.self) { try Calibration(data, kinds: ["hawkes_jumps"]) }
    #expect(error?.message.hasPrefix("hawkes_jumps needs 20 steps") == true)
  }
}
