import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Price paths from points")
struct QuasiRandomTests {
  private func block(
    _ model: any PriceModel, _ points: QuasiRandomPaths?, firstPath: Int = 0, count: Int,
    stepCount: Int, assetCount: Int = 2, seed: UInt64 = 1
  ) -> PriceBlock {
    var block = PriceBlock(capacity: count, stepCount: stepCount, assetCount: assetCount)
    block.points = points
    model.fill(&block, firstPath: firstPath, seed: seed)
    return block
  }

  private static let assets = [asset("A", volatility: 0.8), asset("B", volatility: 0.5)]

  @Test("A scrambled sequence is still one point in each interval, and another one by seed")
  func scramble() {
    let sequence = SobolSequence(dimension: 7)
    let points = sequence.scrambled(PathRandom(seed: 3, path: 0))
    let others = sequence.scrambled(PathRandom(seed: 3, path: 1))
    for column in 0..<7 {
      let values = (0..<64).map { points.openCoordinate($0, column) }
      #expect(Set(values.map { Int($0 * 64) }).count == 64)
      #expect(Set((64..<128).map { Int(points.openCoordinate($0, column) * 64) }).count == 64)
      #expect(values != (0..<64).map { others.openCoordinate($0, column) })
      #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
    }
    #expect(sequence.openCoordinate(1, 0) == 0.5 + 0x1p-53)
  }

  @Test("Neither the block nor its first path changes a price; the rest of the draws stays")
  func bits() throws {
    let model = try model("student_t", assets: QuasiRandomTests.assets, stepCount: 300)
    let points = QuasiRandomPaths(seed: 1, moves: [true, false], stepCount: 300)
    let whole = block(model, points, count: 40, stepCount: 300)
    for (first, count) in [(1, 1), (3, 9), (8, 8), (7, 33)] {
      let part = block(model, points, firstPath: first, count: count, stepCount: 300)
      let range = whole.offset(path: first, step: 0)..<whole.offset(path: first + count, step: 0)
      #expect(part.logPrice == Array(whole.logPrice[range]))
    }
    let plain = block(model, nil, count: 40, stepCount: 300)
    for path in 0..<40 {
      let places = (0..<300).map { whole.offset(path: path, step: $0) }
      // The second asset's normals are not replaced.
      #expect(places.allSatisfy { whole.logPrice[$0 + 1] == plain.logPrice[$0 + 1] })
      #expect(places.allSatisfy { whole.logPrice[$0] != plain.logPrice[$0] })
    }
  }

  @Test(
    "Moves of any part of the path have the law of the walk", .enabled(if: isOptimised),
    arguments: [1, 2, 7, 16])
  func law(assetCount: Int) throws {
    // 600 steps in three tiles, whose stretches hold many steps for several assets: variances of the
    // moves over some spans, and the covariance of neighbouring ones, within four standard errors.
    let stepCount = 600
    let all = (0..<assetCount).map { asset("A\($0)", volatility: 0.876) }
    let model = try model("gbm", assets: all, stepCount: stepCount)
    let count = assetCount < 7 ? 4096 : 1024
    let drawn = block(
      model,
      QuasiRandomPaths(
        seed: 8, moves: [Bool](repeating: true, count: assetCount), stepCount: stepCount),
      count: count, stepCount: stepCount, assetCount: assetCount, seed: 8)
    let (variance, drift) = (0.876 * 0.876 / 8760, -0.5 * 0.876 * 0.876 / 8760)
    func move(_ path: Int, _ span: Range<Int>, _ asset: Int) -> Double {
      let end = drawn.logPrice[drawn.offset(path: path, step: span.upperBound - 1) + asset]
      let start =
        span.lowerBound == 0
        ? 0 : drawn.logPrice[drawn.offset(path: path, step: span.lowerBound - 1) + asset]
      return (end - start - drift * Double(span.count))
        / (variance * Double(span.count)).squareRoot()
    }
    for asset in [0, assetCount - 1] {
      for span in [0..<600, 0..<1, 5..<6, 250..<260, 256..<512, 300..<301, 30..<90] {
        let moves = (0..<count).map { move($0, span, asset) }
        #expect(abs(meanScore(moves, 0)) < 4)
        #expect(abs(meanScore(moves.map { $0 * $0 }, 1)) < 4, "\(span)")
      }
      for (a, b) in [(5..<6, 6..<7), (0..<300, 300..<600), (254..<256, 256..<258)] {
        #expect(abs(meanScore((0..<count).map { move($0, a, asset) * move($0, b, asset) }, 0)) < 4)
      }
    }
  }

  @Test("Means of normal walks are known far better, by their closed forms")
  func gain() throws {
    let (years, count, stepCount) = (0.25, 4096, 30)
    let model = try model(
      "gbm", assets: QuasiRandomTests.assets, stepCount: stepCount,
      stepHours: 8760 * years / Double(stepCount))
    let drawn = block(
      model, QuasiRandomPaths(seed: 4, moves: [true, true], stepCount: stepCount), count: count,
      stepCount: stepCount, seed: 4)
    let prices = (0..<count).map {
      exp(drawn.logPrice[drawn.offset(path: $0, step: stepCount - 1)])
    }
    let design = ReplicatedPaths(replicates: QuasiRandomPaths.replicateCount)
    let call = 2 * normalCDF(0.5 * 0.8 * years.squareRoot()) - 1
    for (values, truth) in [(prices, 1.0), (prices.map { max(0, $0 - 1) }, call)] {
      let sample = design.sample(values)
      let mean = sample.mean()
      // Two half-widths with 15 degrees of freedom: one failure in 1,200.
      #expect(abs(try #require(mean.value) - truth) < 2 * (try #require(mean.halfWidth)))
      #expect(try #require(sample.plainPathsForMean) > 20 * Double(count))
    }
  }
}
