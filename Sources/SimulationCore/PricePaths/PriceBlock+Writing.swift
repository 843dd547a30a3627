import CKernels

extension PriceBlock {
  /// The largest absolute log price: e^700 is about 1e304.
  package static let limit = 700.0

  /// Where the block holds a number that is not finite, if anywhere; one pass over the block.
  package var firstNonFinite: (path: Int, step: Int, asset: Int)? {
    let used = pathCount * stepCount * assetCount
    let found = ck_first_non_finite(used, logPrice)
    guard found < used else { return nil }
    let row = found / assetCount
    return (row / stepCount, row % stepCount, found % assetCount)
  }

  /// `value` within the limit; counts it where it was not.
  mutating func clamped(_ value: Double) -> Double {
    guard abs(value) > PriceBlock.limit else { return value }
    clampedCount += 1
    return value < 0 ? -PriceBlock.limit : PriceBlock.limit
  }

  /// Writes lanes of a tile `[asset][step][lane]` to consecutive paths, from entry `target` on.
  mutating func store(_ sums: inout [Double], lanes: Range<Int>, stepCount: Int, at target: Int) {
    let pathStride = self.stepCount * assetCount
    precondition(
      target + (lanes.count - 1) * pathStride + stepCount * assetCount <= logPrice.count,
      "the lanes lie inside the block")
    clampedCount += logPrice.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return ck_store_tile(
        Int32(assetCount), Int32(stepCount), Int32(lanes.lowerBound), Int32(lanes.upperBound),
        PriceBlock.limit, &sums, base + target, pathStride)
    }
  }
}
