/// A fitted parameter and its standard error.
package struct Estimate: Sendable, Equatable {
  package let value: Double
  /// `nil` where the likelihood does not bend there, as at a bound; 0 for what is no estimate.
  package let standardError: Double?

  package init(_ value: Double, standardError: Double? = nil) {
    self.value = value
    self.standardError = standardError
  }

  /// A figure of the data themselves.
  package static func exact(_ value: Double) -> Estimate { Estimate(value, standardError: 0) }

  /// In another unit.
  func scaled(by factor: Double) -> Estimate {
    Estimate(factor * value, standardError: standardError.map { abs(factor) * $0 })
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
  /// A parameter within a step of a bound has none, and is held where it is. With `givenError` the
  /// likelihood has a last argument more, zero at the point, which was estimated before with that
  /// error: what it moves the parameters by is part of theirs (W. Newey, D. McFadden, Handbook of
  /// Econometrics 4 (1994), section 6, the two estimates taken as independent).
  package init(
    at point: [Double], scales: [Double], bounds: [ClosedRange<Double>], givenError: Double? = nil,
    of negativeLogLikelihood: ([Double]) -> Double
  ) {
    let origin = givenError == nil ? point : point + [0]
    let least = negativeLogLikelihood(origin)
    func value(_ moves: (index: Int, by: Double)...) -> Double {
      var moved = origin
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
    func mixed(_ i: Int, _ a: Double, _ j: Int, _ b: Double) -> Double {
      let bend =
        value((i, a), (j, b)) - value((i, a), (j, -b)) - value((i, -a), (j, b))
        + value((i, -a), (j, -b))
      return bend / (4 * a * b)
    }
    let count = free.count
    var hessian = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      let (i, a) = (free[row], steps[free[row]])
      hessian[row * count + row] = (value((i, a)) + value((i, -a)) - 2 * least) / (a * a)
      for column in 0..<row {
        hessian[row * count + column] = mixed(i, a, free[column], steps[free[column]])
        hessian[column * count + row] = hessian[row * count + column]
      }
    }
    var errors = [Double?](repeating: nil, count: point.count)
    if count > 0, let factor = BLAS.choleskyFactor(hessian, count: count) {
      let pull = givenError.map { error in
        BLAS.forwardSolved(
          factor, count: count,
          columns: free.map { error * mixed($0, steps[$0], point.count, error) })
      }
      for (place, index) in free.enumerated() {
        let unit = (0..<count).map { $0 == place ? 1.0 : 0 }
        let half = BLAS.forwardSolved(factor, count: count, columns: unit)
        let own = half.reduce(0) { $0 + $1 * $1 }
        let moved = zip(half, pull ?? []).reduce(0) { $0 + $1.0 * $1.1 }
        errors[index] = (own + moved * moved).squareRoot()
      }
    }
    standardErrors = errors
  }
}

/// Standard error of ln of the root mean square of values whose mean square is one.
///
/// By the means of forty batches, so that values may depend on their neighbours.
func rootMeanSquareError(_ values: [Double]) -> Double {
  let batches = 40
  let means = (0..<batches).map { batch -> Double in
    let rows = batch * values.count / batches..<(batch + 1) * values.count / batches
    return rows.reduce(0) { $0 + values[$1] * values[$1] } / Double(rows.count)
  }
  let mean = means.reduce(0, +) / Double(batches)
  let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batches - 1)
  return 0.5 * (variance / Double(batches)).squareRoot()
}
