import Foundation

extension PathRandom {
  /// A gamma variate of the given shape and scale 1, keyed like every other draw.
  ///
  /// Attempts take the draws `draw`, `draw` + 2, ...; at shape 1 or above more than a handful has a
  /// chance below one in a million.
  ///
  /// - Source: Marsaglia, Tsang (2000), "A simple method for generating gamma variables", with their
  ///   boost for shapes below 1.
  package func gamma(_ shape: Double, _ stream: Stream, _ index: UInt32, _ draw: UInt32 = 0)
    -> Double
  {
    if shape < 1 {
      let boost = pow(uniform(stream, index, draw), 1 / shape)
      return boost * gamma(shape + 1, stream, index, draw + 1)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    var attempt = draw
    while true {
      let (first, second) = uniformPair(stream, index, attempt)
      attempt += 2
      let x = normalQuantile(first)
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(second) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
  }

  /// A Beta variate, from two gamma variates with draws of their own.
  package func beta(_ alpha: Double, _ beta: Double, _ stream: Stream, _ index: UInt32) -> Double {
    let first = gamma(alpha, stream, index, 0)
    let second = gamma(beta, stream, index, 1 << 16)
    let total = first + second
    // Both variates underflow where alpha and beta are tiny: the law then sits on 0 and 1.
    guard total > 0 else { return uniform(stream, index, 1 << 20) < alpha / (alpha + beta) ? 1 : 0 }
    return first / total
  }
}
