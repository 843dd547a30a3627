import Agents
import Foundation
import Testing

@Suite("Amplification and liquidators")
struct CascadeIdentityTests {
  @Test("Rounds of sales add up to the closed form, and explode at one")
  func spiral() throws {
    let spiral = LeverageSpiral(assets: 2e8, leverage: 3, impact: 1e-9)
    var change = -0.05
    var total = 0.0
    for _ in 0..<200 {
      total += change
      change *= spiral.feedback
    }
    #expect(abs(try #require(spiral.totalReturn(shock: -0.05)) - total) < 1e-15)
    #expect(
      LeverageSpiral(assets: 5e8, leverage: 3, impact: 1e-9).totalReturn(shock: -0.05) == nil)
    #expect(spiral.sale(after: -0.05) > 0)
    #expect(LeverageSpiral(assets: 2e8, leverage: 1, impact: 1e-9).feedback == 0)
  }

  @Test("Borel's law has the mean and the variance of the branching process")
  func borel() {
    let ratio = LiquidationBranching.ratio(impact: 2e-10, liquidatablePerLogPrice: 2.5e9)
    #expect(ratio == 0.5)
    var (mass, mean, square) = (0.0, 0.0, 0.0)
    for size in 1...400 {
      let p = LiquidationBranching.probability(size: size, ratio: ratio)
      mass += p
      mean += p * Double(size)
      square += p * Double(size * size)
    }
    // Sizes above 400 carry less than 1e-30; log-gamma of 400 costs some 1e-13.
    #expect(abs(mass - 1) < 1e-12)
    #expect(abs(mean - LiquidationBranching.meanTotal(ratio: ratio)) < 1e-12)
    #expect(abs(square - mean * mean - LiquidationBranching.variance(ratio: ratio)) < 1e-11)
    #expect(LiquidationBranching.meanTotal(ratio: 1) == .infinity)
    #expect(LiquidationBranching.variance(ratio: 1.2) == .infinity)
  }

  @Test("No neighbouring size earns more than the optimal one")
  func optimalSize() {
    let sizing = LiquidatorSizing(reserve: 1e7, bonus: 0.05, fee: 0.003)
    let best = sizing.optimalRepayment
    #expect(
      abs(sizing.grossProfit(repaying: best) - sizing.optimalGrossProfit) < 1e-8)
    #expect(sizing.grossProfit(repaying: 0.99 * best) < sizing.optimalGrossProfit)
    #expect(sizing.grossProfit(repaying: 1.01 * best) < sizing.optimalGrossProfit)
    #expect(sizing.repayment(limit: 1000) == 1000)
    #expect(sizing.repayment(limit: 1e9) == best)
    let reserve = sizing.minimumReserve(gas: 40)
    let smallest = LiquidatorSizing(reserve: reserve, bonus: 0.05, fee: 0.003)
    #expect(abs(smallest.optimalGrossProfit - 40) < 1e-11)
  }

  @Test("A pool below the oracle by bonus and fee stops liquidation")
  func stall() {
    let stalled = LiquidatorSizing(
      reserve: 1e7, bonus: 0.05, fee: 0.003, poolOverOracle: 0.999 / (1.05 * 0.997))
    #expect(stalled.optimalRepayment == 0)
    #expect(stalled.optimalGrossProfit == 0)
    #expect(stalled.minimumReserve(gas: 1) == .infinity)
  }

  @Test("The first of two steps leaves the position at the limit of liquidation")
  func twoSteps() throws {
    let steps = try #require(
      TwoStepLiquidation(
        collateral: 10_000, debt: 8400, threshold: 0.8, bonus: 0.05, closeFactor: 0.5))
    let after = ToxicLiquidation.healthFactor(
      collateral: 10_000, debt: 8400, threshold: 0.8, bonus: 0.05, repaying: steps.first)
    #expect(abs(after - 1) < 1e-15)
    #expect(steps.isAllowed)
    #expect(steps.first + steps.second > steps.singleStep)
    #expect(
      TwoStepLiquidation(
        collateral: 10_000, debt: 7000, threshold: 0.8, bonus: 0.05, closeFactor: 0.5) == nil)
    #expect(
      TwoStepLiquidation(
        collateral: 10_000, debt: 9900, threshold: 0.96, bonus: 0.05, closeFactor: 0.5) == nil)
  }

  @Test("On the frontier a liquidation changes nothing, beyond it it harms")
  func toxicFrontier() {
    func change(_ loanToValue: Double) -> Double {
      let before = HealthFactorIdentities.healthFactor(
        collateral: 1, debt: loanToValue, threshold: 0.8)
      return ToxicLiquidation.healthFactor(
        collateral: 1, debt: loanToValue, threshold: 0.8, bonus: 0.05, repaying: 0.3) - before
    }
    let frontier = ToxicLiquidation.frontier(bonus: 0.05)
    #expect(abs(change(frontier)) < 1e-15)
    #expect(change(frontier - 1e-6) > 0)
    #expect(change(frontier + 1e-6) < 0)
  }
}
