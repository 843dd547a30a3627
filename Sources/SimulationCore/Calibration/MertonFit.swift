import Foundation

/// Merton's jump diffusion fitted to one column of returns: a mixture of normal laws.
///
///     r = drift + s z + sum of N jumps,   N ~ Poisson(lambda),   jump ~ N(m, d^2)
///
/// s, lambda, m and d are those of one step of the data. The terms of the mixture go on until less
/// than 1e-12 of N is left.
///
/// - Cost: some hundred passes over the column, each with about 15 exponentials a row.
/// - Source: R. Merton, Journal of Financial Economics 3 (1976).
package struct MertonFit: Sendable {
  package let deviation: Estimate
  package let jumpsPerStep: Estimate
  package let jumpMean: Estimate
  package let jumpDeviation: Estimate
  package let drift: Double
  package let logLikelihood: Double

  private static let rates = 1e-4...3.0

  /// Fits `returns`; with `jumpsPerStep` the rate is held at that.
  package init(_ returns: [Double], jumpsPerStep held: Double? = nil) {
    let count = Double(returns.count)
    let mean = returns.reduce(0, +) / count
    let sd = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let scaled = returns.map { ($0 - mean) / sd }
    // In standard deviations: drift, ln s, m, ln d, and ln lambda unless it is held.
    func value(_ x: [Double]) -> Double {
      -Self.logLikelihood(
        scaled, drift: x[0], deviation: exp(x[1]), jumpsPerStep: held ?? exp(x[4]), jumpMean: x[2],
        jumpDeviation: exp(x[3]))
    }
    let searches = [(0.02, 3.0), (0.35, 1.3)].map { start in
      let shape: [BoxMinimum.Variable] = [
        .init(start: 0, step: 0.05, in: -2...2),
        .init(start: log(0.5), step: 0.2, in: log(1e-3)...log(2)),
        .init(start: 0, step: 0.1, in: -20...20),
        .init(start: log(start.1), step: 0.3, in: log(1e-3)...log(100)),
      ]
      let rate = BoxMinimum.Variable(
        start: log(start.0), step: 0.4, in: log(Self.rates.lowerBound)...log(Self.rates.upperBound))
      return BoxMinimum(
        held == nil ? shape + [rate] : shape, tolerance: held == nil ? 1e-5 : 1e-3,
        callLimit: 1_500, of: value)
    }
    let least = searches[0].value <= searches[1].value ? searches[0] : searches[1]
    let x = least.point
    let natural = [exp(x[1]), x[2], exp(x[3])] + (held == nil ? [exp(x[4])] : [])
    let size = count.squareRoot()
    let positive = 0...Double.greatestFiniteMagnitude
    let errors = ObservedInformation(
      at: [x[0]] + natural, scales: [1, 2, 5, 5, 3].prefix(x.count).map { $0 / size },
      bounds: [-2...2, positive, -20...20, positive] + (held == nil ? [Self.rates] : [])
    ) {
      -Self.logLikelihood(
        scaled, drift: $0[0], deviation: $0[1], jumpsPerStep: held ?? $0[4], jumpMean: $0[2],
        jumpDeviation: $0[3])
    }.standardErrors
    func estimate(_ index: Int) -> Estimate {
      Estimate(sd * natural[index], standardError: errors[index + 1].map { sd * $0 })
    }
    drift = mean + sd * x[0]
    deviation = estimate(0)
    jumpMean = estimate(1)
    jumpDeviation = estimate(2)
    jumpsPerStep = held.map { Estimate($0) } ?? Estimate(natural[3], standardError: errors[4])
    logLikelihood = -least.value - count * log(sd)
  }

  /// Of any column with parameters in its unit.
  package static func logLikelihood(
    _ returns: [Double], drift: Double, deviation: Double, jumpsPerStep: Double, jumpMean: Double,
    jumpDeviation: Double
  ) -> Double {
    let terms = mixture(
      drift: drift, deviation: deviation, jumpsPerStep: jumpsPerStep, jumpMean: jumpMean,
      jumpDeviation: jumpDeviation)
    var density = [Double](repeating: 1e-300, count: returns.count)
    for term in terms {
      let height = term.weight / (term.deviation * (2 * Double.pi).squareRoot())
      let factor = -0.5 / (term.deviation * term.deviation)
      let values = VectorMath.exp(returns.map { factor * ($0 - term.mean) * ($0 - term.mean) })
      density.withUnsafeMutableBufferPointer { sums in
        for row in sums.indices { sums[row] += height * values[row] }
      }
    }
    return VectorMath.log(density).reduce(0, +)
  }

  /// One normal law of the mixture.
  package struct Term: Sendable {
    package let weight: Double
    package let mean: Double
    package let deviation: Double
  }

  /// The laws of no jump in a step, of one, of two and so on.
  package static func mixture(
    drift: Double, deviation: Double, jumpsPerStep: Double, jumpMean: Double, jumpDeviation: Double
  ) -> [Term] {
    var terms: [Term] = []
    var weight = exp(-jumpsPerStep)
    var rest = 1.0
    var jumps = 0.0
    while rest > 1e-12 && jumps < 60 {
      terms.append(
        Term(
          weight: weight, mean: drift + jumps * jumpMean,
          deviation: (deviation * deviation + jumps * jumpDeviation * jumpDeviation).squareRoot()))
      rest -= weight
      jumps += 1
      weight *= jumpsPerStep / jumps
    }
    return terms
  }
}

extension MertonFit: JumpFit {
  var sizes: [(key: String, estimate: Estimate)] {
    [("jump_mean_log", jumpMean), ("jump_sd_log", jumpDeviation)]
  }

  var meanSquare: Double {
    jumpMean.value * jumpMean.value + jumpDeviation.value * jumpDeviation.value
  }

  static let lengths: Set = ["jump_mean_log", "jump_sd_log"]

  static func meanProduct(_ first: MertonFit, _ second: MertonFit) -> Double? { nil }
}
