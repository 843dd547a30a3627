import Foundation

/// Draws paths whose common variance h has built up by a chosen step, in proportion to that h.
///
/// The mean of h is known, so that h over its mean is a density ratio. Written out,
/// h = (1 - p) sum over k of the product of the last k factors (a q + b), q the mean square of the
/// assets' unit moves with mean 1, p = a + b; the term k has mean (1 - p) p^k. The law is thus
/// drawn in parts: first k, then each of the last k steps is, with probability a / p, drawn in
/// proportion to its q, else as it is. A step in proportion to q is a Student-t one with two degrees
/// less before scaling, in which one asset's normal has length chi(3). The h of the ratio has no
/// cap; that of the model has, which makes no difference to the draws.
///
/// Losses that begin with a high variance are rare because several large steps must come together;
/// a single large step does not make them likelier.
///
/// - Cost: two products a move and step, and a few draws for each step in proportion to q.
/// - Source: the change of measure of J. Collamore, G. Diao, A. Vidyashankar, Rare event simulation
///   for processes generated via stochastic fixed point equations, Annals of Applied Probability 24
///   (2014), at power one, where it needs no root; size-biased draws by parts for this program.
struct VarianceBuildUp: Sendable {
  /// Of a step from time 0 on, and of one before it.
  private let recursion: VarianceRecursion
  private let before: VarianceRecursion
  /// Steps before time 0: absolute step numbers count from the first of them.
  private let settlingCount: Int
  private let initial: Double
  /// Assets that have a part in q.
  private let moving: [Int]
  /// `[asset][asset]`.
  private let correlation: [Double]
  /// Of the gamma law of a step in proportion to q.
  private let shape: Double
  /// ln of what, between two steps, the chance is that all steps between belong to the last k.
  private let logReach: [Double]

  /// `factor` is the Cholesky factor of the moves, `[asset][asset]`; nil where nothing moves.
  init?(
    _ settled: SettledStage<CommonVariance>, factor: [Double], degreesOfFreedom: Double,
    stepCount: Int
  ) {
    let deviations = settled.volatility.stepDeviation
    let count = deviations.count
    moving = deviations.indices.filter { deviations[$0] > 0 }
    guard !moving.isEmpty else { return nil }
    recursion = settled.volatility.recursion
    before = settled.before.recursion
    settlingCount = settled.stepCount
    initial = settled.volatility.initial
    shape = 0.5 * degreesOfFreedom - 1
    correlation = (0..<count * count).map { place in
      (0..<count).reduce(0) {
        $0 + factor[place / count * count + $1] * factor[place % count * count + $1]
      }
    }
    var reach = [log(initial)]
    var (mean, kept) = (initial, 0.0)
    for step in 0..<settlingCount + stepCount {
      let recursion = step < settlingCount ? before : self.recursion
      mean = recursion.mean(after: mean)
      kept += log(recursion.persistence)
      reach.append(log(mean) - kept)
    }
    logReach = reach
  }

  /// How far the eight paths of a tile have come.
  struct State {
    /// h without a cap.
    var height = WalkTile.Lanes.zero
    /// Mean of h over all paths.
    var mean = 0.0
    /// The last k steps before the chosen one, `[lane]`, by absolute numbers; empty where the path's
    /// law has no build-up.
    var spans = [Range<Int>](repeating: 0..<0, count: WalkTile.laneCount)
  }

  /// Begins the paths; `places` are the chosen steps, `[lane]`, negative where there is none.
  func start(_ state: inout State, _ tile: WalkTile, places: [Int]) {
    state.height = WalkTile.Lanes(repeating: initial)
    state.mean = initial
    for lane in 0..<WalkTile.laneCount {
      state.spans[lane] = 0..<0
      guard places[lane] >= 0 else { continue }
      let end = settlingCount + places[lane]
      let limit = logReach[end] + log(tile.random(lane: lane).uniform(.mixture, 0, 1))
      var (low, high) = (0, end)
      while low < high {
        let middle = (low + high) / 2
        if logReach[middle] > limit { high = middle } else { low = middle + 1 }
      }
      state.spans[lane] = low..<end
    }
  }

  /// Draws the steps before time 0 that belong to a build-up, and follows h.
  func settle(_ tile: inout WalkTile, _ state: inout State) {
    draw(&tile, state, from: 0, before)
    follow(tile, &state, before) { _, _ in }
  }

  /// Draws the steps from time 0 on that belong to a build-up.
  func draw(_ tile: inout WalkTile, _ state: State) {
    draw(&tile, state, from: settlingCount, recursion)
  }

  /// Follows h, and tells for each step of the tile h over its mean.
  @inline(__always) func follow(
    _ tile: WalkTile, _ state: inout State, _ body: (_ step: Int, _ ratio: WalkTile.Lanes) -> Void
  ) {
    follow(tile, &state, recursion, body)
  }

  @inline(__always) private func follow(
    _ tile: WalkTile, _ state: inout State, _ recursion: VarianceRecursion,
    _ body: (_ step: Int, _ ratio: WalkTile.Lanes) -> Void
  ) {
    let share = 1 / Double(moving.count)
    tile.moves.withUnsafeBufferPointer { moves in
      tile.scale.withUnsafeBufferPointer { scale in
        guard let moves = moves.baseAddress, let scale = scale.baseAddress else { return }
        for step in 0..<tile.steps.count {
          body(step, state.height / state.mean)
          var sum = WalkTile.Lanes.zero
          for asset in moving {
            let move = moves.lanes(asset * WalkTile.stepCapacity + step)
            sum += move * move
          }
          let factor = scale.lanes(step)
          state.height = recursion.uncapped(state.height, unitSquare: share * sum * factor * factor)
          state.mean = recursion.mean(after: state.mean)
        }
      }
    }
  }

  /// The tile's first step has the absolute number `origin` plus its own.
  private func draw(
    _ tile: inout WalkTile, _ state: State, from origin: Int, _ recursion: VarianceRecursion
  ) {
    let logMiss = log1p(-recursion.alpha / recursion.persistence)
    guard logMiss < 0 else { return }
    let first = origin + tile.steps.lowerBound
    for lane in 0..<WalkTile.laneCount {
      let random = tile.random(lane: lane)
      var step = max(first, state.spans[lane].lowerBound)
      let end = min(first + tile.steps.count, state.spans[lane].upperBound)
      while step < end {
        let wait = log(random.uniform(.mixture, UInt32(step), 2)) / logMiss
        guard wait < Double(end - step) else { break }
        step += Int(wait)
        enlarge(&tile, column: (step - first) * WalkTile.laneCount + lane, random, UInt32(step))
        step += 1
      }
    }
  }

  /// Draws a step in proportion to q.
  private func enlarge(
    _ tile: inout WalkTile, column: Int, _ random: PathRandom, _ step: UInt32
  ) {
    let (choice, tail) = random.uniformPair(.mixture, step, 3)
    let asset = moving[min(Int(choice * Double(moving.count)), moving.count - 1)]
    let normal = random.normal(.mixture, step, 4)
    let length = (normal * normal - 2 * log(tail)).squareRoot()
    let change =
      (normal < 0 ? -length : length) - tile.moves[asset * WalkTile.columnCount + column]
    for other in 0..<tile.assetCount {
      tile.moves[other * WalkTile.columnCount + column] +=
        correlation[other * tile.assetCount + asset] * change
    }
    // Near two degrees of freedom the variate underflows; such a path has no weight.
    let variate = max(random.gamma(shape, .mixture, step, 5), 1e-100)
    tile.scale[column] = (shape / variate).squareRoot()
  }
}
