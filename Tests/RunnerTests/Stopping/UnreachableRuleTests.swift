import Runner
import SimulationCore
import Testing

@Suite("Stopping rules that no number of allowed paths can meet")
struct UnreachableRuleTests {
  private func check(
    _ statistic: String, _ sampling: SamplingMethod, paths: Int, isStrict: Bool = false
  ) throws {
    try StoppingRule.parse("relerr(\(statistic)) < 5%", assets: ["WETH"])
      .check(sampling: sampling, paths: paths, isStrict: isStrict)
  }

  @Test(
    "A rule is refused below the fewest paths with an interval, and not from there on",
    arguments: [
      ("p99(bad_debt_usd)", SamplingMethod.plain, 1_000, 1),
      ("p001(min_price_usd[WETH])", .plain, 10_000, 1),
      ("tail_mean_p99(bad_debt_usd)", .plain, 5_000, 1),
      ("tail_mean_p01(min_price_usd[WETH])", .plain, 5_000, 1),
      ("p97(bad_debt_usd)", .antithetic, 334, 2),
      ("p99(bad_debt_usd)", .quasiRandom, 8_192, 4_096),
      ("p50(bad_debt_usd)", .quasiRandom, 256, 128),
      ("tail_mean_p999(bad_debt_usd)", .quasiRandom, 131_072, 65_536),
    ])
  func fewest(statistic: String, sampling: SamplingMethod, fewest: Int, step: Int) throws {
    try check(statistic, sampling, paths: fewest)
    try check(statistic, sampling, paths: 2 * fewest, isStrict: true)
    let error = #expect(throws: UnreachableRule.self) {
      try check(statistic, sampling, paths: fewest - step)
    }
    #expect(error?.needed == fewest)
    #expect(throws: UnreachableRule.self) {
      try check(statistic, sampling, paths: 2 * fewest - 2, isStrict: true)
    }
  }

  /// The estimators themselves, on values that are all different, with pairs and sets side by side.
  @Test("The fewest paths are those from which on the estimators give an interval")
  func estimators() throws {
    func samples(_ count: Int) -> [any PathSample] {
      let values = (0..<count).map { Double(($0 * 7_919) % 10_007) }
      let designs: [any SampleDesign] = [
        IndependentPaths(), WeightedPaths(pairedPaths: count), ReplicatedPaths(replicates: 16),
      ]
      return designs.map { $0.sample(values) }
    }
    for (probability, plain, plainMean, points) in [
      (0.99, 1_000, 5_000, 8_000), (0.97, 334, 1_667, 2_667), (0.5, 20, 100, 160),
    ] {
      for (place, fewest) in [plain, plain + plain % 2, points].enumerated() {
        #expect(samples(fewest)[place].quantile(probability).halfWidth != nil)
        #expect(samples(fewest - 1 - place % 2)[place].quantile(probability).halfWidth == nil)
      }
      for (place, fewest) in [plainMean, plainMean + plainMean % 2, points].enumerated() {
        #expect(samples(fewest)[place].expectedShortfall(probability).halfWidth != nil)
        #expect(
          samples(fewest - 1 - place % 2)[place].expectedShortfall(probability).halfWidth == nil)
      }
    }
  }

  @Test("Means, chances and weighted paths are not refused")
  func others() throws {
    try check("mean(bad_debt_usd)", .quasiRandom, paths: 16)
    try check("prob(bad_debt_usd > 0)", .quasiRandom, paths: 16)
    try check("p999(bad_debt_usd)", .screened(candidatesPerPath: 10), paths: 20)
    try check("p999(bad_debt_usd)", .mixture(MixtureRequest()), paths: 20)
  }

  @Test("The message says what it takes, what is allowed, and what to do")
  func message() throws {
    let points = #expect(throws: UnreachableRule.self) {
      try check("p99(bad_debt_usd)", .quasiRandom, paths: 4_096)
    }
    #expect(
      points?.description
        == "p99(bad_debt_usd) has no interval below 8,192 paths (run.sampling: qmc), and --max-paths "
        + "allows 4,096: the rule cannot be met; give --max-paths 8192, or take run.sampling: plain, "
        + "which needs 1,000")
    let strict = #expect(throws: UnreachableRule.self) {
      try check("p99(bad_debt_usd)", .plain, paths: 1_500, isStrict: true)
    }
    #expect(
      strict?.description
        == "p99(bad_debt_usd) has no interval below 1,000 paths (run.sampling: plain), and "
        + "--until-strict decides on half of --max-paths, 750: the rule cannot be met; give "
        + "--max-paths 2000")
    let strictPoints = #expect(throws: UnreachableRule.self) {
      try check("p99(bad_debt_usd)", .quasiRandom, paths: 8_192, isStrict: true)
    }
    #expect(
      strictPoints?.description.hasSuffix(
        "give --max-paths 16384, or take run.sampling: plain, which needs 2,000") == true)
    let never = #expect(throws: UnreachableRule.self) {
      try check("p999999999(bad_debt_usd)", .plain, paths: 1_000)
    }
    #expect(never?.description.hasSuffix("cannot be met; no run has as many paths") == true)
  }
}
