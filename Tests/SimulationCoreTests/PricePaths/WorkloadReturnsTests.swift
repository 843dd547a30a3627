import Foundation
import SimulationCore
import TestSupport
import Testing

/// Workload R: 1,440 one-minute steps of eight assets, t with 5 degrees of freedom, one factor.
///
/// Acceptance bands for 10,000 paths are 2.6 standard deviations around a reference of 200,000 paths.
@Suite("Workload R")
struct WorkloadReturnsTests {
  @Test(
    "minimum and time-weighted average price lie in the acceptance bands",
    .enabled(if: isOptimised, "115 million variates take minutes without optimisation"))
  func acceptance() throws {
    let volatilities = [0.65, 0.55, 0.66, 0.85, 0.95, 1.05, 1.15, 0.02]
    let (pathCount, stepCount) = (10_000, 1_440)
    let model = try model(
      "student_t", ["degrees_of_freedom": .number(5)],
      assets: volatilities.indices.map { asset("A\($0)", volatility: volatilities[$0]) },
      stepCount: stepCount, stepHours: 1.0 / 60,
      correlation: try .oneFactor([0.9, 0.88, 0.9, 0.8, 0.75, 0.72, 0.7, 0.1]))
    var block = PriceBlock(capacity: 80, stepCount: stepCount, assetCount: 8)
    var (minimum0, minimum6, average0, average6) = (0.0, 0.0, 0.0, 0.0)
    var (square0, square6) = (0.0, 0.0)
    for first in stride(from: 0, to: pathCount, by: 80) {
      model.fill(&block, firstPath: first, seed: 2_024)
      #expect(block.firstNonFinite == nil)
      let price = VectorMath.exp(block.logPrice)
      for path in 0..<80 {
        var (low0, low6) = (1.0, 1.0)
        for step in 0..<stepCount {
          let row = block.offset(path: path, step: step)
          low0 = min(low0, price[row])
          low6 = min(low6, price[row + 6])
          average0 += price[row]
          average6 += price[row + 6]
        }
        minimum0 += low0
        minimum6 += low6
        let end = block.offset(path: path, step: stepCount - 1)
        square0 += (price[end] - 1) * (price[end] - 1)
        square6 += (price[end + 6] - 1) * (price[end + 6] - 1)
      }
    }
    let count = Double(pathCount)
    #expect(abs(minimum0 / count - 0.97376) < 0.00052)
    #expect(abs(minimum6 / count - 0.95401) < 0.00090)
    #expect(abs(average0 / count / Double(stepCount) - 1) < 0.0005)
    // Standard error of asset 6's mean: 0.0347 / 100.
    #expect(abs(average6 / count / Double(stepCount) - 1.00012) < 2.6 * 0.000347)
    // Standard deviations of the end price; 1 / sqrt(2 n) of it is 0.7 %, its tails double that.
    #expect(abs((square0 / count).squareRoot() / 0.0339 - 1) < 0.05)
    #expect(abs((square6 / count).squareRoot() / 0.0602 - 1) < 0.05)
  }
}
