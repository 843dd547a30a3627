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
    // Rate times mean square, from the models' defaults.
    let squares: [String: Double] = [
      "merton": 200 * 0.005825, "kou": 200 * 0.00404, "hawkes_jumps": 35.04 / 0.35 * 0.0008,
    ]
    let square = try #require(squares[kind])
    let rates = kind == "hawkes_jumps" ? [:] : ["common_jumps_per_year": Value.number(200)]
    let assets = [asset("A", volatility: square.squareRoot())]
    let long = try ends(kind, rates, assets: assets, stepHours: 48, paths: 50)
    let short = try ends(kind, rates, assets: assets, stepHours: 0.5, stepCount: 96, paths: 50)
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
    let error = #expect(throws: ParameterError.self) {
      try ends("merton", [:], assets: [asset("A", volatility: 0.3)], stepHours: 1, paths: 1)
    }
    #expect(error?.code == "E037")
    #expect(error?.message.contains("above its 30.0 %") == true)
    for kind in ["merton", "kou", "hawkes_jumps", "bates", "heston", "crash_garch_t"] {
      let columns = try ends(
        kind, [:], assets: [asset("A", volatility: 0.8), asset("C")], stepHours: 1,
        stepCount: 200, paths: 20)
      #expect(columns[1].allSatisfy { $0 == 0 }, "\(kind)")
    }
  }
}
