import Foundation
import SimulationCore
import TestSupport
import Testing

@Suite("Studies and backtests")
struct StudyTests {
  @Test("Indices of a function with known ones")
  func ishigami() throws {
    // Pseudo-random designs of 8,192 points: the error of an index is about 1/sqrt(N) = 0.011.
    let function = IshigamiFunction(a: 7, b: 0.1)
    let count = 8192
    func point(_ row: Int, _ matrix: UInt32) -> [Double] {
      (0..<3).map {
        let u = PathRandom(seed: 8, path: UInt32(row)).uniform(.choice, UInt32($0), matrix)
        return Double.pi * (2 * u - 1)
      }
    }
    func value(_ x: [Double]) -> Double { function((x[0], x[1], x[2])) }
    let a = (0..<count).map { point($0, 0) }
    let b = (0..<count).map { point($0, 1) }
    let crossed = (0..<3).map { axis in
      zip(a, b).map { left, right in
        var mixed = left
        mixed[axis] = right[axis]
        return value(mixed)
      }
    }
    let indices = try #require(
      SobolIndices(a: a.map(value), b: b.map(value), crossed: crossed))
    for axis in 0..<3 {
      #expect(abs(indices.first[axis] - function.first[axis]) < 0.045)
      #expect(abs(indices.firstJansen[axis] - function.first[axis]) < 0.045)
      #expect(abs(indices.total[axis] - function.total[axis]) < 0.045)
    }
    #expect(SobolIndices(a: [1, 1], b: [1, 1], crossed: []) == nil)
  }

  @Test("Elementary effects of a plane are its slopes")
  func plane() throws {
    let points = [[[0.0, 0], [0.5, 0], [0.5, 0.5]], [[1.0, 1], [1, 0.5], [0.5, 0.5]]]
    let results = points.map { $0.map { 3 * $0[0] - 2 * $0[1] } }
    let effects = try #require(ElementaryEffects(points: points, results: results))
    #expect(effects.mean == [3, -2])
    #expect(effects.meanSize == [3, 2])
    #expect(effects.deviation == [0, 0])
    #expect(ElementaryEffects(points: [[[0, 0], [1, 1]]], results: [[0, 1]]) == nil)
  }

  @Test("The best design gets a share, ties have no answer")
  func budget() throws {
    let two = try #require(ComputingBudget(means: [2, 1], deviations: [1, 1]))
    #expect(two.best == 1)
    // Two designs with equal noise: equal shares.
    #expect(two.shares == [0.5, 0.5])
    #expect(ComputingBudget(means: [1, 1], deviations: [1, 1]) == nil)
    #expect(ComputingBudget(means: [1, 2], deviations: [1, 0]) == nil)
  }

  @Test(
    "The fewest paths that accept a count of exceedances of p99",
    arguments: [(0, 299), (5, 1049), (20, 2902)])
  func chanceConstraint(exceedances: Int, paths: Int) {
    let enough = ChanceConstraint(exceedances: exceedances, paths: paths, probability: 0.99)
    #expect(enough.isAccepted)
    #expect(enough.pathsNeeded == paths)
    let short = ChanceConstraint(exceedances: exceedances, paths: paths - 1, probability: 0.99)
    #expect(!short.isAccepted)
    #expect(ChanceConstraint(exceedances: 3, paths: 3, probability: 0.99).upperBound == 1)
  }

  @Test("Equal points all stay on a front")
  func front() {
    #expect(paretoFront([[1, 2], [2, 1], [1, 2], [2, 2]]) == [0, 1, 2])
    #expect(paretoFront([]) == [])
  }

  @Test("Adjusted p values are never below the raw ones and never cross")
  func pValues() {
    let raw = [0.01, 0.04, 0.03, 0.005]
    let adjusted = MultipleComparisons(raw)
    // By hand: Holm 3 x 0.01, then 2 x 0.03 for the two largest; Benjamini-Hochberg
    // 4 x 0.005, 4 x 0.01 / 2, 0.04.
    for (got, expected) in [
      (adjusted.bonferroni, [0.04, 0.16, 0.12, 0.02]), (adjusted.holm, [0.03, 0.06, 0.06, 0.02]),
      (adjusted.benjaminiHochberg, [0.02, 0.04, 0.04, 0.02]),
    ] {
      for (left, right) in zip(got, expected) { #expect(agree(left, right, relative: 1e-14)) }
    }
    #expect(MultipleComparisons([]).holm == [])
  }

  @Test("No breach in 250 days at one percent: rejected by chi-square, not by the exact test")
  func noBreach() {
    let test = UnconditionalCoverage(breaches: 0, observations: 250, probability: 0.01)
    #expect(abs(test.likelihoodRatio - 5.025) < 1e-3)
    #expect(abs(test.pValue - 0.025) < 1e-3)
    #expect(test.exactPValue > 0.1)
  }

  @Test("Breaches in a row are not independent")
  func clustered() {
    let clustered = (0..<400).map { $0 % 100 < 8 }
    let spread = (0..<400).map { $0 % 12 == 0 }
    #expect(ConditionalCoverage(breaches: clustered, probability: 0.08).independencePValue < 1e-6)
    #expect(ConditionalCoverage(breaches: spread, probability: 0.08).independencePValue > 0.005)
    #expect(ConditionalCoverage(breaches: spread, probability: 0.08).transitions[3] == 0)
  }

  @Test("A score that ranks perfectly, one that says nothing")
  func alarms() throws {
    let labels = [true, true, false, false]
    let perfect = try #require(RankedAlarms(scores: [4, 3, 2, 1], isEvent: labels))
    #expect(perfect.areaUnderCurve == 1)
    #expect(perfect.averagePrecision == 1)
    #expect(perfect.areaStandardError == 0)
    let useless = try #require(RankedAlarms(scores: [1, 1, 1, 1], isEvent: labels))
    #expect(useless.areaUnderCurve == 0.5)
    #expect(useless.averagePrecision == useless.prevalence)
    #expect(RankedAlarms(scores: [1, 2], isEvent: [true, false]) == nil)
  }
}
