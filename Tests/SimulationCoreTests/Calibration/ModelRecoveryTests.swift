import Foundation
import SimulationCore
import TestSupport
import Testing

/// A model with known parameters, and what a fit to one path of it has to find.
struct RecoveryCase: Sendable, CustomTestStringConvertible {
  let kind: String
  let values: [String: Value]
  /// By the fit's own names, `[asset]` or one for all.
  let truth: [String: [Double]]
  var rows = 15_000
  var stepHours = 1.0
  /// Largest difference of a correlation; `nil` where the model has none.
  ///
  /// In units of (1 - rho^2) sqrt(2 / rows), which an elliptical law's errors are below.
  var correlationLimit: Double? = 4

  var testDescription: String { kind }

  static let volatilities = [0.6, 0.8, 1.1]
  private static let correlation = [[1, 0.7, 0.4], [0.7, 1, 0.5], [0.4, 0.5, 1]]

  private static func byAsset(_ numbers: [Double]) -> Value {
    .map(zip(["A", "B", "C"], numbers).map { (key: $0, value: .number($1)) })
  }

  static let all = [
    RecoveryCase(
      kind: "gbm", values: [:], truth: ["volatility, % a year": volatilities.map { 100 * $0 }]),
    RecoveryCase(
      kind: "student_t", values: ["degrees_of_freedom": .number(4)],
      truth: [
        "degrees_of_freedom": [4], "own degrees of freedom": [4, 4, 4],
        "scale": volatilities.map { $0 * (0.5 / 8760).squareRoot() },
      ]),
    RecoveryCase(
      kind: "t_copula",
      values: [
        "copula_degrees_of_freedom": .number(5), "degrees_of_freedom": byAsset([5, 6, 8]),
      ], truth: ["copula_degrees_of_freedom": [5], "degrees_of_freedom": [5, 6, 8]]),
    RecoveryCase(
      kind: "garch_t",
      values: [
        "degrees_of_freedom": .number(6), "alpha": byAsset([0.05, 0.06, 0.08]),
        "beta": byAsset([0.93, 0.92, 0.89]),
      ],
      truth: [
        "degrees_of_freedom": [6], "alpha": [0.05, 0.06, 0.08], "beta": [0.93, 0.92, 0.89],
      ]),
    RecoveryCase(
      kind: "gjr_t",
      values: [
        "degrees_of_freedom": .number(6), "alpha": byAsset([0.02, 0.03, 0.06]),
        "gamma": byAsset([0.08, 0.06, -0.02]), "beta": byAsset([0.92, 0.92, 0.9]),
      ],
      truth: [
        "degrees_of_freedom": [6], "alpha": [0.02, 0.03, 0.06], "gamma": [0.08, 0.06, -0.02],
        "beta": [0.92, 0.92, 0.9],
      ]),
    RecoveryCase(
      kind: "filtered_historical",
      values: [
        "file": .text(""), "alpha": byAsset([0.05, 0.06, 0.08]),
        "beta": byAsset([0.93, 0.92, 0.89]),
      ], truth: ["alpha": [0.05, 0.06, 0.08], "beta": [0.93, 0.92, 0.89]], correlationLimit: nil),
    RecoveryCase(
      kind: "merton",
      values: [
        "common_jumps_per_year": .number(700), "jump_mean_log": byAsset([-0.004, -0.006, 0.005]),
        "jump_sd_log": byAsset([0.012, 0.016, 0.02]),
      ],
      truth: [
        "common_jumps_per_year": [700], "jump_mean_log": [-0.004, -0.006, 0.005],
        "jump_sd_log": [0.012, 0.016, 0.02],
      ]),
    // The errors of what jumps leave of the correlation are far above those of the whole.
    RecoveryCase(
      kind: "kou",
      values: [
        "common_jumps_per_year": .number(500), "jump_up_probability": byAsset([0.4, 0.4, 0.5]),
        "jump_up_mean_log": byAsset([0.012, 0.018, 0.02]),
        "jump_down_mean_log": byAsset([0.015, 0.02, 0.03]),
      ],
      truth: [
        "common_jumps_per_year": [500], "jump_up_probability": [0.4, 0.4, 0.5],
        "jump_up_mean_log": [0.012, 0.018, 0.02], "jump_down_mean_log": [0.015, 0.02, 0.03],
      ], correlationLimit: 25),
    // Jumps far beyond three standard deviations that hardly ever come twice in a step.
    RecoveryCase(
      kind: "hawkes_jumps",
      values: [
        "common_rate_per_hour": .number(0.002), "branching": .number(0.5),
        "decay_per_hour": .number(0.01), "jump_mean_log": byAsset([-0.08, -0.1, -0.13]),
        "jump_sd_log": byAsset([0.02, 0.02, 0.03]),
      ],
      truth: [
        "common_rate_per_hour": [0.002], "branching": [0.5], "decay_per_hour": [0.01],
        "jump_mean_log": [-0.08, -0.1, -0.13], "jump_sd_log": [0.02, 0.02, 0.03],
      ], rows: 30_000),
    RecoveryCase(
      kind: "regime_switching",
      values: [
        "enter_stress_per_day": .number(0.04), "leave_stress_per_day": .number(0.2),
        "stress_volatility_ratio": .number(2.3), "stress_correlation_pull": .number(0.3),
      ],
      truth: [
        "enter_stress_per_day": [0.04], "leave_stress_per_day": [0.2],
        "stress_volatility_ratio": [2.3], "stress_correlation_pull": [0.3],
      ], rows: 4_000, stepHours: 24),
  ]

  /// One path as a sample.
  private func sample(seed: UInt64) throws -> ReturnSample {
    let assets = zip(["A", "B", "C"], Self.volatilities).map { asset($0, volatility: $1) }
    let usesData = kind == "filtered_historical"
    let data =
      usesData
      ? try Self.path(
        model(
          "student_t", ["degrees_of_freedom": .number(6)], assets: assets, stepCount: rows,
          correlation: try Correlation(matrix: Self.correlation)), rows, 1, seed + 1
      ).priceTable() : nil
    let law = try model(
      kind, values, assets: assets, stepCount: rows, stepHours: stepHours,
      correlation: usesData ? nil : try Correlation(matrix: Self.correlation), data: data)
    return try Self.path(law, rows, stepHours, seed)
  }

  private static func path(
    _ model: any PriceModel, _ rows: Int, _ stepHours: Double, _ seed: UInt64
  ) throws -> ReturnSample {
    let prices = logPrices(model, count: 1, stepCount: rows, assetCount: 3, seed: seed)
    let columns = (0..<3).map { asset -> [Double] in
      let logs = (0..<rows).map { prices[3 * $0 + asset] }
      return zip(logs, [0] + logs.dropLast()).map { $0 - $1 }
    }
    return try ReturnSample(symbols: ["A", "B", "C"], columns: columns, spacingHours: stepHours)
  }

  /// (estimate - truth) / standard error by parameter; infinite where there is no error.
  func scores(seed: UInt64) throws -> (parameters: [(name: String, score: Double)], fit: ModelFit) {
    let fitting = try #require(ModelFitting.of(kind))
    let fit = try fitting.fit(try LikelihoodFits(try sample(seed: seed)))
    var columns: [String: [Estimate]] = [:]
    for part in fit.byAsset { columns[part.name] = part.estimates }
    for part in fit.common { columns[part.name] = [part.estimate] }
    var scores: [(name: String, score: Double)] = []
    for (name, numbers) in truth.sorted(by: { $0.key < $1.key }) {
      let found = try #require(columns[name], "\(name)")
      for (estimate, number) in zip(found, numbers) {
        let error = estimate.standardError ?? 0
        let score = error > 0 ? (estimate.value - number) / error : .infinity
        scores.append(("\(name) \(estimate) for \(number)", score))
      }
    }
    return (scores, fit)
  }

  /// The largest difference of a correlation in the limit's unit.
  func correlationScore(_ fit: ModelFit) -> Double {
    var largest = 0.0
    for row in 1..<3 {
      for column in 0..<row {
        let truth = Self.correlation[row][column]
        let unit = (1 - truth * truth) * (2 / Double(rows)).squareRoot()
        largest = max(largest, abs(fit.correlation[row][column] - truth) / unit)
      }
    }
    return largest
  }
}

@Suite(
  "Every fitted model finds the parameters of its own paths within three standard errors",
  .enabled(if: isOptimised, "likelihoods over long columns take minutes without optimisation"))
struct ModelRecoveryTests {
  @Test("three assets", arguments: RecoveryCase.all)
  func recovery(_ known: RecoveryCase) throws {
    let (parameters, fit) = try known.scores(seed: 31)
    // Four where more than twenty are compared; here are fewer.
    for (name, score) in parameters { #expect(abs(score) < 3, "\(name)") }
    if let limit = known.correlationLimit {
      #expect(known.correlationScore(fit) < limit, "\(fit.correlation)")
    }
  }

  /// `crash_garch_t` is matched to simulated figures and has a test of its own.
  @Test("no model that can be fitted lacks a case")
  func complete() {
    let kinds = Set(RecoveryCase.all.map(\.kind)).union(["crash_garch_t"])
    #expect(kinds == Set(ModelFitting.all.map(\.kind)))
    for type in PriceModels.all {
      #expect((ModelFitting.advice(on: type.kind) == nil) == kinds.contains(type.kind))
    }
  }
}
