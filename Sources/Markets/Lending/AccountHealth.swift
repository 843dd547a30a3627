import SimulationCore

/// Values of one account in USD at given prices.
package struct AccountHealth: Sendable, Equatable {
  package var collateralUSD = 0.0
  /// Sum of collateral value times liquidation threshold.
  package var thresholdUSD = 0.0
  /// Sum of collateral value times loan to value.
  package var borrowLimitUSD = 0.0
  package var debtUSD = 0.0

  package init() {}

  /// Threshold-weighted collateral over debt; infinite without debt.
  package var healthFactor: Double {
    debtUSD > 0 ? thresholdUSD / debtUSD : .infinity
  }

  /// Exactly 1 is safe; compared without a division.
  package var isLiquidatable: Bool { thresholdUSD < debtUSD }

  package var equityUSD: Double { collateralUSD - debtUSD }

  /// Assets over equity; infinite where nothing is left.
  package var leverage: Double {
    equityUSD > 0 ? collateralUSD / equityUSD : .infinity
  }

  /// What may still be borrowed: the LTV-weighted collateral less the debt, at least 0.
  package var availableBorrowUSD: Double { max(0, borrowLimitUSD - debtUSD) }

  /// Adds one asset's supplied and owed tokens.
  package mutating func add(
    supplied: Double, borrowed: Double, price: Double, parameters: ReserveParameters
  ) {
    let value = supplied * price
    collateralUSD += value
    thresholdUSD += value * parameters.liquidationThreshold
    borrowLimitUSD += value * parameters.loanToValue
    debtUSD += borrowed * price
  }
}

extension LendingPool {
  /// The account's values at `prices`, one an asset in USD.
  ///
  /// Cost: O(legs of the account).
  package func health(of account: Int, at prices: [Double]) -> AccountHealth {
    var health = AccountHealth()
    positions.forEachLeg(of: account) { _, asset, supplied, borrowed in
      health.add(
        supplied: supplied * reserves[asset].supplyIndex,
        borrowed: borrowed * reserves[asset].debtIndex, price: prices[asset],
        parameters: parameters[asset])
    }
    return health
  }
}

extension LendingPool {
  /// Collateral and debt of the account in USD at `prices`, the sums that `health` gives.
  ///
  /// Cost: O(legs of the account), half of what `health` costs.
  package func balances(of account: Int, at prices: [Double]) -> (
    collateralUSD: Double, debtUSD: Double
  ) {
    var sums = (collateralUSD: 0.0, debtUSD: 0.0)
    positions.forEachLeg(of: account) { _, asset, supplied, borrowed in
      sums.collateralUSD += supplied * reserves[asset].supplyIndex * prices[asset]
      sums.debtUSD += borrowed * reserves[asset].debtIndex * prices[asset]
    }
    return sums
  }

  /// The asset in which the account's collateral is worth most at `prices`, the first of equals.
  package func largestCollateral(of account: Int, at prices: [Double]) -> Int {
    var best = 0
    var bestUSD = -Double.infinity
    for leg in positions.legs(of: account) {
      let asset = Int(positions.legAsset[leg])
      if collateral(leg) * prices[asset] > bestUSD {
        best = asset
        bestUSD = collateral(leg) * prices[asset]
      }
    }
    return best
  }
}

/// Prices and indices folded into two weights an asset, so that a scan needs two products a leg.
package struct HealthWeights: Sendable {
  /// `[asset][2]`: supply index x price x liquidation threshold, then debt index x price.
  package internal(set) var pairs: [Double]

  package init(assetCount: Int) {
    pairs = [Double](repeating: 0, count: 2 * assetCount)
  }

  package func threshold(_ asset: Int) -> Double { pairs[2 * asset] }
  package func debt(_ asset: Int) -> Double { pairs[2 * asset + 1] }

  /// Takes over the prices and the pool's indices; whether any weight is another one now.
  @discardableResult
  package mutating func update(pool: LendingPool, prices: [Double]) -> Bool {
    update(pool: pool, collateralPrices: prices, debtPrices: prices)
  }

  /// Different prices for the two sides, as for the worst of what a path has seen.
  @discardableResult
  package mutating func update(
    pool: LendingPool, collateralPrices: [Double], debtPrices: [Double]
  ) -> Bool {
    var hasMoved = false
    for asset in 0..<pool.assetCount {
      let threshold =
        pool.reserves[asset].supplyIndex * collateralPrices[asset]
        * pool.parameters[asset].liquidationThreshold
      let debt = pool.reserves[asset].debtIndex * debtPrices[asset]
      hasMoved = hasMoved || threshold != pairs[2 * asset] || debt != pairs[2 * asset + 1]
      pairs[2 * asset] = threshold
      pairs[2 * asset + 1] = debt
    }
    return hasMoved
  }
}

extension Positions {
  /// Threshold-weighted collateral and debt of every account in USD, into two columns, and the
  /// accounts whose debt is the larger, ascending.
  ///
  /// Cost: two products a leg; allocates nothing once `liquidatable` has its capacity. `room` has one
  /// entry more than there are accounts; what it holds afterwards means nothing. The sums run in
  /// asset order, so that any engine that evaluates one account alone gets the same bits.
  package func scan(
    _ weights: HealthWeights, threshold: inout [Double], debt: inout [Double],
    liquidatable: inout [Int32], room: inout [Int32]
  ) {
    precondition(assetBound <= weights.pairs.count / 2, "one pair of weights an asset")
    let count = HealthScan.run(
      legStart: legStart, legAsset: legAsset, supplied: supplied, borrowed: borrowed,
      weights: weights.pairs, threshold: &threshold, debt: &debt, unhealthy: &room)
    liquidatable.removeAll(keepingCapacity: true)
    liquidatable.append(contentsOf: room[..<count])
  }

  /// Those of some accounts whose debt is the larger, ascending, by the sums of the scan.
  ///
  /// `room` is that of the scan; `marks` has a bit an account, and none of them is set.
  ///
  /// Cost: two products a leg of theirs; allocates nothing, but for the sort of a few.
  package func scan(
    _ accounts: [Int32], _ weights: HealthWeights, liquidatable: inout [Int32],
    room: inout [Int32], marks: inout [UInt64]
  ) {
    precondition(assetBound <= weights.pairs.count / 2, "one pair of weights an asset")
    let count = HealthScan.run(
      accounts, legStart: legStart, legAsset: legAsset, supplied: supplied, borrowed: borrowed,
      weights: weights.pairs, unhealthy: &room)
    liquidatable.removeAll(keepingCapacity: true)
    liquidatable.append(contentsOf: room[..<count])
    liquidatable.sortNumbers(marking: &marks)
  }

  /// The scan of the accounts in `list` alone: their entries of the two columns, and those of them whose
  /// debt is the larger at the start of `room`; returns how many these are.
  ///
  /// Cost: two products a leg of theirs; allocates nothing.
  package func scan(
    _ list: [Int32], _ weights: HealthWeights, threshold: inout [Double], debt: inout [Double],
    room: inout [Int32]
  ) -> Int {
    precondition(assetBound <= weights.pairs.count / 2, "one pair of weights an asset")
    return HealthScan.run(
      list, legStart: legStart, legAsset: legAsset, supplied: supplied, borrowed: borrowed,
      weights: weights.pairs, threshold: &threshold, debt: &debt, unhealthy: &room)
  }

  /// The scan's two sums for one account.
  package func weigh(_ account: Int, _ weights: HealthWeights) -> (threshold: Double, debt: Double)
  {
    var thresholdSum = 0.0
    var debtSum = 0.0
    precondition(assetBound <= weights.pairs.count / 2, "one pair of weights an asset")
    weights.pairs.withUnsafeBufferPointer { weights in
      forEachLeg(of: account) { _, asset, supplied, borrowed in
        thresholdSum += supplied * weights[2 * asset]
        debtSum += borrowed * weights[2 * asset + 1]
      }
    }
    return (thresholdSum, debtSum)
  }
}
