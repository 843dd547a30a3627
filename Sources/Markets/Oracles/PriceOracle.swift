package import SimulationCore

/// Turns the market price into the price that a protocol believes.
package protocol PriceOracle: Registered {
  init(_ section: Section, blockSeconds: Double) throws
  /// Publishes what is due at `now` (seconds since the start) into `feed`, for all assets.
  func observe(marketPrices: [Double], now: Double, gasGwei: Double, feed: inout PriceFeed)
  /// The relative move of the market that makes it publish; 0 = any. Sizes the boxes of the watched
  /// engine, and changes no result.
  var deviation: Double { get }
}

/// The published prices of one oracle; one entry an asset.
package struct PriceFeed: Sendable {
  /// USD, as protocols read it.
  package var price: [Double]
  /// Seconds since the start at which the price was published.
  package var publishedAt: [Double]
  /// An update under way: its price, and when it lands; infinite = none.
  package var pendingPrice: [Double]
  package var pendingAt: [Double]
  /// Updates that landed so far.
  package var updateCount = 0
  /// Length of a step: an update that takes less lands within it.
  package let stepSeconds: Double

  package init(prices: [Double], stepSeconds: Double) {
    self.stepSeconds = stepSeconds
    price = prices
    publishedAt = [Double](repeating: 0, count: prices.count)
    pendingPrice = publishedAt
    pendingAt = [Double](repeating: .infinity, count: prices.count)
  }

  package mutating func reset(to prices: [Double]) {
    price.overwrite(with: prices)
    publishedAt.fill(with: 0)
    pendingAt.fill(with: .infinity)
    updateCount = 0
  }

  package mutating func publish(_ asset: Int, _ value: Double, at time: Double) {
    price[asset] = value
    publishedAt[asset] = time
    pendingAt[asset] = .infinity
    updateCount += 1
  }
}

/// The oracles that a scenario can name; one line each.
package enum PriceOracles {
  package static let all: [any PriceOracle.Type] = [SpotOracle.self, PushOracle.self]

  package static let family = Family(
    "oracle", "What protocols believe the price to be.", selector: "kind", defaultKind: "spot",
    members: all)

  /// Builds the oracle that the section's kind names.
  package static func build(_ section: Section, blockSeconds: Double) throws -> any PriceOracle {
    guard let type = all.first(where: { $0.kind == section.kind }) else {
      preconditionFailure("a checked section names a known kind")
    }
    return try type.init(section, blockSeconds: blockSeconds)
  }
}

/// The market price itself, at once.
package struct SpotOracle: PriceOracle {
  package static let kind = "spot"
  package static let summary = "The market price itself, without delay."
  package static let fields: [Field] = []

  package var deviation: Double { 0 }

  package init() {}
  package init(_ section: Section, blockSeconds: Double) throws {}

  package func observe(
    marketPrices: [Double], now: Double, gasGwei: Double, feed: inout PriceFeed
  ) {
    for asset in marketPrices.indices where feed.price[asset] != marketPrices[asset] {
      feed.publish(asset, marketPrices[asset], at: now)
    }
  }
}

/// A push oracle: an update when the price has moved far enough or the last one is old enough.
///
/// Update when |p / last - 1| >= deviation or age >= heartbeat; it lands `latency` later, more when
/// gas is above the congestion trigger. While one update is under way no other starts. A latency
/// shorter than a step lands within the step.
///
/// - Source: Chainlink data feeds, deviation threshold and heartbeat; typical settings in
///   price-feed documentation: ETH/USD 0.5 %, 3,600 s.
package struct PushOracle: PriceOracle {
  package static let kind = "push"
  package static let summary = "Updates by deviation and heartbeat, with latency and congestion."

  package static let fields: [Field] = [
    Field(
      "deviation_bps", .number(.basisPoints, Bounds(0, 10000)), .defaults("50"),
      "Move of the market against the published price that starts an update.", neutral: "0"),
    Field(
      "heartbeat_seconds", .number(.seconds, .positive), .defaults("3600"),
      "Age at which an update is made without a move."),
    Field(
      "latency_blocks", .integer(0...100_000), .defaults("1"),
      "Blocks between an update's start and its landing.", neutral: "0"),
    Field(
      "congestion", .block(congestionTable), .optional,
      "Extra latency while gas is dear; absent = none."),
  ]

  private static let congestionTable = FieldTable(
    "congestion", "When updates are stuck in a full mempool.",
    [
      Field(
        "gas_gwei_trigger", .number(.gwei, .nonNegative), .required,
        "Gas price above which updates are delayed."),
      Field(
        "extra_latency_blocks", .integer(0...100_000), .required,
        "Blocks added to the latency."),
    ])

  package let deviation: Double
  package let heartbeatSeconds: Double
  package let latencySeconds: Double
  package let congestionTriggerGwei: Double
  package let congestionSeconds: Double

  package init(
    deviation: Double, heartbeatSeconds: Double, latencySeconds: Double,
    congestionTriggerGwei: Double = .infinity, congestionSeconds: Double = 0
  ) {
    self.deviation = deviation
    self.heartbeatSeconds = heartbeatSeconds
    self.latencySeconds = latencySeconds
    self.congestionTriggerGwei = congestionTriggerGwei
    self.congestionSeconds = congestionSeconds
  }

  package init(_ section: Section, blockSeconds: Double) throws {
    let congestion = section.section("congestion")
    self.init(
      deviation: section.number("deviation_bps"),
      heartbeatSeconds: section.written("heartbeat_seconds") ?? 3600,
      latencySeconds: Double(section.integer("latency_blocks")) * blockSeconds,
      congestionTriggerGwei: congestion?.number("gas_gwei_trigger") ?? .infinity,
      congestionSeconds: Double(congestion?.integer("extra_latency_blocks") ?? 0) * blockSeconds)
  }

  package func observe(
    marketPrices: [Double], now: Double, gasGwei: Double, feed: inout PriceFeed
  ) {
    let delay = latencySeconds + (gasGwei > congestionTriggerGwei ? congestionSeconds : 0)
    for asset in marketPrices.indices {
      if feed.pendingAt[asset] <= now {
        feed.publish(asset, feed.pendingPrice[asset], at: now)
      }
      guard feed.pendingAt[asset] == .infinity else { continue }
      let last = feed.price[asset]
      let moved = marketPrices[asset] - last
      let isStale = now - feed.publishedAt[asset] >= heartbeatSeconds
      guard isStale || (moved != 0 && abs(moved) >= deviation * last) else { continue }
      if delay < feed.stepSeconds {
        feed.publish(asset, marketPrices[asset], at: now)
      } else {
        feed.pendingPrice[asset] = marketPrices[asset]
        feed.pendingAt[asset] = now + delay
      }
    }
  }
}
