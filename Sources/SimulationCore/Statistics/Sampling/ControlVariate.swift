/// The mean of y corrected by a correlated x whose mean is known.
///
/// mean y - beta (mean x - E x), beta = cov(x, y) / var x from the same sample. Source: S. Lavenberg
/// and P. Welch, A Perspective on the Use of Control Variables, 1981.
package struct ControlVariate: Sendable, Equatable {
  package let beta: Double
  package let estimate: Double
  /// sqrt(SSR / (n - 2) / n), SSR the squared residuals of the regression of y on x.
  package let standardError: Double
  /// Var y over SSR / (n - 1): what the control saves; `nil` without residuals.
  package let varianceFactor: Double?

  /// `nil` below three pairs or where x is constant.
  package init?(_ y: [Double], control x: [Double], knownMean: Double) {
    precondition(y.count == x.count, "pairs")
    let count = y.count
    guard count >= 3 else { return nil }
    let above = SampleMoments(y)
    let below = SampleMoments(x)
    guard below.variance > 0 else { return nil }
    let n = Double(count)
    let products = compensatedSum(count: count) {
      (x[$0] - below.mean) * (y[$0] - above.mean)
    }
    let slope = products / (n - 1) / below.variance
    let residuals = compensatedSum(count: count) { path in
      let residual = y[path] - above.mean - slope * (x[path] - below.mean)
      return residual * residual
    }
    beta = slope
    estimate = above.mean - slope * (below.mean - knownMean)
    standardError = (residuals / (n - 2) / n).squareRoot()
    varianceFactor = residuals > 0 ? above.variance / (residuals / (n - 1)) : nil
  }
}
