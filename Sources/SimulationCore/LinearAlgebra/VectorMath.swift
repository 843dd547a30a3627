import CKernels

/// Elementary functions over columns; the same bits on every processor, errors below 1 ulp.
package enum VectorMath {
  /// e^x of each entry; arguments are first clamped to [-708, 709].
  package static func exp(_ x: [Double]) -> [Double] { map(x, ck_exp) }

  /// The natural logarithm of each entry, for positive normal numbers.
  package static func log(_ x: [Double]) -> [Double] { map(x, ck_log) }

  /// e^x[i] for the first `count` entries, into `result`; the two do not overlap.
  package static func exp(
    _ x: UnsafePointer<Double>, count: Int, into result: UnsafeMutablePointer<Double>
  ) {
    ck_exp(count, x, result)
  }

  private static func map(
    _ x: [Double],
    _ kernel: (Int, UnsafePointer<Double>?, UnsafeMutablePointer<Double>?) -> Void
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: x.count) { buffer, count in
      kernel(x.count, x, buffer.baseAddress)
      count = x.count
    }
  }
}
