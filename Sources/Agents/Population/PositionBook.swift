import Foundation
package import Markets
package import SimulationCore

/// How a scenario describes the accounts of a market: a synthetic book, or a CSV.
package enum PositionBook {
  package static let table = FieldTable(
    "positions", "The accounts of one market at time 0.",
    [
      Field(
        "source", .word(["synthetic", "csv"]), .defaults("synthetic"),
        "Drawn from the laws below, or read from `file`."),
      Field(
        "market", .name, .derived("the only market, or what the file's column market says"),
        "The market that holds the accounts."),
      Field(
        "file", .file, .derived("required for `csv`"),
        "CSV with the columns account, asset, supplied, borrowed (tokens); cohort, owner, market optional."
      ),
      Field(
        "accounts", .integer(1...50_000_000), .defaults("1000"), "Number of synthetic accounts."),
      Field(
        "debt_asset", .asset, .derived("one of `debt_asset` and `debt_mix` is required"),
        "What every account owes."),
      Field(
        "debt_mix", .mapByAsset(.number(.pure, .unitInterval)), .optional,
        "Shares by which each account draws the one asset that it owes; they sum to 1."),
      Field(
        "collateral_mix", .mapByAsset(.number(.pure, .unitInterval)),
        .derived("required for `synthetic`"),
        "Shares by which accounts draw their collateral; they sum to 1."),
      Field(
        "assets_per_account", .integer(1...8), .defaults("1"),
        "Number of different collaterals of an account, of equal value."),
      Field(
        "total_debt_usd", .number(.usd, .positive), .optional,
        "Scales all sizes to this total; absent = sizes stand as drawn."),
      Field(
        "size_usd", .distribution(.usd, .positive),
        .defaults("{distribution: pareto, tail_index: 1.2, min: 2000}"), "Debt of an account."),
      Field(
        "health_factor", .distribution(.pure, .positive),
        .defaults(
          "{distribution: lognormal, median: 0.8, sigma: 0.9, offset: 1, min: 1.02, max: 21}"),
        "Health factor of an account at time 0."),
      Field(
        "size_health_correlation", .number(.pure, Bounds(-1, 1)), .defaults("-0.2"),
        "Rank correlation of size and health.", neutral: "0"),
    ])
}

/// A synthetic population: sizes, health factors and collaterals drawn account by account.
///
/// Each quantity has its own stream keyed by the account, so that a change of one law leaves every
/// other draw as it was. The book belongs to the scenario: it is the same on every path.
///
/// - Source: default laws as in Heimbach, Huang (2024) for leverage and Pareto sizes; the rank
///   correlation enters through a Gaussian copula with r = 2 sin(pi rho / 6) (Kruskal 1958).
package struct SyntheticBook: Sendable {
  package let accounts: Int
  package let debtMix: [(asset: Int, share: Double)]
  package let collateralMix: [(asset: Int, share: Double)]
  package let assetsPerAccount: Int
  package let totalDebtUSD: Double?
  package let size: Distribution
  package let health: Distribution
  package let sizeHealthCorrelation: Double

  package init(
    accounts: Int, debtMix: [(asset: Int, share: Double)],
    collateralMix: [(asset: Int, share: Double)], assetsPerAccount: Int = 1,
    totalDebtUSD: Double? = nil, size: Distribution, health: Distribution,
    sizeHealthCorrelation: Double = 0
  ) {
    self.accounts = accounts
    self.debtMix = debtMix
    self.collateralMix = collateralMix
    self.assetsPerAccount = assetsPerAccount
    self.totalDebtUSD = totalDebtUSD
    self.size = size
    self.health = health
    self.sizeHealthCorrelation = sizeHealthCorrelation
  }

  /// Reads a checked `positions` section; shares must already sum to 1.
  package init(_ section: Section, assets: [String]) {
    func mix(_ key: String) -> [(asset: Int, share: Double)] {
      section.numbers(key).compactMap { symbol, share in
        assets.firstIndex(of: symbol).map { ($0, share) }
      }.sorted { $0.asset < $1.asset }
    }
    let single = section.text("debt_asset").flatMap { assets.firstIndex(of: $0) }
    self.init(
      accounts: section.integer("accounts"),
      debtMix: single.map { [($0, 1)] } ?? mix("debt_mix"), collateralMix: mix("collateral_mix"),
      assetsPerAccount: section.integer("assets_per_account"),
      totalDebtUSD: section.optionalNumber("total_debt_usd"),
      size: section.distribution("size_usd") ?? .constant(2000),
      health: section.distribution("health_factor") ?? .constant(1.5),
      sizeHealthCorrelation: section.number("size_health_correlation"))
  }

  /// Draws the book for one market; prices in USD, one an asset.
  ///
  /// `market` separates the draws of several markets of a scenario.
  package func book(
    seed: UInt64, market: Int, prices: [Double], reserves: [ReserveParameters]
  ) -> AccountBook {
    let random = PathRandom(seed: seed, path: UInt32(market))
    let copula = 2 * sin(.pi * sizeHealthCorrelation / 6)
    var sizes = [Double](repeating: 0, count: accounts)
    var healths = sizes
    for account in 0..<accounts {
      let index = UInt32(account)
      let sizeNormal = random.normal(.bookSize, index)
      let healthNormal =
        copula * sizeNormal
        + (1 - copula * copula).squareRoot() * random.normal(.bookHealth, index)
      sizes[account] = size.quantile(openProbability(sizeNormal))
      healths[account] = health.quantile(openProbability(healthNormal))
    }
    if let totalDebtUSD {
      let scale = totalDebtUSD / sizes.reduce(0, +)
      for account in 0..<accounts { sizes[account] *= scale }
    }
    var book = AccountBook()
    for account in 0..<accounts {
      let index = UInt32(account)
      let debtAsset = pick(debtMix, random.uniform(.bookDebt, index))
      let collaterals = collaterals(random, index)
      let threshold =
        collaterals.reduce(0) { $0 + reserves[$1].liquidationThreshold }
        / Double(collaterals.count)
      let eachUSD = healths[account] * sizes[account] / threshold / Double(collaterals.count)
      var legs = collaterals.map { (asset: $0, supplied: eachUSD / prices[$0], borrowed: 0.0) }
      let owed = sizes[account] / prices[debtAsset]
      if let shared = legs.firstIndex(where: { $0.asset == debtAsset }) {
        legs[shared].borrowed = owed
      } else {
        legs.append((debtAsset, 0, owed))
      }
      book.append(legs: legs.sorted { $0.asset < $1.asset })
    }
    return book
  }

  /// Draws different assets one after the other, each by the shares of those that are left.
  private func collaterals(_ random: PathRandom, _ account: UInt32) -> [Int] {
    var remaining = collateralMix.filter { $0.share > 0 }
    var chosen: [Int] = []
    for draw in 0..<min(assetsPerAccount, remaining.count) {
      let asset = pick(remaining, random.uniform(.bookCollateral, account, UInt32(draw)))
      chosen.append(asset)
      remaining.removeAll { $0.asset == asset }
    }
    return chosen
  }

  private func pick(_ mix: [(asset: Int, share: Double)], _ uniform: Double) -> Int {
    let total = mix.reduce(0) { $0 + $1.share }
    var left = uniform * total
    for entry in mix {
      left -= entry.share
      if left < 0 { return entry.asset }
    }
    return mix[mix.count - 1].asset
  }

  /// The normal's probability, kept inside the open interval that quantiles need.
  private func openProbability(_ normal: Double) -> Double {
    min(max(normalCDF(normal), 1e-300), 1 - 0x1p-53)
  }
}
