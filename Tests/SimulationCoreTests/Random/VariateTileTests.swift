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
      seed, UInt32(number) * 8, 0, 256, Stream.priceNormal.rawValue, Int32(rows), &tile)
    for row in 0..<rows {
      columns[row] += tile[row * Int(CK_TILE_COLUMNS)..<(row + 1) * Int(CK_TILE_COLUMNS)]
    }
  }
  return columns
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
    ck_normal_tile(seed, 40, 512, 250, Stream.priceNormal.rawValue, 4, &tile)
    for column in 0..<250 * 8 {
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
    for row in 0..<4 {
      let end = (row + 1) * Int(CK_TILE_COLUMNS)
      #expect(tile[end - 6 * 8..<end].allSatisfy { $0.isNaN })
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
}
