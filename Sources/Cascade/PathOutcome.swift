/// What one path leaves behind: one row of the outcome table, USD unless the name says otherwise.
///
/// A value is `nan` where it is not defined on the path (no liquidation, say); the table writes it
/// as a missing value.
package struct PathOutcome: Sendable {
  package var path = 0
  package var badDebtUSD = 0.0
  /// Collateral seized, valued at oracle prices, protocol fees included.
  package var liquidatedCollateralUSD = 0.0
  package var repaidDebtUSD = 0.0
  package var liquidations = 0
  /// Different accounts.
  package var accountsLiquidated = 0
  /// Generations of the largest cascade of the path, the first one counted.
  package var cascadeDepthRounds = 0
  /// Different accounts in the largest cascade, by USD seized.
  package var cascadeSizeAccounts = 0
  package var cascades = 0
  package var firstLiquidationHours = Double.nan
  /// After gas and bids; what an inventory still holds is valued at the market price.
  package var liquidatorProfitUSD = 0.0
  /// Fall of owners' equity and cash at market prices from start to end; negative = gain.
  package var traderLossUSD = 0.0
  package var panicSoldUSD = 0.0
  package var toppedUpUSD = 0.0
  /// Sold by owners to deleverage or close, panic sales left out.
  package var voluntarySoldUSD = 0.0
  /// Bought by owners to restore leverage.
  package var releveragedUSD = 0.0
  /// Seized collateral sold in venues.
  package var forcedSoldUSD = 0.0
  package var maxOracleGapBps = 0.0
  package var peakUtilisation = 0.0
  /// Smallest health factor at the start of any step; infinite without debt.
  package var minHealthFactor = Double.infinity
  package var gasUSD = 0.0
  /// Accounts worth less than their debt at the end, and accounts whose debt was written off.
  package var insolventAccounts = 0
  /// Debt above collateral of accounts that end under water and were not written off.
  package var openShortfallUSD = 0.0
  /// Steps in which the rounds ended while accounts were still becoming liquidatable.
  package var roundsCappedSteps = 0
  /// Liquidations that the exogenous price alone would not have caused.
  ///
  /// Over `parentLiquidations`, those of generations that had their chance to cause others, they
  /// give the branching ratio.
  package var inducedLiquidations = 0
  package var parentLiquidations = 0
  package var inducedUSD = 0.0
  package var parentUSD = 0.0
  /// `liquidatedCollateralUSD` of the same path with price feedback off; `nan` = not computed.
  package var liquidatedWithoutFeedbackUSD = Double.nan
  /// Log prices that had to be clamped.
  package var clampedPrices = 0
  /// How often the price model's cap held a variance.
  package var cappedVariances = 0
  /// A price or balance stopped being finite; the row's other values mean nothing.
  package var isFinite = true
  /// One entry an asset of the scenario.
  package var assets: [AssetOutcome]

  package init(assetCount: Int) {
    assets = [AssetOutcome](repeating: AssetOutcome(), count: assetCount)
  }

  /// Liquidated collateral with feedback over without; `nan` where undefined.
  package var amplification: Double {
    liquidatedWithoutFeedbackUSD > 0 ? liquidatedCollateralUSD / liquidatedWithoutFeedbackUSD : .nan
  }

  package var branchingRatio: Double {
    parentLiquidations > 0 ? Double(inducedLiquidations) / Double(parentLiquidations) : .nan
  }

  package var branchingRatioUSD: Double { parentUSD > 0 ? inducedUSD / parentUSD : .nan }
}

/// One asset's part of a path's outcome.
package struct AssetOutcome: Sendable {
  package var minPriceUSD = 0.0
  package var endPriceUSD = 0.0
  /// Largest fall from a running maximum, as a fraction.
  package var maxDrawdown = 0.0
  /// Sold in venues by anybody, valued at the exogenous price, so that it does not depend on how
  /// sales are cut.
  package var soldUSD = 0.0
  /// Largest distance of the market price from the exogenous one, bps of the latter.
  package var maxPriceImpactBps = 0.0
  /// Debt in this asset written off.
  package var badDebtUSD = 0.0

  package init() {}
}

/// One thing that happened on a recorded path.
package struct CascadeEvent: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case shock, oracleUpdate = "oracle_update", liquidation, badDebt = "bad_debt"
    case topUp = "top_up", deleverage, close, takeProfit = "take_profit", panicSale = "panic_sale"
    case releverage, reentry, inventorySale = "inventory_sale"
  }

  package var kind: Kind
  package var path = 0
  package var timeHours = 0.0
  package var block = 0
  /// Number of the cascade on the path, from 1; 0 = none.
  package var cascade = 0
  /// Generation inside the cascade, from 0.
  package var round = 0
  package var account: Int?
  package var cohort: String?
  package var liquidator: String?
  package var collateralAsset: Int?
  package var debtAsset: Int?
  package var repaidUSD = Double.nan
  package var seizedUSD = Double.nan
  package var bonusUSD = Double.nan
  /// Debt written off.
  package var badDebtUSD = Double.nan
  /// What the liquidator spent on gas, and on priority.
  package var gasUSD = Double.nan
  package var bidUSD = Double.nan
  package var healthBefore = Double.nan
  package var healthAfter = Double.nan
  package var marketPriceUSD = Double.nan
  package var oraclePriceUSD = Double.nan
  package var impactBps = Double.nan

  package init(_ kind: Kind) { self.kind = kind }
}

/// What the timeline follows on recorded steps: per asset, then for the whole world.
package enum TimelineSeries: String, Sendable, CaseIterable {
  case marketPrice = "market_price"
  case oraclePrice = "oracle_price"
  case utilisation
  case venueDepth = "venue_depth"
  case liquidatableDebt = "liquidatable_debt"
  case badDebt = "bad_debt"

  package var isPerAsset: Bool {
    switch self {
    case .marketPrice, .oraclePrice, .utilisation, .venueDepth: true
    case .liquidatableDebt, .badDebt: false
    }
  }

  package var unit: String {
    switch self {
    case .marketPrice, .oraclePrice, .venueDepth, .liquidatableDebt, .badDebt: "USD"
    case .utilisation: "fraction"
    }
  }
}

/// What the runner wants beyond the outcome of a path.
package struct Recording: Sendable {
  /// Steps between two timeline records; 0 = none.
  package var timelineEverySteps = 0
  package var events = false

  package init(timelineEverySteps: Int = 0, events: Bool = false) {
    self.timelineEverySteps = timelineEverySteps
    self.events = events
  }
}
