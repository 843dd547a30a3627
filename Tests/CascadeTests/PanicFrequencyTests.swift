import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Elkind, Kaminski, Lo, Siah, Wong (2022): up to three times as many panic sales in sharp declines.
@Suite("Frequency of panic")
struct PanicFrequencyTests {
  /// Steps of an hour over four weeks, GBM at 80 %, default hazards and crowd. A sharp fall is a day
  /// that ends at least 6 % below its beginning, 1.4 deviations; each sale takes a millionth.
  @Test("Panic sales are two to four times as frequent in sharp falls as on average (F9)")
  func sharpFalls() throws {
    var cohort = CohortSettings(name: "owners", isActive: true, shareOfAccounts: 1)
    cohort.attentionHalfLife = nil
    cohort.exitHazard = 0
    cohort.panicSellShare = 1e-6
    var experiment = QuietOwners.experiment(
      cohort, count: 300, health: 20, stepCount: 672, stepSeconds: 3600)
    experiment.herd = HerdLayer()
    let blueprint = try experiment.blueprint()
    var block = PriceBlock(capacity: 60, stepCount: 672, assetCount: 2)
    blueprint.priceModel.fill(&block, firstPath: 0, seed: blueprint.seed)
    var sharp = (steps: 0, sales: 0)
    var all = sharp
    for (path, observed) in ObservedPath.drawn(blueprint, paths: 60).enumerated() {
      let sales = Dictionary(grouping: observed.events(of: .panicSale)) {
        Int($0.timeHours.rounded()) - 1
      }.mapValues(\.count)
      for step in 24..<672 {
        func price(_ step: Int) -> Double { block.logPrice[block.offset(path: path, step: step)] }
        let count = sales[step] ?? 0
        all = (all.steps + 1, all.sales + count)
        if price(step - 1) - price(step - 24) < log(0.94) {
          sharp = (sharp.steps + 1, sharp.sales + count)
        }
      }
    }
    let ratio =
      (Double(sharp.sales) / Double(sharp.steps)) / (Double(all.sales) / Double(all.steps))
    print("panic in sharp falls over average", ratio, sharp, all)
    #expect(ratio > 2 && ratio < 4)
  }
}
