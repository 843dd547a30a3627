import Cascade
import Runner
import TestSupport
import Testing

/// Owners' sales as transactions: the pool refuses them where they would leave the account unsafe,
/// and they fail where a liquidation has changed the position first.
@Suite("Sales of owners")
struct OwnerSaleTests {
  private func events() throws -> [CascadeEvent] {
    var ensemble = Ensemble(
      try CrowdedMarket.experiment(accounts: 80).blueprint(), paths: 120, threads: 2)
    ensemble.counterfactual = false
    ensemble.events = .all
    return ensemble.run().events
  }

  private static let sales: Set<CascadeEvent.Kind> = [.deleverage, .close, .panicSale, .takeProfit]

  @Test("No sale leaves an account with a health factor below 1")
  func landsHealthy() throws {
    let sales = try events().filter { Self.sales.contains($0.kind) }
    #expect(sales.count > 100)
    // Rounding of a sale that lands on 1 exactly.
    #expect(sales.allSatisfy { $0.healthAfter >= 1 - 1e-9 })
    #expect(sales.contains { $0.kind == .deleverage && $0.healthAfter > $0.healthBefore })
  }

  @Test("No owner sells in the step in which the account is liquidated")
  func liquidationComesFirst() throws {
    let events = try events()
    func key(_ event: CascadeEvent) -> [Double] {
      [Double(event.path), event.timeHours, Double(event.account ?? -1)]
    }
    let seized = Set(events.filter { $0.kind == .liquidation }.map(key))
    #expect(seized.count > 20)
    #expect(!events.contains { Self.sales.contains($0.kind) && seized.contains(key($0)) })
  }
}
