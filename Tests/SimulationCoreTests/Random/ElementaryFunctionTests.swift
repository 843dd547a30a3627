import CKernels
import Foundation
import SimulationCore
import Testing

/// Foundation's functions and the kernels both stay within 1 ulp of the exact value (2 ulp for the
/// kernels' sine and cosine), so they are at most 2 units in the last place apart.
@Suite("Elementary functions of the kernels")
struct ElementaryFunctionTests {
  /// 20,001 points, evenly spaced.
  private func grid(_ low: Double, _ high: Double) -> [Double] {
    (0...20_000).map { low + (high - low) * Double($0) / 20_000 }
  }

  private func worst(_ got: [Double], _ expected: [Double]) -> Double {
    zip(got, expected).map { abs($0 - $1) / $1.ulp }.max() ?? .infinity
  }

  @Test("exp is within 1 ulp over the whole range", arguments: [1.0, 20, 700])
  func exponential(halfWidth: Double) {
    let x = grid(-halfWidth, halfWidth)
    #expect(worst(VectorMath.exp(x), x.map { exp($0) }) <= 2)
  }

  @Test("exp clamps its argument and hands on a NaN")
  func exponentialEdges() {
    let got = VectorMath.exp([0, -0.0, -.infinity, .infinity, .nan])
    #expect(got[0] == 1 && got[1] == 1)
    #expect(abs(got[2] / exp(-708) - 1) <= 2 * Double.ulpOfOne)
    #expect(abs(got[3] / exp(709) - 1) <= 2 * Double.ulpOfOne)
    #expect(got[4].isNaN)
  }

  @Test("log is within 1 ulp near one and far from it")
  func logarithm() {
    let near = grid(0.5, 2)
    #expect(worst(VectorMath.log(near), near.map { log($0) }) <= 2)
    let far = grid(-700, 700).map { exp($0) }
    #expect(worst(VectorMath.log(far), far.map { log($0) }) <= 2)
    let closest = (1...60).map { 1 - Double($0) * 0x1p-53 }
    #expect(worst(VectorMath.log(closest), closest.map { log($0) }) <= 2)
    #expect(VectorMath.log([1]) == [0])
  }

  @Test("sine and cosine of a share of a turn are within 2 ulp after exact reduction")
  func turns() {
    let u = grid(0, 1).dropLast().map { $0 + 0x1p-53 }
    var sine = [Double](repeating: .nan, count: u.count)
    var cosine = sine
    ck_sincos_turns(u.count, u, &sine, &cosine)
    for (index, turn) in u.enumerated() {
      let quarter = (turn * 4).rounded()
      let angle = (turn - quarter / 4) * (2 * Double.pi)
      let (s, c) = (sin(angle), cos(angle))
      let expected =
        switch Int(quarter) % 4 {
        case 0: (s, c)
        case 1: (c, -s)
        case 2: (-s, -c)
        default: (-c, s)
        }
      #expect(abs(sine[index] - expected.0) <= 2 * expected.0.ulp)
      #expect(abs(cosine[index] - expected.1) <= 2 * expected.1.ulp)
    }
  }

  @Test("sine and cosine are exact at the quarters")
  func quarters() {
    var sine = [Double](repeating: .nan, count: 4)
    var cosine = sine
    ck_sincos_turns(4, [0, 0.25, 0.5, 0.75], &sine, &cosine)
    #expect(sine == [0, 1, 0, -1])
    #expect(cosine == [1, 0, -1, 0])
  }
}
