import Foundation

/// Shares of a result's variance that parameters explain, from two designs and their crossings.
///
/// A and B hold N points each; AB_j is A with column j of B. V is the variance of the pooled results
/// of A and B; results are centred by the pooled mean m, which keeps the error small.
///
/// - Source: A. Saltelli et al. 2010 for the first order; M. Jansen 1999 for both orders.
package struct SobolIndices: Sendable, Equatable {
  /// mean((f_B - m) (f_ABj - f_A)) / V.
  package let first: [Double]
  /// 1 - mean((f_B - f_ABj)^2) / (2 V).
  package let firstJansen: [Double]
  /// mean((f_A - f_ABj)^2) / (2 V).
  package let total: [Double]
  /// V, over 2 N results.
  package let variance: Double

  /// Results at A, B, and at each AB_j; `nil` where they do not vary.
  package init?(a: [Double], b: [Double], crossed: [[Double]]) {
    let count = a.count
    precondition(count > 0 && b.count == count, "two designs of equal size")
    precondition(crossed.allSatisfy { $0.count == count }, "a result a point")
    let pooled = SampleMoments(a + b)
    let variance = pooled.variance * Double(2 * count - 1) / Double(2 * count)
    guard variance > 0 else { return nil }
    func average(_ term: (Int) -> Double) -> Double {
      compensatedSum(count: count, term) / Double(count)
    }
    first = crossed.map { ab in
      average { (b[$0] - pooled.mean) * (ab[$0] - a[$0]) } / variance
    }
    firstJansen = crossed.map { ab in
      1 - average { (b[$0] - ab[$0]) * (b[$0] - ab[$0]) } / (2 * variance)
    }
    total = crossed.map { ab in
      average { (a[$0] - ab[$0]) * (a[$0] - ab[$0]) } / (2 * variance)
    }
    self.variance = variance
  }
}

/// A function whose Sobol' indices are known: sin x1 + a sin^2 x2 + b x3^4 sin x1.
///
/// Its arguments are uniform in [-pi, pi]. Source: T. Ishigami and T. Homma 1990.
package struct IshigamiFunction: Sendable, Equatable {
  package let a: Double
  package let b: Double

  package init(a: Double, b: Double) {
    self.a = a
    self.b = b
  }

  package func callAsFunction(_ x: (Double, Double, Double)) -> Double {
    sin(x.0) + a * pow(sin(x.1), 2) + b * pow(x.2, 4) * sin(x.0)
  }

  package var variance: Double { parts.first + parts.second + parts.interaction }

  /// First-order indices of the three arguments.
  package var first: [Double] { [parts.first / variance, parts.second / variance, 0] }

  /// Total indices of the three arguments.
  package var total: [Double] {
    [
      (parts.first + parts.interaction) / variance, parts.second / variance,
      parts.interaction / variance,
    ]
  }

  /// V1, V2 and V13.
  private var parts: (first: Double, second: Double, interaction: Double) {
    let first = 1 + b * pow(Double.pi, 4) / 5
    return (
      0.5 * first * first, a * a / 8, b * b * pow(Double.pi, 8) * (1.0 / 18 - 1.0 / 50)
    )
  }
}
