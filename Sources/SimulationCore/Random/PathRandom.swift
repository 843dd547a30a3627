import CKernels
import Foundation

/// What a random number is for; each channel has its own stream, so that none can shift another.
package enum Stream: UInt32, Sendable, CaseIterable {
  case priceNormal = 1
  case priceMixing = 2
  case bootstrap = 3
  case shock = 4
  case gas = 5
  case herd = 6
  case settlingNormal = 7
  case settlingMixing = 8
  case jumpTime = 9
  case jumpSize = 10
  case ownJumpSize = 11
  case varianceNormal = 12
  case regime = 13
  case peg = 14
  case insideBar = 32
  case insideBarJump = 33
  case pegCrash = 34

  case bookSize = 16
  case bookHealth = 17
  case bookCollateral = 18
  case bookDebt = 19
  case bookCohort = 20
  case traitLossAversion = 24
  case traitAttention = 25
  case traitTrigger = 26
  case traitCash = 27
  case traitOverconfidence = 28
  case traitOptimism = 29
  case traitTarget = 30
  case traitCapital = 31

  case attention = 48
  case attentionThinning = 49
  case choice = 50
  case exit = 51
  case exitThinning = 52
  case panic = 53
  case reentry = 54

  case screening = 64
  case mixture = 66
  case quasiRandom = 67
}

/// A counter-based source of random numbers: (seed, path, stream, index, draw) gives the bits.
///
/// There is no state, so order, worker and block never matter (Salmon, Moraes, Dror, Shaw 2011,
/// Philox4x32-10). The key is the seed; the counter is (path, index, draw, stream).
package struct PathRandom: Sendable {
  package let seed: UInt64
  package let path: UInt32
  /// Whether every uniform u is 1 - u instead.
  private let isMirrored: Bool

  package init(seed: UInt64, path: UInt32) {
    self.seed = seed
    self.path = path
    isMirrored = false
  }

  /// The numbers of a path; where paths are `paired`, those of an odd one mirror the even one before.
  init(seed: UInt64, path: UInt32, paired: Bool) {
    self.seed = seed
    self.path = paired ? path & ~1 : path
    isMirrored = paired && path & 1 == 1
  }

  /// Four independent words.
  package func words(_ stream: Stream, _ index: UInt32, _ draw: UInt32 = 0) -> (
    UInt32, UInt32, UInt32, UInt32
  ) {
    philox4x32(
      counter: (path, index, draw, stream.rawValue),
      key: (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
  }

  /// Two independent uniforms in the open interval (0, 1), 52 bits each.
  package func uniformPair(_ stream: Stream, _ index: UInt32, _ draw: UInt32 = 0) -> (
    Double, Double
  ) {
    let (a, b, c, d) = words(stream, index, draw)
    let (first, second) = (PathRandom.openUniform(a, b), PathRandom.openUniform(c, d))
    return isMirrored ? (1 - first, 1 - second) : (first, second)
  }

  /// A uniform in the open interval (0, 1).
  package func uniform(_ stream: Stream, _ index: UInt32, _ draw: UInt32 = 0) -> Double {
    uniformPair(stream, index, draw).0
  }

  /// A unit exponential.
  package func exponential(_ stream: Stream, _ index: UInt32, _ draw: UInt32 = 0) -> Double {
    isMirrored
      ? -log(uniform(stream, index, draw))
      : ck_exponential(seed, path, index, draw, stream.rawValue)
  }

  /// The unit exponentials of one draw at consecutive indices from `first` on, one an element.
  ///
  /// Cost: a tenth of as many single ones.
  package func exponentials(
    _ stream: Stream, from first: UInt32, draw: UInt32 = 0, into column: inout [Double]
  ) {
    ck_exponentials(seed, path, first, draw, stream.rawValue, column.count, &column)
  }

  /// A standard normal, by inversion.
  package func normal(_ stream: Stream, _ index: UInt32, _ draw: UInt32 = 0) -> Double {
    normalQuantile(uniform(stream, index, draw))
  }

  private static func openUniform(_ high: UInt32, _ low: UInt32) -> Double {
    let bits = (UInt64(high) << 32 | UInt64(low)) >> 12
    return (Double(bits) + 0.5) * 0x1p-52
  }
}
