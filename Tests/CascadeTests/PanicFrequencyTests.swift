import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Elkind, Kaminski, Lo, Siah, Wong (2022): up to three times as many panic sales in sharp declines.
///
/// The defaults reach that in the sharpest falls only, since the deviation that scales the drawdown
/// rises with the fall: 20 % in a day gives about 1.65.
@Suite("Frequency of panic")
struct PanicFrequencyTests {
  /// Four days of hourly noise at 80 % a year, then 40 % down in twelve equal steps, as on 12 March
  /// 2020; crowd and sensitivities by default.
  ///
  /// The second half of the fall against the days before.
  /// Each sale takes a millionth, and the base rate is ten times the default, which cancels.
  @Test("Panic sales are two to four times as frequent in a fall of 40 % in 12 hours as before it")
  func sharpFall() throws {
    var cohort = CohortSettings(name: "owners", isActive: true, shareOfAccounts: 1)
    cohort.attentionHalfLife = nil
    cohort.exitHazard = 0
    cohort.panicSellShare = 1e-6
    cohort.panicHazard *= 10
    var experiment = QuietOwners.experiment(
      cohort, count: 200, health: 20, stepCount: 108, stepSeconds: 3600)
    experiment.herd = HerdLayer()
    let blueprint = try experiment.blueprint()
    var random = TestRandom(seed: 17)
    var (before, during) = (0, 0)
    for path in 0..<100 {
      var price = 0.0
      let prices = (0..<108).map { step in
        price += 0.8 / 8760.0.squareRoot() * normalQuantile(random.uniform())
        if step >= 96 { price += log(0.6) / 12 }
        return price
      }
      let observed = ObservedPath.scripted(
        blueprint, logPrices: .collateral(prices), path: path)
      for event in observed.events(of: .panicSale) {
        if event.timeHours <= 96 { before += 1 }
        if event.timeHours > 102 { during += 1 }
      }
    }
    let ratio = Double(during) / 6 / (Double(before) / 96)
    #expect(ratio > 2 && ratio < 4, "\(ratio)")
  }
}
