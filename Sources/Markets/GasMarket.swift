import Foundation
package import SimulationCore

/// The price of gas: an Ornstein-Uhlenbeck log price around a base, raised by crowded liquidations.
///
///     ln g = ln base + x,   x' = x e^(-k dt) + sd sqrt(1 - e^(-2 k dt)) z
///
/// `volatility` is the stationary standard deviation of x. Or a given schedule, linear in between.
/// Either way each liquidatable account adds to it, up to the cap.
///
/// - Source: Uhlenbeck, Ornstein (1930), exact step; levels: 20 gwei calm,
///   80-200 gwei on 12 March 2020 (Glassnode).
package struct GasMarket: Sendable {
  package let baseGwei: Double
  package let volatility: Double
  /// Years.
  package let halfLife: Double
  package let perLiquidatableAccountGwei: Double
  package let capGwei: Double
  /// Hours and gwei; empty = no schedule.
  package let schedule: [(hours: Double, gwei: Double)]
  /// Index of the asset that prices gas, or a fixed USD price of ETH.
  package let etherAsset: Int?
  package let etherPriceUSD: Double

  package init(
    baseGwei: Double = 20, volatility: Double = 0, halfLife: Double = 1.5 / 8760,
    perLiquidatableAccountGwei: Double = 0, capGwei: Double = 5000,
    schedule: [(hours: Double, gwei: Double)] = [], etherAsset: Int? = nil,
    etherPriceUSD: Double = 0
  ) {
    self.baseGwei = baseGwei
    self.volatility = volatility
    self.halfLife = halfLife
    self.perLiquidatableAccountGwei = perLiquidatableAccountGwei
    self.capGwei = capGwei
    self.schedule = schedule
    self.etherAsset = etherAsset
    self.etherPriceUSD = etherPriceUSD
  }

  package static let table = FieldTable(
    "gas", "The price of gas, and the asset in which it is paid.",
    [
      Field(
        "base_gwei", .number(.gwei, .nonNegative), .defaults("20"), "Median gas price.",
        neutral: "0"),
      Field(
        "volatility_pct", .number(.percent, Bounds(0, 1000)), .defaults("0"),
        "Stationary standard deviation of the log gas price.", neutral: "0"),
      Field(
        "half_life_hours", .number(.hours, .positive), .defaults("1.5"),
        "Half-life of its return to the base."),
      Field(
        "per_liquidatable_account_gwei", .number(.gwei, .nonNegative), .defaults("0"),
        "Added for each account that is liquidatable when liquidators bid.", neutral: "0"),
      Field("cap_gwei", .number(.gwei, .positive), .defaults("5000"), "Largest gas price."),
      Field(
        "prices", .block(scheduleTable), .optional,
        "A given course of the gas price instead of `base_gwei`."),
      Field(
        "eth_asset", .asset, .derived("WETH where the scenario has it"),
        "The asset whose price turns gas into USD."),
      Field(
        "eth_price_usd", .number(.usd, .positive), .optional,
        "Fixed price of ETH, where no asset of the scenario is ETH."),
    ])

  private static let scheduleTable = FieldTable(
    "prices", "Gas prices at given hours, linear in between, the last one kept.",
    [
      Field(
        "time_hours", .list(.number(.pure, .nonNegative), 1...10000), .required,
        "Hours since the start, rising."),
      Field(
        "gwei", .list(.number(.gwei, .nonNegative), 1...10000), .required,
        "One price for each hour."),
    ])

  package init(_ section: Section, assets: [String]) throws {
    var schedule: [(hours: Double, gwei: Double)] = []
    if let prices = section.section("prices") {
      let hours = prices.numberList("time_hours")
      let gwei = prices.numberList("gwei")
      guard hours.count == gwei.count else {
        throw ParameterError(
          key: "prices", code: "E035",
          "time_hours has \(hours.count) entries and gwei has \(gwei.count)")
      }
      guard zip(hours, hours.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw ParameterError(
          key: "prices.time_hours", code: "E036", "time_hours must rise from entry to entry")
      }
      schedule = zip(hours, gwei).map { ($0, $1) }
    }
    let etherAsset = assets.firstIndex(of: section.text("eth_asset") ?? "WETH")
    let fixed = section.optionalNumber("eth_price_usd")
    self.init(
      baseGwei: section.number("base_gwei"), volatility: section.number("volatility_pct"),
      halfLife: section.number("half_life_hours"),
      perLiquidatableAccountGwei: section.number("per_liquidatable_account_gwei"),
      capGwei: section.number("cap_gwei"), schedule: schedule,
      etherAsset: fixed == nil ? etherAsset : nil, etherPriceUSD: fixed ?? 0)
  }

  /// Whether gas can be turned into USD: an asset prices it, or a fixed price does.
  package var hasEtherPrice: Bool { etherAsset != nil || etherPriceUSD > 0 }

  /// The level's own deviation x after a step of `years` with the standard normal `z`.
  package func nextDeviation(_ deviation: Double, years: Double, z: Double) -> Double {
    let decay = exp(-log(2) / halfLife * years)
    return deviation * decay + volatility * (1 - decay * decay).squareRoot() * z
  }

  /// Gas price in gwei at `hours` since the start; `regimeFactor` multiplies its own level.
  package func gwei(
    hours: Double, deviation: Double, liquidatableAccounts: Int, regimeFactor: Double = 1
  ) -> Double {
    let level = schedule.isEmpty ? baseGwei : scheduled(hours)
    let crowded = perLiquidatableAccountGwei * Double(liquidatableAccounts)
    return min(capGwei, level * exp(deviation) * regimeFactor + crowded)
  }

  /// USD of one transaction of `gasUnits` at `gwei`.
  package func costUSD(gasUnits: Double, gwei: Double, marketPrices: [Double]) -> Double {
    let ether = etherAsset.map { marketPrices[$0] } ?? etherPriceUSD
    return gasUnits * gwei * 1e-9 * ether
  }

  private func scheduled(_ hours: Double) -> Double {
    guard let next = schedule.firstIndex(where: { $0.hours > hours }) else {
      return schedule[schedule.count - 1].gwei
    }
    guard next > 0 else { return schedule[0].gwei }
    let (left, right) = (schedule[next - 1], schedule[next])
    let share = (hours - left.hours) / (right.hours - left.hours)
    return left.gwei + share * (right.gwei - left.gwei)
  }
}
