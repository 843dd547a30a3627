import Foundation

/// Kou's jump diffusion fitted to one column of returns, by the density that its characteristic
/// function has.
///
///     r = drift + s z + sum of N jumps,   N ~ Poisson(lambda),   jump = U E with probability p, else -D E
///
/// E is exponential with mean 1; s, lambda, U and D are those of one step of the data.
///
/// - Cost: some hundred transforms of 4,096 points and passes over the column.
/// - Source: S. Kou, Management Science 48 (2002); likelihood by inversion as in C. Ramezani, Y. Zeng,
///   Annals of Finance 3 (2007), section 3.
package struct KouFit: Sendable {
  package let deviation: Estimate
  package let jumpsPerStep: Estimate
  package let upProbability: Estimate
  package let upMean: Estimate
  package let downMean: Estimate
  package let logLikelihood: Double

  private static let rates = 1e-4...3.0
  private static let meanSizes = 0.02...4.0
  private static let shares = 0.01...0.99

  /// Fits `returns`; with `jumpsPerStep` the rate is held at that.
  package init(_ returns: [Double], jumpsPerStep held: Double? = nil) {
    let count = Double(returns.count)
    let mean = returns.reduce(0, +) / count
    let sd = (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    let density = GridDensity(returns.map { ($0 - mean) / sd })
    // In standard deviations: drift, s, U, D, p, and lambda unless it is held.
    func value(_ p: [Double]) -> Double {
      -density.logLikelihood(
        Law(
          drift: p[0], deviation: p[1], jumpsPerStep: held ?? p[5], upMean: p[2], downMean: p[3],
          upProbability: p[4]))
    }
    func parameters(_ x: [Double]) -> [Double] {
      [x[0], exp(x[1]), exp(x[2]), exp(x[3]), x[4]] + (held == nil ? [exp(x[5])] : [])
    }
    func logs(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      log(range.lowerBound)...log(range.upperBound)
    }
    let searches = [(0.03, 1.5), (0.35, 0.8)].map { rate, length in
      let shape: [BoxMinimum.Variable] = [
        .init(start: 0, step: 0.05, in: -2...2),
        .init(start: log(0.5), step: 0.2, in: log(0.08)...log(2)),
        .init(start: log(length), step: 0.3, in: logs(Self.meanSizes)),
        .init(start: log(length), step: 0.3, in: logs(Self.meanSizes)),
        .init(start: 0.5, step: 0.15, in: Self.shares),
      ]
      let free = BoxMinimum.Variable(start: log(rate), step: 0.4, in: logs(Self.rates))
      return BoxMinimum(
        held == nil ? shape + [free] : shape, tolerance: 1e-3, callLimit: 500
      ) { value(parameters($0)) }
    }
    let least = searches[0].value <= searches[1].value ? searches[0] : searches[1]
    let point = parameters(least.point)
    let size = count.squareRoot()
    let errors = ObservedInformation(
      at: point, scales: [1, 1.5, 4, 4, 2, 3].prefix(point.count).map { $0 / size },
      bounds: [-2...2, 0.08...2, Self.meanSizes, Self.meanSizes, Self.shares, Self.rates]
        .prefix(point.count).map { $0 }, of: value
    ).standardErrors
    func estimate(_ index: Int, _ unit: Double) -> Estimate {
      Estimate(point[index], standardError: errors[index]).scaled(by: unit)
    }
    deviation = estimate(1, sd)
    upMean = estimate(2, sd)
    downMean = estimate(3, sd)
    upProbability = estimate(4, 1)
    jumpsPerStep = held.map { Estimate($0) } ?? estimate(5, 1)
    logLikelihood = -least.value - count * log(sd)
  }

  /// The law of a standardised return.
  private struct Law: CharacteristicLaw {
    let drift: Double
    let deviation: Double
    let jumpsPerStep: Double
    let upMean: Double
    let downMean: Double
    let upProbability: Double

    /// Real and imaginary part of ln E[e^(i u r)].
    func exponent(_ u: Double) -> (real: Double, imaginary: Double) {
      // p / (1 - i u U) + (1 - p) / (1 + i u D).
      let (up, down) = (u * upMean, u * downMean)
      let (a, b) = (upProbability / (1 + up * up), (1 - upProbability) / (1 + down * down))
      return (
        -0.5 * deviation * deviation * u * u + jumpsPerStep * (a + b - 1),
        u * drift + jumpsPerStep * (a * up - b * down)
      )
    }
  }
}

extension KouFit: JumpFit {
  var sizes: [(key: String, estimate: Estimate)] {
    [
      ("jump_up_probability", upProbability), ("jump_up_mean_log", upMean),
      ("jump_down_mean_log", downMean),
    ]
  }

  var meanSquare: Double {
    let (p, up, down) = (upProbability.value, upMean.value, downMean.value)
    return 2 * (p * up * up + (1 - p) * down * down)
  }

  static let lengths: Set = ["jump_up_mean_log", "jump_down_mean_log"]

  /// Both jump by one draw of the way and of E; E^2 has mean 2.
  static func meanProduct(_ first: KouFit, _ second: KouFit) -> Double? {
    let (p, q) = (first.upProbability.value, second.upProbability.value)
    let apart =
      p > q
      ? first.upMean.value * second.downMean.value : first.downMean.value * second.upMean.value
    return 2
      * (min(p, q) * first.upMean.value * second.upMean.value - abs(p - q) * apart
        + (1 - max(p, q)) * first.downMean.value * second.downMean.value)
  }
}
