import Agents
import Markets
import SimulationCore

/// Finds owners who may have a reason to look other than their health: a profit to take, or leverage to
/// rebuild.
///
/// Such a reason depends on market prices, volatilities and borrow rates. Two nested boxes stand around
/// their present values, and an owner is open in a box if its reason could come or go somewhere in it:
/// outside its zone it is judged at the corner where a reason is likeliest, inside at the corner where it
/// is least likely. While the values stay in the inner box, a step visits only those who are open there.
/// Leaving the inner box judges those anew who are open in the outer one, leaving the outer one everybody;
/// who has been touched is judged alone.
struct RestlessWatch: Sendable {
  let accounts: [Int32]
  let isRestless: [Bool]
  /// Those who are no longer as they were when they were judged.
  private(set) var touched: [Int32] = []
  private var isTouched: [Bool]
  var outer: RestlessBox
  /// Its members are those that a step must visit.
  var inner: RestlessBox
  /// What the owners see now.
  private var point: RestlessPoint
  private var isInside = false
  /// Moves of the two boxes, and owners judged alone, on all paths.
  private(set) var moves = (outer: 0, inner: 0, alone: 0)
  /// Room for a list of those who are open.
  var room: [Int32] = []

  /// `width` is the half-width of the outer box around each price, as a fraction.
  init(_ accounts: [Int32], accountCount: Int, width: [Double]) {
    self.accounts = accounts
    var isRestless = [Bool](repeating: false, count: accountCount)
    for account in accounts { isRestless[Int(account)] = true }
    self.isRestless = isRestless
    isTouched = [Bool](repeating: false, count: accountCount)
    let priceWidth = width.map { min(0.5, max(0.002, $0)) }
    outer = RestlessBox(accountCount: accountCount, priceWidth: priceWidth, share: 1)
    inner = RestlessBox(
      accountCount: accountCount, priceWidth: priceWidth, share: RestlessWatch.innerShare)
    point = RestlessPoint(assetCount: width.count)
    touched.reserveCapacity(accounts.count)
    room.reserveCapacity(accounts.count)
  }

  /// Half-widths of the inner box over those of the outer one.
  private static let innerShare = 0.1

  /// Nothing is known of the present values.
  mutating func invalidate() { outer.isValid = false }

  /// The account is no longer the one that was judged.
  mutating func touch(_ account: Int) {
    guard isRestless[account], !isTouched[account] else { return }
    isTouched[account] = true
    touched.append(Int32(account))
  }

  /// Everybody has been judged.
  mutating func forgetTouched() {
    for account in touched { isTouched[Int(account)] = false }
    touched.removeAll(keepingCapacity: true)
  }

  /// Takes note of the present values.
  mutating func see(_ seen: Snapshot, _ reserves: [ReserveState]) {
    point.read(seen, reserves)
    isInside = outer.isValid && inner.contains(point)
  }

  /// Puts the outer box around the present values if they have left it; whether they had.
  mutating func moveOuter() -> Bool {
    if isInside || (outer.isValid && outer.contains(point)) { return false }
    outer.surround(point)
    moves.outer += 1
    return true
  }

  /// The same of the inner box, which stays inside the outer one.
  mutating func moveInner() -> Bool {
    if isInside {
      moves.alone += touched.count
      return false
    }
    inner.surround(point, within: outer)
    moves.inner += 1
    return true
  }
}

/// What restless owners see of the assets, or a corner of a box around it.
struct RestlessPoint: Sendable {
  enum Figure: Int, CaseIterable {
    /// Market prices, alone and times the indices of supply and debt.
    case price, supplyValue, debtValue
    case volatility, borrowRate
  }

  /// `[asset][figure]`.
  fileprivate(set) var values: [Double]

  init(assetCount: Int) {
    values = [Double](repeating: 0, count: Figure.allCases.count * assetCount)
  }

  subscript(_ figure: Figure, _ asset: Int) -> Double {
    values[RestlessPoint.place(figure, asset)]
  }

  fileprivate static func place(_ figure: Figure, _ asset: Int) -> Int {
    Figure.allCases.count * asset + figure.rawValue
  }

  fileprivate mutating func read(_ seen: Snapshot, _ reserves: [ReserveState]) {
    for asset in reserves.indices {
      let price = seen.marketPrice[asset]
      let first = RestlessPoint.place(.price, asset)
      values[first] = price
      values[first + 1] = price * reserves[asset].supplyIndex
      values[first + 2] = price * reserves[asset].debtIndex
      values[first + 3] = seen.volatility[asset]
      values[first + 4] = seen.borrowRate[asset]
    }
  }
}

/// A box around what restless owners see, and those whose reason could come or go in it.
struct RestlessBox: Sendable {
  private(set) var low: RestlessPoint
  private(set) var high: RestlessPoint
  /// Half-widths as fractions, `[asset][figure]`.
  private let width: [Double]
  private(set) var members: [Int32] = []
  private var isMember: [Bool]
  fileprivate(set) var isValid = false

  /// Half-widths of the outer box around volatilities and rates, as fractions: a wider box is left more
  /// rarely and has more owners in it.
  private static let volatilityWidth = 0.04
  private static let rateWidth = 0.06

  /// A box of no place; widths are `share` of those of the outer box.
  fileprivate init(accountCount: Int, priceWidth: [Double], share: Double) {
    low = RestlessPoint(assetCount: priceWidth.count)
    high = low
    width = priceWidth.flatMap { price in
      [price, price, price, RestlessBox.volatilityWidth, RestlessBox.rateWidth].map { $0 * share }
    }
    isMember = [Bool](repeating: false, count: accountCount)
  }

  fileprivate func contains(_ point: RestlessPoint) -> Bool {
    for index in width.indices {
      let value = point.values[index]
      guard low.values[index] <= value, value <= high.values[index] else { return false }
    }
    return true
  }

  fileprivate mutating func surround(_ point: RestlessPoint, within bounds: RestlessBox? = nil) {
    for index in width.indices {
      let reach = width[index] * abs(point.values[index])
      low.values[index] = point.values[index] - reach
      high.values[index] = point.values[index] + reach
      guard let bounds else { continue }
      low.values[index] = max(low.values[index], bounds.low.values[index])
      high.values[index] = min(high.values[index], bounds.high.values[index])
    }
    isValid = true
    for account in members { isMember[Int(account)] = false }
    members.removeAll(keepingCapacity: true)
  }

  /// Lists owners who are open in the box, and empties `open`.
  mutating func add(_ open: inout [Int32]) {
    for account in open where !isMember[Int(account)] {
      isMember[Int(account)] = true
      members.append(account)
    }
    open.removeAll(keepingCapacity: true)
  }
}

extension MarketState {
  /// Judges restless owners as far as what they see, or they themselves, have changed.
  mutating func judgeRestless(_ seen: Snapshot) {
    watch.restless.see(seen, pool.reserves)
    var open: [Int32] = []
    swap(&open, &watch.restless.room)
    if watch.restless.moveOuter() {
      appendOpen(of: watch.restless.accounts, watch.restless.outer, seen.plan, to: &open)
    } else {
      appendOpen(of: watch.restless.touched, watch.restless.outer, seen.plan, to: &open)
    }
    watch.restless.outer.add(&open)
    if watch.restless.moveInner() {
      appendOpen(of: watch.restless.outer.members, watch.restless.inner, seen.plan, to: &open)
    } else {
      appendOpen(of: watch.restless.touched, watch.restless.inner, seen.plan, to: &open)
    }
    watch.restless.inner.add(&open)
    swap(&open, &watch.restless.room)
    watch.restless.forgetTouched()
  }

  /// A pass that changes nothing here, so that nobody copies the market for each question.
  private func appendOpen(
    of accounts: [Int32], _ box: RestlessBox, _ plan: MarketBlueprint, to open: inout [Int32]
  ) {
    for account in accounts where isOpen(Int(account), box, plan) { open.append(account) }
  }

  /// Whether a reason of the owner's to look, other than its health, could come or go in the box.
  private func isOpen(_ account: Int, _ box: RestlessBox, _ plan: MarketBlueprint) -> Bool {
    let isInside = owners.attentionTarget[account] < .infinity
    return isInside ? !mustLook(account, box, plan) : mightLook(account, box, plan)
  }

  /// Whether the owner could have a reason to look somewhere in the box, judged where it is likeliest.
  private func mightLook(_ account: Int, _ box: RestlessBox, _ plan: MarketBlueprint) -> Bool {
    let cohort = Int(plan.traits.cohort[account])
    let asset = Int(pool.positions.legAsset[Int(plan.traits.collateralLeg[account])])
    if takeProfitMultiple[cohort] < .infinity,
      box.high[.price, asset] >= takeProfitMultiple[cohort] * owners.costBasis[account]
    {
      return true
    }
    guard releverageBelow[cohort] > 0 else { return false }
    let best = worth(account, collateral: box.high, debt: box.low)
    guard best.collateral > best.debt else { return false }
    let wished = wish(account, plan, asset, box.low)
    return wished > 1
      && best.collateral < releverageBelow[cohort] * wished * MarketState.bound
        * (best.collateral - best.debt)
  }

  /// Whether an owner who waits for its look keeps its reason everywhere in the box, judged where it is
  /// least likely.
  private func mustLook(_ account: Int, _ box: RestlessBox, _ plan: MarketBlueprint) -> Bool {
    let cohort = Int(plan.traits.cohort[account])
    guard releverageBelow[cohort] > 0 else { return false }
    let asset = Int(pool.positions.legAsset[Int(plan.traits.collateralLeg[account])])
    let worst = worth(account, collateral: box.low, debt: box.high)
    guard worst.collateral > worst.debt else { return false }
    let wished = wish(account, plan, asset, box.high)
    let share = min(1, releverageBelow[cohort] * OwnerBuilder.zoneMargin)
    return wished > 1
      && worst.collateral * MarketState.bound < share * wished * (worst.collateral - worst.debt)
  }

  /// Above one by more than the rounding of any sum here.
  private static let bound = 1 + 1e-9

  /// The wish where volatility and borrow rate are those of a corner; it falls in both.
  private func wish(
    _ account: Int, _ plan: MarketBlueprint, _ asset: Int, _ corner: RestlessPoint
  ) -> Double {
    let cohort = Int(plan.traits.cohort[account])
    let debtAsset = Int(pool.positions.legAsset[Int(plan.traits.debtLeg[account])])
    return leverageWishes[cohort * pool.assetCount + asset].leverage(
      optimism: plan.traits.optimism[account], miscalibration: owners.miscalibration[account],
      volatility: corner[.volatility, asset], borrowRate: corner[.borrowRate, debtAsset],
      priorOutcome: owners.priorOutcome[account])
  }

  /// Collateral and debt in USD where a scaled token of each is worth what it is at these corners.
  private func worth(_ account: Int, collateral: RestlessPoint, debt: RestlessPoint) -> (
    collateral: Double, debt: Double
  ) {
    var sums = (collateral: 0.0, debt: 0.0)
    for leg in pool.positions.legs(of: account) {
      let asset = Int(pool.positions.legAsset[leg])
      sums.collateral += pool.positions.supplied[leg] * collateral[.supplyValue, asset]
      sums.debt += pool.positions.borrowed[leg] * debt[.debtValue, asset]
    }
    return sums
  }
}
