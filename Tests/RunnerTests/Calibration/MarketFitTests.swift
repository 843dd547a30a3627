import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

/// A folder with hourly closes of April 2021 to December 2022 and what was fitted to them
/// elsewhere, named by the environment variable SLIPFACE_MARKET_DATA; the files cannot be shipped.
private let folder = ProcessInfo.processInfo.environment["SLIPFACE_MARKET_DATA"]

@Suite(
  "Fits of eleven tokens agree with those of other programs",
  .enabled(
    if: isOptimised && folder != nil,
    "needs optimisation, and SLIPFACE_MARKET_DATA to name a folder"))
struct MarketFitTests {
  private struct Known: Sendable {
    let data: CalibrationData
    private let bytes: Data

    init() throws {
      let root = folder ?? ""
      bytes = try Data(contentsOf: URL(fileURLWithPath: root + "/fits.json"))
      var choice = CalibrationData.Choice(file: root + "/hourly_close_2021-04_2022-12.csv")
      choice.assets = try Self.object(bytes)["assets"] as? [String] ?? []
      data = try CalibrationData(choice)
    }

    private static func object(_ bytes: Data) throws -> [String: Any] {
      try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }

    func value(_ key: String) throws -> Any { try #require(try Self.object(bytes)[key]) }

    func numbers(_ keys: String...) throws -> [String: Double] {
      var value: Any? = try Self.object(bytes)
      for key in keys { value = (value as? [String: Any])?[key] }
      return try #require(value as? [String: Double])
    }
  }

  private static let known = Result { try Known() }
  private static let likelihood = Result { try LikelihoodFits(try known.get().data.sample) }

  @Test("standard deviations within 1 %, degrees of freedom within 5 %")
  func marginals() throws {
    let (known, fits) = (try Self.known.get(), try Self.likelihood.get())
    let deviations = try known.numbers("hourly_sd")
    let nus = try known.numbers("marginal_t_nu_hourly")
    for (asset, symbol) in known.data.sample.symbols.enumerated() {
      let deviation = try #require(deviations[symbol])
      #expect(abs(known.data.sample.deviations[asset] / deviation - 1) < 0.01, "\(symbol)")
      let nu = try #require(nus[symbol])
      #expect(abs(fits.marginals[asset].degreesOfFreedom.value / nu - 1) < 0.05, "\(symbol)")
    }
    let joint = try known.numbers("multivariate_t_nu")
    #expect(abs(fits.joint.degreesOfFreedom.value / (try #require(joint["hourly"])) - 1) < 0.05)
    let residual = try #require(joint["garch_residual_hourly"])
    #expect(abs(fits.shocks.degreesOfFreedom.value / residual - 1) < 0.05)
  }

  @Test("correlations of returns and of GARCH shocks within 0.01")
  func correlations() throws {
    let (known, fits) = (try Self.known.get(), try Self.likelihood.get())
    for (key, fit) in [
      ("correlation_mvt_hourly", fits.joint), ("correlation_garch_residual_hourly", fits.shocks),
    ] {
      let expected = try #require(known.value(key) as? [[Double]])
      for row in expected.indices {
        for column in expected.indices {
          #expect(
            abs(fit.correlation[row][column] - expected[row][column]) < 0.01,
            "\(key) \(row) \(column)")
        }
      }
    }
  }

  @Test("GARCH alpha and beta within 0.01")
  func garch() throws {
    let (known, fits) = (try Self.known.get(), try Self.likelihood.get())
    for (asset, symbol) in known.data.sample.symbols.enumerated() {
      let expected = try known.numbers("garch_variance_targeted", symbol, "h1")
      #expect(abs(fits.garch[asset].alpha.value - (try #require(expected["alpha"]))) < 0.01)
      #expect(abs(fits.garch[asset].beta.value - (try #require(expected["beta"]))) < 0.01)
    }
  }

  /// The drift is not among the known figures: that of the sample's mean goes with them.
  @Test("Merton's likelihood is not below that of the known parameters")
  func merton() throws {
    let known = try Self.known.get()
    for (asset, symbol) in known.data.sample.symbols.enumerated() {
      let expected = try known.numbers("merton", symbol, "1h")
      let returns = known.data.sample.columns[asset]
      let perStep = try #require(expected["lam"]) / 8760
      let mean = try #require(expected["mj"])
      let other = [0, 1].map { part in
        MertonFit.logLikelihood(
          returns, drift: known.data.sample.means[asset] - part * perStep * mean,
          deviation: (expected["sigma"] ?? 0) / 8760.0.squareRoot(), jumpsPerStep: perStep,
          jumpMean: mean, jumpDeviation: expected["dj"] ?? 0)
      }
      let own = MertonFit(returns).logLikelihood
      #expect(own >= other[0] && own >= other[1], "\(symbol) \(own) \(other)")
      // And it is the same maximum, not another law.
      #expect(own - max(other[0], other[1]) < 5, "\(symbol) \(own) \(other)")
    }
  }

  @Test(
    "Hawkes' likelihood is not below that of the known parameters",
    arguments: [("hawkes_abs_3sd_per_hour", true), ("hawkes_down_3sd_per_hour", false)])
  func hawkes(key: String, both: Bool) throws {
    let known = try Self.known.get()
    let sample = known.data.sample
    let duration = Double(sample.rowCount)
    let symbols = try #require(known.value(key) as? [String: Any]).keys
    #expect(symbols.count == 5)
    for symbol in symbols {
      let asset = try #require(sample.symbols.firstIndex(of: symbol))
      let times = LikelihoodFits.exceedances(sample.standardised[asset], both: both)
        .map { Double($0) }
      let expected = try known.numbers(key, symbol)
      let other = HawkesFit.logLikelihood(
        times: times, duration: duration, baseRate: expected["mu"] ?? 0,
        branching: expected["branching"] ?? 0, decay: expected["beta"] ?? 0)
      let fit = try #require(HawkesFit(times: times, duration: duration))
      #expect(fit.logLikelihood >= other, "\(symbol) \(fit) \(other)")
      #expect(fit.logLikelihood - other < 5, "\(symbol) \(fit) \(other)")
    }
  }

  /// The recommended model's own test list: drops within 30 %, falls jointly as often as the data's
  /// and more often than rises, and clusters.
  @Test("the recommended model matches what it is matched on")
  func recommended() throws {
    let known = try Self.known.get()
    let calibration = try Calibration(known.data, kinds: ["crash_garch_t"])
    let sample = known.data.sample
    let data = PriceFigures(sample)
    let model = PriceFigures(
      try calibration.fits[0].model(sample, stepCount: 4_000), pathCount: 96, stepCount: 4_000,
      assetCount: sample.assetCount, spacingHours: 1, seed: 99)
    for asset in 0..<sample.assetCount {
      for (theirs, ours) in zip(data.drops[asset].joined(), model.drops[asset].joined()) {
        #expect(abs(ours / theirs - 1) < 0.3, "\(sample.symbols[asset]) \(ours) for \(theirs)")
      }
    }
    #expect(model.stepFalls > 0.5 && model.stepFalls < 0.62, "\(model.stepFalls)")
    #expect(model.stepFalls - model.stepRises >= 0.03)
    #expect(model.dayFalls - model.dayRises >= 0.1)
  }
}
