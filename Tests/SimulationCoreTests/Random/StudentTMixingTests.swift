import CKernels
import Foundation
import SimulationCore
import Testing

private let degrees = [2.000_1, 2.1, 2.5, 3, 3.5, 4, 5, 7.3, 30, 200, 1000]

/// Draws of the mixing factor of the tiles that begin at path 0, 8, ...
private func draws(_ nu: Double, tiles: Int, seed: UInt64 = 97) -> [Double] {
  let table = TabulatedQuantile.studentTMixing(degreesOfFreedom: nu).coefficients
  var all: [Double] = []
  var tile = [Double](repeating: .nan, count: Int(CK_TILE_COLUMNS))
  for number in 0..<tiles {
    ck_tabulated_tile(seed, UInt32(number) * 8, 0, 256, Stream.priceMixing.rawValue, table, &tile)
    all += tile
  }
  return all
}

/// What the kernel returns for u on a table is `tabulatedValue`, bit by bit (TabulatedQuantileTests);
/// so what is shown here of the one holds for the other.
@Suite("The mixing factor of Student-t returns")
struct StudentTMixingTests {
  /// The law of m is exact where F(Q(u)) = u: here to 1e-9 relative to the smaller tail, of which the
  /// absolute error is at most half.
  @Test(
    "the tabulated quantile has its tail probability to 1e-9, relative, in every cell of both tails",
    arguments: degrees)
  func accuracy(nu: Double) {
    let table = TabulatedQuantile.studentTMixing(degreesOfFreedom: nu)
    var worst = 0.0
    for (side, tail) in tabulatedPlaces([0, 0.11, 0.29, 0.5, 0.71, 0.89, 1 - 0x1p-40]) {
      let m = tabulatedValue(table, side: side, tail: tail)
      let (lower, upper) = regularisedGamma(0.5 * nu, 0.5 * (nu - 2) / (m * m))
      worst = max(worst, abs((side == 0 ? lower : upper) / tail - 1))
    }
    #expect(worst <= 1e-9)
    // As documented.
    #expect(worst <= 5e-10)
  }

  /// A polynomial on [0, 1] rises or falls where its coefficients in Bernstein's basis have one sign.
  @Test("the tabulated quantile falls everywhere, across cells too", arguments: degrees)
  func monotonicity(nu: Double) {
    let table = TabulatedQuantile.studentTMixing(degreesOfFreedom: nu).coefficients
    for side in 0..<2 {
      let falls = side == 0 ? 1.0 : -1
      for cell in 0..<52 * 16 {
        let first = (side * 52 * 16 + cell) * 6
        let c = table[first..<first + 6].map { $0 * falls }
        // The derivative c1 + 2 c2 t + ... + 5 c5 t^4, and what b_k = sum_j C(k,j) / C(4,j) d_j says.
        let d = [c[1], 2 * c[2], 3 * c[3], 4 * c[4], 5 * c[5]]
        #expect(d[0] < 0)
        #expect(d[0] + d[1] / 4 < 0)
        #expect(d[0] + d[1] / 2 + d[2] / 6 < 0)
        #expect(d[0] + d[1] * 0.75 + d[2] / 2 + d[3] / 4 < 0)
        #expect(d[0] + d[1] + d[2] + d[3] + d[4] < 0)
        // The next cell begins where this one ends, up to rounding.
        guard cell + 1 < 52 * 16 else { continue }
        let end = c.reduce(0, +)
        let next = table[first + 6] * falls
        #expect(abs(end - next) <= 4e-15 * abs(next))
      }
    }
  }

  /// sqrt((nu - 2) / w) at tail probabilities of w, by mpmath at 40 digits: lower 2^-53, 2^-30,
  /// 33/32 2^-10, 77/256; upper 121/256, 33/32 2^-10, 2^-30, 2^-53.
  @Test(
    "the tabulated quantile agrees with values from elsewhere",
    arguments: [
      (
        2.1,
        [
          8757334.9404678494484, 4419.5369533538835562, 5.9143803073021151387,
          0.35748118494878858666, 0.250012843248977772, 0.084326532592320596342,
          0.048823237745230672514, 0.036787862144732036045,
        ]
      ),
      (
        2.5,
        [
          1145812.2834970450782, 1948.2178012300285137, 7.5097291056115997912,
          0.68652369835007530876, 0.49930313050157880837, 0.18216388556407413233,
          0.10740201905594638084, 0.081379611370176336628,
        ]
      ),
      (
        5,
        [
          1495.0244671044549485, 61.643298733290740951, 3.7722423186523388234,
          0.99917182084690823941, 0.81161783609119874323, 0.38255783294849463004,
          0.24290965028726845209, 0.18876322716052236139,
        ]
      ),
      (
        7.3,
        [
          173.2374794508540573, 19.492594981626059406, 2.8054628019862822382,
          1.0364658792823820715, 0.87665713840528109268, 0.46181302558447837904,
          0.30554637877690355527, 0.24121452861477092242,
        ]
      ),
      (
        30,
        [
          4.9340562950234217336, 2.7920466479665165098, 1.5538824064588689976,
          1.0473934026512158903, 0.96829581664974767116, 0.68497245465340476349,
          0.52421654209774956359, 0.44236285182057735477,
        ]
      ),
      (
        1000,
        [
          1.2152062758867152174, 1.1503242183486842702, 1.0725423127805664745,
          1.0111183786956765594, 0.99780136537463733601, 0.93408726114197119878,
          0.8786953566280234922, 0.84054350661129610278,
        ]
      ),
    ] as [(Double, [Double])])
  func knownValues(nu: Double, expected: [Double]) {
    let table = TabulatedQuantile.studentTMixing(degreesOfFreedom: nu)
    let places = [
      (0, 0x1p-53), (0, 0x1p-30), (0, 0x1.08p-10), (0, 77.0 / 256), (1, 121.0 / 256),
      (1, 0x1.08p-10), (1, 0x1p-30), (1, 0x1p-53),
    ]
    for ((side, tail), value) in zip(places, expected) {
      // A power of two is the edge of a cell, where only the iteration and rounding err.
      let bound = tail.significand == 1 ? 1e-13 : 2e-10
      #expect(abs(tabulatedValue(table, side: side, tail: tail) / value - 1) < bound)
    }
  }

  @Test("draws have the mean of 1 / w and the second moment of w, |z| < 5", arguments: [6, 30.7])
  func moments(nu: Double) {
    let squares = draws(nu, tiles: 60).map { $0 * $0 / (nu - 2) }
    #expect(abs(meanScore(squares, 1 / (nu - 2))) < 5)
    #expect(abs(meanScore(squares.map { 1 / $0 }, nu)) < 5)
    #expect(abs(meanScore(squares.map { (1 / $0 - nu) * (1 / $0 - nu) }, 2 * nu)) < 5)
  }

  @Test("draws have the closed distribution function of w at nu = 4, |z| < 5")
  func distribution() {
    let w = draws(4, tiles: 100).map { 2 / ($0 * $0) }
    for x in [0.05, 0.3, 1, 4, 9, 18] {
      let probability = 1 - exp(-x / 2) * (1 + x / 2)
      let count = Double(w.count)
      let deviation = (count * probability * (1 - probability)).squareRoot()
      #expect(abs(Double(w.count { $0 <= x }) - count * probability) < 5 * deviation)
    }
  }
}
