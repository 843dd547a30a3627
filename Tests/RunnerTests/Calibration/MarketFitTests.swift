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
  /// Spacings of the returns, with the names that the figures have for them.
  enum Step: String, Sendable, CaseIterable {
    case hourly, daily

    var garchKey: String { self == .hourly ? "h1" : "d1" }
    var mertonKey: String { self == .hourly ? "1h" : "1d" }
    var perYear: Double { self == .hourly ? 8760 : 365 }
  }

  private struct Known: Sendable {
    let data: CalibrationData
    let likelihood: LikelihoodFits
    private let bytes: Data

    init(_ step: Step) throws {
      let root = folder ?? ""
      let hourly = root + "/hourly_close_2021-04_2022-12.csv"
      bytes = try Data(contentsOf: URL(fileURLWithPath: root + "/fits.json"))
      let assets = try Self.object(bytes)["assets"] as? [String] ?? []
      let file = step == .hourly ? hourly : try Self.daily(hourly)
      defer { if step == .daily { try? FileManager.default.removeItem(atPath: file) } }
      var choice = CalibrationData.Choice(file: file)
      choice.assets = assets
      data = try CalibrationData(choice)
      likelihood = try LikelihoodFits(data.sample)
    }

    /// The last row of each day in a file of its own, at the day's own time.
    private static func daily(_ hourly: String) throws -> String {
      let lines = try String(contentsOfFile: hourly, encoding: .utf8).split(separator: "\n")
      var rows: [(day: Substring, rest: Substring)] = []
      for line in lines.dropFirst() {
        let row = (day: line.prefix(10), rest: line.drop { $0 != "," })
        if rows.last?.day == row.day { rows.removeLast() }
        rows.append(row)
      }
      let path = FileManager.default.temporaryDirectory.path + "/slipface-\(UUID().uuidString).csv"
      try (lines[0] + "\n" + rows.map { $0.day + $0.rest + "\n" }.joined())
        .write(toFile: path, atomically: true, encoding: .utf8)
      return path
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

    func fit(_ kind: String) throws -> ModelFit {
      try #require(ModelFitting.of(kind)).fit(likelihood)
    }
  }

  private static let known = Step.allCases.map { step in Result { try Known(step) } }

  private func known(_ step: Step = .hourly) throws -> Known {
    try Self.known[step == .hourly ? 0 : 1].get()
  }

  @Test("standard deviations within 1 %, degrees of freedom within 5 %", arguments: Step.allCases)
  func marginals(step: Step) throws {
    let known = try known(step)
    let fits = known.likelihood
    let deviations = try known.numbers("\(step)_sd")
    let nus = try known.numbers("marginal_t_nu_\(step)")
    for (asset, symbol) in known.data.sample.symbols.enumerated() {
      let deviation = try #require(deviations[symbol])
      #expect(abs(known.data.sample.deviations[asset] / deviation - 1) < 0.01, "\(symbol)")
      let nu = try #require(nus[symbol])
      #expect(abs(fits.marginals[asset].degreesOfFreedom.value / nu - 1) < 0.05, "\(symbol)")
    }
    let joint = try known.numbers("multivariate_t_nu")
    #expect(abs(fits.joint.degreesOfFreedom.value / (try #require(joint["\(step)"])) - 1) < 0.05)
    let residual = try #require(joint["garch_residual_\(step)"])
    #expect(abs(fits.shocks.degreesOfFreedom.value / residual - 1) < 0.05)
  }

  /// The copula's are known to the nearest whole number.
  @Test("degrees of freedom of the copula", arguments: Step.allCases)
  func copula(step: Step) throws {
    let known = try known(step)
    let nu = try #require(try known.numbers("t_copula_nu")["\(step)"])
    let fit = try known.fit("t_copula")
    #expect(abs(fit.common[0].estimate.value - nu) < 0.5, "\(fit.common)")
  }

  /// Those of daily GARCH shocks are not among the known figures.
  @Test(
    "correlations of returns and of GARCH shocks within 0.01",
    arguments: [
      (Step.hourly, "correlation_mvt_hourly"), (.daily, "correlation_mvt_daily"),
      (.hourly, "correlation_garch_residual_hourly"),
    ])
  func correlations(step: Step, key: String) throws {
    let known = try known(step)
    let fit = key.contains("garch") ? known.likelihood.shocks : known.likelihood.joint
    let expected = try #require(known.value(key) as? [[Double]])
    #expect(expected.count == 11)
    for row in expected.indices {
      for column in expected.indices {
        #expect(
          abs(fit.correlation[row][column] - expected[row][column]) < 0.01,
          "\(key) \(row) \(column)")
      }
    }
  }

  @Test("GARCH alpha and beta within 0.01", arguments: Step.allCases)
  func garch(step: Step) throws {
    let known = try known(step)
    for (asset, symbol) in known.data.sample.symbols.enumerated() {
      let expected = try known.numbers("garch_variance_targeted", symbol, step.garchKey)
      let fit = known.likelihood.garch[asset]
      #expect(abs(fit.alpha.value - (try #require(expected["alpha"]))) < 0.01, "\(symbol)")
      #expect(abs(fit.beta.value - (try #require(expected["beta"]))) < 0.01, "\(symbol)")
      let nu = try #require(expected["nu"])
      #expect(abs(fit.degreesOfFreedom.value / nu - 1) < 0.05, "\(symbol)")
    }
  }

  /// Known from fits whose variance was free and whose mean was fitted, too: within 0.005 of gamma,
  /// and two units of the gain in log likelihood.
  @Test("GJR's gamma")
  func asymmetry() throws {
    let fit = try known().fit("gjr_t")
    let gamma = fit.byAsset("gamma")
    let expected = [0.026, 0.034, 0.025, 0.018, 0.010, 0.010, 0.014, 0.018, 0.018, 0.010, -0.009]
    for (found, known) in zip(gamma, expected) { #expect(abs(found - known) < 0.005) }
    let gains = try #require(fit.byAsset.last).estimates
    for (found, known) in zip(gains, [20.5, 28.3, 10.5, 4.7, 2.2, 2.4, 2.9, 4.1, 4.3, 1.4, 1.1]) {
      #expect(abs(found.value - known) < 2)
    }
  }

  /// Two normal states of daily returns, in the digits in which they are known.
  @Test(
    "two regimes of a day",
    arguments: [
      ("ETH", [0.037, 0.087, 0.041, 0.199]), ("CRV", [0.053, 0.116, 0.043, 0.093]),
    ])
  func regimes(symbol: String, expected: [Double]) throws {
    let sample = try known(.daily).data.sample
    let asset = try #require(sample.symbols.firstIndex(of: symbol))
    let fit = OwnRegimeFit(sample.columns[asset])
    let found = [fit.calmDeviation, fit.stressDeviation, fit.enter, fit.leave]
    for (estimate, known) in zip(found, expected) {
      #expect(abs(estimate.value - known) < 0.0011, "\(estimate) for \(known)")
    }
  }

  /// The drift is not among the known figures: that of the sample's mean goes with them.
  @Test("Merton's likelihood is not below that of the known parameters", arguments: Step.allCases)
  func merton(step: Step) throws {
    let known = try known(step)
    for (asset, symbol) in known.data.sample.symbols.enumerated() {
      let expected = try known.numbers("merton", symbol, step.mertonKey)
      let returns = known.data.sample.columns[asset]
      let perStep = try #require(expected["lam"]) / step.perYear
      let mean = try #require(expected["mj"])
      let other = [0, 1].map { part in
        MertonFit.logLikelihood(
          returns, drift: known.data.sample.means[asset] - part * perStep * mean,
          deviation: (expected["sigma"] ?? 0) / step.perYear.squareRoot(), jumpsPerStep: perStep,
          jumpMean: mean, jumpDeviation: expected["dj"] ?? 0)
      }
      let own = MertonFit(returns).logLikelihood
      #expect(own >= other[0] && own >= other[1], "\(symbol) \(own) \(other)")
      // And it is the same maximum, not another law.
      #expect(own - max(other[0], other[1]) < 5, "\(symbol) \(own) \(other)")
    }
  }

  /// Events of days are not among the known figures.
  @Test(
    "Hawkes' likelihood is not below that of the known parameters",
    arguments: [("hawkes_abs_3sd_per_hour", true), ("hawkes_down_3sd_per_hour", false)])
  func hawkes(key: String, both: Bool) throws {
    let known = try known()
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
    let known = try known()
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
