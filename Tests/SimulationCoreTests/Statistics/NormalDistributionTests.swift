import Foundation
import SimulationCore
import Testing

@Suite("Normal law")
struct NormalDistributionTests {
  /// Values at 40 digits, rounded to double (case norm-inv-a of the vector file paths.json).
  @Test(
    "The quantile keeps full precision into the far tail",
    arguments: [
      (1e-300, -37.0470962993612), (1e-16, -8.222082216130435), (1e-5, -4.264890793922825),
      (0.02425, -1.972961051311885), (0.3, -0.5244005127080408), (0.5, 0.0),
    ])
  func knownQuantiles(probability: Double, expected: Double) {
    #expect(abs(normalQuantile(probability) - expected) <= 1e-15 + 1e-14 * abs(expected))
  }

  @Test("Quantile and distribution function are inverse to each other")
  func roundTrip() {
    for x in stride(from: -8.0, through: 5.0, by: 0.0625) {
      // The distribution function itself is good to about x^2 roundings, the upper tail to fewer.
      let slack = 4e-16 * (1 + x * x) / normalDensity(min(x, 0)) * normalCDF(min(x, 0))
      #expect(abs(normalQuantile(normalCDF(x)) - x) <= slack + 2.3e-16 / normalDensity(max(x, 0)))
    }
  }

  @Test("Near the median the quantile is sqrt(2 pi) times the distance, to full precision")
  func nearTheMedian() {
    let step = 0x1p-40
    #expect(abs(normalQuantile(0.5 + step) / (step * (2 * Double.pi).squareRoot()) - 1) < 1e-15)
  }

  @Test("The ends are infinite, and what is no probability has no quantile")
  func ends() {
    #expect(normalQuantile(0) == -.infinity)
    #expect(normalQuantile(1) == .infinity)
    #expect(normalQuantile(.nan).isNaN)
    #expect(normalQuantile(.leastNonzeroMagnitude) < -38.4)
  }
}
