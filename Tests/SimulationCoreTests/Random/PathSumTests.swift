import CKernels
import Testing

@Suite("Path sums")
struct PathSumTests {
  /// A tile of moves that are all different, with factors and drifts that are not whole.
  private struct Walk {
    let assets: Int
    var drift: [Double]
    var scale: [Double]
    var moves: [Double]
    var state: [Double]

    init(assets: Int) {
      self.assets = assets
      drift = (0..<assets).map { 0.01 * Double($0 - 3) }
      scale = (0..<2048).map { 0.3 + Double($0 % 37) / 17 }
      moves = (0..<assets * 2048).map { Double(($0 * 7919) % 2003 - 1001) / 300 }
      state = (0..<assets * 8).map { Double($0) / 10 }
    }

    /// What the kernel should leave: out[path][step][asset], the sums at the end, the count.
    func expected(
      steps: Int, lanes: Range<Int>, isScaled: Bool, limit: Double, pathStride: Int
    ) -> (out: [Double], state: [Double], beyond: Int) {
      var out = [Double](repeating: -1, count: lanes.count * pathStride)
      var sums = state
      var beyond = 0
      for step in 0..<steps {
        for asset in 0..<assets {
          for lane in 0..<8 {
            let move = moves[asset * 2048 + step * 8 + lane]
            let scaled = isScaled ? scale[step * 8 + lane] * move : move
            sums[asset * 8 + lane] += drift[asset] + scaled
            guard lanes.contains(lane) else { continue }
            let sum = sums[asset * 8 + lane]
            if abs(sum) > limit { beyond += 1 }
            let clamped = sum < -limit ? -limit : sum > limit ? limit : sum
            out[(lane - lanes.lowerBound) * pathStride + step * assets + asset] = clamped
          }
        }
      }
      return (out, sums, beyond)
    }
  }

  @Test(
    "a walk sums, clamps, counts and transposes like a loop over its entries, bit by bit",
    arguments: [1, 3, 8, 11, 16], [0..<8, 2..<5, 7..<8])
  func walk(assets: Int, lanes: Range<Int>) {
    for (steps, isScaled) in [(256, true), (256, false), (97, true), (1, false)] {
      var walk = Walk(assets: assets)
      let pathStride = steps * assets + 3
      // Passed here and there, and far from everywhere.
      let limit = 3.0
      let expected = walk.expected(
        steps: steps, lanes: lanes, isScaled: isScaled, limit: limit, pathStride: pathStride)
      var out = [Double](repeating: -1, count: lanes.count * pathStride)
      let (first, end) = (Int32(lanes.lowerBound), Int32(lanes.upperBound))
      let beyond = walk.scale.withUnsafeBufferPointer { scale in
        ck_walk_tile(
          Int32(assets), Int32(steps), first, end, walk.drift,
          isScaled ? scale.baseAddress : nil, limit, walk.moves, &walk.state, &out, pathStride)
      }
      #expect(out == expected.out)
      #expect(walk.state == expected.state)
      #expect(beyond == expected.beyond)
      #expect(steps < 97 || beyond > 0)
    }
  }

  @Test("a NaN is written as it is and not counted", arguments: [1, 8])
  func notANumber(assets: Int) {
    var walk = Walk(assets: assets)
    walk.moves[5 * 8 + 3] = .nan
    var out = [Double](repeating: 0, count: 8 * 256 * assets)
    let count = ck_walk_tile(
      Int32(assets), 256, 0, 8, walk.drift, walk.scale, 1e9, walk.moves, &walk.state, &out,
      256 * assets)
    #expect(count == 0)
    #expect(out[(3 * 256 + 5) * assets].isNaN && !out[(3 * 256 + 4) * assets].isNaN)
    #expect(out.count { $0.isNaN } == 251)
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
