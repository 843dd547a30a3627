import Cascade
import Foundation
import Runner
import SimulationCore
import Testing

@Suite("Stopping rules as they are written")
struct StoppingExpressionTests {
  private let assets = ["WETH", "USDC"]

  @Test("Statistics, assets, floors, blanks and both spellings of a share are read")
  func reads() throws {
    let plain = try StoppingRule.parse("relerr(p99(bad_debt_usd)) < 5%", assets: assets)
    #expect(plain.statistic.kind == .quantile(0.99))
    #expect(plain.statistic.metric == "bad_debt_usd")
    #expect(plain.target == 0.05)
    #expect(plain.floor == nil)
    let spaced = try StoppingRule.parse(
      "  relerr ( prob( bad_debt_usd > 1e4 ) , floor = 0.001 ) < 0.1 ", assets: assets)
    #expect(spaced.statistic.kind == .probability(above: 10_000))
    #expect(spaced.floor == 0.001)
    #expect(spaced.target == 0.1)
    #expect(spaced.text == "relerr ( prob( bad_debt_usd > 1e4 ) , floor = 0.001 ) < 0.1")
    let asset = try StoppingRule.parse("relerr(p01(min_price_usd[USDC])) < 1%", assets: assets)
    #expect(asset.statistic.asset == 1)
    #expect(asset.statistic.text == "p01(min_price_usd[USDC])")
    let tail = try StoppingRule.parse("relerr(tail_mean_p999(gas_usd)) < 2e-1", assets: assets)
    #expect(tail.statistic.kind == .tailMean(0.999))
    #expect(tail.target == 0.2)
    let negative = try StoppingRule.parse(
      "relerr(prob(trader_loss_usd>-1e+3)) < 20%", assets: assets)
    #expect(negative.statistic.kind == .probability(above: -1000))
  }

  @Test(
    "A bad rule is refused with its place, the reason and what may have been meant",
    arguments: [
      ("relerr(p99(bad_debt_us)) < 5%", 11, "unknown metric", "did you mean bad_debt_usd?"),
      ("relerr(p99(bad_debt_usd) < 5%", 25, "expected ')', found '< 5%'", nil),
      ("relerr(q99(bad_debt_usd)) < 5%", 7, "unknown statistic 'q99'", "did you mean p99?"),
      ("relerr(p9(bad_debt_usd)) < 5%", 7, "unknown statistic 'p9'", "did you mean p95?"),
      ("relerr(p00(bad_debt_usd)) < 5%", 7, "unknown statistic 'p00'", nil),
      ("relerr(p99(bad_debt_usd)) < 5", 28, "between 0 and 100%", "did you mean 5%?"),
      ("relerr(p99(bad_debt_usd)) < 100%", 28, "between 0 and 100%", ""),
      (
        "relerr(mean(bad_debt_usd[WETH])) < 5%", 24, "whole path",
        "by asset: asset_bad_debt_usd[WETH]"
      ),
      ("relerr(mean(gas_usd[WETH])) < 5%", 19, "metric of the whole path", ""),
      ("relerr(p99(bad_debt_usd)) < 0%", 28, "between 0 and 100%", nil),
      ("relerr(p99(bad_debt_usd)) < -5%", 28, "between 0 and 100%", nil),
      ("relerr(p99(bad_debt_usd)) > 5%", 26, "expected '<', found '> 5%'", nil),
      ("relerr(p99(bad_debt_usd)) < x", 28, "expected a number, found 'x'", nil),
      ("relerr(p99(bad_debt_usd)) < 5% x", 31, "expected the end of the rule", nil),
      ("relerr(p99(bad_debt_usd), flor=3) < 5%", 26, "unknown option 'flor'", nil),
      ("relerr(p99(bad_debt_usd), floor=0) < 5%", 32, "above 0", nil),
      ("relerr(prob(bad_debt_usd)) < 5%", 24, "expected '>', found '))", nil),
      ("relerr(p01(min_price_usd)) < 5%", 24, "one asset", "example: min_price_usd[WETH]"),
      ("relerr(p01(min_price_usd[WTH])) < 5%", 25, "unknown asset", "did you mean WETH?"),
      ("relerr(mean(amplification)) < 5%", 12, "ratio over all paths", nil),
      ("relerr(p99(path)) < 5%", 11, "unknown metric 'path'", nil),
      ("p99(bad_debt_usd) < 5%", 0, "starts with relerr", nil),
      ("", 0, "starts with relerr", nil),
    ] as [(String, Int, String, String?)])
  func refuses(text: String, position: Int, message: String, suggestion: String?) throws {
    let error = try #require(
      #expect(throws: ExpressionError.self) {
        try StoppingRule.parse(text, assets: assets)
      })
    #expect(error.position == position)
    #expect(error.message.contains(message))
    if let suggestion { #expect(error.suggestion ?? "" == suggestion) }
    #expect(error.description.contains("at character \(position + 1)"))
  }

  @Test("Texts of any kind are read or refused, never worse")
  func hostile() {
    let parts = [
      "relerr", "(", ")", "p99", "mean", "prob", "bad_debt_usd", ",", "floor", "=", "<", ">", "5",
      "%", "1e999", "-", "é", "\u{0}", " ", "[", "]", "WETH", "99999999999999999999",
    ]
    for seed in 0..<2000 {
      let random = PathRandom(seed: 1, path: UInt32(seed))
      let count = Int(random.uniform(.choice, 0) * 14)
      let text = (0..<count).map { index in
        parts[Int(random.uniform(.choice, UInt32(index + 1)) * Double(parts.count))]
      }.joined()
      _ = try? StoppingRule.parse(text, assets: assets)
    }
  }

  @Test("The relative error of an estimate, with and without a floor")
  func readings() throws {
    let bare = try StoppingRule.parse("relerr(mean(gas_usd)) < 5%", assets: assets)
    let floored = try StoppingRule.parse("relerr(mean(gas_usd), floor=200) < 5%", assets: assets)
    let estimate = IntervalEstimate(value: 100, low: 90, high: 130)
    #expect(bare.reading(estimate) == .relativeError(0.2))
    #expect(floored.reading(estimate) == .relativeError(0.1))
    let negative = IntervalEstimate(value: -100, low: -130, high: -90)
    #expect(bare.reading(negative) == .relativeError(0.2))
    let zero = IntervalEstimate(value: 0, low: 0, high: 50)
    #expect(bare.reading(zero) == .zero)
    #expect(floored.reading(zero) == .relativeError(0.25))
    #expect(bare.reading(.unavailable(.fewTail)) == .tooFewPaths)
    #expect(
      bare.reading(IntervalEstimate(value: 1, low: 0, high: nil, note: .noUpper)) == .tooFewPaths)
  }
}
