import Foundation
import SimulationCore
import Testing

@Suite("Jumps")
struct JumpModelsTests {
  /// Log prices at the end, `[path]` of each asset.
  private func ends(
    _ kind: String, _ values: [String: Value], assets: [AssetDynamics], stepHours: Double,
    stepCount: Int = 1, paths: Int = 40_000
  ) throws -> [[Double]] {
    let model = try model(
      kind, values, assets: assets, stepCount: stepCount, stepHours: stepHours,
      correlation: try .oneFactor(assets.map { _ in 0.8 }))
    let all = logPrices(
      model, count: paths, stepCount: stepCount, assetCount: assets.count, seed: 12)
    return assets.indices.map { asset in
      (0..<paths).map { all[(($0 + 1) * stepCount - 1) * assets.count + asset] }
    }
  }

  /// Moments from the closed form, which the project's vector `merton-moments-a` holds.
  @Test("Merton's log returns have the cumulants of the law, |z| < 4", arguments: [0, 6, 12])
  func cumulants(commonRate: Double) throws {
    let law = MertonLaw(volatility: 0.6, jumpRate: 12, jumpMean: -0.03, jumpDeviation: 0.08)
    let time = 10.0 / 365
    let moments = law.moments(time: time)
    let volatility = (moments.variance / time).squareRoot()
    let values: [String: Value] = [
      "common_jumps_per_year": .number(commonRate),
      "own_jumps_per_year": .number(12 - commonRate), "jump_mean_log": .number(-0.03),
      "jump_sd_log": .number(0.08),
    ]
    let mean =
      -time * (0.18 + 12 * expm1(-0.03 + 0.0032) + 12 * 0.03)
    for asset in try ends(
      "merton", values, assets: ["A", "B"].map { asset($0, volatility: volatility) },
      stepHours: 240)
    {
      let standard = asset.map { ($0 - mean) / moments.variance.squareRoot() }
      #expect(abs(meanScore(standard, 0)) < 4)
      #expect(abs(meanScore(standard.map { $0 * $0 }, 1)) < 4)
      #expect(abs(meanScore(standard.map { $0 * $0 * $0 }, moments.skewness)) < 4)
      #expect(
        abs(meanScore(standard.map { $0 * $0 * $0 * $0 }, 3 + moments.excessKurtosis)) < 4)
    }
  }

  @Test("common jumps are joint with the matrix's correlation, own ones are not, |z| < 4")
  func joint() throws {
    // Nearly all variance is in the jumps.
    func correlation(common: Double, own: Double) throws -> Double {
      let columns = try ends(
        "merton",
        [
          "common_jumps_per_year": .number(common), "own_jumps_per_year": .number(own),
          "jump_mean_log": .number(0), "jump_sd_log": .number(0.05),
        ], assets: ["A", "B"].map { asset($0, volatility: (100 * 0.0025 + 1e-6).squareRoot()) },
        stepHours: 876)
      return SimulationCoreTests.correlation(columns[0], columns[1])
    }
    // Excess kurtosis 3 / 10 of ten jumps widens the normal standard error by about a tenth.
    #expect(abs(atanh(try correlation(common: 100, own: 0)) - atanh(0.64)) < 4 * 1.2 / 200)
    #expect(abs(try correlation(common: 0, own: 100)) < 4 * 1.2 / 200)
  }

  @Test("Kou's common jumps go one way for all assets")
  func commonDirection() throws {
    let columns = try ends(
      "kou",
      [
        "common_jumps_per_year": .number(50), "own_jumps_per_year": .number(0),
        "jump_up_mean_log": .number(0.1), "jump_down_mean_log": .number(0.1),
      ], assets: ["A", "B"].map { asset($0, volatility: 1.0000005) }, stepHours: 8.76, paths: 2_000)
    for (a, b) in zip(columns[0], columns[1]) { #expect(abs(a - b) < 1e-3) }
    #expect(columns[0].count { abs($0) > 0.01 } > 50)
  }

  @Test("steps of any length have the same jumps", arguments: ["merton", "kou", "hawkes_jumps"])
  func stepLength(kind: String) throws {
    // Without normal moves a path is its jumps and its drift.
    // Rates at which the default sizes at a volatility of 75 % take all of the variance.
    let rates: [String: [String: Value]] = [
      "merton": ["common_jumps_per_year": .number(0.5625 / 0.005825)],
      "kou": ["common_jumps_per_year": .number(0.5625 / 0.00404)],
      "hawkes_jumps": ["common_rate_per_hour": .number(0.5625 / 0.0008 * 0.35 / 8760)],
    ]
    let rate = try #require(rates[kind])
    let assets = [asset("A", volatility: 0.75)]
    let long = try ends(kind, rate, assets: assets, stepHours: 48, paths: 50)
    let short = try ends(kind, rate, assets: assets, stepHours: 0.5, stepCount: 96, paths: 50)
    for (a, b) in zip(long[0], short[0]) { #expect(abs(a - b) < 1e-6) }
  }

  @Test("clustered jumps have the mean and variance of the Hawkes count, |z| < 4")
  func hawkes() throws {
    let hours = 120.0
    let events = HawkesMoments(baseRate: 0.004, branching: 0.65, decay: 0.2, duration: hours)
    let column = try ends(
      "hawkes_jumps",
      [
        "common_rate_per_hour": .number(0.001), "own_rate_per_hour": .number(0.003),
        "jump_mean_log": .number(-0.03), "jump_sd_log": .number(0.01),
      ], assets: [asset("A", volatility: 0.8)], stepHours: hours)[0]
    // Two independent processes with a quarter and three quarters of the rate add up to the counts'
    // mean and variance.
    let moves = (0.64 - 8760 * events.meanRate * 0.001) * hours / 8760
    let gain = expm1(-0.03 + 0.00005)
    let mean = -0.5 * moves + events.meanCount * (-0.03 - gain)
    let variance = moves + events.meanCount * 0.0001 + events.countVariance * 0.0009
    #expect(abs(meanScore(column, mean)) < 4)
    #expect(abs(meanScore(column.map { ($0 - mean) * ($0 - mean) }, variance)) < 4)
  }

  @Test("jumps above an asset's volatility are refused; constant assets have none")
  func faults() throws {
    let size = ["jump_mean_log": Value.number(-0.04), "jump_sd_log": .number(0.065)]
    let error = #expect(throws: ParameterError.self) {
      try ends("merton", size, assets: [asset("A", volatility: 0.3)], stepHours: 1, paths: 1)
    }
    #expect(error?.code == "E037")
    // 20 jumps of mean square 0.04^2 + 0.065^2.
    #expect(
      error?.message
        == "jumps alone give A a volatility of 34.1 % a year, above its 30.0 %")
    for kind in ["merton", "kou", "hawkes_jumps", "bates", "heston", "crash_garch_t"] {
      let columns = try ends(
        kind, [:], assets: [asset("A", volatility: 0.8), asset("C")], stepHours: 1,
        stepCount: 200, paths: 20)
      #expect(columns[1].allSatisfy { $0 == 0 }, "\(kind)")
    }
  }

  @Test("default sizes grow with an asset's volatility, so that a stable asset has room for them")
  func defaultSizes() throws {
    for kind in ["merton", "kou", "hawkes_jumps", "bates"] {
      // The defaults at 75 %, and a hundredth of them.
      let columns = try ends(
        kind, [:], assets: [asset("A", volatility: 0.75), asset("B", volatility: 0.0075)],
        stepHours: 8760, paths: 2)
      #expect(columns[1].allSatisfy { $0 != 0 && abs($0) < 0.1 }, "\(kind)")
    }
  }

  @Test(
    "too many events are refused, and events without effect take no time", .timeLimit(.minutes(5)),
    arguments: [
      ("hawkes_jumps", "common_rate", "branching"),
      ("crash_garch_t", "crash_rate", "crash_branching"),
    ])
  func manyEvents(kind: String, rate: String, branching: String) throws {
    let assets = [asset("A", volatility: 0.8)]
    var values = ["\(rate)_per_hour": Value.number(100), branching: .number(0.1)]
    if kind == "crash_garch_t" {
      values["crash_size"] = .number(0)
    } else {
      values["jump_mean_log"] = .number(0)
      values["jump_sd_log"] = .number(0)
    }
    let error = #expect(throws: ParameterError.self) {
      try ends(kind, values, assets: assets, stepHours: 1, paths: 1)
    }
    #expect(error?.code == "E037")
    #expect(error?.message.hasPrefix("111.0 events an hour in the long run") == true)
    // 3.5 billion events if they happened: a hundred an hour for two years, on 2,000 paths.
    values["\(rate)_per_hour"] = .number(1)
    values[branching] = .number(0.99)
    values[kind == "crash_garch_t" ? "crash_decay_per_hour" : "decay_per_hour"] = .number(1e-6)
    _ = try ends(kind, values, assets: assets, stepHours: 1, paths: 2_000)
  }
}
