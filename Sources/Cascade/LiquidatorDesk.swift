import Agents
import Foundation
import Markets
import SimulationCore

/// The liquidators of a path: their capital, what they hold, and what a liquidation is worth to them.
struct LiquidatorDesk: Sendable {
  let groups: [LiquidatorGroup]
  /// Members of group g are `memberStart[g] ..< memberStart[g + 1]`.
  let memberStart: [Int]
  private let startCash: [Double]
  private let assetCount: Int
  /// USD of each member that is not in inventory; infinite for unlimited capital.
  private(set) var cash: [Double]
  /// Tokens held, `[member][asset]`.
  private(set) var inventory: [Double]
  private(set) var holdsInventory = false

  init(_ groups: [LiquidatorGroup], assetCount: Int, seed: UInt64) {
    self.groups = groups
    self.assetCount = assetCount
    var starts = [0]
    var capital: [Double] = []
    let random = PathRandom(seed: seed, path: 0)
    for group in groups {
      for _ in 0..<group.count {
        capital.append(
          group.capital.quantile(random.uniform(.traitCapital, UInt32(capital.count))))
      }
      starts.append(capital.count)
    }
    memberStart = starts
    startCash = capital
    cash = capital
    inventory = [Double](repeating: 0, count: capital.count * assetCount)
  }

  mutating func reset() {
    cash.overwrite(with: startCash)
    if holdsInventory { inventory.fill(with: 0) }
    holdsInventory = false
  }

  func inventory(of member: Int, in asset: Int) -> Double { inventory[member * assetCount + asset] }

  /// The group's member with the most cash, the first of equals.
  func richestMember(of group: Int) -> Int {
    var best = memberStart[group]
    for member in memberStart[group]..<memberStart[group + 1] where cash[member] > cash[best] {
      best = member
    }
    return best
  }

  /// Moves seized collateral into a member's inventory, paid from its cash.
  mutating func store(_ seizures: [Seizure], member: Int, paying usd: Double) {
    for seizure in seizures {
      inventory[member * assetCount + seizure.asset] += seizure.tokens
    }
    cash[member] -= usd
    holdsInventory = true
  }

  /// Takes sold tokens out of a member's inventory and credits what they brought.
  mutating func unload(member: Int, asset: Int, tokens: Double, for usd: Double) {
    inventory[member * assetCount + asset] -= tokens
    cash[member] += usd
  }

  /// What all inventories are worth at `prices`, USD.
  func inventoryValue(at prices: [Double]) -> Double {
    guard holdsInventory else { return 0 }
    var sum = 0.0
    for member in cash.indices {
      for asset in prices.indices where inventory[member * assetCount + asset] != 0 {
        sum += inventory[member * assetCount + asset] * prices[asset]
      }
    }
    return sum
  }
}

/// Working memory of the calls of one round, kept from step to step.
struct LiquidationScratch {
  /// Displacement of each asset's venues after what has been ordered in the round.
  var start: [Double] = []
  var offers: [LiquidationOffer] = []
  var legs: [LiquidationTerms.Leg] = []
  var seizures: [Seizure] = []
}

/// One liquidation as a liquidator sees it beforehand: repayment, costs, profit; all USD.
struct LiquidationPlan {
  var group: Int
  var member: Int
  /// Tokens of the debt asset.
  var repayment: Double
  var gasUSD: Double
  var bidUSD: Double
  var profitUSD: Double
}

/// The prices and the depth that a liquidator reckons with for one offer.
struct LiquidationTerms {
  let offer: LiquidationOffer
  let debtOraclePrice: Double
  let debtMarketPrice: Double
  /// Market over oracle price of what is seized, and exogenous over oracle price; by asset and share
  /// of the seized value.
  let legs: [Leg]

  typealias Leg = (asset: Int, share: Double, market: Double, exogenous: Double)

  /// USD at market prices that repaying one USD of debt (at the oracle price) costs.
  var costPerUSD: Double { debtMarketPrice / debtOraclePrice }

  /// USD that a member gets for selling what `repaidUSD` seizes, from the displacements `start`.
  func proceeds(_ repaidUSD: Double, spot: [SpotMarket], start: [Double]) -> Double {
    legs.reduce(0) { sum, leg in
      let amount = repaidUSD * offer.proceedsPerUSD * leg.share * leg.exogenous
      return sum + spot[leg.asset].quote(amount, from: start[leg.asset]).cashUSD
    }
  }

  /// Value of what one USD repaid seizes, at the market price.
  var marketValuePerUSD: Double {
    offer.proceedsPerUSD * legs.reduce(0) { $0 + $1.share * $1.market }
  }

  /// The repayment beyond which the next USD would lose money to slippage; infinite without venues.
  ///
  /// With one constant-product pool at the oracle price this is x* = R (sqrt m - 1) / m with
  /// m = (1 + b)(1 - f).
  func bestRepaymentUSD(spot: [SpotMarket], start: [Double]) -> Double {
    guard legs.count == 1, let leg = legs.first else { return .infinity }
    let market = spot[leg.asset]
    guard !market.venues.isEmpty else {
      return offer.proceedsPerUSD * leg.market > costPerUSD ? .infinity : 0
    }
    let margin =
      offer.proceedsPerUSD * leg.exogenous * (1 - market.lowestFee) / costPerUSD
    guard margin > 0 else { return 0 }
    let end = log(margin)
    guard end > start[leg.asset] else { return 0 }
    return market.amount(from: start[leg.asset], to: end)
      / (offer.proceedsPerUSD * leg.exogenous)
  }
}
