import Markets
import TestSupport
import Testing

@Suite("Lending pool")
struct LendingPoolTests {
  @Test("Random programs keep every invariant and agree with the obvious model")
  func randomPrograms() {
    var reached = PoolProgram.Reached()
    let seeds = testSeeds(150)
    for seed in seeds {
      let events = PoolProgram.events(seed: seed, count: 250)
      guard let broken = PoolProgram.firstViolation(seed: seed, events, reached: &reached)
      else { continue }
      var ignored = PoolProgram.Reached()
      let fewest = PoolProgram.minimised(events) {
        PoolProgram.firstViolation(seed: seed, $0, reached: &ignored) != nil
      }
      Issue.record(
        "SLIPFACE_TEST_SEED=\(seed): \(broken)\nsmallest program: \(fewest)")
      return
    }
    // Canaries: without these the properties would hold for want of a case.
    guard seeds.count > 1 else { return }
    #expect(reached.liquidations > 1000)
    #expect(reached.badDebts > 100)
    #expect(reached.dustRefusals > 100)
    #expect(reached.emptyReserves > 100)
    #expect(reached.cashShortages > 10)
    #expect(reached.writeOffs > 10)
  }

  /// A pool with one supplier of 1,000 tokens who owes 400 of the same asset, and its utilisation.
  private func single(_ change: (inout ReserveParameters) -> Void = { _ in }) -> LendingPool {
    var parameters = ReserveParameters()
    parameters.liquidationThreshold = 0.8
    parameters.loanToValue = 0.75
    parameters.interest = TwoSlopeRate(
      optimalUtilisation: 0.8, base: 0, slope1: 0.04, slope2: 0.75)
    change(&parameters)
    return LendingPool(
      parameters: [parameters],
      positions: Positions(legStart: [0, 1], legAsset: [0], supplied: [1000], borrowed: [400]))
  }

  @Test("The derived supply is the collateral plus the debt at a utilisation of 80 %")
  func derivedSupply() {
    let pool = single()
    #expect(pool.totalSupply(0) == 1500)
    #expect(pool.reserves[0].cash == 1100)
    #expect(pool.utilisation(0) == 400.0 / 1500)
  }

  @Test("No time changes nothing")
  func noTime() {
    var pool = single()
    pool.accrue(years: 0)
    let reserve = pool.reserves[0]
    #expect(reserve.debtIndex == 1 && reserve.supplyIndex == 1)
    #expect(reserve.scaledSupply == 1500 && reserve.unallocated == 0)
  }

  /// At 80 % of U* the rate is 4 % x U / 0.8 with U = 400 / 1500; one step of a year.
  @Test("One year of interest by hand")
  func oneYear() {
    var pool = single()
    pool.accrue(years: 1)
    let rate = 0.04 * (400.0 / 1500) / 0.8
    let debt = 400 * (1 + rate + rate * rate / 2 + rate * rate * rate / 6)
    let supplyRate = rate * 400 / 1500 * 0.9
    #expect(agree(pool.debt(0), debt, relative: 1e-14))
    #expect(agree(pool.collateral(0), 1000 * (1 + supplyRate), relative: 1e-14))
    let treasury = pool.reserves[0].scaledTreasury * pool.reserves[0].supplyIndex
    #expect(agree(treasury, 0.1 * (debt - 400), relative: 1e-13))
  }

  /// With constant balances the error of the rule is the fourth term of the series and what
  /// utilisation gains in between, so that halving the step halves the difference.
  @Test("Accruing in parts converges to first order")
  func composition() {
    func index(parts: Int) -> Double {
      var pool = single { $0.reserveFactor = 0.2 }
      for _ in 0..<parts { pool.accrue(years: 1 / Double(parts)) }
      return pool.reserves[0].debtIndex
    }
    let first = index(parts: 64) - index(parts: 32)
    let second = index(parts: 128) - index(parts: 64)
    #expect(first > 0)
    #expect(abs(first / second - 2) < 0.1)
  }

  /// 1 + x + x^2/2 + x^3/6 is exp(x) less at most x^4 / 24 e^x.
  @Test("The compounded factor composes to its fourth-order error", arguments: [0.01, 0.3, 1.5])
  func compoundedFactor(rate: Double) {
    let whole = InterestAccrual.compounded(rate: rate, years: 1)
    let half = InterestAccrual.compounded(rate: rate, years: 0.5)
    let bound = rate * rate * rate * rate / 24 * (rate + 1) * 3
    #expect(half * half >= whole)
    #expect(half * half - whole <= bound)
  }

  @Test("There and back is never a profit")
  func roundTrips() {
    for seed in testSeeds(200) {
      var random = TestRandom(seed: seed)
      var pool = single()
      pool.accrue(years: random.uniform(0, 3))
      let tokens = random.logUniform(1e-6, 1e6)
      let collateral = pool.collateral(0)
      _ = pool.supply(0, tokens)
      _ = pool.withdraw(0, tokens)
      #expect(agree(pool.collateral(0), collateral, relative: 1e-12, absolute: 1e-15 * tokens))
      let debt = pool.debt(0)
      let lent = pool.borrow(0, tokens)
      #expect(pool.repay(0, lent) == lent)
      #expect(agree(pool.debt(0), debt, relative: 1e-12, absolute: 1e-15 * tokens))
    }
  }

  @Test("Caps bound what may be added, zero means none")
  func caps() {
    var pool = single {
      $0.supplyCap = 1600
      $0.borrowCap = 450
    }
    #expect(pool.supply(0, 250) == 100)
    #expect(pool.supply(0, 1) == 0)
    #expect(pool.borrow(0, 80) == 50)
    #expect(pool.borrow(0, 1) == 0)
    var free = single()
    #expect(free.supply(0, 1e9) == 1e9)
    #expect(free.borrow(0, 1e8) == 1e8)
  }

  @Test("An empty reserve lends and pays out nothing, and its interest goes on")
  func emptyReserve() {
    var pool = single()
    #expect(pool.borrow(0, .infinity) == 1100)
    #expect(pool.reserves[0].cash == 0)
    #expect(pool.utilisation(0) == 1)
    #expect(agree(pool.borrowRate(0), 0.79, relative: 1e-15))
    #expect(pool.withdraw(0, 1) == 0)
    #expect(pool.borrow(0, 1) == 0)
    pool.accrue(years: 0.1)
    #expect(pool.reserves[0].debtIndex > 1.07)
  }

  @Test("Whole balances leave exactly zero behind")
  func wholeBalances() {
    for seed in testSeeds(200) {
      var random = TestRandom(seed: seed)
      var pool = single()
      pool.accrue(years: random.uniform(0, 5))
      #expect(pool.repay(0, .infinity) > 400)
      #expect(pool.positions.borrowed[0] == 0)
      _ = pool.withdraw(0, .infinity)
      #expect(pool.positions.supplied[0] == 0)
    }
  }

  @Test("A reset pool equals its start")
  func reset() {
    let start = single()
    var pool = start
    pool.accrue(years: 2)
    _ = pool.borrow(0, 10)
    _ = pool.writeOff(0)
    pool.reset(to: start)
    #expect(pool.reserves == start.reserves)
    #expect(pool.reserves[0].unallocated == 0 && pool.reserves[0].scaledTreasury == 0)
    #expect(pool.positions.borrowed == [400] && pool.positions.supplied == [1000])
  }
}
