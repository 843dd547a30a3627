import Cascade
import Runner
import SimulationCore
import Testing

@Suite("Summary on the terminal")
struct SummaryTextTests {
  private func text(_ result: EnsembleResult, width: Int) -> String {
    let summary = Summary(
      result.outcomes, assets: HandMadeRun.assets, quantiles: HandMadeRun.description.quantiles)
    return SummaryText(
      summary, result: result, description: HandMadeRun.description, width: width
    ).lines.joined(separator: "\n")
  }

  private func rule(_ count: Int) -> String { String(repeating: "─", count: count) }

  // Figures by hand from `HandMadeRun`: p99 is rank 990 of 1,000 with the exact binomial interval of
  // ranks 983 to 997, for prices ranks 10 and 4 to 18; rough where half of it exceeds 10 %.
  @Test("At 120 characters everything stands in one block")
  func wide() {
    #expect(
      text(HandMadeRun.result(), width: 120) == """
        hand-made                                                       slipface 0.1.0 · seed 42 · 1,000 paths · 72 h horizon
        \(rule(117))
                                            mean        p50        p95        p99      p99.9    95% interval of p99
        bad debt                 USD     ~5.05 k          0    ~50.0 k     90.0 k        n/a    [83.0 k, 97.0 k]
        liquidated collateral    USD       150 M      150 M      285 M      297 M        n/a    [295 M, 299 M]
        accounts liquidated                  500        500        950        990        n/a    [983, 997]
        cascade depth            rounds    ~4.50         ~4          9          9        n/a    [9, 9]
        lowest WETH price        USD       2,500      2,500      2,050      2,010        n/a    [2,004, 2,018]   (lower tail)
        peak utilisation         %          95.0       95.0       99.5       99.9        n/a    [99.8, 100.0]
        liquidator profit        USD      6.01 M     6.00 M     11.4 M     11.9 M        n/a    [11.8 M, 12.0 M]
        traders' loss            USD     ~-500 k   ~-1.00 M      449 M      489 M        n/a    [482 M, 496 M]
        p99.9: n/a (needs 10,000 paths)
        ~ rough: the 95% interval is wider than ±10%, or optimistic

        chance of any bad debt   10.0% ± 1.9        VaR (p95) ~$50.0k · EVaR (p99) $90.0k · LaR (p95) $285M
        amplification            1.50 [1.50, 1.50]
        branching ratio          0.250 [0.250, 0.250] by count · 0.500 [0.500, 0.500] by USD
        worst path               #999: bad debt $100k; at least 99.70% of all paths have no more (95% confidence)
        mean bad debt            18.9% of it comes from the worst 1% of paths
        rounds limit             reached on 12 of 1,000 paths: cascades there may go on in later steps
        """)
  }

  @Test("Variances that the cap held are counted in words and in the manifest, where there are any")
  func cappedVariances() {
    var result = HandMadeRun.result()
    #expect(!text(result, width: 120).contains("variance cap"))
    for path in 0..<30 { result.outcomes[path].cappedVariances = 40 + path }
    #expect(
      text(result, width: 120).contains(
        "variance cap             held a variance 1,635 times, on 30 of 1,000 paths"))
  }

  @Test("At 80 characters the columns that do not fit form a second block")
  func narrow() {
    #expect(
      text(HandMadeRun.result(), width: 80) == """
        hand-made                  slipface 0.1.0 · seed 42 · 1,000 paths · 72 h horizon
        \(rule(80))
                                            mean        p50        p95        p99
        bad debt                 USD     ~5.05 k          0    ~50.0 k     90.0 k
        liquidated collateral    USD       150 M      150 M      285 M      297 M
        accounts liquidated                  500        500        950        990
        cascade depth            rounds    ~4.50         ~4          9          9
        lowest WETH price        USD       2,500      2,500      2,050      2,010
        peak utilisation         %          95.0       95.0       99.5       99.9
        liquidator profit        USD      6.01 M     6.00 M     11.4 M     11.9 M
        traders' loss            USD     ~-500 k   ~-1.00 M      449 M      489 M

                                             p99.9    95% interval of p99
        bad debt                 USD           n/a    [83.0 k, 97.0 k]
        liquidated collateral    USD           n/a    [295 M, 299 M]
        accounts liquidated                    n/a    [983, 997]
        cascade depth            rounds        n/a    [9, 9]
        lowest WETH price        USD           n/a    [2,004, 2,018]   (lower tail)
        peak utilisation         %             n/a    [99.8, 100.0]
        liquidator profit        USD           n/a    [11.8 M, 12.0 M]
        traders' loss            USD           n/a    [482 M, 496 M]
        p99.9: n/a (needs 10,000 paths)
        ~ rough: the 95% interval is wider than ±10%, or optimistic

        chance of any bad debt   10.0% ± 1.9
                                 VaR (p95) ~$50.0k · EVaR (p99) $90.0k · LaR (p95) $285M
        amplification            1.50 [1.50, 1.50]
        branching ratio          0.250 [0.250, 0.250] by count
                                 0.500 [0.500, 0.500] by USD
        worst path               #999: bad debt $100k; at least 99.70% of all paths have
                                 no more (95% confidence)
        mean bad debt            18.9% of it comes from the worst 1% of paths
        rounds limit             reached on 12 of 1,000 paths: cascades there may go on
                                 in later steps
        """)
  }

  @Test("No line is longer than the terminal", arguments: [66, 80, 100, 120, 200])
  func width(_ width: Int) {
    for line in text(HandMadeRun.result(), width: width).split(separator: "\n") {
      #expect(line.count <= width, "\(line)")
    }
  }

  @Test("No bad debt at all is a bound, not a zero")
  func zeroHits() {
    var result = HandMadeRun.result()
    for path in result.outcomes.indices { result.outcomes[path].badDebtUSD = 0 }
    // 1 - 0.05^(1/1000) = 0.2991 %.
    #expect(
      text(result, width: 120).contains("chance of any bad debt   < 0.299% (95%, 0 of 1,000)"))
    #expect(!text(result, width: 120).contains("worst path"))
    #expect(!text(result, width: 120).contains("worst 1%"))
  }

  @Test("What independent paths say of the tail is not said of weighted ones")
  func weightedTail() {
    var result = HandMadeRun.result()
    result.design = WeightedPaths(likelihoodRatios: result.outcomes.map { _ in 1 })
    #expect(text(result, width: 120).contains("#999: bad debt $100k\n"))
    #expect(!text(result, width: 120).contains("worst 1%"))
  }

  @Test("Few hits have their exact interval, not a plus-minus")
  func fewHits() {
    var result = HandMadeRun.result()
    for path in result.outcomes.indices { result.outcomes[path].badDebtUSD = path < 3 ? 1 : 0 }
    // Clopper-Pearson for 3 of 1,000: 0.0619 % to 0.8742 %.
    #expect(text(result, width: 120).contains("0.3% [0.1, 0.9]"))
  }

  @Test("An interrupted run says how far it came")
  func partial() {
    #expect(
      text(HandMadeRun.result(paths: 500, requested: 1000), width: 120)
        .contains("500 of 1,000 paths"))
  }

  @Test("Files and figures close the summary")
  func closing() {
    let lines = SummaryText.closing(
      folder: "results/x", files: ResultFile.allCases, paths: 20_000,
      environment: HandMadeRun.environment, timing: HandMadeRun.timing, width: 80)
    #expect(
      lines == [
        "results/x/   summary.csv  paths.csv  assets.csv  timeline.csv  events.csv",
        "             concentration.csv  datapackage.json  manifest.json",
        "done in 21.3 s   939 paths/s   2 threads   peak memory 212 MB",
        "OpenBLAS 0.3.21 (Haswell)",
      ])
  }
}
