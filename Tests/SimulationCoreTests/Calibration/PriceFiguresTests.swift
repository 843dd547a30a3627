import Foundation
import SimulationCore
import Testing

@Suite("Figures on which models and data are compared")
struct PriceFiguresTests {
  @Test("a steady fall drops by as much from every start, and is as joint as can be")
  func steadyFall() {
    // Every tenth step falls twice as far, so that extremes are told from the rest.
    let steps = 600
    let moves = (0..<steps).map { $0 % 10 == 9 ? -0.02 : -0.01 }
    var prices: [Double] = []
    var sum = 0.0
    for move in moves {
      sum += move
      prices += [sum, sum]
    }
    let figures = PriceFigures(
      logPrice: prices, pathCount: 1, assetCount: 2, spacingHours: 1)
    // 24 steps hold two or three of the larger moves, a week of 168 sixteen or seventeen.
    for asset in 0..<2 {
      #expect(figures.drops[asset][0].allSatisfy { abs($0 - expm1(-0.26)) < 0.01 })
      #expect(figures.drops[asset][1].allSatisfy { abs($0 - expm1(-1.85)) < 0.01 })
    }
    #expect(abs(figures.stepClustering[0] - figures.stepClustering[1]) < 1e-12)
    // |r| takes two values, a tenth of the time the larger: neighbours never both have it.
    #expect(abs(figures.stepClustering[0] + 1.0 / 9) < 0.01)
  }

  /// By a full sort of the same returns.
  @Test("extremes and large rises are those of the sorted returns")
  func sorted() {
    let random = PathRandom(seed: 3, path: 0)
    let count = 20_000
    let first = (0..<count).map { 0.01 * random.normal(.choice, UInt32($0)) }
    // Shares every fourth move with the first.
    let second = (0..<count).map {
      $0 % 4 == 0 ? first[$0] : 0.01 * random.normal(.choice, UInt32($0), 1)
    }
    var prices: [Double] = []
    var sums = (0.0, 0.0)
    for (a, b) in zip(first, second) {
      sums = (sums.0 + a, sums.1 + b)
      prices += [sums.0, sums.1]
    }
    let figures = PriceFigures(
      logPrice: prices, pathCount: 1, assetCount: 2, spacingHours: 1)
    let size = Int(0.025 * Double(count))
    func marks(_ values: [Double]) -> Set<Int> {
      let limit = values.sorted()[size]
      return Set(values.indices.filter { values[$0] < limit })
    }
    let falls = Double(marks(first).intersection(marks(second)).count) / Double(size)
    let rises =
      Double(marks(first.map { -$0 }).intersection(marks(second.map { -$0 })).count) / Double(size)
    #expect(abs(figures.stepFalls - falls) < 0.003)
    #expect(abs(figures.stepRises - rises) < 0.003)
    #expect(falls > 0.2)
    let mean = first.reduce(0, +) / Double(count)
    let square = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    let top = first.sorted()[count - 1 - count / 1000]
    #expect(abs(figures.rises[0][1] - top / square.squareRoot()) < 1e-9)
  }
}
