import Foundation

/// The Student-t copula of the rows of returns, whatever the assets' own laws are.
///
///     x_i = quantile of T_nu at rank / (rows + 1),   x multivariate t with nu degrees of freedom
///
/// The ranks stand for the unknown own laws. Correlations are the most likely ones of the x for the nu
/// that is most likely for them, in two rounds.
///
/// - Cost: about 60 passes over the rows, each with as many quantiles of a t law as there are rows.
/// - Source: C. Genest, K. Ghoudi, L.-P. Rivest, Biometrika 82 (1995), for the ranks; S. Demarta,
///   A. McNeil, International Statistical Review 73 (2005), section 4.
package struct StudentTCopulaFit: Sendable {
  package let degreesOfFreedom: Estimate
  package let correlation: [[Double]]

  private static let range = 2.05...200.0

  /// `[asset][row]`; `nil` where one asset's returns follow from the others'.
  package init?(_ columns: [[Double]]) {
    let ranks = Ranks(columns)
    let count = columns.count
    let bounds = log(Self.range.lowerBound)...log(Self.range.upperBound)
    var nu = 6.0
    var matrix: [[Double]] = []
    var error: Double?
    for round in 0..<2 {
      guard let law = MultivariateTFit(ranks.quantiles(nu), held: nu),
        let factor = BLAS.choleskyFactor(law.correlation.flatMap { $0 }, count: count)
      else { return nil }
      func value(_ nu: Double) -> Double { -ranks.logLikelihood(nu, factor) }
      let least = BoxMinimum(
        [.init(start: log(nu), step: 0.2, in: bounds)], tolerance: round == 0 ? 0.2 : 0.02,
        of: { value(exp($0[0])) })
      nu = exp(least.point[0])
      matrix = law.correlation
      error =
        ObservedInformation(
          at: [nu], scales: [nu / Double(ranks.rowCount).squareRoot()], bounds: [Self.range],
          of: { value($0[0]) }
        ).standardErrors[0]
    }
    degreesOfFreedom = Estimate(nu, standardError: error)
    correlation = matrix
  }
}

/// Ranks of each column's entries.
private struct Ranks {
  /// Twice the rank from 1 on, so that equal entries have the mean of theirs: `[asset][row]`.
  private let doubled: [[Int]]
  let rowCount: Int

  init(_ columns: [[Double]]) {
    rowCount = columns[0].count
    doubled = columns.map { column in
      let order = column.indices.sorted { (column[$0], $0) < (column[$1], $1) }
      var ranks = [Int](repeating: 0, count: column.count)
      var first = 0
      for end in 1...order.count
      where end == order.count || column[order[end]] != column[order[first]] {
        for place in first..<end { ranks[order[place]] = first + 1 + end }
        first = end
      }
      return ranks
    }
  }

  /// Quantiles of a t law, by twice the rank.
  private func table(_ nu: Double) -> [Double] {
    let law = StudentTDistribution(degreesOfFreedom: nu)
    let (last, parts) = (2 * rowCount, 16)
    // The law is symmetric: the lower half has them all.
    let lower = parallelMap(parts) { part -> [Double] in
      (part * (rowCount + 1) / parts..<(part + 1) * (rowCount + 1) / parts).map { rank in
        rank == 0 ? 0 : law.quantile(0.5 * Double(rank) / Double(rowCount + 1))
      }
    }.flatMap { $0 }
    return (0...last).map { rank in
      rank <= rowCount ? lower[rank] : rank == rowCount + 1 ? 0 : -lower[last + 2 - rank]
    }
  }

  func quantiles(_ nu: Double) -> [[Double]] {
    let table = table(nu)
    return doubled.map { $0.map { table[$0] } }
  }

  /// Of the copula with the correlation whose Cholesky factor is given.
  func logLikelihood(_ nu: Double, _ factor: [Double]) -> Double {
    let columns = quantiles(nu)
    let count = Double(columns.count)
    let rows = Double(rowCount)
    let whitened = BLAS.forwardSolved(
      factor, count: columns.count, columns: columns.flatMap { $0 })
    var distances = [Double](repeating: 0, count: rowCount)
    for (place, value) in whitened.enumerated() { distances[place % rowCount] += value * value }
    let joint = VectorMath.log(distances.map { 1 + $0 / nu }).reduce(0, +)
    let own = columns.reduce(0) { sum, column in
      sum + VectorMath.log(column.map { 1 + $0 * $0 / nu }).reduce(0, +)
    }
    let determinant = columns.indices.reduce(0) { $0 + log(factor[$1 * (columns.count + 1)]) }
    let constant =
      logGamma(0.5 * (nu + count)) + (count - 1) * logGamma(0.5 * nu)
      - count * logGamma(0.5 * (nu + 1))
    return rows * (constant - determinant) - 0.5 * (nu + count) * joint + 0.5 * (nu + 1) * own
  }
}

extension ModelFitting {
  /// `t_copula`: each asset's tail at its own volatility, and the copula of the ranks.
  static let studentTCopula = ModelFitting(kind: StudentTCopula.kind) { fits in
    let sample = fits.sample
    guard sample.assetCount > 1, let copula = StudentTCopulaFit(sample.columns) else {
      throw LikelihoodFits.Refusal(
        sentence: "\(StudentTCopula.kind) joins two assets or more; one alone is student_t")
    }
    let (deviations, errors) = (sample.deviations, sample.deviationErrors)
    let tails = parallelMap(sample.assetCount) {
      StudentTFit.degreesOfFreedom(
        sample.columns[$0], deviation: deviations[$0], relativeError: errors[$0])
    }
    return ModelFit(
      kind: StudentTCopula.kind,
      settings: [
        ("copula_degrees_of_freedom", .common(copula.degreesOfFreedom.value)),
        ("degrees_of_freedom", .byAsset(tails.map(\.value))),
      ],
      correlation: copula.correlation,
      common: [("copula_degrees_of_freedom", copula.degreesOfFreedom)],
      byAsset: [("degrees_of_freedom", tails)],
      remarks: ["degrees_of_freedom are those at the data's own standard deviation"]
        + sample.remarks(onHeavyTails: tails.map { $0.value <= 4 }))
  }
}
