import Foundation
import SimulationCore
import Testing

@Suite("GARCH variances")
struct VarianceModelsTests {
  private static let volatility = 0.9

  /// Hourly log returns of one path of one asset.
  private func returns(
    _ kind: String, _ values: [String: Value], stepHours: Double = 1, count: Int = 1,
    stepCount: Int = 300
  ) throws -> [Double] {
    let given = ["start_variance_ratio": Value.number(2)].merging(values) { $1 }
    let model = try model(
      kind, given, assets: [asset("A", volatility: Self.volatility)], stepCount: stepCount,
      stepHours: stepHours)
    let all = logPrices(model, count: count, stepCount: stepCount, assetCount: 1, seed: 8)
    return all.indices.map { all[$0] - ($0 % stepCount == 0 ? 0 : all[$0 - 1]) }
  }

  /// The recursion by hand, on the moves of a path whose variance stays where it is.
  @Test(
    "a path follows the recursion, in steps of any length and at the cap",
    arguments: [
      ("garch_t", 0.1, 0, 0.85, 1, 100), ("gjr_t", 0.04, 0.1, 0.85, 1, 100),
      ("gjr_t", 0.04, 0.1, 0.85, 4, 100), ("garch_t", 0.2, 0, 0.75, 1, 2.2),
      ("gjr_t", 0.1, -0.05, 0.85, 0.25, 100),
    ] as [(String, Double, Double, Double, Double, Double)])
  func recursion(
    kind: String, alpha: Double, gamma: Double, beta: Double, stepHours: Double, cap: Double
  ) throws {
    func values(_ alpha: Double, _ gamma: Double, _ beta: Double) -> [String: Value] {
      let common: [String: Value] = [
        "alpha": .number(alpha), "beta": .number(beta), "variance_cap": .number(cap),
        "degrees_of_freedom": .number(5),
      ]
      return kind == "gjr_t" ? common.merging(["gamma": .number(gamma)]) { $1 } : common
    }
    let path = try returns(kind, values(alpha, gamma, beta), stepHours: stepHours)
    let still = try returns(
      kind, values(0, 0, 0).merging(["start_variance_ratio": .number(1)]) { $1 },
      stepHours: stepHours)
    let deviation = Self.volatility * (stepHours / 8760).squareRoot()
    let root = stepHours.squareRoot()
    let persistence = pow(alpha + beta + gamma / 2, stepHours)
    let kept = persistence - root * (alpha + gamma / 2)
    var h = 2.0
    var wasCapped = false
    for (got, z) in zip(path, still.map { ($0 + 0.5 * deviation * deviation) / deviation }) {
      let u = h.squareRoot() * z
      #expect(abs(got - (deviation * u - 0.5 * h * deviation * deviation)) < 1e-12)
      h = 1 - persistence + root * (alpha + (u < 0 ? gamma : 0)) * u * u + kept * h
      wasCapped = wasCapped || h > cap
      h = min(h, cap)
    }
    #expect(wasCapped == (cap < 100))
  }

  @Test("settled paths begin with the long-run variance and kurtosis, |z| < 4")
  func settled() throws {
    let first = try returns(
      "gjr_t",
      [
        "start_variance_ratio": .text("settled"), "alpha": .number(0.05), "gamma": .number(0.05),
        "beta": .number(0.85), "degrees_of_freedom": .number(40),
      ], count: 20_000, stepCount: 1)
    let variance = Self.volatility * Self.volatility / 8760
    let moments = GarchMoments(
      omega: 1, alpha: 0.05, beta: 0.85, gamma: 0.05, degreesOfFreedom: 40)
    let standard = first.map { $0 / variance.squareRoot() }
    #expect(abs(meanScore(standard.map { $0 * $0 }, 1)) < 4)
    let kurtosis = try #require(moments.kurtosis)
    #expect(kurtosis > 3.5)
    #expect(abs(meanScore(standard.map { $0 * $0 * $0 * $0 }, kurtosis)) < 4)
  }

  @Test("assets have parameters of their own, and persistence is capped")
  func byAsset() throws {
    let assets = [asset("A", volatility: 0.9), asset("B", volatility: 0.9), asset("C")]
    func paths(_ values: [String: Value], _ assets: [AssetDynamics]) throws -> [Double] {
      logPrices(
        try model(
          "garch_t", ["start_variance_ratio": .number(3)].merging(values) { $1 }, assets: assets,
          stepCount: 50), count: 3, stepCount: 50, assetCount: assets.count)
    }
    func map(_ a: Double, _ b: Double) -> Value { .map([("A", .number(a)), ("B", .number(b))]) }
    let both = try paths(["alpha": map(0.02, 0.2), "beta": map(0.9, 0.7)], assets)
    let first = try paths(["alpha": .number(0.02), "beta": .number(0.9)], assets)
    let second = try paths(["alpha": .number(0.2), "beta": .number(0.7)], assets)
    for entry in both.indices {
      #expect(both[entry] == [first, second, first][entry % 3][entry])
    }
    let capped = try paths(
      ["alpha": .number(0.1), "beta": .number(0.89), "persistence_cap": .number(0.95)], assets)
    let lower = try paths(["alpha": .number(0.1), "beta": .number(0.85)], assets)
    for (a, b) in zip(capped, lower) { #expect(abs(a - b) < 1e-12) }
  }

  @Test("parameters without a lasting variance are refused")
  func faults() throws {
    for (kind, values, words) in [
      ("garch_t", ["alpha": Value.number(0.1), "beta": .number(0.9)], "must be below 1: 1"),
      ("gjr_t", ["alpha": .number(0.1), "gamma": .number(-0.2)], "alpha + gamma of A"),
      (
        "garch_t", ["alpha": .number(0.5), "beta": .number(0), "persistence_cap": .number(0.4)],
        "at most persistence_cap"
      ),
      ("garch_t", ["alpha": .map([("B", .number(0.1))])], "alpha lacks a number for A"),
    ] {
      let error = #expect(throws: ParameterError.self) { try returns(kind, values) }
      #expect(error?.code == "E037")
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
  }

  /// alpha = 1 with beta = 0 has h' = u^2 up to the constant, so that hits can be counted from moves.
  @Test("every variance that the cap holds is counted, by path")
  func cappedVariances() throws {
    let stepCount = 300
    func counts(_ cap: Double, count: Int = 16, first: Int = 0) throws -> (PriceBlock, [Int]) {
      let model = try model(
        "garch_t",
        [
          "degrees_of_freedom": .number(30), "alpha": .number(0.5), "beta": .number(0),
          "variance_cap": .number(cap), "start_variance_ratio": .number(1),
        ], assets: [asset("A", volatility: 0.8)], stepCount: stepCount)
      var block = PriceBlock(
        capacity: count, stepCount: stepCount, assetCount: 1, keepsInside: true)
      model.fill(&block, firstPath: first, seed: 3)
      return (block, block.cappedVariances)
    }
    let (block, hits) = try counts(1.5)
    // The variance of a step is s^2 h (nu - 2) / w; a held h is the cap itself, and the last one
    // rules no step. So hits follow from the squared moves: h' = 0.5 + 0.5 u^2 > 1.5 where u^2 > 2.
    let s = 0.8 / 8760.0.squareRoot()
    var h = 1.0
    for path in 0..<16 {
      var expected = 0
      var before = 0.0
      h = 1
      for step in 0..<stepCount {
        let now = block.logPrice[path * stepCount + step]
        let u = (now - before + 0.5 * h * s * s) / s
        before = now
        let free = 0.5 + 0.5 * u * u
        if free > 1.5 { expected += 1 }
        h = min(free, 1.5)
      }
      #expect(expected > 0 && hits[path] == expected, "path \(path)")
    }
    #expect(try counts(1e6).1 == [Int](repeating: 0, count: 16))
    #expect(try counts(1.5, count: 5, first: 6).1 == Array(hits[6..<11]))
  }

  @Test(
    "models whose variance settles before time 0 count from time 0 on",
    arguments: ["garch_t", "gjr_t", "crash_garch_t"])
  func cappedAfterSettling(kind: String) throws {
    let model = try model(
      kind, ["variance_cap": .number(1)], assets: [asset("A", volatility: 0.8)], stepCount: 10)
    var block = PriceBlock(capacity: 64, stepCount: 10, assetCount: 1)
    model.fill(&block, firstPath: 0, seed: 3)
    #expect(block.cappedVariances.allSatisfy { $0 <= 10 })
    #expect(block.cappedVariances.contains { $0 > 0 })
  }
}
