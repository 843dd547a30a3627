import CKernels

/// One block of Philox4x32-10: four random words from a counter and a key.
///
/// Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
package func philox4x32(
  counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
) -> (UInt32, UInt32, UInt32, UInt32) {
  var out: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  withUnsafeMutableBytes(of: &out) { bytes in
    guard let words = bytes.bindMemory(to: UInt32.self).baseAddress else { return }
    ck_philox4x32(counter.0, counter.1, counter.2, counter.3, key.0, key.1, words)
  }
  return out
}
