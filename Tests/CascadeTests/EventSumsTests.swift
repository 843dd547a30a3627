import Cascade
import SimulationCore
import TestSupport
import Testing

/// The row of a path is the sum of its events.
@Suite("Events and outcome")
struct EventSumsTests {
  private static let paths = ObservedPathsOfCrowd.paths

  private func sum(
    _ path: ObservedPath, _ kinds: [CascadeEvent.Kind], _ value: (CascadeEvent) -> Double
  ) -> Double {
    path.events.filter { kinds.contains($0.kind) }.reduce(0) { $0 + value($1) }
  }

  @Test("Liquidations, repayments, seizures and write-offs")
  func liquidations() {
    for path in Self.paths {
      let (row, calls) = (path.outcome, path.events(of: .liquidation))
      #expect(row.liquidations == calls.count)
      #expect(row.accountsLiquidated == path.accounts(with: .liquidation).count)
      #expect(agree(row.repaidDebtUSD, sum(path, [.liquidation], \.repaidUSD), relative: 1e-12))
      #expect(
        agree(row.liquidatedCollateralUSD, sum(path, [.liquidation], \.seizedUSD), relative: 1e-12))
      #expect(agree(row.badDebtUSD, sum(path, [.badDebt], \.badDebtUSD), relative: 1e-12))
      #expect(
        agree(row.badDebtUSD, row.assets.reduce(0) { $0 + $1.badDebtUSD }, relative: 1e-12))
      #expect(row.firstLiquidationHours.isNaN == calls.isEmpty)
      if let first = calls.first { #expect(row.firstLiquidationHours == first.timeHours) }
      for call in calls {
        #expect(call.healthBefore < 1 && call.repaidUSD > 0)
        #expect(call.seizedUSD <= call.repaidUSD * 1.05 * (1 + 1e-12))
        #expect(agree(call.bonusUSD, call.seizedUSD - call.seizedUSD / 1.05, relative: 1e-9))
      }
    }
    #expect(Self.paths.reduce(0) { $0 + $1.outcome.liquidations } > 300)
    #expect(Self.paths.contains { $0.outcome.badDebtUSD > 0 })
  }

  @Test("What owners did")
  func owners() {
    for path in Self.paths {
      let row = path.outcome
      #expect(agree(row.toppedUpUSD, sum(path, [.topUp], \.repaidUSD), relative: 1e-12))
      #expect(agree(row.panicSoldUSD, sum(path, [.panicSale], \.seizedUSD), relative: 1e-12))
      #expect(
        agree(
          row.voluntarySoldUSD, sum(path, [.deleverage, .close, .takeProfit], \.seizedUSD),
          relative: 1e-12))
      #expect(
        agree(
          row.releveragedUSD, sum(path, [.releverage, .reentry], \.seizedUSD), relative: 1e-12))
    }
    for kind in [CascadeEvent.Kind.topUp, .panicSale, .deleverage, .close, .releverage] {
      #expect(Self.paths.contains { !$0.events(of: kind).isEmpty }, "no \(kind) at all")
    }
  }

  @Test("Cascades: their number, and the size and depth of the largest")
  func cascades() {
    for path in Self.paths {
      let calls = path.events(of: .liquidation)
      #expect(path.outcome.cascades == calls.map(\.cascade).max() ?? 0)
      #expect(calls.allSatisfy { $0.cascade >= 1 && $0.round >= 0 })
      let groups = Dictionary(grouping: calls, by: \.cascade)
      let largest = groups.values.max { left, right in
        left.reduce(0) { $0 + $1.seizedUSD } < right.reduce(0) { $0 + $1.seizedUSD }
      }
      #expect(path.outcome.cascadeDepthRounds == 1 + (largest?.map(\.round).max() ?? -1))
      #expect(path.outcome.cascadeSizeAccounts == Set((largest ?? []).compactMap(\.account)).count)
      let induced = calls.filter { $0.round > 0 }.reduce(0) { $0 + $1.seizedUSD }
      #expect(agree(path.outcome.inducedUSD, induced, relative: 1e-12))
    }
    #expect(Self.paths.contains { $0.outcome.cascadeDepthRounds > 2 })
    #expect(Self.paths.contains { $0.outcome.cascades > 1 })
  }

  @Test("Events stand in order of time, within the horizon, and name their path")
  func order() {
    for path in Self.paths {
      let hours = path.events.map(\.timeHours)
      #expect(hours == hours.sorted())
      #expect(hours.allSatisfy { $0 >= 1 && $0 <= 72 })
      #expect(path.events.allSatisfy { $0.path == path.outcome.path })
    }
  }
}

/// Paths of the crowded market with thin venues and much volatility, run once for all tests.
private enum ObservedPathsOfCrowd {
  static let paths: [ObservedPath] = {
    let experiment = CrowdedMarket.experiment(accounts: 100, depthUSD: 400_000, volatility: 3)
    guard let blueprint = try? experiment.blueprint() else { return [] }
    return ObservedPath.drawn(blueprint, paths: 100)
  }()
}
