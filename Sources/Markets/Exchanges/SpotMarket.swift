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
  /// Decay of the displacement a year, weighted by what each venue absorbs for a 2 % move.
  private var recoveryRate = 0.0

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
    weighRecovery()
  }

  package mutating func reset() {
    displacement = 0
    prepare(VenueConditions())
  }

  /// Takes over the step's conditions: depths, and the rate at which the displacement decays.
  package mutating func prepare(_ conditions: VenueConditions) {
    guard !venues.isEmpty else { return }
    for index in venues.indices { depths[index] = venues[index].depth(conditions) }
    weighRecovery()
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
  package var depth2Percent: Double { volume(-log(0.98)) }

  /// USD at the exogenous price sold, fees included, between two displacements.
  package func amount(from: Double, to: Double) -> Double {
    var sum = 0.0
    for (venue, depth) in zip(venues, depths) {
      let taken = venue.volume(to, depth: depth) - venue.volume(from, depth: depth)
      sum += taken > 0 ? taken / (1 - venue.fee) : taken
    }
    return sum
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
    let end = displacementAfter(amountUSD, from: start)
    fill.displacement = end
    fill.filledShare = min(1, amount(from: start, to: end) / amountUSD)
    for (venue, depth) in zip(venues, depths) {
      let paid = venue.proceeds(from: start, to: end, depth: depth)
      if amountUSD > 0 {
        // The fee is taken from the amount sold, before it meets the curve.
        let taken = venue.volume(end, depth: depth) - venue.volume(start, depth: depth)
        fill.cashUSD += paid
        fill.feesUSD += taken * venue.fee / (1 - venue.fee) * exp(-start)
      } else {
        fill.cashUSD += -paid / (1 - venue.fee)
        fill.feesUSD += -paid * venue.fee / (1 - venue.fee)
      }
    }
    return fill
  }

  /// The lowest fee among the venues; 0 without venues.
  package var lowestFee: Double { venues.map(\.fee).min() ?? 0 }

  /// The displacement that a sale of `amountUSD` leads to, by Newton steps kept inside a bracket.
  private func displacementAfter(_ amountUSD: Double, from start: Double) -> Double {
    let limit = SpotMarket.largestDisplacement
    var low = amountUSD > 0 ? start : -limit
    var high = amountUSD > 0 ? limit : start
    if amount(from: start, to: amountUSD > 0 ? high : low) / amountUSD < 1 {
      return amountUSD > 0 ? high : low
    }
    var guess = start + (amountUSD > 0 ? 1e-3 : -1e-3)
    for _ in 0..<200 {
      let excess = amount(from: start, to: guess) - amountUSD
      if abs(excess) <= 1e-13 * abs(amountUSD) { return guess }
      if excess > 0 { high = guess } else { low = guess }
      let newton = guess - excess / slope(guess, buying: amountUSD < 0)
      guess = newton > low && newton < high ? newton : (low + high) / 2
      if high - low <= 1e-15 * max(1, abs(guess)) { return guess }
    }
    return guess
  }

  private func slope(_ displacement: Double, buying: Bool) -> Double {
    var sum = 0.0
    for (venue, depth) in zip(venues, depths) {
      let slope = venue.slope(displacement, depth: depth)
      sum += buying ? slope : slope / (1 - venue.fee)
    }
    return sum
  }

  private func volume(_ displacement: Double) -> Double {
    zip(venues, depths).reduce(0) { $0 + $1.0.volume(displacement, depth: $1.1) }
  }

  private mutating func weighRecovery() {
    let move = -log(0.98)
    var total = 0.0
    var weighted = 0.0
    for (venue, depth) in zip(venues, depths) {
      let weight = venue.volume(move, depth: depth)
      total += weight
      weighted += weight * log(2) / venue.recoveryHalfLife
    }
    recoveryRate = total > 0 ? weighted / total : 0
  }

  /// Log prices beyond this are far outside any market; no order moves the price further.
  private static let largestDisplacement = 60.0
}
