import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Antithetic pairs of price paths")
struct AntitheticTests {
  private static let stepCount = 30
  private static let kinds = PriceModels.all.filter { $0.isParametric }.map { $0.kind }

  private func block(
    _ model: any PriceModel, firstPath: Int = 0, count: Int, seed: UInt64 = 1, isPaired: Bool = true
  ) -> PriceBlock {
    var block = PriceBlock(capacity: count, stepCount: AntitheticTests.stepCount, assetCount: 2)
    block.isPaired = isPaired
    model.fill(&block, firstPath: firstPath, seed: seed)
    return block
  }

  private func model(_ kind: String, _ values: [String: Value] = [:]) throws -> any PriceModel {
    try SimulationCoreTests.model(
      kind, values, assets: [asset("A", volatility: 0.8), asset("B", volatility: 0.5)],
      stepCount: AntitheticTests.stepCount, correlation: try .oneFactor([0.9, 0.7]))
  }

  @Test(
    "Even paths are plain ones; neither the block nor its first path changes a price",
    arguments: kinds)
  func bits(kind: String) throws {
    let model = try model(kind)
    let (pairs, plain) = (block(model, count: 40), block(model, count: 40, isPaired: false))
    for path in 0..<40 {
      let range = pairs.offset(path: path, step: 0)..<pairs.offset(path: path + 1, step: 0)
      #expect((pairs.logPrice[range] == plain.logPrice[range]) == (path % 2 == 0))
    }
    for (first, count) in [(1, 1), (3, 9), (8, 8), (7, 33)] {
      let part = block(model, firstPath: first, count: count)
      let range = pairs.offset(path: first, step: 0)..<pairs.offset(path: first + count, step: 0)
      #expect(part.logPrice == Array(pairs.logPrice[range]))
    }
  }

  @Test("Moves of normal and Student-t walks change their sign", arguments: ["gbm", "student_t"])
  func signs(kind: String) throws {
    let pairs = block(try model(kind), count: 32)
    let volatilities = [0.8, 0.5]
    for path in stride(from: 0, to: 32, by: 2) {
      for step in 0..<AntitheticTests.stepCount {
        let places = [path, path + 1].map { pairs.offset(path: $0, step: step) }
        for (asset, volatility) in volatilities.enumerated() {
          let drift = -0.5 * volatility * volatility * Double(step + 1) / 8760
          let sum = pairs.logPrice[places[0] + asset] + pairs.logPrice[places[1] + asset]
          #expect(abs(sum - 2 * drift) < 1e-12)
        }
      }
    }
  }

  @Test(
    "Mirrored paths have the model's law", .enabled(if: isOptimised), arguments: kinds)
  func law(kind: String) throws {
    // Mean and second moment of the end, and the chance of a deep fall: four standard errors of
    // paths of different seeds.
    let model = try model(kind)
    let count = 40_000
    func columns(_ block: PriceBlock, from first: Int, by step: Int) -> [[Double]] {
      let ends = stride(from: first, to: count, by: step).map {
        block.logPrice[block.offset(path: $0, step: AntitheticTests.stepCount - 1)]
      }
      return [ends, ends.map { min($0 * $0, 0.01) }, ends.map { $0 < -0.08 ? 1 : 0 }]
    }
    let mirrored = columns(block(model, count: count, seed: 5), from: 1, by: 2)
    let plain = columns(block(model, count: count, seed: 6, isPaired: false), from: 0, by: 1)
    for (a, b) in zip(mirrored.map { SampleMoments($0) }, plain.map { SampleMoments($0) }) {
      let error = (a.standardError * a.standardError + b.standardError * b.standardError)
        .squareRoot()
      #expect(abs(a.mean - b.mean) < 4 * error, "\(a.mean) for \(b.mean)")
    }
  }

  @Test("A pair is worth for the mean price what its closed form says", .enabled(if: isOptimised))
  func gain() throws {
    // S = e^(s z - s^2 / 2): a plain path has variance e^(s^2) - 1, both paths of a pair the covariance
    // e^(-s^2) - 1. The estimate of the gain is right to about 3 %.
    let (years, count) = (0.25, 40_000)
    let spread = 0.8 * 0.8 * years
    let model = try SimulationCoreTests.model(
      "gbm", assets: [asset("A", volatility: 0.8), asset("B", volatility: 0.5)],
      stepCount: AntitheticTests.stepCount,
      stepHours: 8760 * years / Double(AntitheticTests.stepCount))
    let pairs = block(model, count: count)
    let prices = (0..<count).map {
      exp(pairs.logPrice[pairs.offset(path: $0, step: AntitheticTests.stepCount - 1)])
    }
    let sample = WeightedPaths(pairedPaths: count).sample(prices)
    let mean = sample.mean()
    #expect(abs(try #require(mean.value) - 1) < 2 * (try #require(mean.halfWidth)))
    let (own, both) = (exp(spread) - 1, exp(-spread) - 1)
    let gain = try #require(sample.plainPathsForMean) / Double(count)
    #expect(agree(gain, own / (own + both), relative: 0.1))
    // A kink takes part of the gain: a call at the money by numbers that cannot be lower than one.
    let call = WeightedPaths(pairedPaths: count).sample(prices.map { max(0, $0 - 1) })
    let price = 2 * normalCDF(0.5 * spread.squareRoot()) - 1
    #expect(
      abs(try #require(call.mean().value) - price) < 2 * (try #require(call.mean().halfWidth)))
    #expect(try #require(call.plainPathsForMean) > 1.2 * Double(count))
  }
}
