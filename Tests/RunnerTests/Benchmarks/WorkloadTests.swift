import Markets
import SimulationCore
import Testing
import Workloads

@Suite("Benchmark workloads")
struct WorkloadTests {
  /// Check sums of the published workload, all digits quoted.
  @Test("The position book has the published check sums")
  func bookOfTenThousand() {
    let book = WorkloadBook.positions(accounts: 10_000)
    let totals = Totals(book)
    #expect(abs(totals.debt - 254_772_683.809712) < 1e-5)
    let published = [
      154_755_223.84, 131_549_066.10, 74_765_045.59, 61_602_331.50, 60_020_806.80, 47_379_281.34,
      47_460_387.85, 0,
    ]
    for (total, expected) in zip(totals.collateral, published) {
      #expect(abs(total - expected) < 0.006)
    }
    #expect(totals.stableDebtors == 8_469)
    #expect(totals.withThreeCollaterals == 5_023)
    let health = totals.health.sorted()
    #expect(abs(health[0] - 1.025838) < 1e-6)
    #expect(abs((health[4_999] + health[5_000]) / 2 - 1.504213) < 1e-6)
    #expect([1.05, 1.1, 1.2].map { limit in health.count { $0 < limit } } == [22, 241, 1_226])
  }

  @Test(
    "Total debt of other sizes is the published one",
    arguments: [(1_000, 278_948_899.236378), (100_000, 249_270_291.501360)])
  func otherSizes(accounts: Int, debt: Double) {
    #expect(abs(Totals(WorkloadBook.positions(accounts: accounts)).debt / debt - 1) < 1e-12)
  }

  /// 32 paths of 500 accounts, so that two blocks meet one and two workers.
  @Test("Rows do not depend on the number of threads", arguments: ["L4S", "R"])
  func threads(workload: String) throws {
    var arguments = [workload, "--paths", "32", "--threads", "1"]
    if workload != "R" { arguments += ["--accounts", "500"] }
    let one = try WorkloadRun(WorkloadSettings(arguments: arguments))
    arguments[4] = "2"
    let two = try WorkloadRun(WorkloadSettings(arguments: arguments))
    #expect(one.rows.map(\.bitPattern) == two.rows.map(\.bitPattern))
    #expect(one.hash == two.hash)
    if workload != "R" {
      #expect(try #require(one.values("bad_debt_usd")).contains { $0 > 0 })
    }
  }

  @Test("A mean outside its band fails the check")
  func bands() throws {
    // Without volatility nobody is liquidated: far below the headline's 1.49 million USD.
    var settings = WorkloadSettings(.headline)
    settings.multiplier = 0
    settings.accounts = 10
    let report = WorkloadReport(try WorkloadRun(settings))
    #expect(report.failures.count == 3)
    let band = try #require(Workload.headline.bands.first)
    #expect(abs(band.halfWidth(paths: 1_000) - 0.19e6) < 1e-6)
    #expect(band.halfWidth(paths: 10_000) < 0.07e6)
  }

  @Test(
    "A command line that means nothing is refused",
    arguments: [
      [], ["L3"], ["L2", "--paths", "1"], ["L2", "--paths"], ["L2", "--fast"],
      ["L2", "--accounts", "500", "--check"], ["R", "--jump", "-0.3"],
    ])
  func usage(arguments: [String]) {
    #expect(throws: WorkloadSettings.UsageError.self) {
      try WorkloadSettings(arguments: arguments)
    }
  }
}

@Suite("Costs of the price models")
struct ModelCostsTests {
  @Test("Every model that a scenario can name is timed, and what is had besides")
  func models() throws {
    let costs = try ModelCosts(rounds: 1)
    #expect(
      costs.nanoseconds.map(\.name)
        == PriceModels.all.map { $0.kind } + [
          "garch_t, DCC", "t_copula, data", "student_t, bridge", "student_t, qmc",
        ])
    #expect(costs.nanoseconds.allSatisfy { $0.rounds.count == 1 && $0.rounds[0] > 0 })
    #expect(throws: WorkloadSettings.UsageError.self) { try ModelCosts.parse(["--rounds", "0"]) }
  }
}

/// Sums over a position book at prices of one.
private struct Totals {
  var debt = 0.0
  var collateral = [Double](repeating: 0, count: WorkloadMarket.assetCount)
  var stableDebtors = 0
  var withThreeCollaterals = 0
  var health: [Double] = []

  init(_ book: Positions) {
    for account in 0..<book.accountCount {
      var (owed, weighted, collaterals) = (0.0, 0.0, 0)
      for leg in book.legs(of: account) {
        let asset = Int(book.legAsset[leg])
        collateral[asset] += book.supplied[leg]
        weighted += book.supplied[leg] * WorkloadMarket.threshold[asset]
        owed += book.borrowed[leg]
        if book.supplied[leg] > 0 { collaterals += 1 }
        if book.borrowed[leg] > 0 && asset == 7 { stableDebtors += 1 }
      }
      debt += owed
      if collaterals == 3 { withThreeCollaterals += 1 }
      health.append(weighted / owed)
    }
  }
}
