import ArgumentParser
import Foundation
import Runner

/// `slipface calibrate PRICES.csv`.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fits price models to a CSV of prices, and writes them as a scenario's blocks.",
    discussion: """
      Examples:
        slipface calibrate prices.csv
        slipface calibrate prices.csv --assets BTC,ETH --model garch_t --out fitted.yaml
        slipface calibrate prices.csv --backtest 2022-07-01
        slipface calibrate prices.csv --json | jq '.models[].parameters[]'
      """)

  @Argument(
    help: "Prices: time,asset,price_usd, or a time and one column per asset; - reads a pipe.",
    completion: .file(extensions: ["csv"]))
  var file: String

  @Option(help: "The assets to fit, parted by commas; default: all.")
  var assets: String?

  @Option(help: "First time to use, such as 2021-04-05 or '2021-04-05 12:00' (UTC).")
  var from: String?

  @Option(help: "Last time to use.")
  var to: String?

  @Option(
    help: ArgumentHelp(
      "A model to fit, repeatable; the first one is written. Default: all of "
        + "\(Calibration.kinds.joined(separator: ", ")).", valueName: "name"))
  var model: [String] = []

  @Option(
    help: ArgumentHelp(
      "Fit to the returns before this time, too, and test the value at risk on those after it.",
      valueName: "time"))
  var backtest: String?

  @Option(
    name: [.short, .customLong("out")],
    help: "A file for the blocks, to paste or to include; default: after the table.")
  var out: String?

  @Flag(help: "Replace an existing file.")
  var force = false

  @Flag(help: "Print the table, data beside models and the blocks as one JSON object.")
  var json = false

  func validate() throws {
    for (place, name) in model.enumerated() {
      guard Calibration.kinds.contains(name) else {
        let known = Calibration.kinds.joined(separator: ", ")
        throw ValidationError(
          Calibration.advice(on: name).map { "--model \(name): \($0)." }
            ?? "--model takes \(known); found '\(name)'.")
      }
      if model[..<place].contains(name) { throw ValidationError("--model \(name) stands twice.") }
    }
    for (place, name) in symbols.enumerated() where symbols[..<place].contains(name) {
      throw ValidationError("--assets names \(name) twice.")
    }
  }

  private var symbols: [String] {
    (assets ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty
    }
  }

  func run() throws {
    if let out, !force, access(out, F_OK) == 0 {
      throw CommandEnd(.cannotCreateOutput, "error: \(out) exists; --force replaces it")
    }
    var choice = CalibrationData.Choice(file: file)
    choice.assets = symbols
    choice.from = from
    choice.to = to
    let calibration = try fitted(choice)
    for refusal in calibration.refusals { Talk.say("left out: \(refusal)") }
    if let out {
      let output = try AtomicFile(path: out)
      try output.write(calibration.scenario)
      try output.commit()
    }
    try TextStream.standardOutput.write(
      json ? calibration.json(output: out).pretty + "\n" : table(calibration))
  }

  /// The fit table, and the blocks or where they are.
  private func table(_ calibration: Calibration) -> String {
    let style = TerminalStyle.of(
      STDOUT_FILENO, environment: ProcessInfo.processInfo.environment, choice: .never)
    let lines = calibration.report.lines(width: style.width) + [""]
    return lines.map { $0 + "\n" }.joined() + (out.map { $0 + "\n" } ?? calibration.scenario)
  }

  private func fitted(_ choice: CalibrationData.Choice) throws -> Calibration {
    let data: CalibrationData
    do throws(Diagnostics) {
      data = try CalibrationData(choice)
    } catch {
      for line in CalibrationData.lines(error.all.filter { $0.severity == .warning }) {
        Talk.say(line)
      }
      throw end(error.all.filter { $0.severity == .error })
    }
    for line in data.leftOutLines { Talk.say(line) }
    do throws(Diagnostic) {
      return try Calibration(
        data, kinds: model.isEmpty ? nil : model, backtestFrom: backtest)
    } catch {
      throw end([error])
    }
  }

  private func end(_ faults: [Diagnostic]) -> CommandEnd {
    var diagnostics = Diagnostics()
    for fault in faults { diagnostics.add(fault) }
    return ScenarioReading.end(diagnostics, file: file)
  }
}
