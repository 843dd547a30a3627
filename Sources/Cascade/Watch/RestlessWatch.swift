import Agents
import Markets
import SimulationCore

/// Finds owners who may have a reason to look other than their health: a profit to take, or leverage to
/// rebuild.
///
/// Such a reason depends on market prices, volatilities and borrow rates. A box stands around their
/// present values. For every owner outside its zone the reason is judged at the corner of the box where
/// it is likeliest, for every owner inside at the corner where it is least likely; while the values stay
/// in the box, only those are visited whose judgement could change in it.
struct RestlessWatch: Sendable {
  let accounts: [Int32]
  private let isRestless: [Bool]
  /// Those that a step must visit.
  private(set) var alert: [Int32] = []
  private var isAlert: [Bool]
  private var isValid = false

  /// The corners of the box, one entry an asset.
  private(set) var low: Corner
  private(set) var high: Corner
  private let priceWidth: [Double]

  struct Corner: Sendable {
    /// Market prices, alone and times the indices of supply and debt.
    var price: [Double]
    var supplyValue: [Double]
    var debtValue: [Double]
    var volatility: [Double]
    var borrowRate: [Double]

    init(assetCount: Int) {
      price = [Double](repeating: 0, count: assetCount)
      supplyValue = price
      debtValue = price
      volatility = price
      borrowRate = price
    }
  }

  /// `width` is the half-width of the box around each price, as a fraction.
  init(_ accounts: [Int32], accountCount: Int, width: [Double]) {
    self.accounts = accounts
    var isRestless = [Bool](repeating: false, count: accountCount)
    for account in accounts { isRestless[Int(account)] = true }
    self.isRestless = isRestless
    isAlert = [Bool](repeating: false, count: accountCount)
    low = Corner(assetCount: width.count)
    high = low
    priceWidth = width.map { min(0.5, max(0.002, $0)) }
    alert.reserveCapacity(accounts.count)
  }

  /// Half-widths of the box around volatilities and rates, as fractions: a wider box is left more rarely
  /// and has more owners visited in it.
  private static let volatilityWidth = 0.02
  private static let rateWidth = 0.03

  /// Nothing is known of the present values.
  mutating func invalidate() { isValid = false }

  /// The account is no longer the one that was judged.
  mutating func touch(_ account: Int) {
    guard isRestless[account], !isAlert[account] else { return }
    isAlert[account] = true
    alert.append(Int32(account))
  }

  /// Whether the judgements still hold.
  func holds(_ seen: Snapshot, _ reserves: [ReserveState]) -> Bool {
    guard isValid else { return false }
    for asset in low.price.indices {
      let price = seen.marketPrice[asset]
      let (supplyValue, debtValue) = (
        price * reserves[asset].supplyIndex, price * reserves[asset].debtIndex
      )
      guard low.price[asset] <= price, price <= high.price[asset],
        low.supplyValue[asset] <= supplyValue, supplyValue <= high.supplyValue[asset],
        low.debtValue[asset] <= debtValue, debtValue <= high.debtValue[asset],
        low.volatility[asset] <= seen.volatility[asset],
        seen.volatility[asset] <= high.volatility[asset],
        low.borrowRate[asset] <= seen.borrowRate[asset],
        seen.borrowRate[asset] <= high.borrowRate[asset]
      else { return false }
    }
    return true
  }

  /// Puts the box around the present values; nobody is on alert, and everybody is to be judged.
  mutating func moveBox(_ seen: Snapshot, _ reserves: [ReserveState]) {
    for asset in low.price.indices {
      low.price[asset] = seen.marketPrice[asset] * (1 - priceWidth[asset])
      high.price[asset] = seen.marketPrice[asset] * (1 + priceWidth[asset])
      low.supplyValue[asset] = low.price[asset] * reserves[asset].supplyIndex
      low.debtValue[asset] = low.price[asset] * reserves[asset].debtIndex
      high.supplyValue[asset] = high.price[asset] * reserves[asset].supplyIndex
      high.debtValue[asset] = high.price[asset] * reserves[asset].debtIndex
      low.volatility[asset] = seen.volatility[asset] * (1 - RestlessWatch.volatilityWidth)
      high.volatility[asset] = seen.volatility[asset] * (1 + RestlessWatch.volatilityWidth)
      let rate = seen.borrowRate[asset]
      low.borrowRate[asset] = rate - RestlessWatch.rateWidth * abs(rate)
      high.borrowRate[asset] = rate + RestlessWatch.rateWidth * abs(rate)
    }
    isValid = true
    for account in alert { isAlert[Int(account)] = false }
    alert.removeAll(keepingCapacity: true)
  }
}

extension MarketState {
  /// Whether a reason of the owner's to look, other than its health, could come or go in the box.
  func isOpen(_ account: Int, _ plan: MarketBlueprint) -> Bool {
    let isInside = owners.attentionTarget[account] < .infinity
    return isInside ? !mustLook(account, plan) : mightLook(account, plan)
  }

  /// Whether the owner could have a reason to look somewhere in the box, judged where it is likeliest.
  private func mightLook(_ account: Int, _ plan: MarketBlueprint) -> Bool {
    let cohort = Int(plan.traits.cohort[account])
    let asset = Int(pool.positions.legAsset[Int(plan.traits.collateralLeg[account])])
    if takeProfitMultiple[cohort] < .infinity,
      watch.restless.high.price[asset] >= takeProfitMultiple[cohort] * owners.costBasis[account]
    {
      return true
    }
    guard releverageBelow[cohort] > 0 else { return false }
    let best = worth(
      account, collateral: watch.restless.high.supplyValue, debt: watch.restless.low.debtValue)
    guard best.collateral > best.debt else { return false }
    let wished = wish(account, plan, asset, watch.restless.low)
    return wished > 1
      && best.collateral < releverageBelow[cohort] * wished * MarketState.bound
        * (best.collateral - best.debt)
  }

  /// Whether an owner who waits for its look keeps its reason everywhere in the box, judged where it is
  /// least likely.
  private func mustLook(_ account: Int, _ plan: MarketBlueprint) -> Bool {
    let cohort = Int(plan.traits.cohort[account])
    guard releverageBelow[cohort] > 0 else { return false }
    let asset = Int(pool.positions.legAsset[Int(plan.traits.collateralLeg[account])])
    let worst = worth(
      account, collateral: watch.restless.low.supplyValue, debt: watch.restless.high.debtValue)
    guard worst.collateral > worst.debt else { return false }
    let wished = wish(account, plan, asset, watch.restless.high)
    let share = min(1, releverageBelow[cohort] * OwnerBuilder.zoneMargin)
    return wished > 1
      && worst.collateral * MarketState.bound < share * wished * (worst.collateral - worst.debt)
  }

  /// Above one by more than the rounding of any sum here.
  private static let bound = 1 + 1e-9

  /// The wish where volatility and borrow rate are those of a corner; it falls in both.
  private func wish(
    _ account: Int, _ plan: MarketBlueprint, _ asset: Int, _ corner: RestlessWatch.Corner
  ) -> Double {
    let cohort = Int(plan.traits.cohort[account])
    let debtAsset = Int(pool.positions.legAsset[Int(plan.traits.debtLeg[account])])
    return leverageWishes[cohort * pool.assetCount + asset].leverage(
      optimism: plan.traits.optimism[account], miscalibration: owners.miscalibration[account],
      volatility: corner.volatility[asset], borrowRate: corner.borrowRate[debtAsset],
      priorOutcome: owners.priorOutcome[account])
  }

  /// Collateral and debt in USD where a scaled token of each is worth this.
  private func worth(_ account: Int, collateral: [Double], debt: [Double]) -> (
    collateral: Double, debt: Double
  ) {
    var sums = (collateral: 0.0, debt: 0.0)
    for leg in pool.positions.legs(of: account) {
      let asset = Int(pool.positions.legAsset[leg])
      sums.collateral += pool.positions.supplied[leg] * collateral[asset]
      sums.debt += pool.positions.borrowed[leg] * debt[asset]
    }
    return sums
  }
}
