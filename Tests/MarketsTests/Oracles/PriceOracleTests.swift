import Markets
import TestSupport
import Testing

@Suite("Price oracles")
struct PriceOracleTests {
  /// What an oracle published for one asset at each observation: the price, or `nil` for none.
  private func publications(
    _ oracle: any PriceOracle, start: Double, stepSeconds: Double,
    _ script: [(time: Double, price: Double)], gasGwei: Double = 20
  ) -> [Double?] {
    var feed = PriceFeed(prices: [start], stepSeconds: stepSeconds)
    return script.map { entry in
      let before = feed.updateCount
      oracle.observe(
        marketPrices: [entry.price], now: entry.time, gasGwei: gasGwei, feed: &feed)
      return feed.updateCount > before ? feed.price[0] : nil
    }
  }

  @Test("The spot oracle publishes every change at once, and nothing else")
  func spot() {
    #expect(
      publications(
        SpotOracle(), start: 100, stepSeconds: 60, [(0, 100), (60, 101), (120, 101), (180, 99)])
        == [nil, 101, nil, 99])
  }

  /// A threshold of 1/128 of 128 is 1: the boundary is exact in binary, on both sides.
  @Test("A move of exactly the deviation is published, the next smaller one is not")
  func deviationBoundary() {
    let oracle = PushOracle(deviation: 1.0 / 128, heartbeatSeconds: 1e9, latencySeconds: 0)
    func published(_ price: Double) -> [Double?] {
      publications(oracle, start: 128, stepSeconds: 60, [(60, price)])
    }
    #expect(published(129) == [129])
    #expect(published(129.0.nextDown) == [nil])
    #expect(published(127) == [127])
    #expect(published(127.0.nextUp) == [nil])
  }

  @Test("Deviation is measured from the last publication, not from the last price")
  func drift() {
    let oracle = PushOracle(deviation: 0.01, heartbeatSeconds: 1e9, latencySeconds: 0)
    #expect(
      publications(
        oracle, start: 100, stepSeconds: 60,
        [(60, 100.6), (120, 101.2), (180, 100.6), (240, 100.1), (300, 102.3)])
        == [nil, 101.2, nil, 100.1, 102.3])
  }

  @Test("Without deviation every change is published")
  func zeroDeviation() {
    let oracle = PushOracle(deviation: 0, heartbeatSeconds: 1e9, latencySeconds: 0)
    #expect(
      publications(oracle, start: 100, stepSeconds: 60, [(60, 100), (120, 100.0.nextUp)])
        == [nil, 100.0.nextUp])
  }

  @Test("The heartbeat publishes an old price's successor, at exactly its age")
  func heartbeat() {
    let oracle = PushOracle(deviation: 0.5, heartbeatSeconds: 3600, latencySeconds: 0)
    #expect(
      publications(
        oracle, start: 100, stepSeconds: 1800,
        [(1800, 101), (3599, 102), (3600, 103), (5400, 104), (7200, 105)])
        == [nil, nil, 103, nil, 105])
  }

  /// The update of 110 starts at 60 and lands 120 s later, whatever the market does meanwhile; the
  /// next one starts when it has landed.
  @Test("A latency of more than a step delivers an old price, one update at a time")
  func latency() {
    let oracle = PushOracle(deviation: 0.05, heartbeatSeconds: 1e9, latencySeconds: 120)
    #expect(
      publications(
        oracle, start: 100, stepSeconds: 60,
        [(60, 110), (120, 90), (180, 91), (240, 92), (300, 92), (360, 92)])
        == [nil, nil, 110, nil, 91, nil])
  }

  @Test("A latency shorter than a step lands within it, one of exactly a step does not")
  func latencyWithinStep() {
    let script = [(time: 60.0, price: 110.0), (120, 110)]
    let short = PushOracle(deviation: 0.05, heartbeatSeconds: 1e9, latencySeconds: 59.9)
    #expect(publications(short, start: 100, stepSeconds: 60, script) == [110, nil])
    let whole = PushOracle(deviation: 0.05, heartbeatSeconds: 1e9, latencySeconds: 60)
    #expect(publications(whole, start: 100, stepSeconds: 60, script) == [nil, 110])
  }

  @Test("Congestion adds latency above the gas trigger, not at it")
  func congestion() {
    let oracle = PushOracle(
      deviation: 0.05, heartbeatSeconds: 1e9, latencySeconds: 12, congestionTriggerGwei: 100,
      congestionSeconds: 120)
    let script = [(time: 60.0, price: 110.0), (120, 110), (180, 110), (240, 110)]
    #expect(
      publications(oracle, start: 100, stepSeconds: 60, script, gasGwei: 100)
        == [110, nil, nil, nil])
    // 132 s after 60 is 192: the first observation after that is at 240.
    #expect(
      publications(oracle, start: 100, stepSeconds: 60, script, gasGwei: 100.0.nextUp)
        == [nil, nil, nil, 110])
  }

  @Test("Assets are published apart, and a reset forgets updates under way")
  func assetsAndReset() {
    let oracle = PushOracle(deviation: 0.05, heartbeatSeconds: 1e9, latencySeconds: 60)
    var feed = PriceFeed(prices: [100, 1], stepSeconds: 60)
    oracle.observe(marketPrices: [110, 1], now: 60, gasGwei: 20, feed: &feed)
    oracle.observe(marketPrices: [110, 1], now: 120, gasGwei: 20, feed: &feed)
    #expect(feed.price == [110, 1])
    #expect(feed.publishedAt == [120, 0])
    oracle.observe(marketPrices: [130, 1], now: 180, gasGwei: 20, feed: &feed)
    feed.reset(to: [100, 1])
    #expect(feed.price == [100, 1] && feed.updateCount == 0)
    oracle.observe(marketPrices: [100, 1], now: 240, gasGwei: 20, feed: &feed)
    #expect(feed.updateCount == 0)
  }
}
