import Foundation
import Markets
import TestSupport
import Testing

@Suite("Order-book venue")
struct OrderBookVenueTests {
  private func market(_ exponent: Double) -> SpotMarket {
    SpotMarket(venues: [
      OrderBookVenue(asset: "WETH", depth2Percent: 1e6, exponent: exponent, fee: 0)
    ])
  }

  @Test(
    "Impact is the power law of the amount, 2 % at the quoted depth",
    arguments: [0.3, 0.5, 1, 1.5, 2])
  func impactLaw(exponent: Double) {
    let market = market(exponent)
    #expect(agree(exp(-market.quote(1e6, from: 0).displacement), 0.98, relative: 1e-12))
    let small = market.quote(1e5, from: 0).displacement
    let large = market.quote(4e6, from: 0).displacement
    #expect(agree(log(large / small) / log(40), exponent, relative: 1e-10))
    let bought = market.quote(-1e5, from: 0).displacement
    #expect(agree(bought, -small, relative: 1e-10))
  }

  /// The integral of the price over the volume sold, by the trapezoid rule on a grid that is dense
  /// near zero; its own error is below 1e-7.
  @Test("A sale is paid the integral of the price", arguments: [0.3, 0.5, 1, 1.5, 2])
  func proceeds(exponent: Double) {
    let venue = OrderBookVenue(asset: "WETH", depth2Percent: 1, exponent: exponent, fee: 0)
    for amount in [0.5, 10, 50, -3.0] {
      let end = (amount < 0 ? -1 : 1) * -log(0.98) * pow(abs(amount), exponent)
      var sum = 0.0
      let count = 200_000
      var last = (volume: 0.0, price: 1.0)
      for index in 1...count {
        let share = Double(index) / Double(count)
        let volume = amount * share * share
        let y = (volume < 0 ? -1 : 1) * -log(0.98) * pow(abs(volume), exponent)
        let price = exp(-y)
        sum += (volume - last.volume) * (price + last.price) / 2
        last = (volume, price)
      }
      #expect(
        agree(venue.proceeds(from: 0, to: end, depth: 1), sum, relative: 1e-7), "amount \(amount)")
    }
  }

  @Test("Two half sales equal one whole, and selling more never pays less")
  func halves() {
    for seed in testSeeds(200) {
      var random = TestRandom(seed: seed)
      let market = market(random.uniform(0.2, 2))
      let amount = random.logUniform(1e3, 3e8)
      let start = random.chance(0.5) ? 0 : random.uniform(-0.3, 0.5)
      let whole = market.quote(amount, from: start)
      let first = market.quote(amount / 2, from: start)
      let second = market.quote(amount / 2, from: first.displacement)
      #expect(
        agree(first.cashUSD + second.cashUSD, whole.cashUSD, relative: 1e-9), "seed \(seed)")
      #expect(whole.cashUSD >= first.cashUSD * (1 - 1e-12), "seed \(seed)")
      #expect(whole.cashUSD <= amount * exp(-start) * (1 + 1e-12), "seed \(seed)")
    }
  }

  @Test("Depth shrinks under stress only")
  func stress() {
    let venue = OrderBookVenue(asset: "WETH", depth2Percent: 1e6, fee: 0, stressDepthFactor: 0.25)
    #expect(venue.depth(VenueConditions()) == 1e6)
    #expect(venue.depth(VenueConditions(relativePrice: 0.5, drawdown: 0.5)) == 1e6)
    #expect(venue.depth(VenueConditions(isStressed: true)) == 2.5e5)
    var market = SpotMarket(venues: [venue])
    let calm = market.quote(1e5, from: 0).displacement
    market.prepare(VenueConditions(isStressed: true))
    #expect(agree(market.quote(1e5, from: 0).displacement, 4 * calm, relative: 1e-10))
  }
}
