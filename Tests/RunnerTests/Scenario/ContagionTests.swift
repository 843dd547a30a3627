import Cascade
import Markets
import Runner
import TestSupport
import Testing

@Suite("Pools that share a venue share its losses")
struct ContagionTests {
  /// Liquidations in the pool `quiet`, and the USD seized there, over all paths.
  private func quietPool(_ overrides: String...) throws -> (calls: Int, seizedUSD: Double) {
    let scenario = try Scenario.parse(
      PairedMarkets.text, name: "pair.yaml", overrides: overrides.compactMap { Override($0) })
    let blueprint = try scenario.blueprint()
    var ensemble = Ensemble(blueprint, paths: 200, threads: 2)
    ensemble.counterfactual = false
    ensemble.events = .all
    let accounts = blueprint.markets[0].pool.positions.accountCount
    // Accounts are numbered through, market after market: those of `quiet` come first.
    let events = ensemble.run().events.filter {
      $0.kind == .liquidation && ($0.account ?? accounts) < accounts
    }
    return (events.count, events.reduce(0) { $0 + $1.seizedUSD })
  }

  /// The other pool's debt made so small that its sales do not matter; nobody's draws change.
  private let withoutNear = "positions.1.total_debt_usd=1"

  @Test(
    "Liquidations of one pool cause liquidations in the other, through the price alone",
    .enabled(if: isOptimised))
  func contagion() throws {
    let (together, alone) = try (quietPool(), quietPool(withoutNear))
    #expect(alone.calls > 0)
    #expect(together.calls > alone.calls)
    #expect(together.seizedUSD > 1.1 * alone.seizedUSD)
    // With price feedback off nothing connects the pools: the same calls to the last bit.
    let (deaf, deafAlone) = try (
      quietPool("run.price_feedback=false"), quietPool("run.price_feedback=false", withoutNear)
    )
    #expect(deaf.calls == deafAlone.calls)
    #expect(deaf.seizedUSD == deafAlone.seizedUSD)
    #expect(deaf.calls > 0)
  }
}
