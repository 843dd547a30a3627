import Markets

/// What the phases ask a market's pool most often.
///
/// Mutating, although nothing changes: a question that is not copies the pool out of the world first, an
/// atomic count up and down for every one of its columns.
extension MarketState {
  /// Values of the account at `prices`, USD.
  mutating func health(of account: Int, at prices: [Double]) -> AccountHealth {
    pool.health(of: account, at: prices)
  }

  /// Tokens that the leg holds.
  mutating func collateral(of leg: Int) -> Double { pool.collateral(leg) }

  /// Tokens that the leg owes.
  mutating func debt(of leg: Int) -> Double { pool.debt(leg) }

  /// The largest utilisation of the reserves that anybody owes, at least `bound`.
  mutating func peakUtilisation(atLeast bound: Double) -> Double {
    pool.peakUtilisation(atLeast: bound)
  }

  /// Whether the account's collateral at the low prices is worth less than its debt at the high ones.
  mutating func isLiquidatable(_ account: Int, low: [Double], high: [Double]) -> Bool {
    var (threshold, debt) = (0.0, 0.0)
    for leg in pool.positions.legs(of: account) {
      let asset = Int(pool.positions.legAsset[leg])
      threshold += pool.collateral(leg) * low[asset] * pool.parameters[asset].liquidationThreshold
      debt += pool.debt(leg) * high[asset]
    }
    return threshold < debt
  }
}
