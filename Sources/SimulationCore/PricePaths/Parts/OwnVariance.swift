import Foundation

/// A variance for each asset, driven by its own moves.
///
///     u_i = sqrt(h_i) z_i,   r_i = s_i u_i - h_i s_i^2 / 2,   h_i by a recursion of its own
///
/// with z_i the tile's move times its scale, of unit variance.
struct OwnVariance: ReturnStage {
  /// `[asset]`.
  let recursions: [VarianceRecursion]
  /// s_i of a step, `[asset]`.
  let stepDeviation: [Double]
  /// h_i at time 0.
  let initial: Double

  /// The h_i of eight lanes, `[asset]`.
  typealias State = [WalkTile.Lanes]

  func state(assetCount: Int) -> State { State(repeating: .zero, count: assetCount) }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    state.fill(with: WalkTile.Lanes(repeating: initial))
  }

  func apply(_ tile: inout WalkTile, _ state: inout State) {
    let count = tile.steps.count
    var capped = tile.cappedVariances
    for asset in 0..<tile.assetCount {
      let (s, recursion) = (stepDeviation[asset], recursions[asset])
      let half = 0.5 * s * s
      var h = state[asset]
      tile.withMovesAndVariances { moves, scale, variances in
        for step in 0..<count {
          let row = asset * WalkTile.stepCapacity + step
          let factor = h.squareRoot() * scale.lanes(step)
          let u = factor * moves.lanes(row)
          moves.setLanes(row, s * u - half * h)
          variances?.setLanes(row, s * s * (factor * factor))
          h = recursion.next(h, move: u, capped: &capped)
        }
      }
      state[asset] = h
    }
    tile.cappedVariances = capped
  }
}

extension OwnVariance {
  /// Weights of a recursion, with a default of alpha.
  static func weights(alpha: String = "0.055") -> [Field] {
    [
      Field(
        "alpha", .numberByAsset(.pure, Bounds(0, 1)), .defaults(alpha),
        "Weight of the last squared move in the next variance, for all assets or by asset."),
      Field(
        "beta", .numberByAsset(.pure, Bounds(0, 1)), .defaults("0.94"),
        "Weight of the last variance in the next one, for all assets or by asset."),
    ]
  }

  /// All fields but the degrees of freedom.
  static func fields(alpha: String = "0.055") -> [Field] {
    weights(alpha: alpha) + [
      Field(
        "parameter_hours", .number(.hours, .positive), .defaults("1"),
        "Length of the step for which alpha, beta and their like were fitted."),
      Field(
        "persistence_cap", .number(.pure, Bounds(0, 1, highOpen: true)), .defaults("0.9995"),
        "Largest persistence: where the parameters have more, beta is lowered to it."),
      VarianceFields.cap, VarianceFields.start,
    ] + DynamicCorrelation.fields
  }

  /// Walk and volatility of the section's parameters and gamma; throws `ParameterError` E037 where
  /// they do not make a variance that lasts.
  static func walk(
    _ section: Section, _ setting: PriceSetting, gamma: [Double]
  ) throws -> (CorrelatedWalk, SettledStage<DynamicMoves>) {
    let assets = setting.assets
    let alpha = try section.numbers("alpha", for: assets)
    let beta = try section.numbers("beta", for: assets)
    let cap = section.number("persistence_cap")
    let persistence = try assets.indices.map { index -> Double in
      let reaction = alpha[index] + 0.5 * gamma[index]
      let sum = reaction + beta[index]
      guard alpha[index] + gamma[index] >= 0 else {
        throw fault(
          "alpha", assets[index], "alpha + gamma", alpha[index] + gamma[index], "at least 0")
      }
      guard sum < 1 else {
        throw fault(
          "beta", assets[index], "the persistence alpha + beta + gamma / 2", sum, "below 1")
      }
      guard reaction <= cap else {
        throw fault(
          "alpha", assets[index], "alpha + gamma / 2", reaction, "at most persistence_cap")
      }
      return min(sum, cap)
    }
    let mixing = TabulatedQuantile.studentTMixing(
      degreesOfFreedom: section.number("degrees_of_freedom"))
    let parameterYears = section.number("parameter_hours")
    // Its faults are those of the parameters' own step.
    _ = try DynamicCorrelation(section, setting.correlation, steps: 1)
    let volatility = try VarianceFields.settled(
      section, setting, parameterSteps: setting.stepYears / parameterYears, mixing: mixing
    ) { steps, initial -> DynamicMoves? in
      let recursions = assets.indices.compactMap {
        VarianceRecursion(
          alpha: alpha[$0], gamma: gamma[$0], persistence: persistence[$0],
          cap: section.number("variance_cap"), steps: steps)
      }
      let correlation = try? DynamicCorrelation(section, setting.correlation, steps: steps)
      guard recursions.count == assets.count, let correlation else { return nil }
      let root = (steps * parameterYears).squareRoot()
      return DynamicMoves(
        correlation: correlation,
        variance: OwnVariance(
          recursions: recursions, stepDeviation: assets.map { $0.volatility * root },
          initial: initial))
    }
    let walk = CorrelatedWalk(
      setting, annualDrift: assets.map(\.drift), stepDeviation: assets.map { _ in 1 },
      mixing: mixing)
    return (walk, volatility)
  }

  private static func fault(
    _ key: String, _ asset: AssetDynamics, _ what: String, _ value: Double, _ rule: String
  ) -> ParameterError {
    ParameterError(
      key: key, code: "E037", "\(what) of \(asset.symbol) must be \(rule): \(value)")
  }
}
