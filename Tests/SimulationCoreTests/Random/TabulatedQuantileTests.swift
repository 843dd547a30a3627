import CKernels
import Foundation
import SimulationCore
import Testing

@Suite("Tabulated quantiles")
struct TabulatedQuantileTests {
  @Test("a draw is the table's value at words 0 and 1 of the counter, bit by bit")
  func scalarReference() {
    let seed: UInt64 = 0xfeed_5eed_0123_4567
    let table = TabulatedQuantile.studentTMixing(degreesOfFreedom: 3.3)
    var draws = [Double](repeating: .nan, count: Int(CK_TILE_COLUMNS))
    ck_tabulated_tile(
      seed, 40, 512, 250, Stream.priceMixing.rawValue, table.coefficients, &draws)
    for column in 0..<250 * 8 {
      let random = PathRandom(seed: seed, path: UInt32(40 + column % 8))
      let u = random.uniform(.priceMixing, UInt32(512 + column / 8))
      let side = u < 0.5 ? 0 : 1
      #expect(draws[column] == tabulatedValue(table, side: side, tail: min(u, 1 - u)))
    }
    #expect(draws[(250 * 8)...].allSatisfy { $0.isNaN })
  }

  /// ln t is as far from a polynomial as any law here: its sixth derivative makes 2e-10.
  @Test("the table interpolates a function from its values and two derivatives")
  func interpolation() {
    let table = TabulatedQuantile { side, tail in
      TabulatedQuantile.Edge(
        value: side == 0 ? log(tail) : 3 * tail * tail, slope: side == 0 ? 1 / tail : 6 * tail,
        curvature: side == 0 ? -1 / (tail * tail) : 6)
    }
    for (side, tail) in tabulatedPlaces([0, 0.3, 0.5, 0.8]) {
      let value = tabulatedValue(table, side: side, tail: tail)
      if side == 0 {
        #expect(abs(value - log(tail)) < 2e-10)
      } else {
        #expect(abs(value / (3 * tail * tail) - 1) < 1e-14)
      }
    }
  }
}
