package import SimulationCore

/// The rules of one kind of lending market: who may be liquidated, how much, for what.
///
/// A market is called for one liquidatable account at a time, which is rare; everything that touches
/// all accounts works on the pool's columns.
package protocol LendingMarket: Registered {
  /// Builds the rules and the reserves, one an asset of the scenario in its order.
  init(_ section: Section, assets: [String]) throws
  /// Parameters of every asset; an asset that the market does not list has threshold 0.
  var reserves: [ReserveParameters] { get }
  /// Whether an account may be liquidated again in a later round of the same step.
  var repeatsWithinStep: Bool { get }
  /// Appends the ways in which a liquidatable account may be liquidated now, the largest first.
  func offers(
    account: Int, pool: LendingPool, prices: [Double], into offers: inout [LiquidationOffer])
  /// The largest repayment not above `wanted` (tokens of the debt asset) that the rules accept.
  ///
  /// Returns 0 where none is accepted.
  func acceptedRepayment(
    _ wanted: Double, offer: LiquidationOffer, pool: LendingPool, prices: [Double]
  ) -> Double
  /// Repays `tokens` of the offer's debt and seizes collateral for it.
  func liquidate(
    _ offer: LiquidationOffer, repaying tokens: Double, pool: inout LendingPool, prices: [Double],
    seizures: inout [Seizure]
  ) -> LiquidationReceipt
}

/// One way of liquidating an account.
package struct LiquidationOffer: Sendable {
  package let account: Int
  /// The leg whose debt is repaid.
  package let debtLeg: Int
  /// The leg that is seized; `nil` = pro rata over all collateral.
  package let collateralLeg: Int?
  /// The largest repayment in tokens of the debt asset.
  package let maximumRepayment: Double
  /// Whether less than the maximum may be repaid.
  package let isDivisible: Bool
  /// What the liquidator receives for a USD repaid, at oracle prices, after the protocol's fee.
  package let proceedsPerUSD: Double
}

/// Collateral that a liquidator takes out of a pool, in tokens.
package struct Seizure: Sendable, Equatable {
  package let asset: Int
  package let tokens: Double

  package init(asset: Int, tokens: Double) {
    self.asset = asset
    self.tokens = tokens
  }
}

/// What one liquidation did, in USD at oracle prices.
package struct LiquidationReceipt: Sendable, Equatable {
  package var repaidUSD = 0.0
  /// Seized from the account, the protocol's fee included.
  package var seizedUSD = 0.0
  package var bonusUSD = 0.0
  package var protocolFeeUSD = 0.0
  /// Debt written off because nothing is left to seize.
  package var badDebtUSD = 0.0
  package var debtAsset = 0
  package var collateralAsset = 0

  package init() {}
}

/// The lending markets that a scenario can name; one line each.
package enum LendingMarkets {
  package static let all: [any LendingMarket.Type] = [AaveV3Market.self, FixedSpreadMarket.self]

  package static let family = Family(
    "market", "A lending market: its reserves, and how it liquidates.", selector: "kind",
    common: [
      Field(
        "block_seconds", .number(.seconds, Bounds(0.1, 3600)), .defaults("12"),
        "Length of a block of the chain on which the market lives."),
      Field(
        "oracle", .name, .derived("the only oracle"),
        "Name of the oracle, where `oracles` defines several."),
    ],
    members: all)

  /// Builds the market that the section's kind names.
  package static func build(_ section: Section, assets: [String]) throws -> any LendingMarket {
    guard let type = all.first(where: { $0.kind == section.kind }) else {
      preconditionFailure("a checked section names a known kind")
    }
    return try type.init(section, assets: assets)
  }
}
