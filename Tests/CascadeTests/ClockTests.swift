import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Hazards on clocks: at a constant hazard, times between events are exponential.
@Suite("Clocks at a constant hazard")
struct ClockTests {
  private static let stepsPerYear = 8760.0

  /// The number of the step, from 1, at whose end an event stands.
  private func step(_ event: CascadeEvent, stepHours: Double) -> Int {
    Int((event.timeHours / stepHours).rounded())
  }

  /// Price and equity stand still, so that owners are in gain (nobody has lost) and the price is not
  /// above its mean: the hazard is that of winners in a bear phase.
  ///
  /// The bound is that of a bull phase
  /// with ratio 4, so that about a quarter of the candidates is rejected.
  @Test("Exits, thinned from a larger rate")
  func exits() throws {
    let perStep = 0.01
    var cohort = QuietOwners.cohort
    let ratio = 1.55
    cohort.exitHazard = perStep * Self.stepsPerYear * (1 + ratio) / (2 * ratio)
    cohort.dispositionBear = ratio
    cohort.dispositionBull = 4
    let count = 10_000
    let experiment = QuietOwners.experiment(
      cohort, count: count, health: 2, stepCount: 300, stepSeconds: 3600)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(0, stepCount: 300))
    let closes = path.events(of: .close)
    #expect(closes.count == path.accounts(with: .close).count, "an account closes once")
    let distance = KolmogorovSmirnov.distance(
      steps: closes.map { step($0, stepHours: 1) }, hazardPerStep: perStep, horizon: 300,
      count: count)
    #expect(distance < KolmogorovSmirnov.limit)
    #expect(closes.count > count / 2)
  }

  /// Each sale takes a millionth, so that an owner panics again and again.
  @Test("Panic: gaps between events of the same owner")
  func panics() throws {
    let perStep = 0.02
    var cohort = QuietOwners.cohort
    cohort.panicHazard = perStep * Self.stepsPerYear
    cohort.panicSellShare = 1e-6
    let experiment = QuietOwners.experiment(
      cohort, count: 1000, health: 2, stepCount: 1500, stepSeconds: 3600)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(0, stepCount: 1500))
    var gaps: [Int] = []
    let owners = Dictionary(grouping: path.events(of: .panicSale)) { $0.account ?? -1 }
    for (_, events) in owners.sorted(by: { $0.key < $1.key }) {
      // Thirty events are expected; the first ten gaps are complete for everybody.
      #expect(events.count > 10)
      let steps = [0] + events.prefix(10).map { step($0, stepHours: 1) }
      gaps += zip(steps.dropFirst(), steps).map { $0 - $1 }
    }
    #expect(owners.count == 1000)
    let distance = KolmogorovSmirnov.distance(
      steps: gaps, hazardPerStep: perStep, horizon: 1000, count: gaps.count)
    #expect(distance < KolmogorovSmirnov.limit)
  }

  /// The price falls once, to health 1.1; the alarm is (1.2 - 1.1) / 0.2, the gain 1 + 8 / 2 = 5 where
  /// the clock runs at 9.
  ///
  /// The first look tops up and leads out of the zone. A losing day multiplies
  /// attention by the ostrich factor: the whole horizon lies within a day of the fall.
  @Test(
    "Looks from entering the zone on: thinned, capped, and put off by a losing day",
    arguments: [(0.05, 12, 1, 0.25), (0.05, 0.1, 1, 0.1), (0.05, 12, 0.7, 0.175)])
  func looks(perHour: Double, cap: Double, ostrich: Double, expected: Double) throws {
    var cohort = QuietOwners.cohort
    cohort.attentionHalfLife = .constant(log(2) / (perHour * 8760))
    cohort.attentionReturnSensitivity = 0
    cohort.attentionMaximum = cap * 8760
    cohort.ostrichFactor = ostrich
    cohort.choice = .shares(hold: 0, topUp: 1, deleverage: 0, close: 0)
    cohort.spareCash = .init(shareWithout: 0, medianShareOfDebt: 10, sigma: 0)
    let count = 4000
    let steps = 235
    let experiment = QuietOwners.experiment(
      cohort, count: count, health: 1.5, stepCount: steps, stepSeconds: 360)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(1.1 / 1.5), stepCount: steps))
    let looks = path.events(of: .topUp)
    #expect(looks.count == path.accounts(with: .topUp).count)
    // The history ends with the step before: the losing day shows from the second step on.
    let skipped = ostrich < 1 ? 1 : 0
    let later = looks.map { step($0, stepHours: 0.1) }.filter { $0 > skipped }
    let distance = KolmogorovSmirnov.distance(
      steps: later.map { $0 - skipped }, hazardPerStep: expected / 10, horizon: steps - skipped,
      count: count - (looks.count - later.count))
    #expect(distance < KolmogorovSmirnov.limit)
    #expect(looks.count > count / 2)
  }

  /// With hold as the only choice the owner stays in its zone and looks on and on: the number of looks
  /// is Poisson, mean and variance a T.
  ///
  /// Without sensitivities every candidate is a look.
  @Test("The number of looks in a zone is Poisson")
  func poissonLooks() throws {
    var cohort = QuietOwners.cohort
    cohort.attentionHalfLife = .constant(log(2) / (0.2 * 8760))
    cohort.attentionReturnSensitivity = 0
    cohort.attentionHealthSensitivity = 0
    cohort.choice = .shares(hold: 1, topUp: 0, deleverage: 0, close: 0)
    let count = 4000
    let experiment = QuietOwners.experiment(
      cohort, count: count, health: 1.5, stepCount: 500, stepSeconds: 360)
    let path = ObservedPath.scripted(
      try experiment.blueprint(), logPrices: .jump(log(1.1 / 1.5), stepCount: 500))
    let looks = path.world.markets[0].owners.attentionEvent.map(Double.init)
    let mean = looks.reduce(0, +) / Double(count)
    let variance = looks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    let expected = 0.2 * 50
    #expect(abs(mean - expected) < 5 * (expected / Double(count)).squareRoot())
    // Var of the sample variance of a Poisson law: (2 mu^2 + mu) / n.
    let error = ((2 * expected * expected + expected) / Double(count)).squareRoot()
    #expect(abs(variance - expected) < 5 * error)
    #expect(path.events(of: .topUp).isEmpty)
  }
}
