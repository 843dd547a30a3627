import Agents
import Foundation
import Testing

@Suite("Overconfidence and perceived risk")
struct ConfidenceTests {
  private func leverage(_ k: Double) -> Double {
    Overconfidence.leverage(
      drift: 0.3, optimism: 0, riskFree: 0.05, riskAversion: 1, volatility: 0.8,
      perceivedRatio: k)
  }

  @Test("Leverage goes with one over the square of the perceived ratio")
  func scaling() {
    #expect(abs(leverage(1) - 0.25 / 0.64) < 1e-16)
    #expect(abs(leverage(0.5) - 4 * leverage(1)) < 1e-15)
    #expect(leverage(2) < leverage(1))
  }

  @Test("Over-betting by 1 / k^2 loses the excess growth of Kelly at k = 1 / sqrt 2")
  func overbetting() {
    func growth(_ leverage: Double) -> Double {
      Overconfidence.growth(leverage: leverage, drift: 0.3, riskFree: 0.05, volatility: 0.8)
    }
    for k in [0.6, 0.7071067811865476, 0.9, 1] {
      let relative = (growth(leverage(k)) - 0.05) / (growth(leverage(1)) - 0.05)
      #expect(abs(relative - Overconfidence.relativeExcessGrowth(perceivedRatio: k)) < 1e-14)
    }
    let zero = Overconfidence.relativeExcessGrowth(
      perceivedRatio: Overconfidence.perceivedRatioWithoutExcess)
    #expect(abs(zero) < 1e-15)
  }

  @Test("Intervals that hold what they promise mean k = 1; executives' mean 0.365")
  func calibration() {
    #expect(Overconfidence.perceivedRatio(hitRate: 0.8, nominal: 0.8) == 1)
    // Ben-David, Graham, Harvey 2013.
    #expect(abs(Overconfidence.perceivedRatio(hitRate: 0.36, nominal: 0.8) - 0.365) < 5e-4)
  }

  @Test("Counting successes step by step gives the posterior of Bayes' rule")
  func learning() {
    let learner = SelfAttribution(ableRate: 0.6, otherRate: 0.45, credit: 1)
    var logOdds = learner.logOdds(prior: 0.3, successes: 0, trades: 0)
    #expect(abs(SelfAttribution.posterior(logOdds: logOdds) - 0.3) < 1e-16)
    for trade in 0..<10 { logOdds += trade < 6 ? learner.successStep : learner.failureStep }
    let able = pow(0.6, 6) * pow(0.4, 4) * 0.3
    let other = pow(0.45, 6) * pow(0.55, 4) * 0.7
    #expect(abs(SelfAttribution.posterior(logOdds: logOdds) - able / (able + other)) < 1e-15)
    let proud = SelfAttribution(ableRate: 0.6, otherRate: 0.45, credit: 1.25)
    #expect(proud.successStep > learner.successStep)
    #expect(proud.failureStep == learner.failureStep)
    #expect(SelfAttribution.perceivedRatio(posterior: 0, minimum: 0.4) == 1)
    #expect(SelfAttribution.perceivedRatio(posterior: 1, minimum: 0.4) == 0.4)
  }

  @Test("First passage without drift is twice the tail; the level itself is reached at once")
  func firstPassage() {
    // 2 Phi(-1) = 0.317310507862914.
    let driftless = PerceivedRisk.firstPassage(
      logDistance: 0.4, logDrift: 0, volatility: 0.8, horizonYears: 0.25)
    #expect(abs(driftless - 0.3173105078629141) < 1e-15)
    func passage(_ distance: Double, _ drift: Double, _ volatility: Double) -> Double {
      PerceivedRisk.firstPassage(
        logDistance: distance, logDrift: drift, volatility: volatility, horizonYears: 1)
    }
    #expect(passage(0, 1, 0.5) == 1)
    #expect(passage(0.2, -0.3, 0) == 1)
    #expect(passage(0.2, -0.1, 0) == 0)
    // An infinite horizon with drift nu > 0: exp(-2 nu a / s^2); after 1 year of nu = 4 nearly so.
    #expect(abs(passage(0.5, 4, 1) - exp(-4)) < 1e-4)
    // Steep falls: both factors of the second term leave the floating-point range, the sum does
    // not.
    #expect(passage(2, -20, 0.1) == 1)
    let rare = passage(2, -1.5, 0.05)
    // The direct part, Phi(-10), dominates: the reflected one is 1/70 of the density there.
    #expect(rare > 7.6e-24 && rare < 9e-24)
  }

  @Test("Perceived risk falls with k, and the tolerated one hides a larger true one")
  func perceived() {
    func risk(_ k: Double) -> Double {
      PerceivedRisk.liquidationProbability(
        healthFactor: 1.5, drift: 0, volatility: 0.8, perceivedRatio: k,
        horizonYears: 30.0 / 365)
    }
    // agents.md, section 4.5: 9.40 % true, 1.41 % at k 0.7, 0.05 % at k 0.5.
    #expect(abs(risk(1) - 0.0940) < 5e-5)
    #expect(abs(risk(0.7) - 0.0141) < 5e-5)
    #expect(abs(risk(0.5) - 0.0005) < 5e-6)
    #expect(abs(PerceivedRisk.trueRisk(tolerance: 0.02, perceivedRatio: 1) - 0.02) < 1e-16)
    #expect(abs(PerceivedRisk.trueRisk(tolerance: 0.02, perceivedRatio: 0.7) - 0.103) < 5e-4)
    // The health factor for a tolerance has that perceived risk without log drift.
    let health = PerceivedRisk.entryHealthFactor(
      tolerance: 0.05, volatility: 0.8, perceivedRatio: 0.7, horizonYears: 0.1)
    let back = PerceivedRisk.firstPassage(
      logDistance: log(health), logDrift: 0, volatility: 0.56, horizonYears: 0.1)
    #expect(abs(back - 0.05) < 1e-14)
  }
}
