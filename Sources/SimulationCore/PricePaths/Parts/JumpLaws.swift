import Foundation

/// Falls by an exponential variate times each asset's mean fall.
///
/// In a common event all assets share the variate.
struct ExponentialFalls: JumpSizes {
  /// Mean of -J, `[asset]`.
  let means: [Double]

  func meanSquare(_ asset: Int) -> Double { 2 * means[asset] * means[asset] }
  func meanGain(_ asset: Int) -> Double { -means[asset] / (1 + means[asset]) }

  func common(_ random: PathRandom, event: UInt32, into returns: inout [Double]) {
    let size = random.exponential(.jumpSize, event)
    for asset in returns.indices { returns[asset] = -means[asset] * size }
  }

  func own(_ random: PathRandom, event: UInt32, asset: Int) -> Double {
    -means[asset] * random.exponential(.ownJumpSize, event, UInt32(asset))
  }
}

/// Normal jumps of the log price; in a common event they have the assets' correlation.
///
/// - Source: R. Merton, Option pricing when underlying stock returns are discontinuous, Journal of
///   Financial Economics 3 (1976).
struct NormalJumps: JumpSizes {
  /// `[asset]`.
  let means: [Double]
  let deviations: [Double]
  let correlation: Correlation

  func meanSquare(_ asset: Int) -> Double {
    means[asset] * means[asset] + deviations[asset] * deviations[asset]
  }

  func meanGain(_ asset: Int) -> Double {
    expm1(means[asset] + 0.5 * deviations[asset] * deviations[asset])
  }

  func common(_ random: PathRandom, event: UInt32, into returns: inout [Double]) {
    returns.overwrite(with: means)
    let count = returns.count
    for column in 0..<count {
      let normal = random.normal(.jumpSize, event, UInt32(column))
      for row in 0..<count {
        returns[row] += deviations[row] * correlation.factor[row * count + column] * normal
      }
    }
  }

  func own(_ random: PathRandom, event: UInt32, asset: Int) -> Double {
    means[asset] + deviations[asset] * random.normal(.ownJumpSize, event, UInt32(asset))
  }
}

/// Jumps up or down by exponential variates of the log price.
///
/// In a common event all assets share both variates, so that where their probabilities of a jump up
/// are the same they go the same way; each by its own mean.
///
/// - Source: S. Kou, A jump-diffusion model for option pricing, Management Science 48 (2002).
struct DoubleExponentialJumps: JumpSizes {
  /// Probability of a jump up, `[asset]`.
  let upProbabilities: [Double]
  /// Mean size of a jump up, below 1, and of one down, `[asset]`.
  let upMeans: [Double]
  let downMeans: [Double]

  func meanSquare(_ asset: Int) -> Double {
    let (p, up, down) = (upProbabilities[asset], upMeans[asset], downMeans[asset])
    return 2 * (p * up * up + (1 - p) * down * down)
  }

  func meanGain(_ asset: Int) -> Double {
    let (p, up, down) = (upProbabilities[asset], upMeans[asset], downMeans[asset])
    return p * up / (1 - up) - (1 - p) * down / (1 + down)
  }

  func common(_ random: PathRandom, event: UInt32, into returns: inout [Double]) {
    let (way, size) = random.uniformPair(.jumpSize, event)
    for asset in returns.indices { returns[asset] = jump(asset, way, -log(size)) }
  }

  func own(_ random: PathRandom, event: UInt32, asset: Int) -> Double {
    let (way, size) = random.uniformPair(.ownJumpSize, event, UInt32(asset))
    return jump(asset, way, -log(size))
  }

  private func jump(_ asset: Int, _ way: Double, _ size: Double) -> Double {
    way < upProbabilities[asset] ? upMeans[asset] * size : -downMeans[asset] * size
  }
}
