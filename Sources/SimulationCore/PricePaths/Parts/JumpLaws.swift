import Foundation

/// Falls by an exponential variate times each asset's mean fall; in a common event all assets share
/// the variate.
struct ExponentialFalls: JumpSizes {
  /// Mean of minus the log return, `[asset]`.
  let means: [Double]

  func common(_ random: PathRandom, event: UInt32, into returns: inout [Double]) {
    let size = random.exponential(.jumpSize, event)
    for asset in returns.indices { returns[asset] = -means[asset] * size }
  }

  func own(_ random: PathRandom, event: UInt32, asset: Int) -> Double {
    -means[asset] * random.exponential(.ownJumpSize, event, UInt32(asset))
  }
}
