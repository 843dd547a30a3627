import Foundation
import SimulationCore
import Testing

@Suite("Student-t copula")
struct StudentTCopulaTests {
  private static let volatility = 0.8

  private func columns(
    copula: Double, own: [Double], correlation: Correlation, paths: Int = 200
  ) throws -> [[Double]] {
    let stepCount = 256
    let assets = own.indices.map { asset("A\($0)", volatility: Self.volatility) }
    let model = try model(
      "t_copula",
      [
        "copula_degrees_of_freedom": .number(copula),
        "degrees_of_freedom": .map(own.indices.map { ("A\($0)", .number(own[$0])) }),
      ], assets: assets, stepCount: stepCount, correlation: correlation)
    let all = logPrices(
      model, count: paths, stepCount: stepCount, assetCount: own.count, seed: 31)
    let variance = Self.volatility * Self.volatility / 8760
    return own.indices.map { asset in
      (0..<paths * stepCount).map { row in
        let move =
          all[row * own.count + asset]
          - (row % stepCount == 0 ? 0 : all[(row - 1) * own.count + asset])
        return (move + 0.5 * variance) / variance.squareRoot()
      }
    }
  }

  /// Both models use the same draws, so that each draw's probability can be compared.
  @Test(
    "a draw has the tail probability that it has under student_t, to 1e-8 of itself",
    arguments: [4.0, 2.5, 30, 1000])
  func tailProbabilities(own: Double) throws {
    let (paths, stepCount) = (40, 256)
    let correlation = try Correlation.oneFactor([0.9, 0.8])
    let copula = try columns(copula: 4, own: [own, 4], correlation: correlation, paths: paths)
    let assets = [0, 1].map { asset("A\($0)", volatility: Self.volatility) }
    let all = logPrices(
      try model("student_t", assets: assets, stepCount: stepCount, correlation: correlation),
      count: paths, stepCount: stepCount, assetCount: 2, seed: 31)
    let variance = Self.volatility * Self.volatility / 8760
    func probability(_ x: Double, _ nu: Double) -> Double {
      let law = StudentTDistribution(degreesOfFreedom: nu)
      return law.cdf(-abs(x) / (law.unitVarianceScale ?? .nan))
    }
    for row in copula[0].indices {
      let before = row % stepCount == 0 ? 0 : all[2 * row - 2]
      let x = (all[2 * row] - before + 0.5 * variance) / variance.squareRoot()
      #expect(abs(probability(copula[0][row], own) / probability(x, 4) - 1) < 1e-8)
    }
  }

  @Test("each asset has its own law, |z| < 4", arguments: [0.001, 0.05, 0.4])
  func marginals(probability: Double) throws {
    let own = [2.5, 4, 30]
    let columns = try columns(
      copula: 6, own: own, correlation: try .oneFactor([0.9, 0.9, 0.9]))
    for (nu, column) in zip(own, columns) {
      let law = StudentTDistribution(degreesOfFreedom: nu)
      let limit = law.quantile(probability) * (law.unitVarianceScale ?? .nan)
      let count = Double(column.count)
      let deviation = (count * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(column.count { $0 < limit }) - count * probability) < 4 * deviation)
      #expect(abs(Double(column.count { $0 > -limit }) - count * probability) < 4 * deviation)
    }
  }

  @Test("joint falls come as often as the copula says, whatever the marginals, |z| < 4")
  func joint() throws {
    let columns = try columns(
      copula: 4, own: [3, 8], correlation: try .oneFactor([1, 0.7]))
    let probability = StudentTDependence(degreesOfFreedom: 4, correlation: 0.7).jointLower(0.01)
    let limits = [3.0, 8].map { nu -> Double in
      let law = StudentTDistribution(degreesOfFreedom: nu)
      return law.quantile(0.01) * (law.unitVarianceScale ?? .nan)
    }
    let count = Double(columns[0].count)
    let both = Double(zip(columns[0], columns[1]).count { $0 < limits[0] && $1 < limits[1] })
    #expect(
      abs(both - count * probability) < 4 * (count * probability * (1 - probability)).squareRoot())
  }
}

@Suite("Regime switching")
struct RegimeSwitchingTests {
  private func paths(
    _ values: [String: Value], stepHours: Double, stepCount: Int, count: Int,
    assets: [AssetDynamics], correlation: Correlation? = nil
  ) throws -> [Double] {
    logPrices(
      try model(
        "regime_switching", values, assets: assets, stepCount: stepCount, stepHours: stepHours,
        correlation: correlation),
      count: count, stepCount: stepCount, assetCount: assets.count, seed: 6)
  }

  /// The figures of the project's vector `regime-a`: two states fitted to daily returns of ETH.
  @Test("daily returns have the moments of the mixture, |z| < 4")
  func moments() throws {
    let moments = RegimeMoments(
      means: (0.00189, -0.01419), deviations: (0.0372, 0.08705), enter: 0.0412, leave: 0.19874)
    // Drifts of the log price plus half the variance, at a price of constant mean.
    let high = moments.stationaryHigh
    let square = (1 - high) * 0.0372 * 0.0372 + high * 0.08705 * 0.08705
    let volatility = (365 * square).squareRoot()
    let first = try paths(
      [
        "stress_volatility_ratio": .number(0.08705 / 0.0372),
        "calm_drift_pct_annual": .number(36_500 * (0.00189 + 0.5 * 0.0372 * 0.0372)),
        "stress_drift_pct_annual": .number(36_500 * (-0.01419 + 0.5 * 0.08705 * 0.08705)),
      ], stepHours: 24, stepCount: 1, count: 100_000, assets: [asset("A", volatility: volatility)])
    let standard = first.map { ($0 - moments.mean) / moments.variance.squareRoot() }
    #expect(abs(meanScore(standard, 0)) < 4)
    #expect(abs(meanScore(standard.map { $0 * $0 }, 1)) < 4)
    #expect(abs(meanScore(standard.map { $0 * $0 * $0 }, moments.skewness)) < 4)
    #expect(abs(meanScore(standard.map { $0 * $0 * $0 * $0 }, moments.kurtosis)) < 4)
  }

  @Test("stress lasts as long in short steps as in daily ones, |z| < 4", arguments: [6.0, 24])
  func duration(stepHours: Double) throws {
    // From a start in stress, the chance of stress after ten days is q + (1 - q) (1 - p01 - p10)^10.
    let steps = Int(240 / stepHours) + 1
    let all = try paths(
      ["start": .text("stress"), "stress_volatility_ratio": .number(1000)],
      stepHours: stepHours, stepCount: steps, count: 20_000, assets: [asset("A", volatility: 1)])
    let share = 0.0412 / (0.0412 + 0.19874)
    let expected = share + (1 - share) * pow(1 - 0.0412 - 0.19874, 10)
    // The last step of a calm path moves a thousandth of a stressed one's deviation.
    let deviation = (stepHours / 8760 / share).squareRoot()
    let stressed = (0..<20_000).map { path -> Double in
      let end = (path + 1) * steps - 1
      return abs(all[end] - all[end - 1]) > 0.005 * deviation ? 1 : 0
    }
    // A stressed move is that small in 0.4 % of the cases.
    #expect(abs(meanScore(stressed, expected * 0.996)) < 4)
  }

  @Test("stress pulls correlations towards one")
  func correlation() throws {
    let assets = ["A", "B"].map { asset($0, volatility: 1) }
    func correlation(_ start: String) throws -> Double {
      let all = try paths(
        ["start": .text(start), "stress_correlation_pull": .number(0.5)], stepHours: 24,
        stepCount: 1, count: 20_000, assets: assets, correlation: try .oneFactor([0.5, 0.5]))
      return SimulationCoreTests.correlation(
        stride(from: 0, to: all.count, by: 2).map { all[$0] },
        stride(from: 1, to: all.count, by: 2).map { all[$0] })
    }
    #expect(abs(atanh(try correlation("calm")) - atanh(0.25)) < 4 / 20_000.0.squareRoot())
    #expect(abs(atanh(try correlation("stress")) - atanh(0.625)) < 4 / 20_000.0.squareRoot())
  }

  @Test("without drifts of the regimes the mean price stays, |z| < 4")
  func martingale() throws {
    let all = try paths(
      [:], stepHours: 24, stepCount: 30, count: 20_000, assets: [asset("A", volatility: 0.9)])
    let ends = (1...20_000).map { all[$0 * 30 - 1] }
    #expect(abs(meanScore(VectorMath.exp(ends), 1)) < 4)
  }
}

@Suite("Heston with small shocks of the variance")
struct QuietVarianceTests {
  private func ends(
    _ kind: String, _ values: [String: Value], stepHours: Double, stepCount: Int, count: Int
  ) throws -> [Double] {
    let all = logPrices(
      try model(
        kind, values, assets: [asset("A", volatility: 0.8)], stepCount: stepCount,
        stepHours: stepHours), count: count, stepCount: stepCount, assetCount: 1, seed: 17)
    return (1...count).map { all[$0 * stepCount - 1] }
  }

  @Test("without shocks the variance follows its mean, exactly in steps of any length")
  func none() throws {
    let still = try ends(
      "heston", ["volatility_of_variance": .number(0)], stepHours: 24, stepCount: 30, count: 50)
    let plain = try ends("gbm", [:], stepHours: 24, stepCount: 30, count: 50)
    for (a, b) in zip(still, plain) { #expect(abs(a - b) < 1e-12) }
    // From v(0) = 3 theta the mean of v over T is theta (1 + 2 (1 - e^(-kappa T)) / (kappa T)).
    let late = try ends(
      "heston", ["volatility_of_variance": .number(0), "start_variance_ratio": .number(3)],
      stepHours: 876, stepCount: 10, count: 20_000)
    let variance = 0.64 * (1 + 2 * -expm1(-8) / 8)
    #expect(abs(meanScore(late, -0.5 * variance)) < 4)
    #expect(
      abs(meanScore(late.map { ($0 + 0.5 * variance) * ($0 + 0.5 * variance) }, variance)) < 4)
  }

  @Test(
    "the price keeps its mean and variance however small the shocks are, |z| < 4",
    arguments: [1e-300, 1e-15, 1e-6, 1e-3], [1e-6, 8])
  func small(shocks: Double, reversion: Double) throws {
    for (stepHours, stepCount) in [(0.1, 50), (876.0, 10)] {
      let values = try ends(
        "heston",
        [
          "volatility_of_variance": .number(shocks), "mean_reversion_per_year": .number(reversion),
          "price_variance_correlation": .number(-0.9),
        ], stepHours: stepHours, stepCount: stepCount, count: 4_000)
      let variance = 0.64 * stepHours * Double(stepCount) / 8760
      #expect(abs(meanScore(VectorMath.exp(values), 1)) < 4)
      let squares = values.map { ($0 + 0.5 * variance) * ($0 + 0.5 * variance) }
      #expect(abs(meanScore(squares, variance)) < 4)
    }
  }
}
