import CKernels

/// Two corners of a box of coordinates: the lowest and highest weight of each asset's collateral, and of
/// each group's debt.
package struct WatchCorner: Sendable {
  package var low: [Double]
  package var high: [Double]
  package var debtLow: [Double]
  package var debtHigh: [Double]

  /// Makes this the single point of `weights`, one pair an asset: of a token supplied, and of one owed.
  package mutating func place(weights: [Double], at places: WatchPlaces) {
    precondition(places.fit(self))
    ck_watch_place(
      Int32(places.collateral.count), places.collateral, Int32(places.debt.count), places.debt,
      weights, places.hasSeveral ? 1 : 0, places.startDebt, places.slack, &low, &debtLow, &debtHigh)
  }

  /// Takes over the bounds of another corner, without allocating.
  package mutating func takeOver(_ other: WatchCorner) {
    low.overwrite(with: other.low)
    high.overwrite(with: other.high)
    debtLow.overwrite(with: other.debtLow)
    debtHigh.overwrite(with: other.debtHigh)
  }

  package init(assetCount: Int, groupCount: Int) {
    low = [Double](repeating: 0, count: assetCount)
    high = low
    debtLow = [Double](repeating: 0, count: groupCount)
    debtHigh = debtLow
  }
}

/// Bounds on every weight of a pool.
package struct WatchBox: Sendable {
  private(set) var low: [Double]
  private(set) var high: [Double]

  /// A box that bounds nothing.
  package init(count: Int) {
    low = [Double](repeating: -.infinity, count: count)
    high = [Double](repeating: .infinity, count: count)
  }

  package mutating func bound(_ index: Int, from least: Double, to most: Double) {
    low[index] = least
    high[index] = most
  }

  /// Takes over the bounds of another box, without allocating.
  package mutating func takeOver(_ other: WatchBox) {
    low.overwrite(with: other.low)
    high.overwrite(with: other.high)
  }

  package func contains(_ values: [Double]) -> Bool {
    precondition(values.count == low.count)
    return ck_inside(low.count, values, low, high) != 0
  }
}

/// Which weights the coordinates of a corner are.
package struct WatchPlaces: Sendable {
  /// Assets whose collateral counts, and assets that are owed, in the order of the coordinates.
  package let collateral: [Int32]
  package let debt: [Int32]
  /// Weights of the debts at the start.
  package let startDebt: [Double]
  /// Whether anybody owes several assets: the last group then takes the extremes of all debts' growth.
  package let hasSeveral: Bool
  /// By which bounds are loosened.
  package let slack: Double

  package init(
    collateral: [Int32], debt: [Int32], startDebt: [Double], hasSeveral: Bool, slack: Double
  ) {
    self.collateral = collateral
    self.debt = debt
    self.startDebt = startDebt
    self.hasSeveral = hasSeveral
    self.slack = slack
  }

  func fit(_ corner: WatchCorner) -> Bool {
    collateral.count == corner.low.count && debt.count < corner.debtLow.count
      && corner.debtHigh.count == corner.debtLow.count
      && startDebt.count == debt.count
  }
}

/// Prices of a path that are known but for what sales have moved them.
///
///     price = exogenous * e^-displacement,   displacement times `kept` after every step
package struct PriceCourse: Sendable {
  /// USD, one an asset: the prices of the step that was reached, and the smallest so far.
  package internal(set) var price: [Double]
  package internal(set) var lowest: [Double]
  /// Log distance of the price below the exogenous one.
  package internal(set) var displacement: [Double]
  /// Whether any displacement is other than 0.
  private(set) var isMoved = false
  let kept: Double
  private var impact: [Double]
  /// Working memory of a stretch of steps.
  var room: [Double]
  /// `[asset][3]`: supply index, liquidation threshold and debt index, constant on the path.
  let factors: [Double]

  package init(
    supplyIndex: [Double], threshold: [Double], debtIndex: [Double], kept: Double
  ) {
    factors = zip(zip(supplyIndex, threshold), debtIndex).flatMap { [$0.0, $0.1, $1] }
    price = [Double](repeating: 1, count: supplyIndex.count)
    lowest = price
    displacement = [Double](repeating: 0, count: price.count)
    impact = displacement
    room = [Double](repeating: 0, count: (2 * Int(CK_STRETCH_STEPS) + 7) * price.count)
    self.kept = kept
  }

  /// Moves the prices to the step whose exogenous ones stand from entry `offset` on.
  package mutating func move(along exogenous: [Double], at offset: Int) {
    if isMoved {
      for asset in price.indices { impact[asset] = -displacement[asset] }
      VectorMath.exp(impact, count: impact.count, into: &price)
    }
    for asset in price.indices {
      let now = exogenous[offset + asset]
      price[asset] = isMoved ? now * price[asset] : now
      lowest[asset] = min(lowest[asset], price[asset])
    }
  }

  /// A sale moves the asset's price down from the next step on.
  package mutating func add(_ logDistance: Double, to asset: Int) {
    displacement[asset] += logDistance
    isMoved = true
  }

  /// What earlier sales moved comes back by a step's part.
  package mutating func decay() {
    for asset in displacement.indices { displacement[asset] *= kept }
  }

  /// Back to a path on which nothing has been sold.
  package mutating func restart(at start: [Double]) {
    price.overwrite(with: start)
    lowest.overwrite(with: start)
    displacement.fill(with: 0)
    isMoved = false
  }
}
