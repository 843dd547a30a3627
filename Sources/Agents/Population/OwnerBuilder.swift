import Foundation
package import Markets
import SimulationCore

/// Gives the accounts of a book their owners: cohorts by share, traits drawn account by account.
package struct OwnerBuilder: Sendable {
  package let seed: UInt64
  /// Number of the market, so that several markets draw apart.
  package let market: Int
  package let cohorts: [CohortSettings]
  /// Annual volatility and drift of every asset at time 0.
  package let volatility: [Double]
  package let drift: [Double]
  package let prices: [Double]

  package init(
    seed: UInt64, market: Int, cohorts: [CohortSettings], volatility: [Double], drift: [Double],
    prices: [Double]
  ) {
    self.seed = seed
    self.market = market
    self.cohorts = cohorts
    self.volatility = volatility
    self.drift = drift
    self.prices = prices
  }

  /// Draws the traits, and sizes the accounts of cohorts that start by their own rule.
  ///
  /// Cohorts take their shares from the accounts in one random order, so that shares hold exactly up
  /// to one account; accounts whose book names a cohort belong to it in addition.
  package func build(_ book: AccountBook, reserves: [ReserveParameters]) -> (
    pool: LendingPool, traits: OwnerTraits
  ) {
    var pool = LendingPool(parameters: reserves, positions: book.positions)
    var traits = OwnerTraits(accountCount: book.accountCount)
    assignCohorts(book, pool, &traits)
    let random = PathRandom(seed: seed, path: UInt32(market))
    var resized = false
    for account in 0..<book.accountCount {
      findMainLegs(account, pool, &traits)
      guard traits.cohort[account] >= 0, traits.debtLeg[account] >= 0,
        traits.collateralLeg[account] >= 0
      else {
        traits.cohort[account] = -1
        continue
      }
      let cohort = cohorts[Int(traits.cohort[account])]
      drawBeliefs(account, cohort, random, &traits)
      if cohort.startsAtRuleLeverage {
        resize(account, cohort, &pool, traits)
        resized = true
      }
    }
    if resized { pool = LendingPool(parameters: reserves, positions: pool.positions) }
    for account in 0..<book.accountCount where traits.cohort[account] >= 0 {
      traits.active.append(Int32(account))
      let cohort = cohorts[Int(traits.cohort[account])]
      drawDefences(account, cohort, random, pool, &traits)
    }
    return (pool, traits)
  }

  // MARK: Cohorts

  private func assignCohorts(
    _ book: AccountBook, _ pool: LendingPool, _ traits: inout OwnerTraits
  ) {
    let random = PathRandom(seed: seed, path: UInt32(market))
    var free: [Int] = []
    for account in 0..<book.accountCount {
      if let name = book.cohort[account], let index = cohorts.firstIndex(where: { $0.name == name })
      {
        traits.cohort[account] = cohorts[index].isActive ? Int16(index) : -1
      } else {
        free.append(account)
      }
    }
    let order = free.map { ($0, random.uniform(.bookCohort, UInt32($0))) }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    let debts = order.map { pool.health(of: $0, at: prices).debtUSD }
    let totalDebt = debts.reduce(0, +)
    var next = 0
    var takenShare = 0.0
    var takenCount = 0
    var takenDebt = 0.0
    var wantedDebt = 0.0
    for (index, cohort) in cohorts.enumerated() {
      let first = next
      if let share = cohort.shareOfAccounts {
        takenShare += share
        let upTo = Int((takenShare * Double(order.count)).rounded())
        next = min(order.count, first + upTo - takenCount)
        takenCount = upTo
      } else if let share = cohort.shareOfDebt {
        wantedDebt += share * totalDebt
        while next < order.count, takenDebt + debts[next] / 2 <= wantedDebt {
          takenDebt += debts[next]
          next += 1
        }
      }
      for account in order[first..<next] where cohort.isActive {
        traits.cohort[account] = Int16(index)
      }
    }
  }

  private func findMainLegs(_ account: Int, _ pool: LendingPool, _ traits: inout OwnerTraits) {
    var bestCollateral = 0.0
    var bestDebt = 0.0
    for leg in pool.positions.legs(of: account) {
      let price = prices[Int(pool.positions.legAsset[leg])]
      if pool.collateral(leg) * price > bestCollateral {
        bestCollateral = pool.collateral(leg) * price
        traits.collateralLeg[account] = Int32(leg)
      }
      if pool.debt(leg) * price > bestDebt {
        bestDebt = pool.debt(leg) * price
        traits.debtLeg[account] = Int32(leg)
      }
    }
  }

  // MARK: Traits

  private func drawBeliefs(
    _ account: Int, _ cohort: CohortSettings, _ random: PathRandom, _ traits: inout OwnerTraits
  ) {
    let index = UInt32(account)
    traits.lossAversion[account] = cohort.lossAversion.quantile(
      random.uniform(.traitLossAversion, index))
    traits.miscalibration[account] = max(
      1e-3, cohort.miscalibration.quantile(random.uniform(.traitOverconfidence, index)))
    traits.optimism[account] = cohort.optimism.quantile(random.uniform(.traitOptimism, index))
  }

  private func drawDefences(
    _ account: Int, _ cohort: CohortSettings, _ random: PathRandom, _ pool: LendingPool,
    _ traits: inout OwnerTraits
  ) {
    let index = UInt32(account)
    let health = pool.health(of: account, at: prices)
    traits.leverage[account] = health.leverage
    if let halfLife = cohort.attentionHalfLife {
      let drawn = halfLife.quantile(random.uniform(.traitAttention, index))
      traits.attentionRate[account] =
        drawn >= OwnerBuilder.shortestHalfLife ? log(2) / drawn : .infinity
    }
    // An owner has accepted the health it starts with: its trigger lies below.
    let trigger = cohort.triggerHealth.quantile(random.uniform(.traitTrigger, index))
    traits.triggerHealth[account] = min(trigger, health.healthFactor / OwnerBuilder.zoneMargin)
    traits.targetHealth[account] = max(
      cohort.targetHealth.quantile(random.uniform(.traitTarget, index)),
      traits.triggerHealth[account] * OwnerBuilder.zoneMargin)
    if let cash = cohort.spareCash {
      let (chance, size) = random.uniformPair(.traitCash, index)
      let law = Distribution(.lognormal(median: cash.medianShareOfDebt, sigma: cash.sigma))
      traits.spareCash[account] =
        chance < cash.shareWithout ? 0 : law.quantile(size) * health.debtUSD
    }
  }

  /// An owner's zone of attention ends this factor above its trigger, so that it is not left and
  /// entered at every tick.
  package static let zoneMargin = 1.02

  /// Years, 1e-4 hours: somebody who looks more often looks in every step.
  private static let shortestHalfLife = 1e-4 / 8760

  // MARK: Rule-sized accounts

  /// Keeps the account's equity and gives it the leverage that its rule wishes.
  private func resize(
    _ account: Int, _ cohort: CohortSettings, _ pool: inout LendingPool, _ traits: OwnerTraits
  ) {
    let collateralLeg = Int(traits.collateralLeg[account])
    let debtLeg = Int(traits.debtLeg[account])
    let asset = Int(pool.positions.legAsset[collateralLeg])
    let debtAsset = Int(pool.positions.legAsset[debtLeg])
    let equity = max(0, pool.health(of: account, at: prices).equityUSD)
    let wish = LeverageWish(
      cohort: cohort, drift: cohort.expectedReturn ?? drift[asset],
      loanToValue: pool.parameters[asset].loanToValue)
    let wished = wish.leverage(
      optimism: traits.optimism[account], miscalibration: traits.miscalibration[account],
      volatility: volatility[asset], borrowRate: pool.borrowRate(debtAsset), priorOutcome: 1)
    var leverage = max(1, wished)
    if cohort.hasEntryGate {
      let sharpe = wish.perceivedSharpe(
        optimism: traits.optimism[account], miscalibration: traits.miscalibration[account],
        volatility: volatility[asset], borrowRate: pool.borrowRate(debtAsset))
      if traits.lossAversion[account] >= EntryGate.omega(sharpe) { leverage = 1 }
    }
    for leg in pool.positions.legs(of: account) {
      pool.positions.supplied[leg] = 0
      pool.positions.borrowed[leg] = 0
    }
    pool.positions.supplied[collateralLeg] = equity * leverage / prices[asset]
    pool.positions.borrowed[debtLeg] = equity * (leverage - 1) / prices[debtAsset]
  }
}
