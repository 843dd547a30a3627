import Foundation

/// Draws the paths of a price model from its own law and from two laws with likelier crashes.
///
/// A path comes from the nominal law, from one with a big step (see `StepMixingTilt`), or from one
/// with more frequent crashes that cause more further ones; weighting it back by the densities of all
/// three keeps every weight at or below 1 over the nominal share. A path's law follows from its
/// number by a shifted van der Corput point, so that any prefix of the paths is balanced. Paths of
/// the nominal law keep the bits that they have in a plain run.
///
/// - Source: T. Hesterberg, Weighted average importance sampling and defensive mixture distributions,
///   Technometrics 37 (1995); E. Veach, L. Guibas 1995 for the weights by all densities.
package struct CrashMixture: Sendable, Equatable {
  /// Share of the paths that the model's own law draws; in (0, 1].
  package let nominalShare: Double
  /// Share of the paths with a big step.
  package let stepShare: Double
  /// Base rate of the crashes over the nominal one, from time 0 on.
  package let rateFactor: Double
  /// Further crashes that a crash causes over the nominal number, from time 0 on.
  package let offspringFactor: Double
  /// Variance of the big step over the nominal one.
  package let stepVarianceFactor: Double
  /// Fall of the normal of the big step, in standard deviations.
  package let stepShift: Double

  package init(
    nominalShare: Double, stepShare: Double, rateFactor: Double, offspringFactor: Double,
    stepVarianceFactor: Double, stepShift: Double
  ) {
    precondition(
      nominalShare > 0 && stepShare >= 0 && nominalShare + stepShare <= 1, "shares of one whole")
    self.nominalShare = nominalShare
    self.stepShare = stepShare
    self.rateFactor = rateFactor
    self.offspringFactor = offspringFactor
    self.stepVarianceFactor = stepVarianceFactor
    self.stepShift = stepShift
  }

  /// From which law a path is drawn.
  package enum Law: Sendable {
    case nominal, bigStep, crashes
  }

  /// The law of a path.
  package func law(path: UInt32, seed: UInt64) -> Law {
    let shift = PathRandom(seed: seed, path: 0).words(.mixture, 1).0
    let point = radicalInverse(path, shift: shift)
    if point < nominalShare { return .nominal }
    return point < nominalShare + stepShare ? .bigStep : .crashes
  }

  /// Weights of the three laws' paths.
  var balance: BalanceWeight {
    BalanceWeight(
      nominalShare: nominalShare, shares: [stepShare, max(0, 1 - nominalShare - stepShare)])
  }
}

/// What a mixture asks of a walk: which laws its paths come from, and how far each is from nominal.
///
/// - Cost: one pass over a tile's moves and an exponential a step where there are big steps.
struct MixtureStage: Sendable {
  let mixture: CrashMixture
  /// `nil` where the model's moves have no mixing law.
  let bigStep: BigStep?
  let stepCount: Int

  /// What the eight paths of a tile have shown so far.
  struct State {
    var laws = [CrashMixture.Law](repeating: .nominal, count: WalkTile.laneCount)
    /// Sum over the steps of tilted over nominal density.
    var stepRatios = WalkTile.Lanes.zero
    /// The step that is big, `[lane]`; -1 where none is.
    var bigSteps = [Int](repeating: -1, count: WalkTile.laneCount)
  }

  func start(_ state: inout State, _ tile: WalkTile) {
    state.stepRatios = .zero
    for lane in 0..<WalkTile.laneCount {
      let random = tile.random(lane: lane)
      let law = mixture.law(path: random.path, seed: random.seed)
      state.laws[lane] = law
      let place = Int(random.uniform(.mixture, 0) * Double(stepCount))
      state.bigSteps[lane] = law == .bigStep ? min(place, stepCount - 1) : -1
    }
  }

  /// Makes the big steps among the tile's draws, and adds up the densities of all of them.
  func apply(_ tile: inout WalkTile, _ state: inout State) {
    guard let bigStep else { return }
    for lane in 0..<WalkTile.laneCount where tile.steps.contains(state.bigSteps[lane]) {
      bigStep.make(
        &tile, column: (state.bigSteps[lane] - tile.steps.lowerBound) * WalkTile.laneCount + lane)
    }
    state.stepRatios += bigStep.ratios(&tile)
  }

  /// Nominal over drawn density of the path in a lane; `crashLogRatio` is that of its crashes.
  func weight(_ state: State, lane: Int, crashLogRatio: Double) -> Double {
    let stepLogRatio = bigStep == nil ? 0 : log(state.stepRatios[lane] / Double(stepCount))
    return mixture.balance.weight(logRatios: [stepLogRatio, crashLogRatio])
  }
}

/// One step of a multivariate t walk with more variance and a shift towards losses.
///
/// `StepMixingTilt` for a tile: the mixing variable W of the step is a nominal one times the tilt's
/// scale, and the normals move against `basket`, the losing direction.
struct BigStep: Sendable {
  /// ln of the density ratio is linear in the mixing variable W and in the normal.
  private let constant: Double
  private let perMixing: Double
  private let perNormal: Double
  /// W is this over the square of the step's scale.
  private let mixingScale: Double
  /// What the tilt multiplies the step's scale with.
  private let scaleFactor: Double
  /// What the shift adds to the step's moves, `[asset]`.
  private let moves: [Double]
  /// Moves times these give the standard normal along the basket, `[asset]`.
  private let projection: [Double]

  /// `factor` is the moves' Cholesky factor, `[asset][asset]`; `nil` where the basket does not move.
  init?(_ mixture: CrashMixture, degreesOfFreedom: Double, factor: [Double], basket: [Double]) {
    let count = basket.count
    let direction = (0..<count).map { column in
      (0..<count).reduce(0) { $0 + factor[$1 * count + column] * basket[$1] }
    }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0 else { return nil }
    let tilt = StepMixingTilt(
      degreesOfFreedom: degreesOfFreedom, scale: 1 / mixture.stepVarianceFactor,
      shift: -mixture.stepShift)
    constant = tilt.logRatio(mixing: 0, normal: 0)
    perMixing = tilt.logRatio(mixing: 1, normal: 0) - constant
    perNormal = tilt.shift
    mixingScale = (degreesOfFreedom - 2) / degreesOfFreedom
    scaleFactor = mixture.stepVarianceFactor.squareRoot()
    projection = basket.map { $0 / length }
    moves = (0..<count).map { row in
      -mixture.stepShift
        * (0..<count).reduce(0) { $0 + factor[row * count + $1] * direction[$1] } / length
    }
  }

  func make(_ tile: inout WalkTile, column: Int) {
    tile.scale[column] *= scaleFactor
    for asset in 0..<tile.assetCount {
      tile.moves[asset * WalkTile.columnCount + column] += moves[asset]
    }
  }

  /// Sums over the tile's steps of tilted over nominal density; uses the memory of the normals.
  func ratios(_ tile: inout WalkTile) -> WalkTile.Lanes {
    let columns = tile.steps.count * WalkTile.laneCount
    let (assetCount, moves, scale) = (tile.assetCount, tile.moves, tile.scale)
    return tile.normals.withUnsafeMutableBufferPointer { memory in
      guard let logs = memory.baseAddress else { return .zero }
      for column in 0..<columns {
        var normal = 0.0
        for asset in 0..<assetCount {
          normal += projection[asset] * moves[asset * WalkTile.columnCount + column]
        }
        let mixing = mixingScale / (scale[column] * scale[column])
        logs[column] = constant + perMixing * mixing + perNormal * normal
      }
      let ratios = logs + WalkTile.columnCount
      VectorMath.exp(logs, count: columns, into: ratios)
      var sum = WalkTile.Lanes.zero
      for step in 0..<columns / WalkTile.laneCount { sum += ratios.lanes(step) }
      return sum
    }
  }
}
