import Cascade
import Foundation
import Runner
import SimulationCore
import TestSupport
import Testing

@Suite("Runs that stop when they know enough")
struct LookedRunTests {
  /// Price paths alone: the metric is the lowest price of WETH.
  private func ensemble(paths: Int, threads: Int = 2) throws -> Ensemble {
    var experiment = SmallExperiment()
    experiment.stepCount = 5
    var ensemble = Ensemble(try experiment.blueprint(), paths: paths, threads: threads)
    ensemble.timelineEverySteps = 5
    return ensemble
  }

  private func rule(_ text: String) throws -> StoppingRule {
    try StoppingRule.parse(text, assets: ["WETH", "USDC"])
  }

  @Test(
    "A run stops at a doubling, and its paths are those of a plain run of that length",
    .enabled(if: isOptimised))
  func stops() throws {
    // The relative error is near 4 % at 1,024 paths: 1.2 % takes about ten times as many.
    let rule = try rule("relerr(mean(max_drawdown_pct[WETH])) < 1.2%")
    var news: [LookReport] = []
    let stopped = try ensemble(paths: 50_000).run(
      until: rule, onLook: { news.append($0) })
    let looks = try #require(stopped.looks)
    #expect(looks.isMet)
    #expect(looks.allowed == 7)
    #expect(stopped.outcomes.count == 1024 << (looks.looks - 1))
    #expect((2...6).contains(looks.looks))
    #expect(stopped.isComplete)
    #expect(news.count == looks.looks)
    #expect(news.dropLast().allSatisfy { !$0.isMet && $0.relativeError ?? 0 >= 0.012 })
    let first = try #require(news.first)
    #expect(first.news.hasPrefix("look 1 of 7, 1,024 paths: relative error"))
    #expect(first.news.contains("the target may take about"))
    let plain = try ensemble(paths: stopped.outcomes.count).run()
    #expect(stopped.outcomes.map { $0.path } == plain.outcomes.map { $0.path })
    #expect(
      stopped.outcomes.map { $0.assets[0].minPriceUSD }
        == plain.outcomes.map { $0.assets[0].minPriceUSD })
    #expect(stopped.timeline.values == plain.timeline.values)
    #expect(stopped.timeline.pathCount == plain.timeline.pathCount)
    // Any number of workers and any size of blocks stop there too.
    var other = try ensemble(paths: 50_000, threads: 1)
    other.blockPaths = 7
    #expect(try other.run(until: rule).outcomes.count == stopped.outcomes.count)
    #expect(
      looks.sentence.hasPrefix("stopped at look \(looks.looks) of 7: relative error"))
  }

  @Test("A strict run reports the paths after those that decided", .enabled(if: isOptimised))
  func strict() throws {
    let rule = try rule("relerr(mean(max_drawdown_pct[WETH])) < 1.2%")
    let plain = try ensemble(paths: 50_000).run(until: rule)
    let used = plain.outcomes.count
    let strict = try ensemble(paths: 50_000).run(until: rule, isStrict: true)
    #expect(strict.outcomes.map(\.path) == Array(used..<2 * used))
    #expect(strict.looks?.isMet == true)
    #expect(strict.looks?.paths == used)
    #expect(strict.timeline.pathCount == min(used, Timeline.maximumPaths))
    #expect(
      strict.timeline.values.count
        == strict.timeline.pathCount * Timeline.columns(assetCount: 2).count)
  }

  @Test("A target that is not reached leaves all paths and says so")
  func notReached() throws {
    let rule = try rule("relerr(mean(max_drawdown_pct[WETH])) < 0.01%")
    let result = try ensemble(paths: 3000).run(until: rule)
    #expect(result.outcomes.count == 3000)
    #expect(result.looks?.isMet == false)
    #expect(result.looks?.looks == 3)
    #expect(result.looks?.sentence.hasPrefix("ended after look 3 of 3: relative error") == true)
    #expect(result.looks?.sentence.hasSuffix(": the rule was not met") == true)
  }

  @Test("A statistic that cannot be quoted yet is waited for", .enabled(if: isOptimised))
  func waits() throws {
    // p99.9 needs 10,000 paths: the first look that can read it is at 16,384.
    let rule = try rule("relerr(p001(min_price_usd[WETH])) < 50%")
    let result = try ensemble(paths: 40_000).run(until: rule)
    #expect(result.outcomes.count == 16_384)
    #expect(result.looks?.looks == 5)
  }

  @Test("A zero has no relative error: a message without a floor, its bound with one")
  func zero() throws {
    let bare = try rule("relerr(p99(bad_debt_usd)) < 5%")
    let error = #expect(throws: ZeroStatistic.self) {
      try ensemble(paths: 3000).run(until: bare)
    }
    #expect(
      error?.description
        == "relerr(p99(bad_debt_usd)) does not exist: p99(bad_debt_usd) is 0 after 1,024 paths; say "
        + "from which size on an error counts: relerr(p99(bad_debt_usd), floor=10000)")
    // Nobody owes anything: the interval of the quantile is [0, 0].
    let floored = try rule("relerr(p99(bad_debt_usd), floor=1e4) < 5%")
    #expect(try ensemble(paths: 3000).run(until: floored).looks?.relativeError == 0)
  }

  @Test("A run that is stopped by hand keeps what it has")
  func interrupted() throws {
    let rule = try rule("relerr(mean(max_drawdown_pct[WETH])) < 1.2%")
    let result = try ensemble(paths: 50_000).run(until: rule, shouldStop: { true })
    #expect(!result.isComplete)
    #expect(result.looks?.looks == 0)
    #expect(result.looks?.isMet == false)
  }

  @Test("Summary and manifest say how the run ended", .enabled(if: isOptimised))
  func reported() throws {
    let rule = try rule("relerr(mean(max_drawdown_pct[WETH])) < 1.2%")
    let result = try ensemble(paths: 50_000).run(until: rule, isStrict: true)
    let text = HandMadeRun.text(of: result)
    #expect(text.contains("stopped at look"))
    #expect(text.contains("which took no part in the decision"))
    let folder = try HandMadeRun.write(result)
    let manifest = try JSONDecoder().decode(
      [String: JSONValue].self, from: Data(try folder.text("out/manifest.json").utf8))
    guard case .object(let until)? = manifest["until"] else {
      Issue.record("the manifest has no looks")
      return
    }
    #expect(until["met"] == .boolean(true))
    #expect(until["strict"] == .boolean(true))
    #expect(until["rule"] == .string(rule.text))
    #expect(until["looks"] == .number(6))
    let json = HandMadeRun.summary(of: result).json(
      description: HandMadeRun.descriptionWithoutHoldings, result: result,
      outputs: [], elapsedSeconds: 1, warnings: [])
    #expect(json.compact.contains("\"until\":{\"rule\":"))
  }
}
