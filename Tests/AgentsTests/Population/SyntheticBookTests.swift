import Agents
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Synthetic book")
struct SyntheticBookTests {
  private let prices = [2000.0, 30_000, 1, 50]
  private let reserves = [0.83, 0.78, 0.8, 0.7].map { threshold in
    var reserve = ReserveParameters()
    reserve.liquidationThreshold = threshold
    return reserve
  }

  private func book(
    _ accounts: Int = 20_000, assetsPerAccount: Int = 1, total: Double? = nil,
    size: Distribution = Distribution(.pareto(tailIndex: 1.2, min: 2000)),
    health: Distribution = Distribution(
      .lognormal(median: 0.8, sigma: 0.9), offset: 1, clip: 1.02...21),
    collateral: [(asset: Int, share: Double)] = [(0, 0.5), (1, 0.3), (3, 0.2)],
    debt: [(asset: Int, share: Double)] = [(2, 1)], correlation: Double = 0, seed: UInt64 = 1,
    market: Int = 0
  ) -> AccountBook {
    SyntheticBook(
      accounts: accounts, debtMix: debt, collateralMix: collateral,
      assetsPerAccount: assetsPerAccount, totalDebtUSD: total, size: size, health: health,
      sizeHealthCorrelation: correlation
    ).book(seed: seed, market: market, prices: prices, reserves: reserves)
  }

  private func healths(_ book: AccountBook) -> [AccountHealth] {
    let pool = LendingPool(parameters: reserves, positions: book.positions)
    return (0..<book.accountCount).map { pool.health(of: $0, at: prices) }
  }

  /// |z| < 5 of a binomial share.
  private func agrees(_ count: Int, of total: Int, share: Double) -> Bool {
    let sd = (share * (1 - share) * Double(total)).squareRoot()
    return abs(Double(count) - share * Double(total)) < 5 * sd
  }

  private func collaterals(_ book: AccountBook) -> [[Int]] {
    let (positions, supplied) = (book.positions, book.supplied)
    return (0..<book.accountCount).map { account in
      positions.legs(of: account).filter { supplied[$0] > 0 }
        .map { Int(book.legAsset[$0]) }
    }
  }

  @Test("Collaterals and debts are drawn by their shares")
  func shares() {
    let book = book(debt: [(2, 0.85), (0, 0.15)])
    let drawn = collaterals(book)
    #expect(drawn.allSatisfy { $0.count == 1 })
    for (asset, share) in [(0, 0.5), (1, 0.3), (3, 0.2)] {
      #expect(agrees(drawn.count { $0 == [asset] }, of: drawn.count, share: share))
    }
    let owing = book.legAsset.indices.filter { book.borrowed[$0] > 0 }
    #expect(owing.count == book.accountCount)
    #expect(agrees(owing.count { book.legAsset[$0] == 2 }, of: owing.count, share: 0.85))
  }

  @Test("Health factors follow their law, bounds included", arguments: [1, 3])
  func healthLaw(assetsPerAccount: Int) {
    let law = Distribution(.lognormal(median: 0.8, sigma: 0.9), offset: 1, clip: 1.02...21)
    let factors = healths(book(assetsPerAccount: assetsPerAccount, health: law))
      .map(\.healthFactor)
    #expect(factors.allSatisfy { $0 > 1.02 * (1 - 1e-12) && $0 < 21 * (1 + 1e-12) })
    for probability in [0.05, 0.25, 0.5, 0.75, 0.95] {
      let below = factors.count { $0 <= law.quantile(probability) }
      #expect(agrees(below, of: factors.count, share: probability))
    }
  }

  /// Pareto with index 1.2 from 2,000: P(X > 4,000) = 2^-1.2.
  @Test("Debts follow the size law")
  func sizeLaw() {
    let debts = healths(book()).map(\.debtUSD)
    #expect(debts.allSatisfy { $0 >= 2000 * (1 - 1e-12) })
    #expect(agrees(debts.count { $0 > 4000 }, of: debts.count, share: pow(2, -1.2)))
    #expect(agrees(debts.count { $0 > 20_000 }, of: debts.count, share: pow(10, -1.2)))
  }

  @Test("A total scales every size by one factor and leaves health as it was")
  func total() {
    let plain = healths(book())
    let scaled = healths(book(total: 5e8))
    let factor = 5e8 / plain.reduce(0) { $0 + $1.debtUSD }
    #expect(agree(scaled.reduce(0) { $0 + $1.debtUSD }, 5e8, relative: 1e-12))
    for (one, other) in zip(plain, scaled) {
      #expect(agree(one.debtUSD * factor, other.debtUSD, relative: 1e-13))
      #expect(agree(one.healthFactor, other.healthFactor, relative: 1e-12))
    }
  }

  @Test("Several collaterals of an account are different, and of equal value")
  func severalCollaterals() {
    let book = book(2000, assetsPerAccount: 2)
    for account in 0..<book.accountCount {
      let legs = book.positions.legs(of: account).filter { book.supplied[$0] > 0 }
      #expect(legs.count == 2)
      let values = legs.map { book.supplied[$0] * prices[Int(book.legAsset[$0])] }
      #expect(agree(values[0], values[1], relative: 1e-14))
      #expect(book.legAsset[legs[0]] < book.legAsset[legs[1]])
    }
  }

  @Test("More collaterals than the mix has are all of the mix")
  func allCollaterals() {
    #expect(collaterals(book(50, assetsPerAccount: 8)).allSatisfy { $0 == [0, 1, 3] })
  }

  /// Spearman's coefficient; its standard error at 20,000 is at most 1 / sqrt(20,000).
  @Test("Size and health have the wished rank correlation", arguments: [-1, -0.6, -0.2, 0, 0.5])
  func rankCorrelation(wished: Double) {
    let drawn = healths(
      book(
        health: Distribution(.lognormal(median: 2, sigma: 0.5)), correlation: wished))
    func ranks(_ values: [Double]) -> [Double] {
      var ranks = [Double](repeating: 0, count: values.count)
      for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
        ranks[index] = Double(rank)
      }
      return ranks
    }
    let size = ranks(drawn.map(\.debtUSD))
    let health = ranks(drawn.map(\.healthFactor))
    let n = Double(drawn.count)
    let distance = zip(size, health).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let spearman = 1 - 6 * distance / (n * (n * n - 1))
    #expect(abs(spearman - wished) < 5 / n.squareRoot())
  }

  @Test("Changing one law leaves every other draw bit for bit")
  func independence() {
    let base = book(3000, correlation: -0.2)
    // Another health law: the same debts, the same assets.
    let health = book(
      3000, health: Distribution(.lognormal(median: 3, sigma: 0.1)), correlation: -0.2)
    #expect(health.borrowed == base.borrowed && health.legAsset == base.legAsset)
    #expect(health.supplied != base.supplied)
    // Without rank correlation: the same debts and assets.
    let uncorrelated = book(3000)
    #expect(uncorrelated.borrowed == base.borrowed && uncorrelated.legAsset == base.legAsset)
    // Other debts: the same collaterals, the same health up to its rounding.
    let debts = book(3000, debt: [(2, 0.5), (0, 0.5)], correlation: -0.2)
    #expect(collaterals(debts) == collaterals(base))
    // Another size law keeps health and assets.
    let sizes = book(3000, size: .constant(5000), correlation: -0.2)
    #expect(sizes.legAsset == base.legAsset)
    for (one, other) in zip(healths(sizes), healths(base)) {
      #expect(agree(one.healthFactor, other.healthFactor, relative: 1e-12))
    }
  }

  @Test("More accounts begin with the same ones; another seed or market draws others")
  func keys() {
    let base = book(1000)
    let longer = book(1500)
    #expect(Array(longer.borrowed.prefix(base.borrowed.count)) == base.borrowed)
    #expect(book(1000, seed: 2).borrowed != base.borrowed)
    #expect(book(1000, market: 1).borrowed != base.borrowed)
  }
}
