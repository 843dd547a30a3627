import Agents
import Foundation
import Testing

@Suite("Herding and panic")
struct HerdingTests {
  private let herd = Herding(frightRate: 0.05, calmingRate: 0.25, contagionRate: 0.15)

  @Test("The moments start at the state and end at the stationary law")
  func limits() {
    let now = herd.moments(from: 0.3, after: 0)
    #expect(abs(now.mean - 0.3) < 1e-16)
    #expect(now.variance < 1e-16)
    let late = herd.moments(from: 0.3, after: 1000)
    // Beta(1/3, 5/3): mean 1/6, variance a b / ((a + b)^2 (a + b + 1)) = (5/9) / (4 * 3).
    #expect(abs(late.mean - 1.0 / 6) < 1e-15)
    #expect(abs(late.variance - 5.0 / 108) < 1e-15)
    #expect(abs(herd.stationaryVariance() - 5.0 / 108) < 1e-16)
    #expect(abs(herd.stationaryMean - 1.0 / 6) < 1e-16)
  }

  @Test("Two steps have the moments of one of both lengths")
  func composition() {
    // E[E[x | later]] is linear in x, so it composes; so does the second moment through its mean.
    let first = herd.moments(from: 0.2, after: 0.5)
    let second = herd.moments(from: first.mean, after: 0.7)
    let both = herd.moments(from: 0.2, after: 1.2)
    #expect(abs(second.mean - both.mean) < 1e-15)
    // Var = E[Var | first] + Var(E | first): the conditional second moment is quadratic in x with
    // leading factor exp(-2 (theta + h) t), the conditional mean linear with factor exp(-theta t).
    let decay = exp(-2 * 0.45 * 0.7)
    #expect(abs(second.variance + decay * first.variance - both.variance) < 1e-15)
  }

  @Test("Without any rate but contagion the mean stays and the state spreads to the ends")
  func contagionOnly() {
    let pure = Herding(frightRate: 0, calmingRate: 0, contagionRate: 0.15)
    let late = pure.moments(from: 0.3, after: 1000)
    #expect(late.mean == 0.3)
    #expect(abs(late.variance - 0.21) < 1e-15)
    let frozen = Herding(frightRate: 0, calmingRate: 0, contagionRate: 0)
    #expect(frozen.moments(from: 0.3, after: 5) == (0.3, 0))
  }

  @Test("The matched Beta law has the moments asked for, and there is none for a point")
  func matched() throws {
    let beta = try #require(Herding.matchedBeta(mean: 0.2, variance: 0.01))
    let sum = beta.alpha + beta.beta
    #expect(abs(beta.alpha / sum - 0.2) < 1e-15)
    #expect(abs(beta.alpha * beta.beta / (sum * sum * (sum + 1)) - 0.01) < 1e-16)
    #expect(Herding.matchedBeta(mean: 0.2, variance: 0) == nil)
    #expect(Herding.matchedBeta(mean: 0.2, variance: 0.17) == nil)
  }

  @Test("The long-run law of finitely many agents balances in detail")
  func detailedBalance() {
    let agents = 20
    let law = herd.stationaryProbabilities(agents: agents)
    #expect(abs(law.reduce(0, +) - 1) < 1e-14)
    for fearful in 0..<agents {
      let (x, calm) = (Double(fearful), Double(agents - fearful))
      let up = law[fearful] * calm * (0.05 + 0.15 * x)
      let down = law[fearful + 1] * (x + 1) * (0.25 + 0.15 * (calm - 1))
      #expect(abs(up / down - 1) < 1e-12)
    }
  }

  @Test("Losses and liquidations frighten, and nothing else changes")
  func stress() {
    let stressed = herd.stressed(
      loss: 2, liquidated: 0.5, lossSensitivity: 1, liquidationSensitivity: 2)
    #expect(stressed.frightRate == 0.05 * 4)
    #expect(stressed.calmingRate == 0.25)
    #expect(
      herd.stressed(loss: 9, liquidated: 9, lossSensitivity: 0, liquidationSensitivity: 0) == herd)
  }

  @Test("The panic hazard rises with drawdown and fear up to its cap")
  func panic() {
    let hazard = PanicHazard(
      baseline: 0.002, drawdownSensitivity: 0.6, herdSensitivity: 3, cap: 24)
    #expect(hazard.rate(drawdown: 0, herdExcess: 0) == 0.002)
    // agents.md, section 13: two to four times the usual in a sharp fall, here of two deviations.
    #expect(abs(hazard.rate(drawdown: 2, herdExcess: 0) / 0.002 - exp(1.2)) < 1e-13)
    #expect(hazard.rate(drawdown: 40, herdExcess: 1) == 24)
    let off = PanicHazard(baseline: 0, drawdownSensitivity: 0.6, herdSensitivity: 3, cap: 24)
    #expect(off.rate(drawdown: 10, herdExcess: 1) == 0)
  }
}
