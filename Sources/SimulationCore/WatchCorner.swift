import CKernels

/// Two corners of a box of coordinates: the lowest and highest weight of each asset's collateral, and of
/// each group's debt, over those of the start.
///
/// In single precision, as the lists are that it is held against.
package struct WatchCorner: Sendable {
  package var low: [Float]
  package var high: [Float]
  package var debtLow: [Float]
  package var debtHigh: [Float]

  /// Makes this the single point of `weights`, one pair an asset: of a token supplied, and of one owed.
  package mutating func place(weights: [Double], at places: WatchPlaces) {
    precondition(places.fit(self))
    ck_watch_place(
      Int32(places.collateral.count), places.collateral, places.collateralScale,
      Int32(places.debt.count), places.debt, places.debtScale, weights, places.hasSeveral ? 1 : 0,
      places.slack, &low, &debtLow, &debtHigh)
  }

  /// Takes over the bounds of another corner, without allocating.
  package mutating func takeOver(_ other: WatchCorner) {
    low.overwrite(with: other.low)
    high.overwrite(with: other.high)
    debtLow.overwrite(with: other.debtLow)
    debtHigh.overwrite(with: other.debtHigh)
  }

  package init(assetCount: Int, groupCount: Int) {
    low = [Float](repeating: 0, count: assetCount)
    high = low
    debtLow = [Float](repeating: 0, count: groupCount)
    debtHigh = debtLow
  }
}

/// Bounds on every weight of a pool.
package struct WatchBox: Sendable {
  private var low: [Double]
  private var high: [Double]
  /// The same as bounds on a course's log prices; nothing until `translate` has made them.
  private(set) var logLow: [Double]
  private(set) var logHigh: [Double]
  private var isTranslated = false

  /// A box that bounds nothing.
  package init(count: Int) {
    low = [Double](repeating: -.infinity, count: count)
    high = [Double](repeating: .infinity, count: count)
    logLow = [Double](repeating: 0, count: count / 2)
    logHigh = logLow
  }

  package mutating func bound(_ index: Int, from least: Double, to most: Double) {
    low[index] = least
    high[index] = most
    isTranslated = false
  }

  /// Takes over the bounds of another box, without allocating.
  package mutating func takeOver(_ other: WatchBox) {
    low.overwrite(with: other.low)
    high.overwrite(with: other.high)
    isTranslated = false
  }

  package func contains(_ values: [Double]) -> Bool {
    precondition(values.count == low.count)
    return ck_inside(low.count, values, low, high) != 0
  }

  /// Makes the bounds on the log prices of a course.
  package mutating func translate(for course: PriceCourse) {
    guard !isTranslated else { return }
    precondition(3 * logLow.count == course.factors.count)
    ck_watch_log_box(Int32(logLow.count), course.factors, low, high, &logLow, &logHigh)
    isTranslated = true
  }
}

/// Which weights the coordinates of a corner are.
package struct WatchPlaces: Sendable {
  /// Assets whose collateral counts, and assets that are owed, in the order of the coordinates.
  package let collateral: [Int32]
  package let debt: [Int32]
  /// Their weights at the start.
  package let startCollateral: [Double]
  package let startDebt: [Double]
  /// Place of each asset of the scenario among those; -1 = it is none of them.
  let collateralPlace: [Int32]
  let debtPlace: [Int32]
  /// One over the weights at the start.
  let collateralScale: [Double]
  let debtScale: [Double]
  /// Whether anybody owes several assets: the last group then takes the extremes of all debts' growth.
  package let hasSeveral: Bool
  /// By which bounds are loosened.
  package let slack: Double

  package init(
    assetCount: Int, collateral: [Int32], startCollateral: [Double], debt: [Int32],
    startDebt: [Double], hasSeveral: Bool
  ) {
    self.collateral = collateral
    self.debt = debt
    func places(of assets: [Int32]) -> [Int32] {
      (0..<assetCount).map { assets.firstIndex(of: Int32($0)).map(Int32.init) ?? -1 }
    }
    collateralPlace = places(of: collateral)
    debtPlace = places(of: debt)
    self.startCollateral = startCollateral
    self.startDebt = startDebt
    collateralScale = startCollateral.map { 1 / $0 }
    debtScale = startDebt.map { 1 / $0 }
    self.hasSeveral = hasSeveral
    slack = WatchRows.slack(assetCount: collateral.count)
  }

  func fit(_ corner: WatchCorner) -> Bool {
    collateral.count == corner.low.count && debt.count < corner.debtLow.count
      && corner.debtHigh.count == corner.debtLow.count
      && startDebt.count == debt.count && startCollateral.count == collateral.count
  }
}

/// Prices of a path that are known but for what sales have moved them.
///
///     price = e^(logPrice - displacement),   displacement times `kept` after every step
package struct PriceCourse: Sendable {
  /// USD, one an asset: the prices of the step that was reached.
  package internal(set) var price: [Double]
  /// The smallest log prices so far.
  package internal(set) var lowestLog: [Double]
  /// Log distance of the price below the known one.
  package internal(set) var displacement: [Double]
  let kept: Double
  private var logNow: [Double]
  /// Working memory of a stretch of steps.
  var room: [Double]
  /// `[asset][3]`: supply index, liquidation threshold and debt index, constant on the path.
  let factors: [Double]

  package init(
    supplyIndex: [Double], threshold: [Double], debtIndex: [Double], kept: Double
  ) {
    factors = zip(zip(supplyIndex, threshold), debtIndex).flatMap { [$0.0, $0.1, $1] }
    price = [Double](repeating: 1, count: supplyIndex.count)
    displacement = [Double](repeating: 0, count: price.count)
    lowestLog = displacement
    logNow = displacement
    room = [Double](repeating: 0, count: Int(CK_QUIET_ROOM) * price.count)
    self.kept = kept
  }

  /// The smallest price of an asset so far.
  package func lowest(_ asset: Int) -> Double { VectorMath.exp([lowestLog[asset]])[0] }

  /// Moves the prices to the step whose known ones stand from entry `offset` on.
  package mutating func move(along logPrice: [Double], at offset: Int) {
    for asset in price.indices {
      logNow[asset] = logPrice[offset + asset] - displacement[asset]
      lowestLog[asset] = min(lowestLog[asset], logNow[asset])
    }
    VectorMath.exp(logNow, count: logNow.count, into: &price)
  }

  /// A sale moves the asset's price down from the next step on.
  package mutating func add(_ logDistance: Double, to asset: Int) {
    displacement[asset] += logDistance
  }

  /// What earlier sales moved comes back by a step's part.
  package mutating func decay() {
    for asset in displacement.indices { displacement[asset] *= kept }
  }

  /// Back to a path on which nothing has been sold; `start` are log prices.
  package mutating func restart(at start: [Double]) {
    VectorMath.exp(start, count: start.count, into: &price)
    lowestLog.overwrite(with: start)
    displacement.fill(with: 0)
  }
}
