import Foundation

/// All venues of one asset as one market, and how far our own orders have pushed its price.
///
/// The market price is the exogenous price times e^(-displacement). An order is split over the venues
/// so that their marginal prices agree: they share the displacement. Without a venue orders are filled
/// at the market price, without cost or impact.
package struct SpotMarket: Sendable {
  package let venues: [any Exchange]
  /// Log distance of the market price below the exogenous price; negative after net buying.
  package private(set) var displacement = 0.0
  private var depths: [Double]

  /// What an order got.
  package struct Fill: Sendable, Equatable {
    /// USD received by a seller, or paid by a buyer, after fees.
    package var cashUSD = 0.0
    package var feesUSD = 0.0
    /// Share of the wanted amount that was traded; below 1 only where a venue runs empty.
    package var filledShare = 1.0
    /// Displacement after the order.
    package var displacement = 0.0
  }

  package init(venues: [any Exchange]) {
    self.venues = venues
    depths = venues.map { $0.depth(VenueConditions()) }
  }

  package mutating func reset() {
    displacement = 0
    prepare(VenueConditions())
  }

  /// Takes over the step's conditions, which the depths follow.
  package mutating func prepare(_ conditions: VenueConditions) {
    for index in venues.indices {
      depths[index] = venues[index].depth(conditions) * conditions.regimeFactor
    }
  }

  /// Lets the displacement decay over `years`.
  package mutating func recover(years: Double) {
    guard displacement != 0 else { return }
    displacement *= exp(-recoveryRate * years)
    if abs(displacement) < 1e-300 { displacement = 0 }
  }

  /// Moves the market to where a fill left it.
  package mutating func move(to displacement: Double) { self.displacement = displacement }

  /// USD at the exogenous price whose sale lowers an undisturbed market by 2 %.
  package var depth2Percent: Double { weightedVolume(-log(0.98), isSale: false) }

  /// USD at the exogenous price sold, fees included, between two displacements.
  package func amount(from: Double, to: Double) -> Double {
    let isSale = to > from
    return weightedVolume(to, isSale: isSale) - weightedVolume(from, isSale: isSale)
  }

  /// Quotes a sale (or, negative, a purchase) of `amountUSD`, valued at the exogenous price, that
  /// starts at the displacement `start`.
  package func quote(_ amountUSD: Double, from start: Double) -> Fill {
    var fill = Fill()
    fill.displacement = start
    guard amountUSD != 0 else { return fill }
    guard !venues.isEmpty else {
      fill.cashUSD = abs(amountUSD)
      return fill
    }
    let end = displacement(after: amountUSD, from: start)
    fill.displacement = end
    if abs(end) >= SpotMarket.largestDisplacement {
      fill.filledShare = min(1, amount(from: start, to: end) / amountUSD)
    }
    for index in venues.indices {
      let (fee, depth) = (venues[index].fee, depths[index])
      let paid = venues[index].proceeds(from: start, to: end, depth: depth)
      if amountUSD > 0 {
        // The fee is taken from the amount sold, before it meets the curve.
        let taken =
          venues[index].volume(end, depth: depth) - venues[index].volume(start, depth: depth)
        fill.cashUSD += paid
        fill.feesUSD += taken * fee / (1 - fee) * exp(-start)
      } else {
        fill.cashUSD += -paid / (1 - fee)
        fill.feesUSD += -paid * fee / (1 - fee)
      }
    }
    return fill
  }

  /// The lowest fee among the venues; 0 without venues.
  package var lowestFee: Double {
    venues.isEmpty ? 0 : venues.reduce(.infinity) { min($0, $1.fee) }
  }

  /// The displacement that a sale of `amountUSD` leads to; exact where there is one venue.
  ///
  /// With several venues by Newton steps from what linear laws would give, kept inside a bracket:
  /// together they move less than each would alone.
  package func displacement(after amountUSD: Double, from start: Double) -> Double {
    let isSale = amountUSD > 0
    var bound = isSale ? SpotMarket.largestDisplacement : -SpotMarket.largestDisplacement
    let limit = bound
    var stiffness = 0.0
    for index in venues.indices {
      let net = isSale ? amountUSD * (1 - venues[index].fee) : amountUSD
      let alone = venues[index].displacement(after: net, from: start, depth: depths[index])
      bound = isSale ? min(bound, alone) : max(bound, alone)
      stiffness += 1 / (alone - start)
    }
    if venues.count == 1 { return bound }
    let target = weightedVolume(start, isSale: isSale) + amountUSD
    if bound == limit && (weightedVolume(bound, isSale: isSale) - target) * limit < 0 {
      return limit
    }
    var low = isSale ? start : bound
    var high = isSale ? bound : start
    var guess = start + 1 / stiffness
    for _ in 0..<200 {
      let excess = weightedVolume(guess, isSale: isSale) - target
      if abs(excess) <= 1e-13 * abs(amountUSD) { return guess }
      if excess > 0 { high = guess } else { low = guess }
      let newton = guess - excess / slope(guess, isSale: isSale)
      if newton == guess || high - low <= 1e-15 * max(1, abs(guess)) { return guess }
      guess = newton > low && newton < high ? newton : (low + high) / 2
    }
    return guess
  }

  /// What must have been sold to be at `displacement`; with the fees of a sale where it is one.
  private func weightedVolume(_ displacement: Double, isSale: Bool) -> Double {
    var sum = 0.0
    for index in venues.indices {
      let volume = venues[index].volume(displacement, depth: depths[index])
      sum += isSale ? volume / (1 - venues[index].fee) : volume
    }
    return sum
  }

  private func slope(_ displacement: Double, isSale: Bool) -> Double {
    var sum = 0.0
    for index in venues.indices {
      let slope = venues[index].slope(displacement, depth: depths[index])
      sum += isSale ? slope / (1 - venues[index].fee) : slope
    }
    return sum
  }

  /// Decay of the displacement a year, weighted by what each venue absorbs for a 2 % move.
  private var recoveryRate: Double {
    let move = -log(0.98)
    var total = 0.0
    var weighted = 0.0
    for index in venues.indices {
      let weight = venues[index].volume(move, depth: depths[index])
      total += weight
      weighted += weight * log(2) / venues[index].recoveryHalfLife
    }
    return total > 0 ? weighted / total : 0
  }

  /// Log prices beyond this are far outside any market; no order moves the price further.
  private static let largestDisplacement = 60.0
}
