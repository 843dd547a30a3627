import Foundation
import Markets
import TestSupport
import Testing

@Suite("Market of one asset")
struct SpotMarketTests {
  private func randomVenue(_ random: inout TestRandom, fee: Double? = nil) -> any Exchange {
    let fee = fee ?? random.uniform(0, 0.01)
    if random.chance(0.5) {
      return ConstantProductVenue(
        asset: "WETH", reserveUSD: random.logUniform(1e5, 1e9), fee: fee)
    }
    return OrderBookVenue(
      asset: "WETH", depth2Percent: random.logUniform(1e5, 1e8),
      exponent: random.uniform(0.4, 1.5), fee: fee)
  }

  /// A pool at displacement d holds R e^(d/2) of the asset and R e^(-d/2) USD.
  ///
  /// Both in USD at the exogenous price; amounts are far above the last bit of the reserve.
  @Test("One pool is quoted as its swap rule says, displaced or not, sold or bought")
  func onePool() {
    for seed in testSeeds(500) {
      var random = TestRandom(seed: seed)
      let reserve = random.logUniform(1e5, 1e8)
      let fee = random.uniform(0, 0.02)
      let market = SpotMarket(venues: [
        ConstantProductVenue(asset: "WETH", reserveUSD: reserve, fee: fee)
      ])
      let start = random.chance(0.4) ? 0 : random.uniform(-0.5, 0.5)
      let base = reserve * exp(start / 2)
      let quote = reserve * exp(-start / 2)
      let amount = reserve * random.logUniform(1e-4, 10)
      let sale = market.quote(amount, from: start)
      let swap = ConstantProduct.swap(
        reserveIn: base, reserveOut: quote, amountIn: amount, fee: fee)
      #expect(agree(sale.cashUSD, swap.amountOut, relative: 1e-10), "seed \(seed)")
      #expect(sale.filledShare > 1 - 1e-10)
      // The purchase: what buys `wanted` of the asset for USD.
      let wanted = base * random.logUniform(1e-4, 0.9)
      let purchase = market.quote(-wanted, from: start)
      let bought = ConstantProduct.swap(
        reserveIn: quote, reserveOut: base, amountIn: purchase.cashUSD, fee: fee)
      #expect(agree(bought.amountOut, wanted, relative: 1e-10), "seed \(seed)")
      #expect(agree(purchase.feesUSD, fee * purchase.cashUSD, relative: 1e-12))
    }
  }

  @Test("An order over several venues uses all of it and leaves one marginal price")
  func split() {
    for seed in testSeeds(300) {
      var random = TestRandom(seed: seed)
      let venues = (0..<(2 + random.index(4))).map { _ in randomVenue(&random) }
      let market = SpotMarket(venues: venues)
      let start = random.chance(0.5) ? 0 : random.uniform(-0.2, 0.3)
      let sign = random.chance(0.3) ? -1.0 : 1.0
      let amount = sign * market.depth2Percent * random.logUniform(0.01, 10)
      let fill = market.quote(amount, from: start)
      #expect(fill.filledShare > 1 - 1e-9, "seed \(seed)")
      #expect((fill.displacement > start) == (amount > 0))
      var parts = 0.0
      var cash = 0.0
      for venue in venues {
        let alone = SpotMarket(venues: [venue])
        let part = alone.amount(from: start, to: fill.displacement)
        let own = alone.quote(part, from: start)
        #expect(agree(own.displacement, fill.displacement, relative: 1e-7), "seed \(seed)")
        parts += part
        cash += own.cashUSD
      }
      #expect(agree(parts, amount, relative: 1e-9), "seed \(seed)")
      #expect(agree(cash, fill.cashUSD, relative: 1e-7), "seed \(seed)")
    }
  }

  /// Without fees the best split leaves no gain from moving a little from one venue to another.
  @Test("No other split of a sale over two venues pays more")
  func bestSplit() {
    for seed in testSeeds(100) {
      var random = TestRandom(seed: seed)
      let venues = [randomVenue(&random, fee: 0), randomVenue(&random, fee: 0)]
      let amount = SpotMarket(venues: venues).depth2Percent * random.logUniform(0.1, 20)
      let best = SpotMarket(venues: venues).quote(amount, from: 0).cashUSD
      for step in 0...20 {
        let first = amount * Double(step) / 20
        let cash =
          SpotMarket(venues: [venues[0]]).quote(first, from: 0).cashUSD
          + SpotMarket(venues: [venues[1]]).quote(amount - first, from: 0).cashUSD
        #expect(cash <= best * (1 + 1e-9), "seed \(seed)")
      }
    }
  }

  @Test("Nothing is created: a sale pays at most the price before, there and back is no profit")
  func conservation() {
    for seed in testSeeds(300) {
      var random = TestRandom(seed: seed)
      let market = SpotMarket(venues: (0..<(1 + random.index(3))).map { _ in randomVenue(&random) })
      let start = random.uniform(-0.2, 0.3)
      let amount = market.depth2Percent * random.logUniform(0.01, 10)
      let sale = market.quote(amount, from: start)
      // What the seller loses at the price before is the fee and the slippage, none negative.
      let worth = amount * exp(-start)
      #expect(sale.feesUSD >= 0 && sale.cashUSD + sale.feesUSD <= worth * (1 + 1e-12))
      let back = market.quote(-amount, from: sale.displacement)
      #expect(back.cashUSD >= sale.cashUSD * (1 - 1e-9), "seed \(seed)")
      let purchase = market.quote(-amount * 0.01, from: start)
      #expect(purchase.cashUSD - purchase.feesUSD >= 0.01 * worth * (1 - 1e-9), "seed \(seed)")
    }
  }

  @Test("Without a venue an order costs nothing and moves nothing")
  func noVenue() {
    let market = SpotMarket(venues: [])
    let fill = market.quote(1e9, from: 0)
    #expect(fill.cashUSD == 1e9 && fill.feesUSD == 0)
    #expect(fill.filledShare == 1 && fill.displacement == 0)
    #expect(market.quote(-5, from: 0).cashUSD == 5)
    #expect(market.depth2Percent == 0 && market.lowestFee == 0)
  }

  @Test("A quote moves nothing until the market is moved, and a reset puts it back")
  func quotesDoNotMove() {
    var market = SpotMarket(venues: [ConstantProductVenue(asset: "WETH", reserveUSD: 1e6)])
    let fill = market.quote(1e5, from: market.displacement)
    #expect(market.displacement == 0)
    market.move(to: fill.displacement)
    #expect(market.displacement == fill.displacement)
    market.prepare(VenueConditions(relativePrice: 0.25))
    market.reset()
    #expect(market.displacement == 0)
    #expect(market.quote(1e5, from: 0) == fill)
  }

  @Test("A displacement is halved in the venue's half-life")
  func halfLife() {
    var market = SpotMarket(venues: [
      OrderBookVenue(asset: "WETH", depth2Percent: 1e6, recoveryHalfLife: 0.001)
    ])
    market.move(to: 0.4)
    market.recover(years: 0.001)
    #expect(agree(market.displacement, 0.2, relative: 1e-14))
    market.recover(years: 0.0005)
    market.recover(years: 0.0005)
    #expect(agree(market.displacement, 0.1, relative: 1e-14))
  }

  /// Rates of ln 2 / 0.001 and 0, weighted 3 to 1 by the 2 % depths: three quarters of the rate.
  @Test("Venues recover together, weighted by what they absorb")
  func weightedRecovery() {
    var market = SpotMarket(venues: [
      OrderBookVenue(asset: "WETH", depth2Percent: 3e6, recoveryHalfLife: 0.001),
      OrderBookVenue(asset: "WETH", depth2Percent: 1e6, recoveryHalfLife: .infinity),
    ])
    market.move(to: 1)
    market.recover(years: 0.001)
    #expect(agree(market.displacement, exp2(-0.75), relative: 1e-14))
  }
}
