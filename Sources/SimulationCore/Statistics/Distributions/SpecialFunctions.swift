import Foundation

/// ln Gamma(x) for x > 0, to a few units of rounding of max(1, |result|).
///
/// Stirling's series after shifting the argument above 10 (M. Abramowitz and I. Stegun 1964,
/// 6.1.40).
package func logGamma(_ x: Double) -> Double {
  precondition(x > 0, "log-gamma is offered for positive arguments")
  var product = 1.0
  var shifted = x
  while shifted < 10 {
    product *= shifted
    shifted += 1
  }
  let stirling =
    (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * Double.pi) + stirlingSeries(shifted)
  return stirling - log(product)
}

/// ln B(a, b) for a, b > 0; keeps its precision where one or both arguments are large.
package func logBeta(_ a: Double, _ b: Double) -> Double {
  let sum = a + b
  let (small, large) = a < b ? (a, b) : (b, a)
  return small * log(small / sum) + large * log1p(-small / sum)
    + 0.5 * log(2 * Double.pi * (sum / (a * b)))
    + stirlingError(a) + stirlingError(b) - stirlingError(sum)
}

/// ln Gamma(x + 1) less Stirling's formula for it, for x > 0.
///
/// C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000).
func stirlingError(_ x: Double) -> Double {
  guard x < 10 else { return stirlingSeries(x) }
  return logGamma(x + 1) - (x + 0.5) * log(x) + x - 0.5 * log(2 * Double.pi)
}

/// x ln(x / mean) + mean - x without cancellation, for x, mean > 0 (Loader 2000).
func deviance(_ x: Double, _ mean: Double) -> Double {
  let difference = x - mean
  guard abs(difference) < 0.1 * (x + mean) else { return x * log(x / mean) + mean - x }
  let v = difference / (x + mean)
  var sum = difference * v
  var power = 2 * x * v
  var odd = 3.0
  while true {
    power *= v * v
    let next = sum + power / odd
    if next == sum { return sum }
    sum = next
    odd += 2
  }
}

private func stirlingSeries(_ x: Double) -> Double {
  let s = 1 / (x * x)
  let tail = 1.0 / 1680 - s * (1.0 / 1188 - s * (691.0 / 360_360 - s / 156))
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * tail))) / x
}

/// The regularised lower incomplete gamma function P(a, x), and its complement Q.
///
/// For a > 0 and x >= 0; both parts keep their relative precision. Series below a + 1, continued
/// fraction above (Abramowitz and Stegun 6.5.29, 6.5.31). Cost: O(sqrt a) terms near x = a.
package func regularisedGamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
  guard x > 0 else { return (0, 1) }
  guard x < .infinity else { return (1, 0) }
  let front = gammaFront(a, x)
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    var k = a
    while term > sum * 1e-17 {
      k += 1
      term *= x / k
      sum += term
    }
    let lower = min(1, front * sum)
    return (lower, 1 - lower)
  }
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var fraction = d
  var k = 0.0
  while k < 100_000 {
    k += 1
    let numerator = -k * (k - a)
    b += 2
    d = 1 / nonZero(numerator * d + b)
    c = nonZero(b + numerator / c)
    let factor = c * d
    fraction *= factor
    if abs(factor - 1) < 1e-16 { break }
  }
  let upper = min(1, front * fraction)
  return (1 - upper, upper)
}

/// x^a e^-x / Gamma(a) for a, x > 0: the density of ln X where X is a gamma variate of shape a.
///
/// Through the same deviance as the binomial (Loader 2000).
func gammaFront(_ a: Double, _ x: Double) -> Double {
  exp(-deviance(a, x) - stirlingError(a)) * (a / (2 * Double.pi)).squareRoot()
}

/// Keeps the denominators of Lentz's method away from zero.
func nonZero(_ x: Double) -> Double { abs(x) < 1e-300 ? 1e-300 : x }
