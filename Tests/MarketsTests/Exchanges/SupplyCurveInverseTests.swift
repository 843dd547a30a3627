import Foundation
import Markets
import TestSupport
import Testing

@Suite("Inverse of a supply curve")
struct SupplyCurveInverseTests {
  private func randomVenue(_ random: inout TestRandom) -> any Exchange {
    random.chance(0.5)
      ? ConstantProductVenue(
        asset: "WETH", reserveUSD: random.logUniform(1e5, 1e9), fee: random.uniform(0, 0.01))
      : OrderBookVenue(
        asset: "WETH", depth2Percent: random.logUniform(1e5, 1e8),
        exponent: random.chance(0.3) ? 1 : random.uniform(0.4, 1.5), fee: random.uniform(0, 0.01))
  }

  /// By the definition of `volume`; rounding of the difference is magnified by its size.
  @Test("Selling what lies between two displacements leads from one to the other")
  func inverse() {
    for seed in testSeeds(500) {
      var random = TestRandom(seed: seed)
      let venue = randomVenue(&random)
      let depth = venue.depth(VenueConditions())
      let start = random.chance(0.3) ? 0 : random.uniform(-0.5, 1)
      let end = start + random.uniform(0.01, 1) * (random.chance(0.5) ? 1 : -1)
      let amount = venue.volume(end, depth: depth) - venue.volume(start, depth: depth)
      let found = venue.displacement(after: amount, from: start, depth: depth)
      let rounding =
        1e-15 * abs(venue.volume(start, depth: depth)) / venue.slope(end, depth: depth)
      #expect(abs(found - end) <= 1e-13 + 4 * rounding, "seed \(seed)")
    }
  }

  @Test("A pool cannot sell more of the asset than it holds")
  func emptyPool() {
    let pool = ConstantProductVenue(asset: "WETH", reserveUSD: 1e6)
    #expect(pool.displacement(after: -1e6, from: 0, depth: 1e6) == -.infinity)
    #expect(pool.displacement(after: -2e6, from: 0, depth: 1e6) == -.infinity)
    let market = SpotMarket(venues: [pool])
    let fill = market.quote(-2e6, from: 0)
    // All but e^-30 of the reserve, half of what was wanted.
    #expect(abs(fill.filledShare - 0.5) < 1e-12)
  }

  /// A bisection of the amount that the venues take in all, to the last bits of the displacement.
  @Test("An order over several venues ends where a bisection finds it")
  func bisection() {
    for seed in testSeeds(200) {
      var random = TestRandom(seed: seed)
      let market = SpotMarket(
        venues: (0..<(1 + random.index(4))).map { _ in randomVenue(&random) })
      let start = random.chance(0.5) ? 0 : random.uniform(-0.2, 0.3)
      let sign = random.chance(0.3) ? -1.0 : 1.0
      let amount = sign * market.depth2Percent * random.logUniform(0.01, 10)
      let end = market.quote(amount, from: start).displacement
      var (low, high) = amount > 0 ? (start, 60) : (-60, start)
      for _ in 0..<200 {
        let middle = (low + high) / 2
        if market.amount(from: start, to: middle) < amount { low = middle } else { high = middle }
      }
      #expect(abs(end - high) <= 1e-12 * max(1, abs(end)), "seed \(seed)")
    }
  }
}
