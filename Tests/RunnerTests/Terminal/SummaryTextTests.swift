import Cascade
import Runner
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

  @Test("At 120 characters everything stands in one block")
  func wide() {
    #expect(text(HandMadeRun.result(), width: 120) == "W")
  }

  @Test("At 80 characters the columns that do not fit form a second block")
  func narrow() {
    #expect(text(HandMadeRun.result(), width: 80) == "N")
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
