import Agents
import Foundation
import Testing

@Suite("Entry, holding and closing")
struct HoldingTests {
  @Test("The gate opens at q = 0 without loss aversion, and later the more of it there is")
  func gate() {
    #expect(EntryGate.omega(0) == 1)
    #expect(EntryGate.threshold(lossAversion: 1) == 0)
    // agents.md, section 3.2: 2.25 needs 0.3227, 1.955 needs 0.2670.
    #expect(abs(EntryGate.threshold(lossAversion: 2.25) - 0.3227) < 5e-5)
    #expect(abs(EntryGate.threshold(lossAversion: 1.955) - 0.2670) < 5e-5)
    for lossAversion in [0.2, 0.9, 1.0001, 1.5, 4, 1000] {
      let q = EntryGate.threshold(lossAversion: lossAversion)
      #expect(abs(EntryGate.omega(q) / lossAversion - 1) < 1e-11)
    }
    // (0.2 + 0.1 - 0.05) sqrt(1/4) / (0.5 * 0.5).
    let sharpe = EntryGate.perceivedSharpe(
      drift: 0.2, optimism: 0.1, riskFree: 0.05, volatility: 0.5, perceivedRatio: 0.5,
      horizonYears: 0.25)
    #expect(abs(sharpe - 0.5) < 1e-15)
  }

  @Test("Above the critical loss aversion the owner closes, below it holds")
  func critical() throws {
    let choice = HoldOrClose(
      paperLoss: 0.2, gainIfRecovered: 0.3, lossIfLiquidated: 0.9, recoveryProbability: 0.35,
      liquidationProbability: 0.3)
    let critical = try #require(choice.criticalLossAversion(ProspectParameters()))
    func advantage(_ lossAversion: Double) -> Double {
      choice.advantageOfHolding(ProspectParameters(lossAversion: lossAversion))
    }
    #expect(abs(advantage(critical)) < 1e-15)
    #expect(advantage(0.9 * critical) > 0)
    #expect(advantage(1.1 * critical) < 0)
  }

  @Test("Where the paper loss outweighs the lottery, loss aversion means holding")
  func everyoneHolds() {
    let choice = HoldOrClose(
      paperLoss: 0.35, gainIfRecovered: 0.15, lossIfLiquidated: 0.8, recoveryProbability: 0.25,
      liquidationProbability: 0.45)
    #expect(choice.criticalLossAversion(ProspectParameters()) == nil)
    #expect(
      choice.advantageOfHolding(ProspectParameters(lossAversion: 3))
        > choice.advantageOfHolding(ProspectParameters(lossAversion: 1)))
  }

  @Test("Between two losses without a gain, loss aversion only scales")
  func pureLoss() {
    let choice = HoldOrClose(
      paperLoss: 0.2, gainIfRecovered: 0, lossIfLiquidated: 0.9, recoveryProbability: 0.5,
      liquidationProbability: 0.3)
    let once = choice.advantageOfHolding(ProspectParameters(lossAversion: 1))
    #expect(choice.advantageOfHolding(ProspectParameters(lossAversion: 4)) == 4 * once)
  }

  @Test("Prior losses raise loss aversion, prior gains raise leverage, none does neither")
  func priorOutcomes() {
    // Barberis, Huang, Santos 2001: lambda(1.1) = 2.55 at lambda 2.25, k 3.
    #expect(
      abs(PriorOutcome.lossAversion(base: 2.25, sensitivity: 3, state: 1.1) - 2.55) < 1e-15)
    #expect(PriorOutcome.lossAversion(base: 2.25, sensitivity: 3, state: 0.9) == 2.25)
    #expect(PriorOutcome.lossAversion(base: 2.25, sensitivity: 0, state: 1.5) == 2.25)
    #expect(PriorOutcome.houseMoneyFactor(sensitivity: 0.5, state: 0.8) == 1.1)
    #expect(PriorOutcome.houseMoneyFactor(sensitivity: 0.5, state: 1.2) == 1)
    func next(_ gross: Double, _ persistence: Double) -> Double {
      PriorOutcome.nextState(
        1, grossReturn: gross, benchmarkReturn: 1, persistence: persistence)
    }
    #expect(next(1, 0.9) == 1)
    #expect(next(0.5, 0) == 1)
    #expect(next(0.5, 1) == 2)
  }

  @Test("A shortfall that one good move would regain slows closing")
  func breakEven() {
    func factor(_ equity: Double) -> Double {
      PriorOutcome.breakEvenFactor(
        reference: 100, equity: equity, exposure: 200, sd: 0.1, factor: 0.6)
    }
    #expect(factor(100) == 1)
    #expect(factor(81) == 0.6)
    #expect(factor(80) == 1)
  }

  @Test("The split hazard keeps its mean, and a ratio of one splits nothing")
  func disposition() {
    let split = DispositionEffect.splitHazard(baseline: 1.0 / 31, ratio: 1.55)
    #expect(abs(0.5 * (split.gain + split.loss) - 1.0 / 31) < 1e-17)
    #expect(abs(split.gain / split.loss - 1.55) < 1e-15)
    #expect(DispositionEffect.splitHazard(baseline: 0.3, ratio: 1) == (0.3, 0.3))
    // Odean 1998, Table I: PGR 0.148, PLR 0.098.
    let gains = DispositionEffect.proportionRealised(realised: 13_883, paper: 79_658)
    #expect(abs(gains - 0.148) < 5e-4)
    let hazard = DispositionEffect.hazard(probability: gains)
    #expect(
      abs(DispositionEffect.exitProbability(hazard: hazard, duration: 1) - gains) < 1e-16)
  }
}
