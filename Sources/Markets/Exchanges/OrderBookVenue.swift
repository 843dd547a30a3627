import Foundation
package import SimulationCore

/// A centralised exchange's book with an impact law and recovering depth.
///
///     y = ln(1/0.98) (Q / depth)^exponent,   Q the USD sold and not yet absorbed
///
/// The exponent is 1 for an impact linear in the log price, 0.5 for the square-root law of
/// metaorders.
///
/// - Source: Donier, Bonart (2015), "A million metaorder analysis of market impact on the Bitcoin"
///   (exponent 0.5); Bouchaud, Farmer, Lillo (2009) for the linear law with decay.
package struct OrderBookVenue: Exchange {
  package static let kind = "cex_impact"
  package static let summary = "An exchange's order book: power-law impact, depth that recovers."

  package static let fields: [Field] = [
    Field("asset", .asset, .required, "The asset that is sold here, for USD."),
    Field(
      "depth_2pct_usd", .number(.usd, .positive), .required,
      "Sale that lowers the price by 2 %."),
    Field(
      "exponent", .number(.pure, Bounds(0.1, 2)), .defaults("1"),
      "1 = linear in the log price, 0.5 = square root."),
    Field(
      "recovery_half_life_minutes", .number(.minutes, .positive), .defaults("15"),
      "Half-life of the price's return after a sale."),
    Field(
      "fee_bps", .number(.basisPoints, Bounds(0, 1000)), .defaults("5"),
      "Fee as a share of the amount sold.", neutral: "0"),
    Field(
      "stress_depth_factor", .number(.pure, Bounds(0, 1, lowOpen: true)), .defaults("1"),
      "Multiplies depth while the moving volatility is above twice its start.", neutral: "1"),
  ]

  package let asset: String
  package var quote: String? { nil }
  package let fee: Double
  package let recoveryHalfLife: Double
  package let depth2Percent: Double
  package let exponent: Double
  package let stressDepthFactor: Double

  package init(
    asset: String, depth2Percent: Double, exponent: Double = 1, fee: Double = 0.0005,
    recoveryHalfLife: Double = 15.0 / 525_600, stressDepthFactor: Double = 1
  ) {
    self.asset = asset
    self.depth2Percent = depth2Percent
    self.exponent = exponent
    self.fee = fee
    self.recoveryHalfLife = recoveryHalfLife
    self.stressDepthFactor = stressDepthFactor
  }

  package init(_ section: Section) throws {
    self.init(
      asset: section.text("asset") ?? "", depth2Percent: section.number("depth_2pct_usd"),
      exponent: section.number("exponent"), fee: section.number("fee_bps"),
      recoveryHalfLife: section.number("recovery_half_life_minutes"),
      stressDepthFactor: section.number("stress_depth_factor"))
  }

  /// USD whose sale lowers the price by 2 %.
  package func depth(_ conditions: VenueConditions) -> Double {
    conditions.isStressed ? depth2Percent * stressDepthFactor : depth2Percent
  }

  package func volume(_ displacement: Double, depth: Double) -> Double {
    let scaled = displacement / OrderBookVenue.referenceMove
    if exponent == 1 { return depth * scaled }
    let magnitude = depth * pow(abs(scaled), 1 / exponent)
    return scaled < 0 ? -magnitude : magnitude
  }

  package func displacement(after amount: Double, from start: Double, depth: Double) -> Double {
    if exponent == 1 { return start + OrderBookVenue.referenceMove * amount / depth }
    let sold = (volume(start, depth: depth) + amount) / depth
    let move = OrderBookVenue.referenceMove * pow(abs(sold), exponent)
    return sold < 0 ? -move : move
  }

  package func slope(_ displacement: Double, depth: Double) -> Double {
    let reference = OrderBookVenue.referenceMove
    return depth / (exponent * reference) * pow(abs(displacement / reference), 1 / exponent - 1)
  }

  package func proceeds(from: Double, to: Double, depth: Double) -> Double {
    if exponent == 1 {
      return depth / OrderBookVenue.referenceMove * (exp(-from) - exp(-to))
    }
    return paid(to, depth: depth) - paid(from, depth: depth)
  }

  /// Proceeds from an undisturbed book to `displacement` y: the integral of e^(-t) dV(t).
  ///
  /// With V = depth (t / m)^a it is the lower incomplete gamma function, a depth m^-a gamma(a, y);
  /// for purchases the same with e^t. Both series have positive terms only and end at the last bit
  /// (Abramowitz, Stegun, 6.5.29). Cost: about 10 terms for small moves, 200 at the largest.
  private func paid(_ displacement: Double, depth: Double) -> Double {
    let a = 1 / exponent
    let size = abs(displacement)
    let isSale = displacement > 0
    var term = 1.0
    var sum = 1.0
    var n = 1.0
    while term > 1e-17 * sum {
      term *= isSale ? size / (a + n) : size / n
      sum += isSale ? term : term * a / (a + n)
      n += 1
    }
    return volume(displacement, depth: depth) * sum * (isSale ? exp(-size) : 1)
  }

  /// The log move that defines `depth_2pct_usd`.
  private static let referenceMove = -log(0.98)
}
