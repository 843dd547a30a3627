import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

@Suite("Gas market")
struct GasMarketTests {
  private let year = 8760.0

  @Test("A deviation is halved in the half-life, and the stationary variance keeps itself")
  func exactStep() {
    let gas = GasMarket(volatility: 0.6, halfLife: 2 / year)
    #expect(agree(gas.nextDeviation(1, years: 2 / year, z: 0), 0.5, relative: 1e-14))
    for hours in [0.01, 1, 10, 1000] {
      let kept = gas.nextDeviation(0.6, years: hours / year, z: 0)
      let added = gas.nextDeviation(0, years: hours / year, z: 1)
      #expect(agree(kept * kept + added * added, 0.36, relative: 1e-12))
    }
  }

  /// Steps of three half-lives have correlation rho = 1/8; the variance of n such squares has a
  /// standard error of sd^2 sqrt(2 / n (1 + rho^2) / (1 - rho^2)).
  @Test("The standard deviation of a long path is the stationary one")
  func stationary() {
    let gas = GasMarket(volatility: 0.6, halfLife: 2 / year)
    var random = TestRandom(seed: 1)
    var deviation = 0.0
    var squares = 0.0
    let count = 200_000
    for _ in 0..<count {
      deviation = gas.nextDeviation(
        deviation, years: 6 / year, z: normalQuantile(random.uniform()))
      squares += deviation * deviation
    }
    let error = 0.36 * (2 / Double(count) * (1 + 1 / 64) / (1 - 1 / 64)).squareRoot()
    #expect(abs(squares / Double(count) - 0.36) < 5 * error)
  }

  @Test("Volatility 0 stays at the base")
  func neutral() {
    let gas = GasMarket(baseGwei: 30)
    #expect(gas.nextDeviation(0, years: 0.1, z: 3) == 0)
    #expect(gas.gwei(hours: 5, deviation: 0, liquidatableAccounts: 1000) == 30)
  }

  @Test("A schedule is linear in between, flat before and after, and replaces the base")
  func schedule() {
    let gas = GasMarket(
      baseGwei: 1, capGwei: 150, schedule: [(hours: 2, gwei: 20), (4, 100), (5, 200)])
    for (hours, gwei) in [
      (0.0, 20.0), (2, 20), (3, 60), (4, 100), (4.25, 125), (5, 150), (90, 150),
    ] {
      #expect(gas.gwei(hours: hours, deviation: 0, liquidatableAccounts: 0) == gwei)
    }
    let doubled = gas.gwei(hours: 3, deviation: log(2), liquidatableAccounts: 0)
    #expect(agree(doubled, 120, relative: 1e-14))
  }

  @Test("Each liquidatable account adds its gwei, up to the cap")
  func crowding() {
    let gas = GasMarket(baseGwei: 20, perLiquidatableAccountGwei: 0.5, capGwei: 300)
    #expect(gas.gwei(hours: 0, deviation: 0, liquidatableAccounts: 0) == 20)
    #expect(gas.gwei(hours: 0, deviation: 0, liquidatableAccounts: 100) == 70)
    #expect(gas.gwei(hours: 0, deviation: 0, liquidatableAccounts: 10_000) == 300)
  }

  /// 400,000 gas at 50 gwei are 0.02 ETH.
  @Test("Gas is paid at the market price of ETH, or at a fixed one")
  func cost() {
    let quoted = GasMarket(etherAsset: 1)
    let cost = quoted.costUSD(gasUnits: 400_000, gwei: 50, marketPrices: [1, 3000])
    #expect(agree(cost, 60, relative: 1e-14))
    let fixed = GasMarket(etherPriceUSD: 2000)
    #expect(
      agree(fixed.costUSD(gasUnits: 400_000, gwei: 50, marketPrices: [1]), 40, relative: 1e-14))
    #expect(quoted.hasEtherPrice && fixed.hasEtherPrice && !GasMarket().hasEtherPrice)
  }
}
