import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Price paths from a mixture")
struct CrashMixtureTests {
  private static let assets = [asset("A", volatility: 0.8), asset("B", volatility: 0.5)]
  private static let stepCount = 48
  private static let kinds = ["crash_garch_t", "hawkes_jumps"]

  private func plain(_ kind: String) throws -> any PriceModel {
    try model(
      kind, assets: CrashMixtureTests.assets, stepCount: CrashMixtureTests.stepCount,
      correlation: try .oneFactor([0.9, 0.7]))
  }

  private func mixed(
    _ kind: String, _ request: MixtureRequest = MixtureRequest()
  ) throws -> any PriceModel {
    try #require(try plain(kind).mixed(request, basket: [3, 1]))
  }

  /// Mean of both log prices over time, lowest first log price, and weight: of each path.
  private func paths(
    _ model: any PriceModel, count: Int, seed: UInt64
  ) -> [(mean: Double, lowest: Double, weight: Double)] {
    let stepCount = CrashMixtureTests.stepCount
    var block = PriceBlock(capacity: count, stepCount: stepCount, assetCount: 2)
    model.fill(&block, firstPath: 0, seed: seed)
    return (0..<count).map { path in
      let first = block.offset(path: path, step: 0)
      let prices = block.logPrice[first..<first + 2 * stepCount]
      let own = stride(from: first, to: first + 2 * stepCount, by: 2).map { block.logPrice[$0] }
      return (
        prices.reduce(0, +) / Double(prices.count), own.min() ?? 0,
        block.weights.isEmpty ? 1 : block.weights[path]
      )
    }
  }

  @Test("Nominal paths keep their bits, others differ", arguments: kinds)
  func nominalPaths(kind: String) throws {
    let mixed = try mixed(kind)
    let mixture = try #require(mixed.mixture)
    let width = 2 * CrashMixtureTests.stepCount
    let (drawn, own) = (
      logPrices(mixed, count: 64, stepCount: 48, assetCount: 2, seed: 3),
      logPrices(try plain(kind), count: 64, stepCount: 48, assetCount: 2, seed: 3)
    )
    var counts = [0, 0, 0, 0]
    for path in 0..<64 {
      let range = path * width..<(path + 1) * width
      let law = mixture.law(path: UInt32(path), seed: 3)
      counts[law == .nominal ? 0 : law.hasBigStep ? 1 : 2] += 1
      if law.isBuiltUp { counts[3] += 1 }
      if law == .nominal { #expect(drawn[range] == own[range]) }
      if law.hasBigStep { #expect(drawn[range] != own[range]) }
    }
    #expect(drawn != own)
    // Shares of a prefix of 64 van der Corput points are exact to one point at either end.
    let shares = [
      mixture.nominalShare, mixture.stepShare, 1 - mixture.nominalShare - mixture.stepShare,
      (1 - mixture.nominalShare) * mixture.varianceShare,
    ]
    for (count, share) in zip(counts, shares) {
      #expect(abs(Double(count) - 64 * share) <= 2)
    }
  }

  @Test("Neither the block nor its first path changes a price or a weight", arguments: kinds)
  func blocks(kind: String) throws {
    let mixed = try mixed(kind)
    var whole = PriceBlock(capacity: 40, stepCount: 48, assetCount: 2)
    mixed.fill(&whole, firstPath: 0, seed: 9)
    for (first, count) in [(0, 1), (3, 9), (8, 8), (7, 33)] {
      var part = PriceBlock(capacity: count, stepCount: 48, assetCount: 2)
      mixed.fill(&part, firstPath: first, seed: 9)
      #expect(part.weights == Array(whole.weights[first..<first + count]))
      #expect(part.logPrice == Array(whole.logPrice[first * 96..<(first + count) * 96]))
    }
    #expect(whole.weights.allSatisfy { $0 > 0 && $0 <= 1 / 0.3 + 1e-12 })
  }

  @Test("Factors of one leave every path as it is, with weight one", arguments: kinds)
  func neutral(kind: String) throws {
    var request = MixtureRequest()
    (request.rateFactor, request.offspringFactor) = (1, 1)
    (request.stepVarianceFactor, request.stepShift, request.varianceShare) = (1, 0, 0)
    var block = PriceBlock(capacity: 64, stepCount: 48, assetCount: 2)
    try mixed(kind, request).fill(&block, firstPath: 0, seed: 5)
    #expect(
      block.logPrice
        == logPrices(try plain(kind), count: 64, stepCount: 48, assetCount: 2, seed: 5))
    #expect(block.weights.allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test(
    "Weights have mean one over 64 seeds, and give back the model's law",
    .enabled(if: isOptimised), arguments: kinds)
  func law(kind: String) throws {
    // Three quantities that weigh the body and the tail. Mixture and plain paths have seeds of their
    // own; each difference within four standard errors.
    let mixed = try mixed(kind)
    let plain = try plain(kind)
    var scores: [Double] = []
    var (means, falls, unweighted) = ([Double](), [Double](), [Double]())
    var (trueMeans, trueFalls) = ([Double](), [Double]())
    for seed in 1...UInt64(64) {
      let drawn = paths(mixed, count: 1024, seed: seed)
      let weights = SampleMoments(drawn.map(\.weight))
      scores.append((weights.mean - 1) / weights.standardError)
      means += drawn.map { $0.weight * $0.mean }
      falls += drawn.map { $0.lowest < -0.15 ? $0.weight : 0 }
      unweighted += drawn.map { $0.lowest < -0.15 ? 1 : 0 }
      let own = paths(plain, count: 1024, seed: 1000 + seed)
      trueMeans += own.map(\.mean)
      trueFalls += own.map { $0.lowest < -0.15 ? 1 : 0 }
    }
    #expect(scores.allSatisfy { abs($0) < 4 })
    // Paths are spread evenly over the laws, so that scores vary less than independent ones would:
    // an upper bound alone, the 99.9 % point of chi-square with 64 degrees of freedom.
    #expect(scores.reduce(0) { $0 + $1 * $1 } < 104.7)
    for (weighted, known) in [(means, trueMeans), (falls, trueFalls)] {
      let (a, b) = (SampleMoments(weighted), SampleMoments(known))
      #expect(
        abs(a.mean - b.mean) < 4
          * (a.standardError * a.standardError
          + b.standardError * b.standardError).squareRoot())
    }
    // Without the weights falls are far too frequent: the check sees a mixture that drops them.
    #expect(SampleMoments(unweighted).mean > 2 * SampleMoments(trueFalls).mean)
  }

  @Test("Models without common crashes, and shares that do not fit, are refused")
  func refusals() throws {
    for kind in ["gbm", "student_t", "garch_t"] {
      #expect(try plain(kind).mixed(MixtureRequest(), basket: [1, 1]) == nil)
    }
    let calm = try model(
      "hawkes_jumps", ["common_rate_per_hour": .number(0), "own_rate_per_hour": .number(0.01)],
      assets: CrashMixtureTests.assets, stepCount: 48)
    let error = #expect(throws: ParameterError.self) {
      try calm.mixed(MixtureRequest(), basket: [1, 1])
    }
    #expect(error?.key == "common_rate_per_hour")
    var request = MixtureRequest()
    request.stepShare = 0.8
    #expect(throws: ParameterError.self) { try mixed("crash_garch_t", request) }
    request.stepShare = 0.1
    #expect(throws: ParameterError.self) { try mixed("hawkes_jumps", request) }
    (request.stepShare, request.varianceShare) = (nil, 0.1)
    #expect(throws: ParameterError.self) { try mixed("hawkes_jumps", request) }
  }
}
