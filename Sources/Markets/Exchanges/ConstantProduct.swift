import Foundation
package import SimulationCore

/// The swap rule of a constant-product pool, in tokens.
///
/// - Source: Uniswap v2 whitepaper (Adams, Zinsmeister, Robinson 2020); the fee stays in the pool.
package enum ConstantProduct {
  /// What one swap does.
  package struct Swap: Sendable {
    package let amountOut: Double
    package let spotBefore: Double
    package let spotAfter: Double
    package let averagePrice: Double
    /// 1 - average price / price before.
    package let slippage: Double
  }

  /// Swaps `amountIn` into a pool; prices are units out per unit in.
  package static func swap(
    reserveIn: Double, reserveOut: Double, amountIn: Double, fee: Double
  ) -> Swap {
    let effective = amountIn * (1 - fee)
    let out = reserveOut * effective / (reserveIn + effective)
    let before = reserveOut / reserveIn
    let average = out / amountIn
    return Swap(
      amountOut: out, spotBefore: before,
      spotAfter: (reserveOut - out) / (reserveIn + amountIn), averagePrice: average,
      slippage: 1 - average / before)
  }

  /// Input, fee included, that moves the marginal price to `target`, and what it pays.
  package static func amountToReach(
    price target: Double, reserveIn: Double, reserveOut: Double, fee: Double
  ) -> (amountIn: Double, amountOut: Double) {
    let effective = (reserveIn * reserveOut / target).squareRoot() - reserveIn
    let amountIn = effective / (1 - fee)
    return (
      amountIn,
      swap(reserveIn: reserveIn, reserveOut: reserveOut, amountIn: amountIn, fee: fee).amountOut
    )
  }

  /// Reserve in USD a side of the pool whose price a sale of `depth` USD lowers by 2 %.
  package static func reserve(depth2Percent depth: Double) -> Double {
    depth / (1 / 0.98.squareRoot() - 1)
  }
}

/// A constant-product pool as a venue.
///
///     x = L / sqrt(S),   price S e^(-y) after selling x (e^(y/2) - 1) base tokens
///
/// Arbitrage keeps the undisturbed pool at the exogenous price S, so the USD reserve of a side moves
/// with sqrt(S). Fees go to liquidity providers and do not deepen the pool within a path. Providers
/// who withdraw when the price falls do not come back within the path.
///
/// - Source: Uniswap v2 whitepaper (2020); `volume` and `proceeds` are its swap formula in y.
package struct ConstantProductVenue: Exchange {
  package static let kind = "amm_constant_product"
  package static let summary = "A constant-product pool (x y = k) kept in line by arbitrage."

  package static let fields: [Field] = [
    Field("pair", .list(.asset, 2...2), .required, "Base and quote; sales are of the base."),
    Field(
      "depth_2pct_usd", .number(.usd, .positive), .derived("from `reserve_usd`"),
      "Sale of the base that lowers its price by 2 %."),
    Field(
      "reserve_usd", .number(.usd, .positive), .derived("from `depth_2pct_usd`"),
      "Reserve a side at time 0; give this or the depth."),
    Field(
      "fee_bps", .number(.basisPoints, Bounds(0, 1000)), .defaults("30"),
      "Fee as a share of the amount sold.", neutral: "0"),
    Field(
      "lp_withdrawal_per_10pct_drop_pct", .number(.percent, Bounds(0, 100, highOpen: true)),
      .defaults("0"), "Share of the liquidity that leaves for each 10 % that the price falls.",
      neutral: "0"),
    Field(
      "arbitrage_half_life_minutes", .number(.minutes, .positive), .defaults("5"),
      "Half-life of the pool price's return to the market outside."),
  ]

  package let asset: String
  package let quote: String?
  package let fee: Double
  package let recoveryHalfLife: Double
  /// USD a side at time 0.
  package let reserveUSD: Double
  /// Share of the liquidity that leaves for each 10 % of fall.
  package let withdrawal: Double

  package init(
    asset: String, quote: String? = nil, reserveUSD: Double, fee: Double = 0.003,
    withdrawal: Double = 0, recoveryHalfLife: Double = 5.0 / 525_600
  ) {
    self.asset = asset
    self.quote = quote
    self.reserveUSD = reserveUSD
    self.fee = fee
    self.withdrawal = withdrawal
    self.recoveryHalfLife = recoveryHalfLife
  }

  package init(_ section: Section) throws {
    let pair = section.list("pair").compactMap { value -> String? in
      if case .text(let symbol) = value { symbol } else { nil }
    }
    let reserve: Double
    switch (section.optionalNumber("reserve_usd"), section.optionalNumber("depth_2pct_usd")) {
    case (let reserveUSD?, nil): reserve = reserveUSD
    case (nil, let depth?): reserve = ConstantProduct.reserve(depth2Percent: depth)
    case (nil, nil):
      throw ParameterError(
        key: "", code: "E022", "a constant-product venue needs depth_2pct_usd or reserve_usd")
    case (_?, _?):
      throw ParameterError(
        key: "reserve_usd", code: "E022", "give depth_2pct_usd or reserve_usd, not both")
    }
    self.init(
      asset: pair[0], quote: pair[1], reserveUSD: reserve, fee: section.number("fee_bps"),
      withdrawal: section.number("lp_withdrawal_per_10pct_drop_pct"),
      recoveryHalfLife: section.number("arbitrage_half_life_minutes"))
  }

  /// USD a side: moves with the square root of the price, falls with withdrawals.
  package func depth(_ conditions: VenueConditions) -> Double {
    let full = reserveUSD * conditions.relativePrice.squareRoot()
    return withdrawal == 0 ? full : full * pow(1 - withdrawal, conditions.drawdown / 0.1)
  }

  package func volume(_ displacement: Double, depth: Double) -> Double {
    depth * (exp(displacement / 2) - 1)
  }

  package func displacement(after amount: Double, from start: Double, depth: Double) -> Double {
    let share = amount / (depth * exp(start / 2))
    return share > -1 ? start + 2 * log1p(share) : -.infinity
  }

  package func slope(_ displacement: Double, depth: Double) -> Double {
    depth / 2 * exp(displacement / 2)
  }

  package func proceeds(from: Double, to: Double, depth: Double) -> Double {
    depth * (exp(-from / 2) - exp(-to / 2))
  }
}
