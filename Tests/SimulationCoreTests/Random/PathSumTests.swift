import CKernels
import Testing

@Suite("Path sums")
struct PathSumTests {
  private let columns = Int(CK_TILE_COLUMNS)

  @Test("accumulation adds drift and scaled move step by step, and hands on the state")
  func accumulation() {
    var state = (0..<16).map { Double($0) }
    var moves = (0..<2 * columns).map { Double($0 % 7) - 3 }
    let scale = (0..<columns).map { Double($0 % 5) }
    let original = moves
    ck_accumulate_tile(2, [0.5, -0.25], scale, &state, &moves)
    for asset in 0..<2 {
      for lane in 0..<8 {
        var sum = Double(asset * 8 + lane)
        for step in 0..<256 {
          let column = step * 8 + lane
          sum += [0.5, -0.25][asset] + scale[column] * original[asset * columns + column]
          #expect(moves[asset * columns + column] == sum)
        }
        #expect(state[asset * 8 + lane] == sum)
      }
    }
  }

  @Test("storing transposes the live lanes, clamps them and counts them alone")
  func storing() {
    var sums = (0..<3 * columns).map { Double($0) / 100 }
    // Lane 1 (dead), 2 and 4 (live) of asset 1; the last step is not stored.
    sums[columns + 0 * 8 + 1] = 900
    sums[columns + 1 * 8 + 2] = 701
    sums[columns + 2 * 8 + 4] = -5000
    sums[columns + 5 * 8 + 4] = -5000
    let original = sums
    let pathStride = 5 * 3 + 2
    var out = [Double](repeating: .nan, count: 3 * pathStride)
    #expect(ck_store_tile(3, 5, 2, 5, 700, &sums, &out, pathStride) == 2)
    for path in 0..<3 {
      for step in 0..<5 {
        for asset in 0..<3 {
          let value = original[asset * columns + step * 8 + path + 2]
          #expect(out[path * pathStride + step * 3 + asset] == min(max(value, -700), 700))
        }
      }
      #expect(out[path * pathStride + 15].isNaN && out[path * pathStride + 16].isNaN)
    }
  }

  @Test("a NaN is stored as it is and not counted")
  func notANumber() {
    var sums = [Double](repeating: 0, count: columns)
    sums[3] = .nan
    var out = [Double](repeating: 0, count: 8 * 256)
    #expect(ck_store_tile(1, 256, 0, 8, 700, &sums, &out, 256) == 0)
    #expect(out[3 * 256].isNaN)
  }

  @Test("the first value that is not finite is found", arguments: [0, 4095, 4096, 9_999])
  func finiteness(place: Int) {
    var values = [Double](repeating: -1e308, count: 10_000)
    #expect(ck_first_non_finite(values.count, values) == 10_000)
    values[9_999] = .infinity
    values[place] = place % 2 == 0 ? .nan : -.infinity
    #expect(ck_first_non_finite(values.count, values) == place)
  }
}
