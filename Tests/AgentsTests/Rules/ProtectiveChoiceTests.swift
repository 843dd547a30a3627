import Agents
import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Protective choice")
struct ProtectiveChoiceTests {
  /// 10,000 USD of collateral at threshold 80 %, equity as it was entered; a month at 80 % a year.
  private func situation(
    debt: Double = 7400, reference: Double? = nil, cash: Double = 0, volatility: Double = 0.8,
    slippage: Double = 0.01, target: Double = 1.5
  ) -> ProtectiveChoice.Situation {
    ProtectiveChoice.Situation(
      collateralUSD: 10_000, debtUSD: debt, threshold: 0.8, perceivedEquityUSD: 10_000 - debt,
      referenceEquityUSD: reference ?? (10_000 - debt), cashUSD: cash, targetHealth: target,
      perceivedVolatility: volatility, horizonYears: 30.0 / 365, penaltyUSD: 0.05 * debt,
      slippage: slippage)
  }

  private let linear = ProspectParameters(
    gainCurvature: 1, lossCurvature: 1, lossAversion: 2, gainWeighting: 1, lossWeighting: 1)

  private func choice(
    _ situation: ProtectiveChoice.Situation, _ parameters: ProspectParameters
  ) -> ProtectiveChoice.Option {
    ProtectiveChoice.choose(
      ProtectiveChoice.values(situation, parameters), noise: 0, uniforms: [0.5, 0.5, 0.5, 0.5])
  }

  @Test("An option that cannot be had has no value")
  func feasibility() {
    func feasible(_ situation: ProtectiveChoice.Situation) -> [Bool] {
      let values = ProtectiveChoice.values(situation, linear)
      return ProtectiveChoice.Option.allCases.map { values[$0] != nil }
    }
    #expect(feasible(situation()) == [true, false, true, true])
    #expect(feasible(situation(cash: 500)) == [true, true, true, true])
    // At health 1.6 the target is met: nothing to top up or to sell.
    #expect(feasible(situation(debt: 5000, cash: 500)) == [true, false, false, true])
    // Half of a sale is lost: neither the target nor the whole debt can be reached by selling.
    #expect(feasible(situation(slippage: 0.5)) == [true, false, false, false])
    // Debt above collateral.
    #expect(feasible(situation(debt: 10_500, reference: 1000))[3] == false)
  }

  /// Health 0.8 x 10,000 / 7,400 = 1.0811; to reach 1.5 from cash, 7,400 - 8,000 / 1.5 = 2,066.67.
  @Test("A top-up restores the target as far as the cash goes")
  func topUp() {
    #expect(agree(situation(cash: 1e6).topUpUSD, 7400 - 8000 / 1.5, relative: 1e-13))
    #expect(situation(cash: 300).topUpUSD == 300)
    #expect(situation(debt: 5000, cash: 300).topUpUSD == 0)
  }

  /// With linear values and unweighted probabilities, written out from the normal law: at the
  /// reference b = 0, pg = 1/2, g = s phi(0) / (1/2); pl = 2 Phi(-ln h / s).
  @Test("Linear values are those of the formula, by hand")
  func linearValues() throws {
    let s = 0.8 * (30.0 / 365).squareRoot()
    let values = ProtectiveChoice.values(situation(cash: 500), linear)
    let equity = 2600.0
    let gain = s * 2 / (2 * Double.pi).squareRoot() * 10_000 / equity
    func ruin(_ health: Double) -> Double { 2 * normalCDF(-log(health) / s) }
    let hold = 0.5 * gain - 2 * ruin(8000 / 7400) * (equity + 370) / equity
    #expect(agree(try #require(values[.hold]), hold, relative: 1e-12))
    let topUp =
      0.5 * gain - 2 * ruin(8000 / 6900) * (equity + 370 * 6900 / 7400 + 500) / equity
    #expect(agree(try #require(values[.topUp]), topUp, relative: 1e-12))
    // Repaid x with 0.8 (10,000 - x / 0.99) = 1.5 (7,400 - x).
    let repaid = (1.5 * 7400 - 8000) / (1.5 - 0.8 / 0.99)
    let sold = repaid / 0.99
    let cost = sold - repaid
    let kept = 10_000 - sold
    let left = 7400 - repaid
    let deleverage =
      0.5 * (s * 2 / (2 * Double.pi).squareRoot() * kept - cost) / equity
      - 2 * ruin(1.5) * (equity + 370 * left / 7400 + cost) / equity
    #expect(agree(try #require(values[.deleverage]), deleverage, relative: 1e-12))
    #expect(
      agree(try #require(values[.close]), -2 * (7400 / 0.99 * 0.01) / equity, relative: 1e-12))
  }

  /// A loss of a fifth: b = ln(1 + 650 / 10,000).
  @Test("A paper loss moves the recovery away, and makes closing a loss")
  func paperLoss() throws {
    let s = 0.8 * (30.0 / 365).squareRoot()
    let values = ProtectiveChoice.values(situation(reference: 3250), linear)
    let b = log(1.065)
    let recovery = normalCDF(-b / s)
    let excess = s * exp(-b * b / (2 * s * s)) / (2 * Double.pi).squareRoot() / recovery - b
    let hold =
      recovery * excess * 10_000 / 3250 - 2 * 2 * normalCDF(-log(8000 / 7400) / s) * 2970 / 3250
    #expect(agree(try #require(values[.hold]), hold, relative: 1e-11))
    let closing = -2 * (650 + 7400 / 0.99 * 0.01) / 3250
    #expect(agree(try #require(values[.close]), closing, relative: 1e-12))
  }

  @Test("The option with the largest value is taken, the first of equals")
  func decisionTable() {
    typealias Row = (values: ProtectiveChoice.PerOption<Double?>, option: ProtectiveChoice.Option)
    let rows: [Row] = [
      ([-1, -2, -3, -4], .hold), ([-2, -1, -3, -4], .topUp), ([-2, -3, -1, -4], .deleverage),
      ([-2, -3, -4, -1], .close), ([-1, nil, nil, nil], .hold),
      ([-1, nil, -0.5, nil], .deleverage),
      ([-1, -1, -1, -1], .hold), ([-1, -0.5, -0.5, -0.5], .topUp), ([nil, nil, nil, 3], .close),
    ]
    for row in rows {
      for uniform in [0.001, 0.5, 0.999] {
        let option = ProtectiveChoice.choose(
          row.values, noise: 0, uniforms: [uniform, 1 - uniform, uniform, 1 - uniform])
        #expect(option == row.option)
      }
    }
  }

  @Test("States lead to the options that they should")
  func states() {
    let median = ProspectParameters()
    // Far from danger, target met: nothing to win by acting.
    #expect(choice(situation(debt: 2000), median) == .hold)
    // Nothing can be done.
    #expect(choice(situation(slippage: 0.5), median) == .hold)
    // Volatility not perceived: the danger is not seen.
    #expect(choice(situation(cash: 5000, volatility: 1e-3), median) == .hold)
    // In danger at the entry price, selling almost free: out, for an owner who hates losses.
    var averse = median
    averse.lossAversion = 4
    #expect(choice(situation(debt: 7900, slippage: 1e-4), averse) == .close)
  }

  /// P(option) = exp(V / noise) / sum: with values 0 and ln 3 at noise 1 it is 1/4 and 3/4.
  @Test("Noise makes the choice logistic")
  func noise() {
    var random = TestRandom(seed: 1)
    let count = 40_000
    var second = 0
    for _ in 0..<count {
      let uniforms = ProtectiveChoice.PerOption(
        hold: random.uniform(), topUp: random.uniform(), deleverage: random.uniform(),
        close: random.uniform())
      let option = ProtectiveChoice.choose([0, log(3), nil, nil], noise: 1, uniforms: uniforms)
      #expect(option == .hold || option == .topUp)
      if option == .topUp { second += 1 }
    }
    let sd = (0.75 * 0.25 * Double(count)).squareRoot()
    #expect(abs(Double(second) - 0.75 * Double(count)) < 5 * sd)
  }

  @Test("Fixed shares are drawn in their order, whatever they sum to")
  func fixedShares() {
    func draw(_ uniform: Double, scale: Double = 1) -> ProtectiveChoice.Option {
      ProtectiveChoice.draw(
        hold: 0.5 * scale, topUp: 0.25 * scale, deleverage: 0.125 * scale, close: 0.125 * scale,
        uniform: uniform)
    }
    for scale in [1, 4.0] {
      #expect(draw(0, scale: scale) == .hold && draw(0.499, scale: scale) == .hold)
      #expect(draw(0.5, scale: scale) == .topUp && draw(0.749, scale: scale) == .topUp)
      #expect(draw(0.75, scale: scale) == .deleverage)
      #expect(draw(0.875, scale: scale) == .close && draw(0.999, scale: scale) == .close)
    }
    #expect(
      ProtectiveChoice.draw(hold: 1, topUp: 0, deleverage: 0, close: 0, uniform: 0.999) == .hold)
  }
}
