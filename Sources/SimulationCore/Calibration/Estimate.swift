/// A fitted parameter and its standard error.
package struct Estimate: Sendable, Equatable {
  package let value: Double
  /// `nil` where the likelihood does not bend there, as at a bound.
  package let standardError: Double?

  package init(_ value: Double, standardError: Double? = nil) {
    self.value = value
    self.standardError = standardError
  }
}

/// Standard errors by the observed information: the inverse of the Hessian of a negative log
/// likelihood at its minimum.
///
/// Central differences; each step is a third of the parameter's own standard error, which makes
/// them independent of its scale.
///
/// - Cost: about 2 n squared calls for n parameters.
/// - Source: B. Efron and D. Hinkley, Biometrika 65 (1978).
package struct ObservedInformation {
  /// `[parameter]`; `nil` for all where the Hessian is not positive definite.
  package let standardErrors: [Double?]

  /// Looks around `point`, with `scales` as first guesses of the standard errors.
  ///
  /// A parameter within a step of a bound has none, and is held where it is.
  package init(
    at point: [Double], scales: [Double], bounds: [ClosedRange<Double>],
    of negativeLogLikelihood: ([Double]) -> Double
  ) {
    let least = negativeLogLikelihood(point)
    func value(_ moves: (index: Int, by: Double)...) -> Double {
      var moved = point
      for move in moves { moved[move.index] += move.by }
      return negativeLogLikelihood(moved)
    }
    var steps = scales.map { 0.3 * $0 }
    var free: [Int] = []
    for index in point.indices {
      // A second difference of 0.1 is a step of 0.3 standard errors.
      for _ in 0..<8 {
        let room = min(
          point[index] - bounds[index].lowerBound, bounds[index].upperBound - point[index])
        let step = min(steps[index], 0.9 * room)
        guard step > 0 else { break }
        let bend = value((index, step)) + value((index, -step)) - 2 * least
        let wanted = step * (0.1 / max(bend, 1e-6)).squareRoot()
        steps[index] = min(max(wanted, 0.01 * step), 100 * step)
        if bend > 0.03 && bend < 0.3 {
          steps[index] = step
          free.append(index)
          break
        }
      }
    }
    let count = free.count
    var hessian = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      let (i, a) = (free[row], steps[free[row]])
      hessian[row * count + row] = (value((i, a)) + value((i, -a)) - 2 * least) / (a * a)
      for column in 0..<row {
        let (j, b) = (free[column], steps[free[column]])
        let bend =
          value((i, a), (j, b)) - value((i, a), (j, -b)) - value((i, -a), (j, b))
          + value((i, -a), (j, -b))
        hessian[row * count + column] = bend / (4 * a * b)
        hessian[column * count + row] = hessian[row * count + column]
      }
    }
    var errors = [Double?](repeating: nil, count: point.count)
    if let factor = BLAS.choleskyFactor(hessian, count: count) {
      for (place, index) in free.enumerated() {
        let unit = (0..<count).map { $0 == place ? 1.0 : 0 }
        let half = BLAS.forwardSolved(factor, count: count, columns: unit)
        errors[index] = half.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
    }
    standardErrors = errors
  }
}
