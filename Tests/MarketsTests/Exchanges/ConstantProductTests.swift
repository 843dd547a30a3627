import Markets
import TestSupport
import Testing

@Suite("Constant-product pool")
struct ConstantProductTests {
  private func swap(_ x: Double, _ y: Double, _ amount: Double, _ fee: Double)
    -> ConstantProduct.Swap
  {
    ConstantProduct.swap(reserveIn: x, reserveOut: y, amountIn: amount, fee: fee)
  }

  @Test("The product never falls, less comes out than there is, and a sale lowers the price")
  func invariants() {
    for seed in testSeeds(2000) {
      var random = TestRandom(seed: seed)
      let (x, y) = (random.logUniform(1, 1e9), random.logUniform(1, 1e9))
      let amount = x * random.logUniform(1e-6, 1e6)
      let fee = random.chance(0.3) ? 0 : random.uniform(0, 0.05)
      let swap = swap(x, y, amount, fee)
      #expect(swap.amountOut < y, "seed \(seed)")
      // Three roundings; above x = 1e6 times the reserve y - out loses its leading digits.
      let product = (x + amount) * (y - swap.amountOut)
      #expect(product >= x * y * (1 - 4e-16 * (x + amount) / x), "seed \(seed)")
      #expect(swap.spotAfter < swap.spotBefore, "seed \(seed)")
      #expect(swap.averagePrice < swap.spotBefore, "seed \(seed)")
    }
  }

  @Test("Two half sales equal one whole without a fee, and give no more with one")
  func halves() {
    for seed in testSeeds(1000) {
      var random = TestRandom(seed: seed)
      let (x, y) = (random.logUniform(1, 1e9), random.logUniform(1, 1e9))
      let amount = x * random.logUniform(1e-3, 1e2)
      for fee in [0, 0.003, 0.05] {
        let first = swap(x, y, amount / 2, fee)
        let second = swap(x + amount / 2, y - first.amountOut, amount / 2, fee)
        let both = first.amountOut + second.amountOut
        let whole = swap(x, y, amount, fee).amountOut
        if fee == 0 {
          #expect(agree(both, whole, relative: 1e-13), "seed \(seed)")
        } else {
          #expect(both < whole, "seed \(seed)")
        }
      }
    }
  }

  /// There and back at fee 0 returns the amount; at fee f it costs about 2 f of it.
  @Test("There and back is never a profit")
  func roundTrip() {
    for fee in [0, 0.003] {
      let out = swap(1000, 2_500_000, 10, fee)
      let back = swap(2_500_000 - out.amountOut, 1010, out.amountOut, fee).amountOut
      if fee == 0 { #expect(agree(back, 10, relative: 1e-12)) } else { #expect(back < 10 - 0.05) }
    }
  }

  @Test("The amount that reaches a price reaches it, fee aside")
  func amountToReach() {
    for seed in testSeeds(500) {
      var random = TestRandom(seed: seed)
      let (x, y) = (random.logUniform(1, 1e9), random.logUniform(1, 1e9))
      let target = y / x * random.uniform(0.05, 0.999)
      let trade = ConstantProduct.amountToReach(
        price: target, reserveIn: x, reserveOut: y, fee: 0.003)
      // The marginal price without the fee that stays in the pool: k / (x + net)^2.
      let net = x + trade.amountIn * 0.997
      #expect(agree(x * y / (net * net), target, relative: 1e-12), "seed \(seed)")
      #expect(agree(trade.amountOut, y - x * y / net, relative: 1e-9), "seed \(seed)")
    }
  }

  /// x / (1 / sqrt(0.98) - 1): selling the depth into the reserve leaves 98 % of the price.
  @Test("A pool's 2 % depth is the sale that lowers its price by 2 %")
  func depth() {
    let reserve = ConstantProduct.reserve(depth2Percent: 1_000_000)
    let swap = swap(reserve, reserve, 1_000_000, 0)
    #expect(agree(swap.spotAfter, 0.98, relative: 1e-14))
    let market = SpotMarket(venues: [ConstantProductVenue(asset: "WETH", reserveUSD: reserve)])
    #expect(agree(market.depth2Percent, 1_000_000, relative: 1e-12))
  }

  @Test("Depth follows the root of the price, and liquidity leaves 10 % of fall by 10 %")
  func conditions() {
    let venue = ConstantProductVenue(asset: "WETH", reserveUSD: 1e6, withdrawal: 0.2)
    #expect(venue.depth(VenueConditions()) == 1e6)
    #expect(agree(venue.depth(VenueConditions(relativePrice: 0.25)), 5e5, relative: 1e-15))
    #expect(agree(venue.depth(VenueConditions(drawdown: 0.1)), 8e5, relative: 1e-14))
    #expect(agree(venue.depth(VenueConditions(drawdown: 0.3)), 5.12e5, relative: 1e-14))
    let loyal = ConstantProductVenue(asset: "WETH", reserveUSD: 1e6)
    #expect(loyal.depth(VenueConditions(drawdown: 0.9)) == 1e6)
  }
}
