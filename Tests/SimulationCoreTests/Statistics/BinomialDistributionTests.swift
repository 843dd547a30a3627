import Foundation
import SimulationCore
import Testing

@Suite("Binomial law")
struct BinomialDistributionTests {
  @Test("Three fair coins: 1, 3, 3, 1 eighths")
  func coins() {
    let coins = BinomialDistribution(trials: 3, probability: 0.5)
    for (count, eighths) in [(0, 1.0), (1, 3), (2, 3), (3, 1), (4, 0), (-1, 0)] {
      // A handful of roundings of logarithms of order one.
      #expect(abs(coins.mass(count) - eighths / 8) < 4e-15)
    }
    #expect(abs(coins.cdf(1) - 0.5) < 4e-15)
    #expect(coins.cdf(3) == 1)
    #expect(coins.cdf(-1) == 0)
  }

  @Test("The distribution function is the sum of the masses")
  func sums() {
    let law = BinomialDistribution(trials: 400, probability: 0.03)
    var sum = 0.0
    for count in 0...40 {
      sum += law.mass(count)
      // Up to 40 roundings of numbers below one, and those of two continued fractions.
      #expect(abs(law.cdf(count) - sum) < 2e-14)
    }
  }

  @Test("The quantile is the smallest count that reaches the level")
  func quantile() {
    let law = BinomialDistribution(trials: 10_000, probability: 0.99)
    for level in [0.025, 0.5, 0.975] {
      let count = law.quantile(level)
      #expect(law.cdf(count) >= level)
      #expect(law.cdf(count - 1) < level)
    }
    // Ranks of case quantile-ci-a of the vector file paths.json.
    #expect(law.quantile(0.025) == 9880)
    #expect(law.quantile(0.975) == 9919)
  }
}
