import Cascade
import Foundation
import SimulationCore

/// The summary that a run prints on standard output.
package struct SummaryText {
  private let summary: Summary
  private let outcomes: [PathOutcome]
  private let description: RunDescription
  private let result: EnsembleResult
  private let width: Int

  /// `width` in characters a line, at least 66.
  package init(
    _ summary: Summary, result: EnsembleResult, description: RunDescription, width: Int
  ) {
    self.summary = summary
    outcomes = result.outcomes
    self.result = result
    self.description = description
    self.width = max(66, width)
  }

  /// What was found: everything but files and times, the same for every run of the scenario.
  package var lines: [String] {
    let lines = SummaryLine.lines(summary, assets: description.assets)
    let table = table(lines)
    let ruleWidth = min(width, max(table.fullWidth, 80))
    return head(ruleWidth) + [String(repeating: "─", count: ruleWidth)] + table.lines(width: width)
      + missingQuantiles + marks(lines) + [""] + headlines
  }

  /// Folder and files, and what the run took.
  package static func closing(
    folder: String, files: [ResultFile], paths: Int, environment: RunEnvironment,
    timing: RunTiming, width: Int
  ) -> [String] {
    let threads = environment.threads == 1 ? "1 thread" : "\(environment.threads) threads"
    let blas = environment.blasConfiguration.split(separator: " ").prefix(2).joined(separator: " ")
    let rate = timing.pathsPerSecond(paths)
    return flowed(files.map(\.rawValue), gap: "  ", lead: folder + "/   ", width: width)
      + flowed(
        [
          "done in \(NumberText.elapsed(timing.wallSeconds))",
          "\(NumberText.text(rate, .count)) paths/s", threads,
          "peak memory \(NumberText.bytes(timing.peakMemoryBytes))",
          "\(blas) (\(environment.blasCore))",
        ], gap: "   ", lead: "", width: width)
  }

  private func head(_ ruleWidth: Int) -> [String] {
    let done = NumberText.grouped(outcomes.count)
    let paths =
      result.isComplete
      ? "\(done) paths" : "\(done) of \(NumberText.grouped(result.requestedPaths)) paths"
    let facts =
      "slipface \(Version.current) · seed \(description.seed) · \(paths) · "
      + "\(NumberText.significant(description.horizonHours)) h horizon"
    let gap = ruleWidth - description.name.count - facts.count
    return gap >= 2
      ? [description.name + String(repeating: " ", count: gap) + facts] : [description.name, facts]
  }

  private var probabilities: [Double] { Array(Set(description.quantiles)).sorted() }

  private func statistic(_ probability: Double, _ tail: Metric.Tail) -> String {
    Summary.quantileName(tail == .upper ? probability : Summary.mirrored(probability))
  }

  /// `p99.9` for 0.999.
  private func header(_ probability: Double) -> String {
    let name = Summary.quantileName(probability)
    let digits = name.dropFirst()
    return digits.count > 2 ? "p\(digits.prefix(2)).\(digits.dropFirst(2))" : name
  }

  private func table(_ lines: [SummaryLine]) -> WrappedTable {
    func cells(_ statistic: (SummaryLine) -> String) -> [String] {
      lines.map { $0.cell(summary.row($0.metric, statistic($0), asset: $0.asset)) }
    }
    let quantiles = probabilities.map { probability in
      WrappedTable.Column(
        header(probability), cells { statistic(probability, $0.tail) }, minimumWidth: 11)
    }
    let intervals = lines.map { line in
      line.interval(summary.row(line.metric, statistic(0.99, line.tail), asset: line.asset))
    }
    return WrappedTable(
      labels: lines.map { "\($0.label.padded(right: 24)) \($0.unit)".padded(right: 31) },
      columns: [WrappedTable.Column("mean", cells { _ in "mean" }, minimumWidth: 8)] + quantiles
        + [
          WrappedTable.Column(
            "95% interval of p99", intervals, minimumWidth: 27, alignsRight: false)
        ])
  }

  private var missingQuantiles: [String] {
    probabilities.compactMap { probability in
      guard summary.row("bad_debt_usd", statistic(probability, .upper))?.value == nil else {
        return nil
      }
      return "\(header(probability)): \(needs(probability))"
    }
  }

  private func needs(_ probability: Double) -> String {
    // Point sets need more, of powers of two.
    guard !result.isQuasiRandom else { return "n/a (needs more paths)" }
    let paths = pathsForQuantile(probability: probability)
    return "n/a (needs \(NumberText.grouped(paths)) paths)"
  }

  private func marks(_ lines: [SummaryLine]) -> [String] {
    let rows = lines.flatMap { line in
      (["mean"] + probabilities.map { statistic($0, line.tail) }).compactMap {
        summary.row(line.metric, $0, asset: line.asset)
      }
    }.filter { $0.value != nil }
    var texts: [String] = []
    if rows.contains(where: { $0.note != "heavy" && SummaryLine.isRough($0) }) {
      texts.append("~ rough: the 95% interval is wider than ±10%, or optimistic")
    }
    if rows.contains(where: { $0.note == "heavy" && !SummaryLine.isBelowPrintedDigits($0) }) {
      texts.append("! carried by a few paths: read the quantiles instead")
    }
    return texts
  }

  private var headlines: [String] {
    let names = tradeNames
    let chance = lead("chance of any bad debt") + chanceOfBadDebt
    let joined = chance + "        " + names.joined(separator: " · ")
    var lines =
      joined.count <= width
      ? [joined] : [chance] + flowed(names, gap: " · ", lead: lead(""), width: width)
    lines.append(lead("amplification") + ratio("amplification"))
    lines += flowed(
      ["\(ratio("branching_ratio")) by count", "\(ratio("branching_ratio_usd")) by USD"],
      gap: " · ", lead: lead("branching ratio"), width: width)
    lines += tail + sampling
    if let looks = result.looks {
      lines += sentence(looks.sentence, "paths")
      if looks.isStrict && looks.isMet {
        lines += sentence(
          "paths \(NumberText.grouped(looks.paths)) and on, which took no part in the decision",
          "reported")
      }
    }
    lines += counted("rounds limit", \.roundsCappedSteps) { paths in
      "reached on \(paths): cascades there may go on in later steps"
    }
    lines += counted("clamped prices", \.clampedPrices) { "on \($0)" }
    lines += counted("variance cap", \.cappedVariances) { paths in
      "held a variance \(NumberText.grouped(result.cappedVariances)) times, on \(paths)"
    }
    return lines
  }

  /// The worst path, and what plain paths say of the tail that no quantile and no interval shows.
  private var tail: [String] {
    guard let worst = outcomes.max(by: { $0.badDebtUSD < $1.badDebtUSD }), worst.badDebtUSD > 0
    else { return [] }
    let loss = "#\(worst.path): bad debt $\(NumberText.money(worst.badDebtUSD))"
    guard result.design is IndependentPaths else { return [lead("worst path") + loss] }
    let below = 100 * shareBelowWorst(count: outcomes.count)
    let decimals = max(0, 1 - Int(log10(100 - below).rounded(.down)))
    let bound = NumberText.fixed(below, decimals: decimals)
    let lines = sentence(
      "\(loss); at least \(bound)% of all paths have no more (95% confidence)", "worst path")
    guard let share = shareOfLargest(outcomes.map(\.badDebtUSD)) else { return lines }
    return lines
      + sentence(
        "\(NumberText.significant(100 * share))% of it comes from the worst 1% of paths",
        "mean bad debt")
  }

  /// Words that flow beside a label.
  private func sentence(_ text: String, _ label: String) -> [String] {
    flowed(
      text.split(separator: " ").map(String.init), gap: " ", lead: lead(label), width: width)
  }

  private func counted(
    _ label: String, _ value: KeyPath<PathOutcome, Int>, _ text: (String) -> String
  ) -> [String] {
    let hits = outcomes.count { $0[keyPath: value] > 0 }
    guard hits > 0 else { return [] }
    let share =
      "\(NumberText.grouped(hits)) of \(NumberText.grouped(outcomes.count)) paths"
    return sentence(text(share), label)
  }

  /// How the paths of a weighted or paired run came about, and how many plain paths it is worth.
  private var sampling: [String] {
    var origin: [String] = []
    if let screened = result.screened {
      origin = ["screened from \(NumberText.grouped(screened.candidateCount)) candidates"]
    } else if let mixed = result.mixed {
      let mean = WeightSummary(mixed.weights).sumOverCount
      origin = ["mixture with likelier crashes, mean weight \(NumberText.fixed(mean, decimals: 3))"]
    } else if result.isPaired {
      origin = ["antithetic pairs"]
    }
    if result.isQuasiRandom, let worth = result.worth {
      let texts = [
        worth.chance.map { "\(NumberText.grouped($0)) for the chance of bad debt" },
        worth.mean.map { "\(NumberText.grouped($0)) for its mean" },
      ].compactMap { $0 }
      let words =
        "\(QuasiRandomPaths.replicateCount) scrambled point sets"
        + (texts.isEmpty ? "" : "; worth plain paths: \(texts.joined(separator: ", "))")
      return flowed(
        words.split(separator: " ").map(String.init), gap: " ", lead: lead("sampling"),
        width: width)
    }
    guard !origin.isEmpty, let design = result.design as? WeightedPaths else { return [] }
    let sample = design.sample(outcomes.map(\.badDebtUSD))
    let marks = [
      ("the chance of bad debt", 0), ("its p99", sample.quantile(0.99).value),
      ("its p99.9", sample.quantile(0.999).value),
    ].compactMap { name, value -> (name: String, value: Double)? in
      // At zero a quantile would be the chance again.
      guard let value, value > 0 || name == "the chance of bad debt" else { return nil }
      return (name, value)
    }
    func list(_ paths: (Double) -> Double?) -> String {
      marks.compactMap { mark in
        paths(mark.value).map { "\(NumberText.grouped($0)) for \(mark.name)" }
      }.joined(separator: ", ")
    }
    let weights = WeightSummary(design.pathWeights)
    let body = "effective sample size \(NumberText.grouped(weights.effectiveSampleSize))"
    let tail = list { sample.tailSampleSize(above: $0) }
    let worth = [
      list { sample.plainPaths(above: $0) },
      sample.plainPathsForMean.map { "\(NumberText.grouped($0)) for its mean" } ?? "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    // Paths of one weight have no other size than their number.
    let sizes = result.isPaired ? [] : [tail.isEmpty ? body : "\(body), of the tail \(tail)"]
    let texts = origin + sizes + (worth.isEmpty ? [] : ["worth plain paths: \(worth)"])
    return sentence(texts.joined(separator: "; "), "sampling")
  }

  private func lead(_ label: String) -> String { label.padded(right: 24) + " " }

  private var chanceOfBadDebt: String {
    let count = outcomes.count
    let hits = outcomes.count { $0.badDebtUSD > 0 }
    if hits == 0, let screened = result.screened {
      return "none on \(NumberText.grouped(count)) paths of "
        + "\(NumberText.grouped(screened.candidateCount)) candidates"
    }
    if hits == 0, result.isQuasiRandom {
      return "none on \(NumberText.grouped(count)) paths of point sets"
    }
    if hits == 0, result.mixed != nil {
      return "none on \(NumberText.grouped(count)) paths of a mixture"
    }
    if hits == 0, count > 0 {
      let bound =
        100
        * BinomialInterval.zeroHitUpperBound(
          count: result.isPaired ? (count + 1) / 2 : count, level: 0.95)
      return "< \(NumberText.significant(bound))% (95%, 0 of \(NumberText.grouped(count)))"
    }
    guard let row = summary.row("bad_debt_usd", "prob_positive"), let value = row.value else {
      return "n/a"
    }
    guard let low = row.low, let high = row.high else {
      return "\(NumberText.significant(100 * value))%"
    }
    guard result.design.weights == nil, !result.isPaired, !result.isQuasiRandom else {
      // Who reads no further than this line must see that few paths made it.
      let mark = row.note == nil ? "" : "~"
      return
        "\(mark)\(NumberText.significant(100 * value))% [\(NumberText.significant(100 * low)), "
        + "\(NumberText.significant(100 * high))]"
    }
    let halfWidth = 50 * (high - low)
    let decimals = halfWidth >= 0.1 ? 1 : halfWidth >= 0.01 ? 2 : 3
    func percent(_ share: Double) -> String { NumberText.fixed(100 * share, decimals: decimals) }
    if min(hits, count - hits) < 10 {
      return "\(percent(value))% [\(percent(low)), \(percent(high))]"
    }
    return "\(percent(value))% ± \(NumberText.fixed(halfWidth, decimals: decimals))"
  }

  private var tradeNames: [String] {
    [
      ("VaR", "bad_debt_usd", 0.95), ("EVaR", "bad_debt_usd", 0.99),
      ("LaR", "liquidated_collateral_usd", 0.95),
    ].map { name, metric, probability in
      let statistic = Summary.quantileName(probability)
      let row = summary.row(metric, statistic)
      let value =
        row?.value.map { "$" + NumberText.money($0) } ?? needs(probability)
      return
        "\(name) (\(statistic)) \(row.map { SummaryLine.isRough($0) } == true ? "~" : "")\(value)"
    }
  }

  private func ratio(_ metric: String) -> String {
    guard let row = summary.row(metric, "ratio"), let value = row.value else { return "n/a" }
    guard let low = row.low, let high = row.high else { return NumberText.significant(value) }
    // Neither can be negative; Fieller's interval does not know that.
    return "\(NumberText.significant(value)) "
      + "[\(NumberText.significant(max(0, low))), \(NumberText.significant(high))]"
  }
}
