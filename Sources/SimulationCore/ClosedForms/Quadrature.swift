import Foundation

/// Integrals of smooth functions by Gauss and Legendre's rule on panels.
enum Quadrature {
  /// Points of a panel; exact for polynomials up to degree 63.
  private static let order = 32
  /// Nodes in (-1, 1) and their weights.
  private static let rule: [(node: Double, weight: Double)] = (0..<order).map { index in
    // Newton's method on the Legendre polynomial, from the zeros' asymptotic places.
    var x = cos(Double.pi * (Double(index) + 0.75) / (Double(order) + 0.5))
    var slope = 1.0
    for _ in 0..<100 {
      var (previous, value) = (1.0, x)
      for degree in 2...order {
        let n = Double(degree)
        (previous, value) = (value, ((2 * n - 1) * x * value - (n - 1) * previous) / n)
      }
      slope = Double(order) * (x * value - previous) / (x * x - 1)
      let step = value / slope
      x -= step
      if abs(step) < 1e-16 { break }
    }
    return (x, 2 / ((1 - x * x) * slope * slope))
  }

  /// Of `function` from `low` to `high`, on one panel.
  static func panel(_ low: Double, _ high: Double, _ function: (Double) -> Double) -> Double {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low))
    return half * rule.reduce(0) { $0 + $1.weight * function(middle + half * $1.node) }
  }

  /// Of a function that fades, from 0 on: panels of width `width` until three in a row count nothing.
  static func fading(width: Double, _ function: (Double) -> Double) -> Double {
    var sum = 0.0
    var idle = 0
    for index in 0..<100_000 {
      let low = Double(index) * width
      let size = panel(low, low + width) { abs(function($0)) }
      sum += panel(low, low + width, function)
      idle = size <= 1e-17 * abs(sum) ? idle + 1 : 0
      if idle == 3 { break }
    }
    return sum
  }
}
