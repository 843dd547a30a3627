/// A running sum that carries its own rounding error (Neumaier 1974).
package struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var correction = 0.0

  package init() {}

  package mutating func add(_ term: Double) {
    let next = sum + term
    correction += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  package var value: Double { sum + correction }
}

/// The sum of `count` terms, in order, in chunks of 256 that are summed in order again.
///
/// The bits depend on the terms and their order alone. Error: about one rounding of the result
/// where the terms do not cancel beyond 1/eps.
package func compensatedSum(count: Int, _ term: (Int) -> Double) -> Double {
  var total = CompensatedSum()
  var start = 0
  while start < count {
    let end = min(start + 256, count)
    var chunk = CompensatedSum()
    for index in start..<end { chunk.add(term(index)) }
    total.add(chunk.value)
    start = end
  }
  return total.value
}

/// The sum of `values`, as `compensatedSum(count:_:)` makes it.
package func compensatedSum(_ values: [Double]) -> Double {
  compensatedSum(count: values.count) { values[$0] }
}

/// Mean and variance of a sample.
package struct SampleMoments: Sendable, Equatable {
  package let count: Int
  package let mean: Double
  /// With n - 1 in the denominator; zero for a single value.
  package let variance: Double

  /// Two passes over the values in their order; `values` is not empty.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "a sample has values")
    count = values.count
    let mean = compensatedSum(values) / Double(values.count)
    self.mean = mean
    let squares = compensatedSum(count: values.count) {
      (values[$0] - mean) * (values[$0] - mean)
    }
    variance = values.count > 1 ? squares / Double(values.count - 1) : 0
  }

  package var standardDeviation: Double { variance.squareRoot() }

  /// Standard deviation of the mean.
  package var standardError: Double { (variance / Double(count)).squareRoot() }
}
