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
}
