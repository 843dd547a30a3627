import Agents
import Cascade
import Markets
import SimulationCore
import TestSupport
import Testing

/// Without feedback, on the same prices, a safer book never has one more liquidated account.
///
/// With feedback it may, since a call that is spared here lets the price fall further there.
@Suite("Monotone without feedback")
struct MonotonicityTests {
  private static let paths = 60

  private func experiment(degreesOfFreedom: Double? = 4) -> SmallExperiment {
    var experiment = SmallExperiment()
    experiment.priceFeedback = false
    experiment.rules.closeFactor = 1
    experiment.degreesOfFreedom = degreesOfFreedom
    var random = TestRandom(seed: 3)
    for _ in 0..<100 {
      experiment.addAccount(
        debtUSD: random.logUniform(500, 100_000), health: random.uniform(1.01, 2))
    }
    return experiment
  }

  /// The liquidated accounts of every path.
  private func liquidated(_ experiment: SmallExperiment) throws -> [Set<Int>] {
    ObservedPath.drawn(try experiment.blueprint(), paths: Self.paths)
      .map { Set($0.accounts(with: .liquidation)) }
  }

  private func expectFewer(_ safer: [Set<Int>], than riskier: [Set<Int>]) {
    for (few, many) in zip(safer, riskier) { #expect(few.isSubset(of: many)) }
    #expect(safer != riskier)
    #expect(safer.contains { !$0.isEmpty })
  }

  @Test("A higher liquidation threshold")
  func threshold() throws {
    let base = experiment()
    var higher = base
    higher.reserves[0].liquidationThreshold = 0.86
    expectFewer(try liquidated(higher), than: try liquidated(base))
  }

  @Test("Less debt")
  func debt() throws {
    let base = experiment()
    var lower = base
    lower.book = AccountBook()
    for account in 0..<base.book.accountCount {
      let leg = Int(base.book.legStart[account])
      lower.book.append(legs: [
        (0, base.book.supplied[leg], 0), (1, 0, 0.97 * base.book.borrowed[leg + 1]),
      ])
    }
    expectFewer(try liquidated(lower), than: try liquidated(base))
  }

  /// In one step a fall of z deviations is smaller when the deviation is; the drift -s^2/2 as well.
  @Test("Less volatility over one step")
  func volatility() throws {
    var base = experiment(degreesOfFreedom: nil)
    base.stepCount = 1
    var calmer = base
    calmer.assets[0] = .init(symbol: "WETH", initialPrice: 2000, volatility: 0.6, drift: 0)
    expectFewer(try liquidated(calmer), than: try liquidated(base))
  }

  @Test("A bonus moves no account over the threshold: with full closes the set stays")
  func bonus() throws {
    let base = experiment()
    var dearer = base
    dearer.reserves[0].liquidationBonus = 0.1
    #expect(try liquidated(base) == liquidated(dearer))
  }
}
