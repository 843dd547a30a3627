import Agents
import Testing

@Suite("Loans: identities and protection")
struct LoanTests {
  @Test("Health factor, loan-to-value and leverage are three views of one number")
  func identities() {
    // 1,500 of collateral, 800 of debt, threshold 80 %: HF 1.5, LTV 8/15, leverage 15/7.
    let health = HealthFactorIdentities.healthFactor(
      collateral: 1500, debt: 800, threshold: 0.8)
    #expect(health == 1.5)
    let ltv = HealthFactorIdentities.loanToValue(healthFactor: health, threshold: 0.8)
    #expect(abs(ltv - 8.0 / 15) < 1e-16)
    let leverage = HealthFactorIdentities.leverage(loanToValue: ltv)
    #expect(abs(leverage - 15.0 / 7) < 1e-15)
    #expect(abs(HealthFactorIdentities.loanToValue(leverage: leverage) - ltv) < 1e-16)
    let back = HealthFactorIdentities.healthFactor(leverage: leverage, threshold: 0.8)
    #expect(abs(back - 1.5) < 1e-15)
    // A third off the price brings it to the threshold: 0.8 * 1000 = 800.
    let drop = HealthFactorIdentities.priceDropToLiquidation(healthFactor: health)
    #expect(abs(drop - 1.0 / 3) < 1e-16)
    let price = HealthFactorIdentities.liquidationPrice(debt: 800, units: 1, threshold: 0.8)
    #expect(abs(price - 1000) < 1e-12)
  }

  @Test("Without debt there is no liquidation")
  func noDebt() {
    #expect(
      HealthFactorIdentities.healthFactor(collateral: 1, debt: 0, threshold: 0.8) == .infinity)
    #expect(HealthFactorIdentities.healthFactor(leverage: 1, threshold: 0.8) == .infinity)
  }

  @Test("Loops add up a geometric series")
  func loops() {
    #expect(HealthFactorIdentities.loopLeverage(loanToValue: 0.5, loops: 3) == 1.875)
    #expect(HealthFactorIdentities.loopLeverage(loanToValue: 0.5, loops: 0) == 1)
    #expect(HealthFactorIdentities.loopLeverage(loanToValue: 1, loops: 3) == 4)
  }

  @Test("At its liquidation price a perpetual has its maintenance margin left")
  func perpetuals() {
    let long = HealthFactorIdentities.longLiquidationPrice(
      entry: 100, leverage: 10, maintenanceMargin: 0.005)
    // Equity 10 - (100 - p) equals 0.005 p.
    #expect(abs(10 - (100 - long) - 0.005 * long) < 1e-13)
    let short = HealthFactorIdentities.shortLiquidationPrice(
      entry: 100, leverage: 10, maintenanceMargin: 0.005)
    #expect(abs(10 - (short - 100) - 0.005 * short) < 1e-13)
  }

  @Test("Each protective action lands on its target exactly")
  func protection() throws {
    let (collateral, debt, threshold, target) = (1500.0, 1100.0, 0.8, 1.25)
    func health(_ collateral: Double, _ debt: Double) -> Double {
      HealthFactorIdentities.healthFactor(
        collateral: collateral, debt: debt, threshold: threshold)
    }
    let repayment = ProtectiveAction.repayment(
      collateral: collateral, debt: debt, threshold: threshold, target: target)
    #expect(abs(health(collateral, debt - repayment) - target) < 1e-14)
    let added = ProtectiveAction.collateralToAdd(
      collateral: collateral, debt: debt, threshold: threshold, target: target)
    #expect(abs(health(collateral + added, debt) - target) < 1e-14)
    let sale = try #require(
      ProtectiveAction.sale(
        collateral: collateral, debt: debt, threshold: threshold, target: target, slippage: 0.01))
    #expect(abs(health(collateral - sale.sold, debt - sale.repaid) - target) < 1e-14)
    #expect(abs(sale.sold * 0.99 - sale.repaid) < 1e-12)
  }

  @Test("A healthy position needs nothing, a hopeless one cannot be saved by selling")
  func limits() throws {
    #expect(
      ProtectiveAction.repayment(collateral: 100, debt: 10, threshold: 0.8, target: 1.5) == 0)
    #expect(
      ProtectiveAction.collateralToAdd(collateral: 100, debt: 10, threshold: 0.8, target: 1.5) == 0)
    func sale(_ collateral: Double, _ debt: Double, _ target: Double) -> (
      sold: Double, repaid: Double
    )? {
      ProtectiveAction.sale(
        collateral: collateral, debt: debt, threshold: 0.8, target: target, slippage: 0.25)
    }
    #expect(try #require(sale(100, 10, 1.5)) == (0, 0))
    // LT / (1 - s) = 1.0667: selling lowers a health factor below that.
    #expect(sale(100, 80, 1.05) == nil)
    // Debt above what all the collateral would fetch.
    #expect(sale(100, 90, 1.5) == nil)
  }
}
