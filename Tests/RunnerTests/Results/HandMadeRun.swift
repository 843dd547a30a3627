import Cascade
import Foundation
import Runner
import Testing

/// A run whose statistics can be worked out by hand.
enum HandMadeRun {
  static let assets = ["WETH", "USDC"]

  static let description = RunDescription(
    name: "hand-made", scenario: "format: slipface/1\nname: \"hand-made\"\n",
    scenarioSHA256: String(repeating: "a", count: 64), overrides: ["--paths 1000"], seed: 42,
    assets: assets, accountCount: 4000, stepCount: 864, horizonHours: 72,
    quantiles: [0.5, 0.95, 0.99, 0.999],
    holdings: [AssetHoldings(asset: "WETH", suppliedUSD: [50, 30, 20, 0], borrowedUSD: [])],
    warnings: ["W101 nothing depends on it"])

  /// Bad debt is 0 on the first 90 % of 1,000 paths, then 1 to 100 thousand USD.
  static func outcome(_ path: Int) -> PathOutcome {
    var outcome = PathOutcome(assetCount: 2)
    outcome.path = path
    outcome.badDebtUSD = Double(max(0, path - 899)) * 1000
    outcome.liquidatedCollateralUSD = Double(path + 1) * 300_000
    outcome.liquidatedWithoutFeedbackUSD = Double(path + 1) * 200_000
    outcome.liquidations = path
    outcome.accountsLiquidated = path + 1
    outcome.cascadeDepthRounds = path / 100
    outcome.peakUtilisation = 0.9 + Double(path) / 10_000
    outcome.liquidatorProfitUSD = Double(path + 1) * 12_000
    outcome.traderLossUSD = Double(path - 500) * 1e6
    outcome.inducedLiquidations = path
    outcome.parentLiquidations = 4 * path
    outcome.inducedUSD = Double(path)
    outcome.parentUSD = Double(2 * path)
    outcome.roundsCappedSteps = path >= 988 ? 1 : 0
    outcome.minHealthFactor = path == 0 ? .infinity : 1.5 - Double(path) / 1000
    outcome.assets[0].minPriceUSD = 3000 - Double(path)
    outcome.assets[0].endPriceUSD = 3200 - Double(path)
    outcome.assets[0].maxDrawdown = 0.25
    outcome.assets[0].soldUSD = 1e6
    outcome.assets[1].minPriceUSD = 1
    outcome.assets[1].endPriceUSD = 1
    return outcome
  }

  static func result(paths: Int = 1000, requested: Int? = nil) -> EnsembleResult {
    let width = Timeline.columns(assetCount: 2).count
    let nothing = [Double](repeating: .nan, count: width)
    // Two times; only the price of WETH, its utilisation and the bad debt are followed.
    let timeline = (0..<paths).flatMap { path in
      [0.0, 1].flatMap { time in
        var values = nothing
        values[0] = 3000 + Double(path) + time
        values[4] = 0.5
        values[width - 1] = time * Double(path)
        return values
      }
    }
    var event = CascadeEvent(.liquidation)
    event.path = 7
    event.timeHours = 1.5
    event.block = 450
    event.cascade = 1
    event.account = 12
    event.cohort = "retail, \"late\""
    event.collateralAsset = 0
    event.debtAsset = 1
    event.seizedUSD = 0.1
    return EnsembleResult(
      outcomes: (0..<paths).map(outcome),
      timeline: Timeline(hours: [0, 1], assetCount: 2, pathCount: paths, values: timeline),
      events: [event], requestedPaths: requested ?? paths)
  }

  /// What its run's summary and folder would say of a result whose outcomes do not tell the holdings.
  static var descriptionWithoutHoldings: RunDescription {
    var description = HandMadeRun.description
    description.holdings = []
    return description
  }

  static func summary(of result: EnsembleResult) -> Summary {
    Summary(result.outcomes, design: result.design, assets: assets, quantiles: [0.99])
  }

  /// The summary's text at 100 columns, in one line.
  static func text(of result: EnsembleResult) -> String {
    SummaryText(
      summary(of: result), result: result, description: descriptionWithoutHoldings, width: 100
    ).lines.joined(separator: " ")
  }

  /// Writes the result's folder as `out`.
  static func write(_ result: EnsembleResult) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let results = try ResultsFolder(
      path: folder.path + "/out", force: false)
    try ResultWriter(folder: results, description: descriptionWithoutHoldings).write(
      result, summary: summary(of: result), environment: environment, timing: timing, warnings: [])
    return folder
  }

  /// The last column of `paths.csv` in that folder, which the header says is the weight.
  static func weights(in folder: TemporaryFolder) throws -> [Double] {
    let lines = try folder.text("out/paths.csv").split(separator: "\n")
    #expect(lines[0].hasSuffix(",weight"))
    return lines.dropFirst().compactMap { $0.split(separator: ",").last.flatMap { Double($0) } }
  }

  static let environment = RunEnvironment(
    host: "host", cpuModel: "cpu", operatingSystem: "os", kernel: "kernel", threads: 2,
    blasConfiguration: "OpenBLAS 0.3.21 DYNAMIC_ARCH", blasCore: "Haswell",
    vectorMath: "built-in")

  static let timing = RunTiming(
    start: Date(timeIntervalSince1970: 0), end: Date(timeIntervalSince1970: 21.3),
    wallSeconds: 21.3, peakMemoryBytes: 212_000_000)
}

/// A folder that is removed when the test is done.
final class TemporaryFolder {
  let path: String

  init() throws {
    let template = FileManager.default.temporaryDirectory.path + "/slipface-test-"
    path = template + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }

  func put(_ text: String, _ name: String) throws {
    try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
  }

  var entries: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}
