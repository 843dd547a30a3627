import Foundation

/// The regularised incomplete beta function I_x(a, b), for a, b > 0 and x in [0, 1].
///
/// Give `complement` = 1 - x where it is known better than the difference can tell: it makes the
/// result near x = 1 as precise as near 0. Cost: O(sqrt(max(a, b))) terms at worst.
package func regularisedBeta(
  _ x: Double, _ a: Double, _ b: Double, complement: Double? = nil
) -> Double {
  let y = complement ?? 1 - x
  guard x > 0 else { return 0 }
  guard y > 0 else { return 1 }
  if x <= (a + 1) / (a + b + 2) {
    return min(1, betaFront(x, y, a, b) * betaFraction(x, a, b) / a)
  }
  return max(0, 1 - betaFront(x, y, a, b) * betaFraction(y, b, a) / b)
}

/// The x at which I_x(a, b) = `probability`: the quantile of the Beta law.
///
/// Relative precision near both rounding and the precision of I; 0 and 1 map to themselves.
package func regularisedBetaInverse(_ probability: Double, _ a: Double, _ b: Double) -> Double {
  guard probability > 0 else { return 0 }
  guard probability < 1 else { return 1 }
  var low = 0.0
  var high = 1.0
  var x = a / (a + b)
  for _ in 0..<400 {
    let excess = regularisedBeta(x, a, b) - probability
    if excess == 0 { return x }
    if excess < 0 { low = x } else { high = x }
    let slope = betaFront(x, 1 - x, a, b) / (x * (1 - x))
    var next = x - excess / slope
    if !(next > low && next < high) {
      // A geometric step reaches small quantiles, an arithmetic one would take a thousand halvings.
      next = low > 0 && high > 4 * low ? (low * high).squareRoot() : 0.5 * (low + high)
    }
    if abs(next - x) <= 2e-16 * x { return next }
    x = next
  }
  return x
}

/// x^a y^b / B(a, b) with y = 1 - x, by Loader's deviances.
func betaFront(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
  let sum = a + b
  let exponent =
    stirlingError(sum) - stirlingError(a) - stirlingError(b)
    - deviance(a, sum * x) - deviance(b, sum * y)
  return exp(exponent) * (a * b / (2 * Double.pi * sum)).squareRoot()
}

/// The continued fraction of the incomplete beta function by Lentz's method (Abramowitz and Stegun
/// 26.5.8).
private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
  var c = 1.0
  var d = 1 / nonZero(1 - (a + b) * x / (a + 1))
  var fraction = d
  var m = 0.0
  while m < 100_000 {
    m += 1
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    fraction *= c * d
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    let factor = c * d
    fraction *= factor
    if abs(factor - 1) < 1e-16 { break }
  }
  return fraction
}
