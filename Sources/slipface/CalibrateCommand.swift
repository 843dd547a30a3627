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
      """)

  @Argument(
    help: "Prices: time,asset,price_usd, or a time and one column per asset.",
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

  func validate() throws {
    for name in model where !Calibration.kinds.contains(name) {
      throw ValidationError(
        "--model takes \(Calibration.kinds.joined(separator: ", ")); found '\(name)'.")
    }
  }

  func run() throws {
    if let out, !force, access(out, F_OK) == 0 {
      throw CommandEnd(.cannotCreateOutput, "error: \(out) exists; --force replaces it")
    }
    var choice = CalibrationData.Choice(file: file)
    choice.assets = assets?.split(separator: ",").map(String.init) ?? []
    choice.from = from
    choice.to = to
    let calibration: Calibration
    do throws(Diagnostic) {
      let data = try CalibrationData(choice)
      for line in data.leftOutLines { Talk.say(line) }
      calibration = try Calibration(
        data, kinds: model.isEmpty ? nil : model,
        backtestFrom: backtest)
    } catch {
      var diagnostics = Diagnostics()
      diagnostics.add(error)
      throw ScenarioReading.end(diagnostics, file: file)
    }
    for refusal in calibration.refusals { Talk.say("left out: \(refusal)") }
    let style = TerminalStyle.of(
      STDOUT_FILENO, environment: ProcessInfo.processInfo.environment, choice: .never)
    let table = calibration.report.lines(width: style.width).joined(separator: "\n") + "\n"
    if let out {
      let output = try AtomicFile(path: out)
      try output.write(calibration.scenario)
      try output.commit()
      try TextStream.standardOutput.write(table + "\n\(out)\n")
    } else {
      try TextStream.standardOutput.write(table + "\n" + calibration.scenario)
    }
  }
}
