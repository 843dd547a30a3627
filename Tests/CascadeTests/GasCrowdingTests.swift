import Agents
import Cascade
import Markets
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("Gas of a crowd")
struct GasCrowdingTests {
  /// Five accounts are liquidatable in the one step: a call costs 20 + 5 x 100 gwei instead of 20, for
  /// 400,000 gas at 1,700 USD an ether.
  @Test("Accounts that become liquidatable in a step make its liquidations dearer")
  func sameStep() throws {
    func gasUSD(_ perAccount: Double) throws -> Double {
      var experiment = SmallExperiment()
      experiment.assets[0] = .init(symbol: "WETH", initialPrice: 1700, volatility: 0, drift: 0)
      experiment.stepCount = 1
      experiment.stepSeconds = 300
      for _ in 0..<5 { experiment.addAccount(debtUSD: 100_000, health: 0.99) }
      var bots = LiquidatorGroup(kind: .flashLoan)
      bots.latencyBlocks = 0
      experiment.liquidators = [bots]
      experiment.gas = GasMarket(perLiquidatableAccountGwei: perAccount, etherAsset: 0)
      var blueprint = try experiment.blueprint()
      blueprint.hasGasMarket = true
      let outcome = Ensemble(blueprint, paths: 1, threads: 1).run().outcomes[0]
      #expect(outcome.liquidations == 5)
      return outcome.gasUSD
    }
    let call = 400_000 * 1e-9 * 1700.0
    #expect(abs(try gasUSD(0) - 5 * 20 * call) < 1e-9)
    #expect(abs(try gasUSD(100) - 5 * 520 * call) < 1e-9)
  }
}
