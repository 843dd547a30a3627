import CKernels
import Foundation
import SimulationCore
import Testing

/// Normals `[row][step][lane]` of the tiles that begin at the given paths, one array a row.
private func normals(rows: Int, tiles: Int, seed: UInt64 = 20_240_611) -> [[Double]] {
  var columns = [[Double]](repeating: [], count: rows)
  var tile = [Double](repeating: .nan, count: rows * Int(CK_TILE_COLUMNS))
  for number in 0..<tiles {
    ck_normal_tile(
      seed, UInt32(number) * 8, 0, Stream.priceNormal.rawValue, Int32(rows), &tile)
    for row in 0..<rows {
      columns[row] += tile[row * Int(CK_TILE_COLUMNS)..<(row + 1) * Int(CK_TILE_COLUMNS)]
    }
  }
  return columns
}

private func chiSquares(_ nu: Double, tiles: Int, seed: UInt64 = 97) -> [Double] {
  var all: [Double] = []
  var tile = [Double](repeating: .nan, count: Int(CK_TILE_COLUMNS))
  for number in 0..<tiles {
    ck_chi_square_tile(seed, UInt32(number) * 8, 0, Stream.priceMixing.rawValue, nu, &tile)
    all += tile
  }
  return all
}

/// (mean - expected) over its exact standard error.
private func score(_ values: [Double], mean: Double, variance: Double) -> Double {
  let count = Double(values.count)
  return (values.reduce(0, +) / count - mean) / (variance / count).squareRoot()
}

/// Score of the share of values at or below `limit` against its exact probability.
private func shareScore(_ values: [Double], below limit: Double, _ probability: Double) -> Double {
  score(
    values.map { $0 <= limit ? 1 : 0 }, mean: probability,
    variance: probability * (1 - probability))
}

/// Seeds are fixed; exact laws; |z| < 5 has a false alarm in 1.7 million.
@Suite("Tiles of variates")
struct VariateTileTests {
  @Test("normals are Box and Muller's function of the counter's words")
  func scalarReference() {
    let seed: UInt64 = 0xfeed_5eed_0123_4567
    var tile = [Double](repeating: .nan, count: 4 * Int(CK_TILE_COLUMNS))
    ck_normal_tile(seed, 40, 512, Stream.priceNormal.rawValue, 4, &tile)
    for column in 0..<Int(CK_TILE_COLUMNS) {
      for pair in 0..<2 {
        let random = PathRandom(seed: seed, path: UInt32(40 + column % 8))
        let (u, v) = random.uniformPair(.priceNormal, UInt32(512 + column / 8), UInt32(pair))
        let radius = (-2 * log(u)).squareRoot()
        let cosine = tile[2 * pair * Int(CK_TILE_COLUMNS) + column]
        let sine = tile[(2 * pair + 1) * Int(CK_TILE_COLUMNS) + column]
        // Rounding of 2 pi v: 4e-16 of a turn's angle, times a radius below 8.6.
        #expect(abs(cosine - radius * cos(2 * .pi * v)) < 1e-14)
        #expect(abs(sine - radius * sin(2 * .pi * v)) < 1e-14)
      }
    }
  }

  @Test("normals have the moments of the standard normal law")
  func normalMoments() {
    for row in normals(rows: 4, tiles: 100) {
      #expect(abs(score(row, mean: 0, variance: 1)) < 5)
      #expect(abs(score(row.map { $0 * $0 }, mean: 1, variance: 2)) < 5)
      #expect(abs(score(row.map { $0 * $0 * $0 }, mean: 0, variance: 15)) < 5)
      #expect(abs(score(row.map { $0 * $0 * $0 * $0 }, mean: 3, variance: 96)) < 5)
    }
  }

  @Test(
    "normals have the quantiles of the standard normal law", arguments: [-3.5, -2, -0.5, 0, 1, 3])
  func normalQuantiles(limit: Double) {
    for row in normals(rows: 2, tiles: 200) {
      #expect(abs(shareScore(row, below: limit, normalCDF(limit))) < 5)
    }
  }

  @Test("rows, neighbouring lanes and neighbouring steps are uncorrelated")
  func independence() {
    let rows = normals(rows: 4, tiles: 100)
    for a in 0..<4 {
      for b in 0..<a {
        #expect(abs(score(zip(rows[a], rows[b]).map(*), mean: 0, variance: 1)) < 5)
      }
      for lag in [1, 8] {
        let products = zip(rows[a], rows[a].dropFirst(lag)).map(*)
        #expect(abs(score(products, mean: 0, variance: 1)) < 5)
      }
    }
  }

  @Test(
    "chi-square variates have mean nu and variance 2 nu",
    arguments: [0.3, 1, 2.5, 4, 5, 30.7, 1000])
  func chiSquareMoments(nu: Double) {
    let values = chiSquares(nu, tiles: 60)
    #expect(values.allSatisfy { $0 > 0 })
    #expect(abs(score(values, mean: nu, variance: 2 * nu)) < 5)
    // Fourth central moment 12 nu (nu + 4).
    let squares = values.map { ($0 - nu) * ($0 - nu) }
    #expect(abs(score(squares, mean: 2 * nu, variance: 12 * nu * (nu + 4) - 4 * nu * nu)) < 5)
  }

  @Test("chi-square variates have the closed distribution functions of nu = 1, 2, 4")
  func chiSquareQuantiles() {
    let (one, two, four) = (
      chiSquares(1, tiles: 60), chiSquares(2, tiles: 60), chiSquares(4, tiles: 60)
    )
    for x in [0.01, 0.3, 1, 4, 9] {
      #expect(abs(shareScore(one, below: x, 2 * normalCDF(x.squareRoot()) - 1)) < 5)
      #expect(abs(shareScore(two, below: x, 1 - exp(-x / 2))) < 5)
      #expect(abs(shareScore(four, below: x, 1 - exp(-x / 2) * (1 + x / 2))) < 5)
    }
  }

  @Test("chi-square variates are Marsaglia and Tsang's function of the counter's attempts")
  func chiSquareReference() {
    let seed: UInt64 = 5
    let nu = 2.4
    let d = nu / 2 - 1.0 / 3
    let values = chiSquares(nu, tiles: 1, seed: seed)
    var repeated = 0
    for column in 0..<Int(CK_TILE_COLUMNS) {
      let random = PathRandom(seed: seed, path: UInt32(column % 8))
      var expected: Double?
      for attempt in 0..<UInt32(50) where expected == nil {
        let step = UInt32(column / 8)
        let (_, _, angle, test) = random.words(.priceMixing, step, attempt)
        let u = random.uniform(.priceMixing, step, attempt)
        let x =
          (-2 * log(u)).squareRoot() * cos(2 * .pi * (Double(angle) + 0.5) * 0x1p-32)
        let v = pow(1 + x / (9 * d).squareRoot(), 3)
        if v > 0, log((Double(test) + 0.5) * 0x1p-32) < 0.5 * x * x + d * (1 - v + log(v)) {
          expected = 2 * d * v
        } else {
          repeated += 1
        }
      }
      #expect(abs(values[column] / (expected ?? .nan) - 1) < 1e-13)
    }
    // About 3 % of attempts fail at this shape: the repetition must have been exercised.
    #expect(repeated > 20)
  }
}
