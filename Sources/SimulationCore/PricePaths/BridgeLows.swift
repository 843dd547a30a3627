/// The lowest log price of every asset inside every step, drawn from Brownian bridges.
///
///     low = (x0 + x1 - sqrt((x1 - x0)^2 + 2 v e)) / 2,   e ~ Exp(1)
///
/// between the log prices x0 and x1 at the step's ends, v being the variance of the step's diffusion.
/// So the minimum over a path has the law of continuous monitoring, whatever the length of a step,
/// wherever the log price is a Brownian motion given the step's draws:
///
/// | model | v |
/// |---|---|
/// | `gbm`, `merton`, `kou`, `hawkes_jumps` | that of the moves without jumps |
/// | `student_t` | the step's, given its chi-square |
/// | `garch_t`, `gjr_t`, `crash_garch_t` | the step's, given h and the chi-square |
/// | `heston`, `bates` | mean of the variances at the step's ends: good in short steps |
/// | `regime_switching` | that of the step's regime |
///
/// Jumps of a step come together at one moment, uniform in it and the same for all assets: exact for
/// one jump a step, and near it where two are rare. The bridge is then two, before and after.
///
/// Each asset has a low of its own, independent of the others' given the ends: the law of a token
/// against a stable debt. Lows of several assets do not come at one moment, so that a basket judged at
/// all of them is judged too low. A pegged asset shares the draw of the one that it keeps to, and adds
/// its own distance from the peg at the step's ends. What is owed, keeps to a dollar or does not move has
/// its price at the step's end for a low; debts should therefore be stable.
///
/// - Shape: fills `low`, `[path][step][asset]`, of a block whose paths have been made.
/// - Cost: an exponential and a square root an entry.
/// - Source: P. Glasserman, Monte Carlo methods in financial engineering (2003), section 6.4.
package struct BridgeLows: Sendable {
  /// The asset whose variance, jumps and draws an asset has; `nil` where it has no low of its own.
  private let leaders: [Int?]

  /// `owed` are the assets in which accounts have debts.
  package init(_ assets: [AssetDynamics], pegs: [Peg] = [], owed: Set<Int> = []) {
    var leaders = assets.indices.map { assets[$0].volatility > 0 ? $0 : nil }
    for peg in pegs { leaders[peg.asset] = peg.target.flatMap { leaders[$0] } }
    for asset in owed { leaders[asset] = nil }
    self.leaders = leaders
  }

  /// Draws the lows of the paths `firstPath ..< firstPath + block.pathCount` between the block's prices.
  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    precondition(
      block.keepsInside && block.assetCount == leaders.count, "a block that keeps the inside")
    var exponentials = [Double](repeating: 0, count: block.stepCount)
    for path in 0..<block.pathCount {
      let random = PathRandom(seed: seed, path: UInt32(firstPath + path))
      for asset in leaders.indices {
        if let leader = leaders[asset] {
          random.exponentials(.insideBar, from: 0, draw: UInt32(leader), into: &exponentials)
        }
        var start = 0.0
        for step in 0..<block.stepCount {
          let row = block.offset(path: path, step: step)
          let end = block.logPrice[row + asset]
          block.low[row + asset] = end
          if let leader = leaders[asset] {
            let bridge = Bridge(
              start: start, end: end, variance: block.variance[row + leader],
              jump: block.jump[row + leader])
            let low = bridge.low(random, step: step, leader, exponential: exponentials[step])
            block.low[row + asset] = max(low, -PriceBlock.limit)
          }
          start = end
        }
      }
    }
  }
}

/// One step of one asset, between its ends.
private struct Bridge {
  let start: Double
  let end: Double
  let variance: Double
  let jump: Double

  /// The lowest point; `exponential` is the step's draw, others come from `random` where it jumps.
  @inline(__always)
  func low(_ random: PathRandom, step: Int, _ asset: Int, exponential: Double) -> Double {
    guard jump != 0 else {
      return bridgeMinimum(
        from: start, to: end, variance: variance, exponential: exponential)
    }
    return lowAroundJump(random, UInt32(step), UInt32(asset), exponential)
  }

  private func lowAroundJump(
    _ random: PathRandom, _ step: UInt32, _ asset: UInt32, _ exponential: Double
  ) -> Double {
    // Draw 0 is the moment for all assets, two more are each asset's own.
    let share = random.uniform(.insideBarJump, step)
    let z = random.normal(.insideBarJump, step, 1 + 2 * asset)
    let before =
      start + share * (end - start - jump) + (share * (1 - share) * variance).squareRoot() * z
    return min(
      bridgeMinimum(
        from: start, to: before, variance: share * variance, exponential: exponential),
      bridgeMinimum(
        from: before + jump, to: end, variance: (1 - share) * variance,
        exponential: random.exponential(.insideBarJump, step, 2 + 2 * asset)))
  }
}
