import Foundation

/// Random numbers for random programs of tests: SplitMix64 (Steele, Lea, Flood 2014).
package struct TestRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  package mutating func uniform(_ low: Double = 0, _ high: Double = 1) -> Double {
    low + (high - low) * (Double(next() >> 11) + 0.5) * 0x1p-53
  }

  /// Uniform in the logarithm.
  package mutating func logUniform(_ low: Double, _ high: Double) -> Double {
    exp(uniform(log(low), log(high)))
  }

  package mutating func index(_ count: Int) -> Int { Int(next() % UInt64(count)) }

  package mutating func chance(_ probability: Double) -> Bool { uniform() < probability }
}

/// The seeds of random programs: 1 to `count`, or the one that `SLIPFACE_TEST_SEED` names.
package func testSeeds(_ count: Int) -> [UInt64] {
  if let text = ProcessInfo.processInfo.environment["SLIPFACE_TEST_SEED"],
    let seed = UInt64(text)
  {
    return [seed]
  }
  return (1...UInt64(count)).map { $0 }
}

/// Whether two numbers agree to a relative error, or to an absolute one near zero.
package func agree(
  _ left: Double, _ right: Double, relative: Double, absolute: Double = 0
) -> Bool {
  left == right
    || abs(left - right) <= absolute + relative * max(abs(left), abs(right))
}
