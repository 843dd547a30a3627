import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Standard errors of fits against the scatter of simulated ones")
struct ErrorTests {
  /// Root mean square of the scores of mean and deviation over 400 samples of 150 steps with jumps of
  /// mean -0.08 and deviation 0.02, two jumps in a fiftieth of them.
  private func scores(shareOfPairs: Double) throws -> (mean: Double, deviation: Double) {
    var (mean, deviation) = (0.0, 0.0)
    for seed in 0..<400 {
      let random = PathRandom(seed: UInt64(seed), path: 0)
      let returns = (0..<150).map { step -> Double in
        let step = UInt32(step)
        let isPair = random.uniform(.choice, step) < 0.02
        let jumps = (0..<(isPair ? 2 : 1)).map {
          -0.08 + 0.02 * random.normal(.shock, step, UInt32($0))
        }
        return jumps.reduce(0, +) + 0.004 * random.normal(.gas, step)
      }
      let fit = LikelihoodFits.jumpMoments(
        returns, noise: 0.004 * 0.004, shareOfPairs: shareOfPairs)
      mean += pow((fit.mean.value + 0.08) / (try #require(fit.mean.standardError)), 2)
      deviation += pow(
        (fit.deviation.value - 0.02) / (try #require(fit.deviation.standardError)), 2)
    }
    return ((mean / 400).squareRoot(), (deviation / 400).squareRoot())
  }

  /// The root mean square of 400 scores has a standard error of 0.035 if they are normal; three pairs a
  /// sample make those of the deviation skewed.
  @Test("jumps that come two in a step: errors hold where the share of such steps is allowed for")
  func pairs() throws {
    let allowed = try scores(shareOfPairs: 0.02)
    #expect(abs(allowed.mean - 1) < 0.14, "\(allowed)")
    #expect(abs(allowed.deviation - 1.15) < 0.2, "\(allowed)")
    let ignored = try scores(shareOfPairs: 0)
    #expect(ignored.deviation > 1.4, "\(ignored)")
  }

  @Test("assets without a fourth moment are named, others are not", .enabled(if: isOptimised))
  func heavyTails() throws {
    func sample(_ kind: String, _ values: [String: Value]) throws -> ReturnSample {
      let rows = 4_000
      let assets = [asset("A", volatility: 0.9), asset("B", volatility: 0.9)]
      let prices = logPrices(
        try model(kind, values, assets: assets, stepCount: rows), count: 1, stepCount: rows,
        assetCount: 2, seed: 5)
      let columns = (0..<2).map { column -> [Double] in
        let logs = (0..<rows).map { prices[2 * $0 + column] }
        return zip(logs, [0] + logs.dropLast()).map { $0 - $1 }
      }
      return try ReturnSample(symbols: ["A", "B"], columns: columns, spacingHours: 1)
    }
    func remarks(_ kind: String, _ fits: LikelihoodFits) throws -> [String] {
      try #require(ModelFitting.of(kind)).fit(fits).remarks
    }
    let tails: Value = .map([(key: "A", value: .number(2.8)), (key: "B", value: .number(9))])
    let heavy = try LikelihoodFits(try sample("t_copula", ["degrees_of_freedom": tails]))
    for kind in ["t_copula", "garch_t", "gjr_t"] {
      let last = try remarks(kind, heavy).last ?? ""
      #expect(last.hasPrefix("standard errors of A are too small"), "\(last)")
    }
    let light = try LikelihoodFits(try sample("student_t", ["degrees_of_freedom": .number(9)]))
    #expect(try remarks("garch_t", light).isEmpty)
    let haveMoment = light.garch.map(\.hasFourthMoment)
    #expect(haveMoment == [true, true])
  }
}
