import Agents
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Accounts of WETH at 2,000 USD against a stable, with the parts that a test changes.
struct OwnerSetup {
  var cohorts: [CohortSettings]
  var volatility = [0.8, 0.0]
  var drift = [0.0, 0.0]
  var book = AccountBook()
  var seed: UInt64 = 1
  var reserves: [ReserveParameters]

  init(_ cohorts: [CohortSettings], accounts: Int = 0, health: Double = 2) {
    self.cohorts = cohorts
    var collateral = ReserveParameters()
    collateral.loanToValue = 0.8
    collateral.liquidationThreshold = 0.8
    reserves = [collateral, ReserveParameters()]
    for account in 0..<accounts { add(debtUSD: 1000 + Double(account), health: health) }
  }

  mutating func add(debtUSD: Double, health: Double, cohort: String? = nil) {
    book.append(
      legs: [(0, health * debtUSD / 0.8 / 2000, 0), (1, 0, debtUSD)], cohort: cohort)
  }

  func build() -> (pool: LendingPool, traits: OwnerTraits) {
    OwnerBuilder(
      seed: seed, market: 0, cohorts: cohorts, volatility: volatility, drift: drift,
      prices: [2000, 1]
    ).build(book, reserves: reserves)
  }
}

@Suite("Owners of a book")
struct OwnerBuilderTests {
  private func cohort(
    _ name: String, accounts: Double? = nil, debt: Double? = nil, isActive: Bool = true,
    _ change: (inout CohortSettings) -> Void = { _ in }
  ) -> CohortSettings {
    var cohort = CohortSettings(name: name, isActive: isActive, shareOfAccounts: accounts)
    cohort.shareOfDebt = debt
    change(&cohort)
    return cohort
  }

  private func counts(_ traits: OwnerTraits, _ cohorts: Int) -> [Int] {
    (0..<cohorts).map { index in traits.cohort.count { $0 == Int16(index) } }
  }

  /// 1,003 accounts: cumulated 0.2, 0.5, 0.833 give 201, 502, 836.
  @Test("Shares of accounts hold up to one account, and the rest is passive")
  func sharesOfAccounts() {
    let cohorts = [
      cohort("a", accounts: 0.2), cohort("b", accounts: 0.3), cohort("c", accounts: 1.0 / 3),
    ]
    let traits = OwnerSetup(cohorts, accounts: 1003).build().traits
    #expect(counts(traits, 3) == [201, 301, 334])
    #expect(traits.active.count == 836)
    #expect(traits.active.allSatisfy { traits.cohort[Int($0)] >= 0 })
  }

  @Test("Shares that sum to one leave nobody out")
  func wholeBook() {
    let cohorts = (0..<7).map { cohort("c\($0)", accounts: 1.0 / 7) }
    let traits = OwnerSetup(cohorts, accounts: 1000).build().traits
    #expect(traits.active.count == 1000)
    #expect(counts(traits, 7).allSatisfy { $0 == 142 || $0 == 143 })
  }

  @Test("A share of debt holds up to half of the largest account taken")
  func shareOfDebt() {
    var setup = OwnerSetup([cohort("a", debt: 0.25), cohort("b", debt: 0.4)])
    var random = TestRandom(seed: 1)
    for _ in 0..<2000 { setup.add(debtUSD: random.logUniform(100, 1e5), health: 2) }
    let (pool, traits) = setup.build()
    let debts = (0..<2000).map { pool.health(of: $0, at: [2000, 1]).debtUSD }
    let total = debts.reduce(0, +)
    for (index, share) in [0.25, 0.4].enumerated() {
      let taken = zip(debts, traits.cohort).reduce(0) { $1.1 == Int16(index) ? $0 + $1.0 : $0 }
      #expect(abs(taken - share * total) <= 1e5)
    }
  }

  @Test("Shares of debt and of accounts may stand beside each other, in any order")
  func mixedShares() {
    let byDebt = cohort("debt", debt: 0.3)
    let byAccounts = cohort("accounts", accounts: 0.5)
    let first = OwnerSetup([byDebt, byAccounts], accounts: 1000).build().traits
    #expect(counts(first, 2)[1] == 500)
    let second = OwnerSetup([byAccounts, byDebt], accounts: 1000).build().traits
    #expect(counts(second, 2)[0] == 500)
    // Debts lie between 1,000 and 1,999 USD: 30 % of them is 30 % of the accounts within a tenth.
    #expect(abs(counts(first, 2)[0] - 300) < 30)
    #expect(abs(counts(second, 2)[1] - 300) < 30)
  }

  @Test("Accounts whose book names a cohort belong to it in addition to its share")
  func namedAccounts() {
    var setup = OwnerSetup([cohort("a", accounts: 0.5), cohort("b", accounts: 0)], accounts: 100)
    for _ in 0..<10 { setup.add(debtUSD: 1000, health: 2, cohort: "b") }
    let traits = setup.build().traits
    #expect(counts(traits, 2) == [50, 10])
    #expect(traits.cohort[100...] == Array(repeating: Int16(1), count: 10)[...])
  }

  @Test("Passive cohorts take their share and never act; accounts without debt have no owner")
  func passive() {
    var setup = OwnerSetup(
      [cohort("p", accounts: 0.5, isActive: false), cohort("a", accounts: 0.5)], accounts: 100)
    setup.book.append(legs: [(0, 1, 0)])
    let traits = setup.build().traits
    #expect(counts(traits, 1) == [0])
    #expect(traits.cohort[100] == -1)
    #expect((50...51).contains(traits.active.count))
  }

  private func traits(_ change: (inout CohortSettings) -> Void) -> OwnerTraits {
    OwnerSetup([cohort("a", accounts: 1, change)], accounts: 500).build().traits
  }

  @Test("Neutral values give neutral traits")
  func neutralValues() {
    let traits = traits {
      $0.lossAversion = .constant(1)
      $0.attentionHalfLife = nil
      $0.spareCash = nil
      $0.optimism = .constant(0)
      $0.triggerHealth = .constant(0)
    }
    #expect(traits.lossAversion.allSatisfy { $0 == 1 })
    #expect(traits.attentionRate.allSatisfy { $0 == 0 })
    #expect(traits.spareCash.allSatisfy { $0 == 0 })
    #expect(traits.miscalibration.allSatisfy { $0 == 1 })
    #expect(traits.optimism.allSatisfy { $0 == 0 })
    #expect(traits.triggerHealth.allSatisfy { $0 == 0 })
    let constant = self.traits { $0.attentionHalfLife = .constant(0) }
    #expect(constant.attentionRate.allSatisfy { $0 == .infinity })
    let daily = self.traits { $0.attentionHalfLife = .constant(1.0 / 365) }
    #expect(daily.attentionRate.allSatisfy { agree($0, 365 * log(2), relative: 1e-14) })
  }

  @Test("A trigger lies below the health at the start, the target above the trigger")
  func triggers() {
    var setup = OwnerSetup(
      [
        cohort("a", accounts: 1) {
          $0.triggerHealth = Distribution(.uniform(min: 1.05, max: 1.4))
          $0.targetHealth = .constant(1.2)
        }
      ])
    for index in 0..<400 { setup.add(debtUSD: 1000, health: 1.03 + 0.002 * Double(index)) }
    let (pool, traits) = setup.build()
    var capped = 0
    for account in 0..<400 {
      let health = pool.health(of: account, at: [2000, 1]).healthFactor
      #expect(traits.triggerHealth[account] < health)
      #expect(traits.targetHealth[account] >= traits.triggerHealth[account] * 1.02)
      #expect(traits.targetHealth[account] >= 1.2)
      #expect(
        agree(
          traits.leverage[account], 1 / (1 - 0.8 / health), relative: 1e-12))
      if traits.triggerHealth[account] == health / 1.02 { capped += 1 }
    }
    #expect(capped > 20 && capped < 380)
  }

  @Test("Spare cash is a share of the debt, and the given share of owners has none")
  func spareCash() {
    let traits = traits {
      $0.spareCash?.shareWithout = 0.4
      $0.spareCash?.medianShareOfDebt = 0.15
    }
    let without = traits.spareCash.count { $0 == 0 }
    #expect(abs(Double(without) - 200) < 5 * (500 * 0.4 * 0.6).squareRoot())
    // Debts are 1,000 to 1,499 USD.
    var above = 0
    for (account, cash) in traits.spareCash.enumerated() {
      let debt = 1000 + Double(account)
      if cash / debt > 0.15 { above += 1 }
    }
    let expected = Double(500 - without) / 2
    #expect(abs(Double(above) - expected) < 5 * (expected / 2).squareRoot())
  }

  @Test("Changing one trait's law leaves every other trait bit for bit")
  func independence() {
    func columns(_ traits: OwnerTraits) -> [String: [Double]] {
      [
        "lossAversion": traits.lossAversion, "attentionRate": traits.attentionRate,
        "triggerHealth": traits.triggerHealth, "targetHealth": traits.targetHealth,
        "spareCash": traits.spareCash, "miscalibration": traits.miscalibration,
        "optimism": traits.optimism, "cohort": traits.cohort.map(Double.init),
      ]
    }
    let random: (inout CohortSettings) -> Void = {
      $0.attentionHalfLife = Distribution(.lognormal(median: 0.001, sigma: 1))
      $0.targetHealth = Distribution(.uniform(min: 1.5, max: 1.9))
      $0.miscalibration = Distribution(.lognormal(median: 0.5, sigma: 0.3))
    }
    let base = columns(traits(random))
    let changes: [(String, (inout CohortSettings) -> Void)] = [
      ("lossAversion", { $0.lossAversion = .constant(1) }),
      ("attentionRate", { $0.attentionHalfLife = nil }),
      ("triggerHealth", { $0.triggerHealth = .constant(0) }),
      ("targetHealth", { $0.targetHealth = .constant(2) }),
      ("spareCash", { $0.spareCash = nil }),
      ("miscalibration", { $0.miscalibration = .constant(1) }),
      ("optimism", { $0.optimism = .constant(0) }),
    ]
    for (name, change) in changes {
      let changed = columns(
        traits {
          random(&$0)
          change(&$0)
        })
      for (column, values) in base {
        #expect((changed[column] == values) == (column != name), "\(name) moved \(column)")
      }
    }
  }
}
