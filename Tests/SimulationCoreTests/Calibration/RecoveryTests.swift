import Foundation
import SimulationCore
import TestSupport
import Testing

/// One long path of hourly returns of a model, as data to fit.
private func sample(
  _ kind: String, _ values: [String: Value], assets: [AssetDynamics], rows: Int,
  correlation: Correlation? = nil, seed: UInt64
) throws -> ReturnSample {
  let model = try model(
    kind, values, assets: assets, stepCount: rows, correlation: correlation)
  let prices = logPrices(
    model, count: 1, stepCount: rows, assetCount: assets.count, seed: seed)
  let count = assets.count
  return try ReturnSample(
    symbols: assets.map(\.symbol),
    columns: assets.indices.map { asset in
      (0..<rows).map {
        prices[$0 * count + asset] - ($0 > 0 ? prices[($0 - 1) * count + asset] : 0)
      }
    }, spacingHours: 1)
}

/// (estimate - truth) over the standard error; infinite where there is none.
private func score(_ estimate: Estimate, _ truth: Double) -> Double {
  estimate.standardError.map { (estimate.value - truth) / $0 } ?? .infinity
}

private let hourly = (1 / 8760.0).squareRoot()

@Suite(
  "Fits find the parameters of simulated data within three standard errors",
  .enabled(if: isOptimised, "likelihoods over long columns take minutes without optimisation"))
struct RecoveryTests {
  @Test("Student's t: location, scale and degrees of freedom")
  func studentT() throws {
    let volatility = 0.9
    let sample = try sample(
      "student_t", ["degrees_of_freedom": .number(3.5)],
      assets: [asset("A", volatility: volatility)],
      rows: 15_000, seed: 11)
    let fit = StudentTFit(sample.columns[0])
    let scale = volatility * hourly * (1.5 / 3.5).squareRoot()
    #expect(abs(score(fit.location, -0.5 * volatility * volatility / 8760)) < 3)
    #expect(abs(score(fit.scale, scale)) < 3, "\(fit.scale)")
    #expect(abs(score(fit.degreesOfFreedom, 3.5)) < 3, "\(fit.degreesOfFreedom)")
    // The location's error is that of the expected information, (nu + 3) / ((nu + 1) rows) scales
    // squared: neither scale nor nu has a part in it.
    let expected = scale * (6.5 / (4.5 * 15_000)).squareRoot()
    #expect(abs(try #require(fit.location.standardError) / expected - 1) < 0.05)
  }

  @Test("multivariate t: degrees of freedom and correlations")
  func multivariateT() throws {
    let rows = [[1, 0.8, 0.3], [0.8, 1, -0.2], [0.3, -0.2, 1]]
    let assets = [
      asset("A", volatility: 0.5), asset("B", volatility: 1), asset("C", volatility: 2),
    ]
    let sample = try sample(
      "student_t", ["degrees_of_freedom": .number(4)], assets: assets, rows: 15_000,
      correlation: try Correlation(matrix: rows), seed: 12)
    let fit = try #require(MultivariateTFit(sample.columns))
    #expect(abs(score(fit.degreesOfFreedom, 4)) < 3, "\(fit.degreesOfFreedom)")
    for row in 0..<3 {
      for column in 0..<row {
        let error = fit.correlationError(row, column)
        #expect(
          abs(fit.correlation[row][column] - rows[row][column]) < 3 * error,
          "\(row) \(column) \(fit.correlation[row][column])")
      }
      let scale = assets[row].volatility * hourly * 0.5.squareRoot()
      #expect(abs(fit.scales[row] / scale - 1) < 0.03)
    }
    // A copy of a column, scaled: no scale matrix has an inverse.
    #expect(MultivariateTFit([sample.columns[0], sample.columns[0].map { 2 * $0 }]) == nil)
  }

  @Test("GARCH: alpha, beta and degrees of freedom")
  func garch() throws {
    let sample = try sample(
      "garch_t",
      ["degrees_of_freedom": .number(6), "alpha": .number(0.06), "beta": .number(0.92)],
      assets: [asset("A", volatility: 0.9)], rows: 15_000, seed: 13)
    let fit = GarchFit(sample.standardised[0])
    #expect(abs(score(fit.alpha, 0.06)) < 3, "\(fit.alpha)")
    #expect(abs(score(fit.beta, 0.92)) < 3, "\(fit.beta)")
    #expect(abs(score(fit.degreesOfFreedom, 6)) < 3, "\(fit.degreesOfFreedom)")
    let square = fit.shocks.reduce(0) { $0 + $1 * $1 } / 15_000
    #expect(abs(square - 1) < 0.05)
  }

  @Test("Merton: diffusion, rate, mean and deviation of jumps")
  func merton() throws {
    let sample = try sample(
      "merton",
      [
        "common_jumps_per_year": .number(700), "jump_mean_log": .number(-0.006),
        "jump_sd_log": .number(0.015),
      ], assets: [asset("A", volatility: 0.9)], rows: 15_000, seed: 14)
    let fit = MertonFit(sample.columns[0])
    let jumping = 700 * (0.006 * 0.006 + 0.015 * 0.015)
    #expect(abs(score(fit.deviation, (0.81 - jumping).squareRoot() * hourly)) < 3)
    #expect(abs(score(fit.jumpsPerStep, 700 / 8760.0)) < 3, "\(fit.jumpsPerStep)")
    #expect(abs(score(fit.jumpMean, -0.006)) < 3, "\(fit.jumpMean)")
    #expect(abs(score(fit.jumpDeviation, 0.015)) < 3, "\(fit.jumpDeviation)")
  }

  /// Events by thinning, after Ogata, IEEE Transactions on Information Theory 27 (1981).
  private func hawkesTimes(
    baseRate: Double, branching: Double, decay: Double, duration: Double
  ) -> [Double] {
    let random = PathRandom(seed: 15, path: 0)
    var times: [Double] = []
    var (time, excitation) = (0.0, 0.0)
    var draw: UInt32 = 0
    while true {
      let ceiling = baseRate + excitation
      let wait = random.exponential(.choice, draw) / ceiling
      time += wait
      guard time < duration else { return times }
      excitation *= exp(-decay * wait)
      if random.uniform(.exit, draw) * ceiling < baseRate + excitation {
        times.append(time)
        excitation += branching * decay
      }
      draw += 1
    }
  }

  @Test("Hawkes: base rate, branching and decay")
  func hawkes() throws {
    let times = hawkesTimes(baseRate: 0.01, branching: 0.6, decay: 0.08, duration: 30_000)
    let fit = try #require(HawkesFit(times: times, duration: 30_000))
    #expect(abs(score(fit.baseRate, 0.01)) < 3, "\(fit.baseRate)")
    #expect(abs(score(fit.branching, 0.6)) < 3, "\(fit.branching)")
    #expect(abs(score(fit.decay, 0.08)) < 3, "\(fit.decay)")
    #expect(HawkesFit(times: Array(times.prefix(19)), duration: 30_000) == nil)
  }

  @Test("the recommended model: variance and crashes, by simulated moments")
  func crashes() throws {
    let assets = (0..<4).map { asset("A\($0)", volatility: 0.8 + 0.1 * Double($0)) }
    let sample = try sample(
      "crash_garch_t",
      ["degrees_of_freedom": .number(5), "crash_size": .number(2.5)], assets: assets, rows: 15_000,
      correlation: try Correlation.oneFactor([0.9, 0.85, 0.85, 0.8]), seed: 16)
    let likelihood = try LikelihoodFits(sample)
    let fit = CrashGarchFit(sample, shocks: likelihood.shocks)
    #expect(abs(score(fit.reaction, 0.06)) < 3, "\(fit.reaction)")
    #expect(abs(score(fit.halfLifeHours, 120)) < 3, "\(fit.halfLifeHours)")
    #expect(abs(score(fit.crashRate, 0.004)) < 3, "\(fit.crashRate)")
    #expect(abs(score(fit.crashSize, 2.5)) < 3, "\(fit.crashSize)")
    #expect(abs(score(fit.degreesOfFreedom, 5)) < 3, "\(fit.degreesOfFreedom)")
    #expect(fit.distance < 0.5, "\(fit.distance)")
  }
}
