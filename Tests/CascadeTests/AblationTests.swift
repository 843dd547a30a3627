import Agents
import Cascade
import Foundation
import Markets
import SimulationCore
import TestSupport
import Testing

/// Switching one channel off moves no other channel's random numbers.
///
/// Without feedback, interest and liquidators, accounts do not touch each other. An owner that the
/// channel did not make act, with and without it, must then do the same things at the same times for the
/// same money; and the clocks of the others must stand where they stood.
@Suite("Ablation of single channels")
struct AblationTests {
  /// A neutral value of a field, and the events that the channel itself can make or unmake.
  struct Ablation: Sendable, CustomTestStringConvertible {
    let field: String
    let kinds: Set<CascadeEvent.Kind>
    /// Whether candidates of exits and of panic keep their times.
    var keepsExits = true
    var keepsPanic = true
    let neutralise: @Sendable (inout SmallExperiment) -> Void

    var testDescription: String { field }
  }

  private static func cohort(
    _ field: String, _ kinds: Set<CascadeEvent.Kind>, keepsExits: Bool = true,
    keepsPanic: Bool = true, _ change: @escaping @Sendable (inout CohortSettings) -> Void
  ) -> Ablation {
    Ablation(field: field, kinds: kinds, keepsExits: keepsExits, keepsPanic: keepsPanic) {
      for index in $0.cohorts.indices { change(&$0.cohorts[index]) }
    }
  }

  private static let choices: Set<CascadeEvent.Kind> = [.topUp, .deleverage, .close]
  /// One clock of attention serves defence, profit and leverage: a reason that lets it run earlier
  /// shifts what the owner does at later looks.
  private static let looks: Set<CascadeEvent.Kind> = [
    .topUp, .deleverage, .close, .takeProfit, .releverage,
  ]

  static let ablations: [Ablation] = [
    cohort("attention_half_life_hours: never", looks) { $0.attentionHalfLife = nil },
    cohort("attention_return_sensitivity: 0", looks) { $0.attentionReturnSensitivity = 0 },
    cohort("attention_health_sensitivity: 0", looks) { $0.attentionHealthSensitivity = 0 },
    cohort("ostrich_factor: 1", looks) { $0.ostrichFactor = 1 },
    cohort("loss_aversion: 1", choices) { $0.lossAversion = .constant(1) },
    cohort("value_curvature: 1", choices) { $0.valueCurvature = 1 },
    cohort("weighting_gain: 1", choices) { $0.weightingGain = 1 },
    cohort("weighting_loss: 1", choices) { $0.weightingLoss = 1 },
    cohort("choice: {hold: 1}", choices) {
      $0.choice = .shares(hold: 1, topUp: 0, deleverage: 0, close: 0)
    },
    cohort("choice_noise: 0", choices) { $0.choiceNoise = 0 },
    cohort("prior_loss_sensitivity: 0", choices) { $0.priorLossSensitivity = 0 },
    cohort("house_money: 0", looks) { $0.houseMoney = 0 },
    cohort("break_even_factor: 1", [.close]) { $0.breakEvenFactor = 1 },
    cohort("exit_hazard_per_day: 0", [.close], keepsExits: false) { $0.exitHazard = 0 },
    cohort("disposition_ratio_bear: 1", [.close], keepsExits: false) { $0.dispositionBear = 1 },
    cohort("take_profit_multiple: none", looks) { $0.takeProfitMultiple = nil },
    cohort("trigger_health: 0", looks) { $0.triggerHealth = .constant(0) },
    cohort("spare_cash: 0", choices) { $0.spareCash = nil },
    cohort("overconfidence: 0", looks) { $0.miscalibration = .constant(1) },
    cohort("optimism_pct_annual: 0", looks) { $0.optimism = .constant(0) },
    cohort("releverage_below: 0", looks) { $0.releverageBelow = 0 },
    cohort("herding: 0", [.panicSale], keepsPanic: false) { $0.herding = 0 },
    cohort("panic_hazard_per_day: 0", [.panicSale], keepsPanic: false) { $0.panicHazard = 0 },
    cohort("panic_drawdown_sensitivity: 0", [.panicSale], keepsPanic: false) {
      $0.panicDrawdownSensitivity = 0
    },
    cohort("panic_herd_sensitivity: 0", [.panicSale], keepsPanic: false) {
      $0.panicHerdSensitivity = 0
    },
    Ablation(field: "herd.enabled: false", kinds: [.panicSale], keepsPanic: false) {
      $0.herd = nil
    },
    Ablation(field: "herd.loss_coupling: 0", kinds: [.panicSale], keepsPanic: false) {
      $0.herd?.lossCoupling = 0
    },
  ]

  private static func experiment() -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.assets[0] = .init(symbol: "WETH", initialPrice: 2000, volatility: 1, drift: 0)
    experiment.stepCount = 120
    experiment.stepSeconds = 3600
    experiment.priceFeedback = false
    experiment.liquidators = []
    experiment.herd = HerdLayer()
    experiment.reserves[1].initialSupply = 1e9
    for account in 0..<300 {
      experiment.addAccount(debtUSD: 1000, health: 1.1 + 1.4 * Double(account) / 300)
    }
    var retail = CohortSettings(name: "retail", isActive: true, shareOfAccounts: 0.5)
    retail.attentionHalfLife = .constant(2.0 / 8760)
    retail.ostrichFactor = 0.7
    retail.takeProfitMultiple = 1.06
    retail.exitHazard = 0.03 * 365
    retail.panicHazard = 0.03 * 365
    retail.miscalibration = .init(.lognormal(median: 0.7, sigma: 0.3))
    var traders = retail
    traders.name = "traders"
    traders.latencyClass = .pro
    traders.takeProfitMultiple = nil
    traders.sizesLeverage = true
    traders.expectedReturn = 1.2
    traders.releverageBelow = 0.8
    experiment.cohorts = [retail, traders]
    return experiment
  }

  private static let base: [ObservedPath] = run(experiment())

  private static func run(_ experiment: SmallExperiment) -> [ObservedPath] {
    guard let blueprint = try? experiment.blueprint() else { return [] }
    return ObservedPath.drawn(blueprint, paths: 8)
  }

  /// What each owner did: kind, time and money, in order.
  private func deeds(_ path: ObservedPath) -> [[String]] {
    var deeds = [[String]](repeating: [], count: 300)
    for event in path.events {
      guard let account = event.account else { continue }
      deeds[account].append(
        "\(event.kind) \(event.timeHours) \(event.seizedUSD) \(event.repaidUSD)")
    }
    return deeds
  }

  private func touched(_ path: ObservedPath, by kinds: Set<CascadeEvent.Kind>) -> Set<Int> {
    Set(path.events.filter { kinds.contains($0.kind) }.compactMap(\.account))
  }

  @Test(
    "A neutral value changes only what its own channel does", .enabled(if: isOptimised),
    arguments: ablations)
  func neutral(_ ablation: Ablation) {
    var experiment = Self.experiment()
    ablation.neutralise(&experiment)
    var compared = 0
    var changed = false
    for (before, after) in zip(Self.base, Self.run(experiment)) {
      let own = touched(before, by: ablation.kinds).union(touched(after, by: ablation.kinds))
      let (left, right) = (deeds(before), deeds(after))
      for account in 0..<300 where !own.contains(account) {
        #expect(left[account] == right[account])
        if !left[account].isEmpty { compared += 1 }
      }
      changed = changed || left != right
      let (first, second) = (before.world.markets[0].owners, after.world.markets[0].owners)
      if ablation.keepsExits {
        // A candidate that is accepted may leave a second one of the same step for the next.
        let horizon = 120.0 / 8760
        for (one, other) in zip(first.exitTarget, second.exitTarget)
        where one > horizon && other > horizon {
          #expect(one == other)
        }
      }
      if ablation.keepsPanic {
        #expect(first.panicEvent == second.panicEvent)
        #expect(first.panicTarget == second.panicTarget)
      }
    }
    #expect(changed, "the channel does something here")
    #expect(compared > 50, "only \(compared) owners to compare")
  }

  @Test("A trait's law moves no other trait")
  func traits() throws {
    func traits(_ change: (inout CohortSettings) -> Void) throws -> OwnerTraits {
      var experiment = Self.experiment()
      for index in experiment.cohorts.indices { change(&experiment.cohorts[index]) }
      return try experiment.blueprint().markets[0].traits
    }
    let base = try traits { _ in }
    let columns: [(String, (OwnerTraits) -> [Double])] = [
      ("lossAversion", \.lossAversion), ("attentionRate", \.attentionRate),
      ("triggerHealth", \.triggerHealth), ("spareCash", \.spareCash),
      ("miscalibration", \.miscalibration), ("optimism", \.optimism),
      ("targetHealth", \.targetHealth), ("leverage", \.leverage),
    ]
    let changes: [(String, (inout CohortSettings) -> Void)] = [
      ("lossAversion", { $0.lossAversion = .constant(1) }),
      ("attentionRate", { $0.attentionHalfLife = .constant(0) }),
      ("spareCash", { $0.spareCash = nil }),
      ("miscalibration", { $0.miscalibration = .constant(1) }),
      ("optimism", { $0.optimism = .constant(0) }),
      ("targetHealth", { $0.targetHealth = .constant(2) }),
    ]
    for (name, change) in changes {
      let changed = try traits(change)
      #expect(changed.cohort == base.cohort)
      for (column, values) in columns {
        #expect((values(base) == values(changed)) == (column != name), "\(name): \(column)")
      }
    }
  }
}
