import Foundation
import Markets
import TestSupport

/// Random programs of events on a lending pool, with the obvious model run beside it.
struct PoolProgram {
  enum Event {
    /// Shares are of the account's balance, or of what the reserve has.
    case supply(leg: Int, share: Double)
    case withdraw(leg: Int, share: Double)
    case borrow(leg: Int, share: Double)
    case repay(leg: Int, share: Double)
    case accrue(days: Double)
    case price(asset: Int, factor: Double)
    /// `choice` picks a liquidatable account and one of its offers, `share` the request.
    case liquidate(choice: Int, offer: Int, share: Double)
    case writeOff(leg: Int)
  }

  /// What the programs reached; a canary each.
  struct Reached {
    var liquidations = 0
    var badDebts = 0
    var dustRefusals = 0
    var emptyReserves = 0
    var writeOffs = 0
    var cashShortages = 0
  }

  static let assetCount = 4
  static let accountCount = 12

  /// Every account has a leg in every asset; the last asset is a stable without threshold.
  static func start(seed: UInt64) -> (pool: LendingPool, model: ObviousPool, prices: [Double]) {
    var random = TestRandom(seed: seed)
    let parameters = (0..<assetCount).map { asset in
      var reserve = ReserveParameters()
      reserve.liquidationThreshold = asset == 3 ? 0 : random.uniform(0.6, 0.93)
      reserve.loanToValue = max(0, reserve.liquidationThreshold - 0.05)
      reserve.liquidationBonus = random.uniform(0.01, 0.12)
      reserve.protocolFee = random.uniform(0, 0.2)
      reserve.reserveFactor = random.uniform(0, 0.4)
      reserve.interest = TwoSlopeRate(
        optimalUtilisation: random.uniform(0.45, 0.92), base: random.uniform(0, 0.03),
        slope1: random.uniform(0.02, 0.1), slope2: random.uniform(0.3, 3))
      return reserve
    }
    let prices = (0..<assetCount).map { $0 == 3 ? 1 : random.logUniform(0.5, 50_000) }
    var supplied: [[Double]] = []
    var owed: [[Double]] = []
    for _ in 0..<accountCount {
      let usd = random.logUniform(500, 500_000)
      let tokens = prices.map { random.chance(0.5) ? usd / $0 : 0 }
      let limit = (0..<assetCount).reduce(0.0) {
        $0 + tokens[$1] * prices[$1] * parameters[$1].loanToValue
      }
      let asset = random.chance(0.7) ? 3 : random.index(3)
      supplied.append(tokens)
      owed.append(
        prices.indices.map { $0 == asset ? random.uniform(0.5, 1) * limit / prices[$0] : 0 })
    }
    let positions = Positions(
      legStart: (0...accountCount).map { Int32($0 * assetCount) },
      legAsset: (0..<accountCount * assetCount).map { Int32($0 % assetCount) },
      supplied: supplied.flatMap { $0 }, borrowed: owed.flatMap { $0 })
    return (
      LendingPool(parameters: parameters, positions: positions),
      ObviousPool(parameters: parameters, supplied: supplied, owed: owed), prices
    )
  }

  static func events(seed: UInt64, count: Int) -> [Event] {
    var random = TestRandom(seed: seed ^ 0x5EED)
    return (0..<count).map { _ in
      let leg = random.index(accountCount * assetCount)
      // Shares above one ask for more than there is.
      let share = random.chance(0.2) ? 1.5 : random.uniform()
      switch random.index(20) {
      case 0, 1: return .supply(leg: leg, share: share)
      case 2, 3: return .withdraw(leg: leg, share: share)
      case 4, 5, 6: return .borrow(leg: leg, share: share)
      case 7, 8: return .repay(leg: leg, share: share)
      case 9, 10: return .accrue(days: random.logUniform(0.001, 60))
      case 11, 12, 13:
        return .price(
          asset: random.index(assetCount - 1), factor: exp(random.uniform(-0.35, 0.25)))
      case 14: return .writeOff(leg: leg)
      default:
        return .liquidate(
          choice: random.index(1000), offer: random.index(1000), share: random.uniform(0, 1.3))
      }
    }
  }

  /// The smallest program still failing that dropping single events leads to.
  static func minimised(_ events: [Event], fails: ([Event]) -> Bool) -> [Event] {
    var events = events
    var index = events.count - 1
    while index >= 0 {
      var fewer = events
      fewer.remove(at: index)
      if fails(fewer) { events = fewer }
      index -= 1
    }
    return events
  }
}
