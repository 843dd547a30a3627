import Foundation
import SimulationCore
import TestSupport
import Testing

/// Prices of calls from the models' own paths, against the project's vectors.
@Suite(
  "Calls by simulation",
  .enabled(if: isOptimised, "a million paths take minutes without optimisation"))
struct OptionPathsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let values: [String: Value]
    /// Of all moves, a year.
    let variance: Double
    let call: CallOption
    let steps: Int
    let price: Double

    var testDescription: String { name }
  }

  private static func jumps(_ rate: Double, _ mean: Double, _ deviation: Double) -> [String: Value]
  {
    [
      "common_jumps_per_year": .number(0.25 * rate), "own_jumps_per_year": .number(0.75 * rate),
      "jump_mean_log": .number(mean), "jump_sd_log": .number(deviation),
    ]
  }

  private static func heston(
    _ start: Double, _ kappa: Double, _ theta: Double, _ xi: Double, _ rho: Double
  ) -> [String: Value] {
    [
      "start_variance_ratio": .number(start / theta), "mean_reversion_per_year": .number(kappa),
      "volatility_of_variance": .number(xi), "price_variance_correlation": .number(rho),
    ]
  }

  /// The cases of `paths.json` by name, values from mpmath at 40 digits.
  static let cases = [
    Case(
      name: "merton-a", kind: "merton", values: jumps(1, -0.1, 0.15),
      variance: 0.04 + 0.01 + 0.0225,
      call: CallOption(spot: 100, strike: 100, rate: 0.05, maturity: 1), steps: 1,
      price: 12.761288593628754),
    Case(
      name: "merton-b", kind: "merton", values: jumps(12, -0.03, 0.08),
      variance: 0.36 + 12 * (0.0009 + 0.0064),
      call: CallOption(spot: 2000, strike: 1600, rate: 0, maturity: 0.0821917808219178), steps: 3,
      price: 421.44018982365003),
    Case(
      name: "kou-a", kind: "kou",
      values: [
        "common_jumps_per_year": .number(0.5), "own_jumps_per_year": .number(0.5),
        "jump_up_probability": .number(0.4), "jump_up_mean_log": .number(0.1),
        "jump_down_mean_log": .number(0.2),
      ], variance: 0.0256 + 2 * (0.4 * 0.01 + 0.6 * 0.04),
      call: CallOption(spot: 100, strike: 98, rate: 0.05, maturity: 0.5), steps: 1,
      price: 9.147317303936926),
    Case(
      name: "heston-a", kind: "heston", values: heston(0.010201, 6.21, 0.019, 0.61, -0.7),
      variance: 0.019, call: CallOption(spot: 100, strike: 100, rate: 0.0319, maturity: 1),
      steps: 24, price: 6.806113313462027),
    // The variance spends much of the time near zero here, where the scheme needs shorter steps.
    Case(
      name: "heston-b", kind: "heston", values: heston(0.04, 0.5, 0.04, 1, -0.9), variance: 0.04,
      call: CallOption(spot: 100, strike: 100, rate: 0, maturity: 1), steps: 32,
      price: 4.403384204302239),
    Case(
      name: "bates-a", kind: "bates",
      values: heston(0.008836, 3.99, 0.014, 0.27, -0.79).merging(
        jumps(0.11, -0.1390833715098849, 0.15)
      ) { $1 }, variance: 0.014 + 0.11 * (0.1390833715098849 * 0.1390833715098849 + 0.0225),
      call: CallOption(spot: 100, strike: 100, rate: 0.0319, maturity: 1), steps: 24,
      price: 6.757775452492585),
  ]

  @Test("calls and the mean price are within 3 standard errors at 10^6 paths", arguments: cases)
  func price(of example: Case) throws {
    let (pathCount, blockSize) = (1_000_000, 10_000)
    let call = example.call
    let model = try model(
      example.kind, example.values,
      assets: [asset("A", volatility: example.variance.squareRoot(), drift: call.rate)],
      stepCount: example.steps, stepHours: 8760 * call.maturity / Double(example.steps))
    var block = PriceBlock(capacity: blockSize, stepCount: example.steps, assetCount: 1)
    let discount = exp(-call.rate * call.maturity)
    var payoffs: [Double] = []
    var growths: [Double] = []
    for first in stride(from: 0, to: pathCount, by: blockSize) {
      model.fill(&block, firstPath: first, seed: 2_024)
      let ends = (0..<blockSize).map { block.logPrice[($0 + 1) * example.steps - 1] }
      for growth in VectorMath.exp(ends) {
        payoffs.append(discount * max(call.spot * growth - call.strike, 0))
        growths.append(discount * growth)
      }
    }
    let scores = (meanScore(payoffs, example.price), meanScore(growths, 1))
    #expect(abs(scores.0) < 3 && abs(scores.1) < 3, "\(scores)")
  }
}
