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

  /// A wide file of random walks whose moves are t-like and partly shared, in hours from 0 on.
  static func walks(rows: Int, edit: (Int, inout String) -> Void = { _, _ in }) -> String {
    let random = PathRandom(seed: 5, path: 0)
    var logs = [8.0, 3.0]
    var text = "hour,WETH,LINK\n"
    for row in 0..<rows {
      let index = UInt32(row)
      let size = 0.008 / random.uniform(.shock, index).squareRoot().squareRoot()
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
    let told = data.leftOut.map { "\($0.mark.line): \($0.message) [\($0.code)]" }
    #expect(told.count == 8, "\(told)")
    #expect(told[0] == "102: row 102, column WETH: a price must be above 0, found 0 [E083]")
    #expect(
      told[1] == "202: row 202, column LINK: expected a number, found \"abc\" [E083]")
    #expect(told[2] == "302: row 302 has 2 fields, the header has 3 [E081]")
    #expect(
      told[3]
        == "402: row 402, column hour: the time is not later than that of the row before [E084]")
    #expect(told[4].contains("a gap of 2 h from hour 299.0 to hour 301.0"))
    #expect(told[5].contains("a gap of 2 h from hour 399.0 to hour 401.0"))
    #expect(told[6].contains("column WETH: 1 of 898 rows have no price"))
    #expect(told[7].contains("column LINK: 2 of 898 rows have no price"))
    #expect(data.leftOut.allSatisfy { $0.severity == .warning && $0.notes.count == 1 })
    // 895 complete rows have 894 neighbours, five of them across a hole.
    #expect(data.sample.rowCount == 889)
    #expect(data.observed.leftOutCount == 5)
    #expect(data.leftOutLines.count == 16)
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
      (900, "WETH,BTC", "the data have no column BTC"),
    ] as [(Int, String?, String)])
  func refused(rows: Int, assets: String?, sentence: String) throws {
    let file = try PriceFile(PriceFile.walks(rows: rows))
    defer { file.remove() }
    var choice = CalibrationData.Choice(file: file.path)
    choice.assets = assets?.split(separator: ",").map(String.init) ?? []
    let error = #expect(throws: Diagnostic.self) { try CalibrationData(choice) }
    #expect(error?.message == sentence)
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
    #expect(throws: Diagnostic.self) { try CalibrationData(choice) }
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
    for fit in calibration.fits {
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
    // Two assets, two probabilities; 2,000 hours hold too few jumps for hawkes_jumps.
    #expect(calibration.refusals.map { $0.hasPrefix("in the backtest: hawkes_jumps") } == [true])
    #expect(calibration.backtests.count == 4 * (calibration.fits.count - 1))
    for test in calibration.backtests {
      #expect(text.contains("\(test.symbol) \(test.kind) \(Int(100 * test.probability)) %"))
    }
  }

  @Test("a model asked for by name is fitted or refused, others are passed over")
  func refusals() throws {
    // Too few rows for twenty events beyond three standard deviations.
    let file = try PriceFile(PriceFile.walks(rows: 740))
    defer { file.remove() }
    let data = try CalibrationData(.init(file: file.path))
    let all = try Calibration(data)
    #expect(!all.fits.contains { $0.kind == "hawkes_jumps" })
    #expect(all.refusals.count == 1)
    let error = #expect(throws: Diagnostic.self) { try Calibration(data, kinds: ["hawkes_jumps"]) }
    #expect(error?.message.hasPrefix("hawkes_jumps needs 20 steps") == true)
  }
}
