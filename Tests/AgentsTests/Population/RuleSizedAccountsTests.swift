import Agents
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Accounts sized by their owners' rule")
struct RuleSizedAccountsTests {
  private func setup(
    drift: Double, _ change: (inout CohortSettings) -> Void
  ) -> OwnerSetup {
    var cohort = CohortSettings(name: "traders", isActive: true, shareOfAccounts: 1)
    cohort.sizesLeverage = true
    cohort.startsAtRuleLeverage = true
    cohort.optimism = .constant(0)
    change(&cohort)
    var setup = OwnerSetup([cohort], accounts: 400, health: 1.6)
    setup.drift = [drift, 0]
    return setup
  }

  private func leverages(_ pool: LendingPool) -> [Double] {
    (0..<pool.positions.accountCount).map { pool.health(of: $0, at: [2000, 1]).leverage }
  }

  /// (mu - r) / (gamma (k sigma)^2) with mu = 0.2, r = 0, sigma = 0.4, gamma = 1 is 1.25 / k^2:
  /// between 1.0 and 5 (the clip at LTV 80 %) for k in 0.5 to 1.118.
  @Test("Where nothing is clipped, ln L falls by 2 for each unit of ln k")
  func slope() {
    var setup = setup(drift: 0.2) {
      $0.miscalibration = Distribution(.uniform(min: 0.51, max: 1.1))
    }
    setup.volatility = [0.4, 0]
    let (pool, traits) = setup.build()
    let x = traits.miscalibration.map { log($0) }
    let y = leverages(pool).map { log($0) }
    let n = Double(x.count)
    let meanX = x.reduce(0, +) / n
    let meanY = y.reduce(0, +) / n
    let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    let variance = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    #expect(variance / n > 0.01)
    #expect(abs(covariance / variance + 2) < 1e-10)
    for (leverage, k) in zip(leverages(pool), traits.miscalibration) {
      #expect(agree(leverage, 1.25 / (k * k), relative: 1e-12))
    }
  }

  @Test("Equity is kept, and the pool's sums follow the new accounts")
  func equity() {
    var setup = setup(drift: 0.2) { $0.miscalibration = Distribution(.uniform(min: 0.3, max: 1)) }
    setup.volatility = [0.4, 0]
    let book = LendingPool(parameters: setup.reserves, positions: setup.book.positions)
    let pool = setup.build().pool
    for account in 0..<400 {
      let before = book.health(of: account, at: [2000, 1]).equityUSD
      #expect(agree(pool.health(of: account, at: [2000, 1]).equityUSD, before, relative: 1e-11))
    }
    #expect(
      agree(pool.reserves[1].scaledDebt, pool.positions.borrowed.reduce(0, +), relative: 1e-14))
    #expect(agree(pool.reserves[0].cash, pool.positions.supplied.reduce(0, +), relative: 1e-14))
  }

  @Test("Leverage stays between 1 and the loan-to-value limit, or the trader's own")
  func clips() {
    #expect(leverages(setup(drift: -0.3) { _ in }.build().pool).allSatisfy { $0 == 1 })
    // 10 / 0.64 is far above 1 / (1 - 0.8).
    let loan = leverages(setup(drift: 10) { _ in }.build().pool)
    #expect(loan.allSatisfy { agree($0, 5, relative: 1e-12) })
    let own = leverages(setup(drift: 10) { $0.leverageMaximum = 3 }.build().pool)
    #expect(own.allSatisfy { agree($0, 3, relative: 1e-12) })
    let fixed = leverages(setup(drift: 0) { $0.leverageTarget = 2.5 }.build().pool)
    #expect(fixed.allSatisfy { agree($0, 2.5, relative: 1e-12) })
  }

  /// Perceived Sharpe (0.64 x 30 / 365) over 0.8 sqrt(30 / 365) is 0.229: Omega about 1.78.
  @Test("The entry gate keeps out the owners whose loss aversion is above Omega")
  func entryGate() {
    let gated = setup(drift: 0.64) {
      $0.hasEntryGate = true
      $0.leverageTarget = 2
      $0.lossAversion = Distribution(.uniform(min: 1, max: 3))
    }
    let (pool, traits) = gated.build()
    let omega = EntryGate.omega(0.64 * (30.0 / 365).squareRoot() / 0.8)
    #expect(omega > 1.7 && omega < 1.9)
    var outside = 0
    for (leverage, aversion) in zip(leverages(pool), traits.lossAversion) {
      #expect(agree(leverage, aversion < omega ? 2 : 1, relative: 1e-12))
      if aversion >= omega { outside += 1 }
    }
    #expect(outside > 100 && outside < 350)
  }

  @Test("The book's leverage stands where the rule does not size it")
  func bookLeverage() {
    let setup = setup(drift: 10) { $0.startsAtRuleLeverage = false }
    #expect(setup.build().pool.positions.supplied == setup.book.supplied)
  }
}
