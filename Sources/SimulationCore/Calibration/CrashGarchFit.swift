import Foundation

/// `crash_garch_t` matched to the figures of the data on fixed random numbers.
///
/// Its crashes are latent, so that it has no closed likelihood. Degrees of freedom, reaction and
/// half-life of the variance, rate and size of crashes minimise the sum of squared differences
/// between the model's figures and the data's, each in units of the difference that would matter:
/// 15 % of a worst drop, 10 % of a large rise, in which crashes have no part, 0.05 of a share of
/// joint falls and of an autocorrelation of |r|, 0.15 of a share of joint rises, which the model
/// cannot make less joint. The figures hardly depend on the rest: the correlation is that of GARCH
/// shocks, branching and decay of the crashes stay at their defaults.
///
/// Standard errors are those of the method of simulated moments; the figures' covariance is that
/// between simulated samples as long as the data.
///
/// - Cost: about 130 simulations of four times the data's length.
/// - Source: D. McFadden, Econometrica 57 (1989); C. Gourieroux, A. Monfort, Simulation-Based
///   Econometric Methods (1996), chapter 2.
package struct CrashGarchFit: Sendable {
  package let degreesOfFreedom: Estimate
  package let reaction: Estimate
  package let halfLifeHours: Estimate
  package let crashRate: Estimate
  package let crashSize: Estimate
  /// The mean of the squared differences, 1 where all are as large as matters.
  package let distance: Double
  private let shocks: MultivariateTFit

  private static let branching = 0.65
  private static let decay = 0.2
  private static let seed: UInt64 = 20_210_405
  private static let longestPath = 4_000
  /// Hours simulated, over those of the data.
  private static let excess = 4.0

  /// `shocks` are those that separate GARCH variances leave.
  package init(_ sample: ReturnSample, shocks: MultivariateTFit) {
    let target = Self.moments(PriceFigures(sample), sample)
    let steps = min(Self.longestPath, sample.rowCount)
    let batch = max(1, Int((Double(sample.rowCount) / Double(steps)).rounded()))
    let paths = 8 * Int((Self.excess * Double(batch) / 8).rounded(.up))
    func figures(_ p: [Double], paths: Int, seed: UInt64 = Self.seed) -> PriceFigures? {
      let fit = Self.model(p, shocks)
      return (try? fit.model(sample, stepCount: steps)).map {
        PriceFigures(
          $0, pathCount: paths, stepCount: steps, assetCount: sample.assetCount,
          spacingHours: sample.spacingHours, seed: seed)
      }
    }
    func distance(_ p: [Double]) -> Double {
      guard let figures = figures(p, paths: paths) else { return 1e3 }
      let moments = Self.moments(figures, sample)
      return zip(moments, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 14
    }
    // The crashes' share of the variance, rather than their rate, cannot run out of the model.
    func natural(_ x: [Double]) -> [Double] {
      let rate = x[2] * (1 - Self.branching) / (2 * x[3] * x[3])
      return [x[0], exp(x[1]), rate, x[3], 1 / x[4]]
    }
    // The figures jump where a quantile changes its row: two starts, slow and fast, and then a search
    // that needs no smoothness.
    let halfLives = log(10.0)...log(2_000.0)
    func search(_ x: [Double], _ method: BoxMinimum.Method) -> BoxMinimum {
      let variables: [BoxMinimum.Variable] = [
        .init(start: x[0], step: 0.015, in: 0.001...0.25),
        .init(start: x[1], step: 0.4, in: halfLives),
        .init(start: x[2], step: 0.04, in: 0.001...0.6),
        .init(start: x[3], step: 0.4, in: 0.5...6),
        .init(start: x[4], step: 0.05, in: 0.02...0.45),
      ]
      return BoxMinimum(variables, methods: [method], tolerance: 0.1, callLimit: 40) {
        distance(natural($0))
      }
    }
    let slow = search([0.06, log(120.0), 0.09, 2, 0.22], .quadraticModel)
    let fast = search([0.12, log(40.0), 0.09, 1.7, 0.2], .quadraticModel)
    let least = search(slow.value <= fast.value ? slow.point : fast.point, .simplex)
    let point = natural(least.point)
    self.distance = least.value
    self.shocks = shocks
    let samples = (0..<Self.errorSamples).compactMap { number in
      figures(point, paths: batch, seed: Self.seed + 1 + UInt64(number)).map {
        Self.moments($0, sample)
      }
    }
    let errors = Self.errors(at: point, samples: samples) { p in
      figures(p, paths: paths).map { Self.moments($0, sample) }
    }
    let values = point.indices.map { Estimate(point[$0], standardError: errors?[$0]) }
    reaction = values[0]
    halfLifeHours = values[1]
    crashRate = values[2]
    crashSize = values[3]
    degreesOfFreedom = values[4]
  }

  private static let errorSamples = 16

  /// The figures in units of the differences that matter; means over the assets where they have
  /// some each.
  ///
  /// Drops below a tenth of a step's deviation, as within one step of a day, say nothing.
  private static func moments(_ figures: PriceFigures, _ sample: ReturnSample) -> [Double] {
    let share = 1 / Double(figures.drops.count).squareRoot()
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let drops = zip(figures.drops, sample.deviations).flatMap { drops, deviation in
      drops.flatMap { $0.map { log(max(0.1 * deviation, -$0)) } }
    }
    let rises = [0, 1].map { place in log(mean(figures.rises.map { max(1e-6, $0[place]) })) / 0.1 }
    return drops.map { share * $0 / 0.15 } + rises + [
      figures.stepFalls / 0.05, figures.dayFalls / 0.05, figures.stepRises / 0.15,
      figures.dayRises / 0.15, mean(figures.stepClustering) / 0.05,
      mean(figures.dayClustering) / 0.05,
    ]
  }

  /// Roots of the diagonal of (J'J)^-1 J' Omega J (J'J)^-1 (1 + 1 / excess); `nil` where the
  /// figures do not tell the parameters apart.
  private static func errors(
    at point: [Double], samples: [[Double]], _ moments: ([Double]) -> [Double]?
  ) -> [Double]? {
    let count = point.count
    var slopes: [[Double]] = []
    for index in point.indices {
      var (high, low) = (point, point)
      high[index] *= 1.08
      low[index] *= 0.92
      guard let above = moments(high), let below = moments(low) else { return nil }
      slopes.append(zip(above, below).map { ($0 - $1) / (high[index] - low[index]) })
    }
    // In relative terms, so that the matrix is well scaled.
    let scaled = zip(slopes, point).map { slope, value in slope.map { $0 * value } }
    let normal = BLAS.rowProducts(scaled.flatMap { $0 }, rowCount: count)
    guard let eigen = BLAS.symmetricEigen(normal, count: count), eigen.values[0] > 1e-9 else {
      return nil
    }
    let inverse = BLAS.spectral(eigen) { 1 / $0 }
    let size = Double(samples.count)
    let means = samples[0].indices.map { place in samples.reduce(0) { $0 + $1[place] } / size }
    // What each sample would move the parameters by.
    let moves = samples.map { sample -> [Double] in
      let projected = scaled.map { slope in
        slope.indices.reduce(0) { $0 + slope[$1] * (sample[$1] - means[$1]) }
      }
      return (0..<count).map { row in
        (0..<count).reduce(0) { $0 + inverse[row * count + $1] * projected[$1] }
      }
    }
    return point.indices.map { index in
      let variance = moves.reduce(0) { $0 + $1[index] * $1[index] } / (size - 1)
      return point[index] * (variance * (1 + 1 / excess)).squareRoot()
    }
  }

  /// The model of natural parameters.
  private static func model(_ p: [Double], _ shocks: MultivariateTFit) -> ModelFit {
    ModelFit(
      kind: CrashGarchT.kind,
      settings: [
        ("degrees_of_freedom", .common(p[4])),
        ("variance_reaction", .common(p[0])), ("variance_half_life_hours", .common(p[1])),
        ("crash_rate_per_hour", .common(p[2])), ("crash_branching", .common(branching)),
        ("crash_decay_per_hour", .common(decay)), ("crash_size", .common(p[3])),
      ], correlation: shocks.correlation, common: [], byAsset: [], remarks: [])
  }

  /// `crash_garch_t`.
  package var model: ModelFit {
    let estimates = [
      ("variance_reaction", reaction), ("variance_half_life_hours", halfLifeHours),
      ("crash_rate_per_hour", crashRate), ("crash_size", crashSize),
      ("degrees_of_freedom", degreesOfFreedom),
    ]
    let bare = Self.model(estimates.map { $0.1.value }, shocks)
    return ModelFit(
      kind: bare.kind, settings: bare.settings, correlation: bare.correlation,
      common: estimates, byAsset: [],
      remarks: [
        "crash_branching and crash_decay_per_hour are held; mean squared difference of the figures",
        String(format: "%.2f, 1 where all differ by as much as matters", distance),
      ])
  }
}

extension ModelFitting {
  static let crashGarchT = ModelFitting(kind: CrashGarchT.kind) {
    CrashGarchFit($0.sample, shocks: $0.shocks).model
  }
}
