package import SimulationCore

/// A venue on which one asset is sold, described by its supply curve.
///
/// A venue's state is the displacement y of its price from the exogenous price: the market trades at
/// S e^(-y), and y rises with sales. `volume(y)` is what must have been sold, in USD at the exogenous
/// price, to push an undisturbed venue down to y; it rises strictly and is odd-like around 0. Selling
/// from y0 to y1 takes `volume(y1) - volume(y0)` and pays `proceeds(y0, y1)`. Because venues of an
/// asset share one y, their marginal prices always agree.
package protocol Exchange: Registered {
  init(_ section: Section) throws
  /// The asset that is sold here.
  var asset: String { get }
  /// The asset that the sale pays, where the venue has one; else USD.
  var quote: String? { get }
  /// Fee as a share of the amount sold.
  var fee: Double { get }
  /// Half-life in years with which the displacement returns to zero; infinite = never.
  var recoveryHalfLife: Double { get }
  /// The venue's size now, in the unit of its own curve.
  func depth(_ conditions: VenueConditions) -> Double
  /// USD at the exogenous price sold to move an undisturbed venue of this depth to `displacement`.
  func volume(_ displacement: Double, depth: Double) -> Double
  /// The displacement to which selling `amount` more (buying, where negative) moves the venue from
  /// `start`: the inverse of `volume`.
  ///
  /// Minus infinity where more is bought than the venue holds.
  func displacement(after amount: Double, from start: Double, depth: Double) -> Double
  /// Derivative of `volume`; may be zero or infinite at 0.
  func slope(_ displacement: Double, depth: Double) -> Double
  /// USD paid, before the fee, for the volume between two displacements.
  func proceeds(from: Double, to: Double, depth: Double) -> Double
}

/// What a venue's depth depends on.
package struct VenueConditions: Sendable {
  /// Exogenous price over its value at time 0.
  package var relativePrice: Double
  /// Largest fall of the market price below its start so far, as a fraction.
  package var drawdown: Double
  /// Whether the moving volatility is above twice its start.
  package var isStressed: Bool
  /// What the market's regime multiplies every depth with.
  package var regimeFactor: Double

  package init(
    relativePrice: Double = 1, drawdown: Double = 0, isStressed: Bool = false,
    regimeFactor: Double = 1
  ) {
    self.relativePrice = relativePrice
    self.drawdown = drawdown
    self.isStressed = isStressed
    self.regimeFactor = regimeFactor
  }
}

/// The venues that a scenario can name; one line each.
package enum Exchanges {
  package static let all: [any Exchange.Type] = [ConstantProductVenue.self, OrderBookVenue.self]

  package static let family = Family(
    "venue", "A place where collateral is sold, and how deep it is.", selector: "kind",
    common: [
      Field("name", .name, .derived("kind and asset"), "The venue's name in messages.")
    ],
    members: all)

  /// Builds the venue that the section's kind names.
  package static func build(_ section: Section) throws -> any Exchange {
    guard let type = all.first(where: { $0.kind == section.kind }) else {
      preconditionFailure("a checked section names a known kind")
    }
    return try type.init(section)
  }
}
