import Foundation

/// A correlation that answers to the assets' joint moves.
///
///     e = m (F n),   F F' = R,   R_ij = Q_ij / sqrt(Q_ii Q_jj),
///     Q' = (1 - a - b) C + a e e' + b Q
///
/// with n the tile's normals, m its scale and C the scenario's correlation, where Q begins. A step of
/// k times the length for which a and b hold has a sqrt(k) and (a + b)^k, as with the variances.
///
/// - Cost: a Cholesky factor a path and step, O(assets cubed); nothing where a is zero.
/// - Source: R. Engle, Dynamic conditional correlation, Journal of Business and Economic Statistics 20
///   (2002), equations 18 and 21.
struct DynamicCorrelation: ReturnStage {
  /// C, `[asset][asset]`.
  private let target: [Double]
  private let count: Int
  private let reaction: Double
  private let memory: Double

  struct State {
    /// Q of each lane, `[lane][asset][asset]`.
    fileprivate var q: [Double]
    fileprivate var factor: [Double]
    fileprivate var roots: [Double]
    fileprivate var moves: [Double]
  }

  static let fields = [
    Field(
      "correlation_reaction", .number(.pure, Bounds(0, 1)), .defaults("0"),
      "Weight of the last joint moves in the next correlation (DCC); 0.03 fits daily returns.",
      neutral: "0"),
    Field(
      "correlation_memory", .number(.pure, Bounds(0, 1)), .defaults("0.9"),
      "Weight of the last correlation in the next one, where correlation_reaction is above 0."),
  ]

  /// `steps` is the step's length in that of the parameters; `nil` where the memory would be negative.
  ///
  /// Throws `ParameterError` E037 where the correlation would not come back.
  init?(_ section: Section, _ correlation: Correlation, steps: Double) throws {
    let (a, b) = (section.number("correlation_reaction"), section.number("correlation_memory"))
    guard a == 0 || a + b < 1 else {
      throw ParameterError(
        key: "correlation_reaction", code: "E037",
        "correlation_reaction + correlation_memory must be below 1: \(a + b)")
    }
    reaction = a * steps.squareRoot()
    memory = a == 0 ? 0 : pow(a + b, steps) - reaction
    guard memory >= 0 else { return nil }
    target = correlation.matrix
    count = correlation.count
  }

  func state(assetCount: Int) -> State {
    let zeros = [Double](repeating: 0, count: reaction > 0 ? count * count : 0)
    return State(
      q: [Double](repeating: 0, count: zeros.count * WalkTile.laneCount), factor: zeros,
      roots: [Double](repeating: 0, count: count), moves: [Double](repeating: 0, count: count))
  }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    guard reaction > 0 else { return }
    for entry in state.q.indices { state.q[entry] = target[entry % target.count] }
  }

  /// Replaces the tile's moves, which have the constant correlation.
  func apply(_ tile: inout WalkTile, _ state: inout State) {
    guard reaction > 0 else { return }
    for lane in 0..<WalkTile.laneCount {
      for step in 0..<tile.steps.count {
        let column = step * WalkTile.laneCount + lane
        factorise(&state, lane)
        for row in 0..<count {
          var move = 0.0
          for other in 0...row {
            move +=
              state.factor[row * count + other]
              * tile.normals[other * WalkTile.columnCount + column]
          }
          tile.moves[row * WalkTile.columnCount + column] = move
          state.moves[row] = tile.scale[column] * move
        }
        advance(&state, lane)
      }
    }
  }

  /// The lower Cholesky factor of R; a column without variance left is zero.
  private func factorise(_ state: inout State, _ lane: Int) {
    let first = lane * count * count
    for asset in 0..<count {
      state.roots[asset] = state.q[first + asset * count + asset].squareRoot()
    }
    for column in 0..<count {
      for row in column..<count {
        var sum =
          row == column
          ? 1 : state.q[first + row * count + column] / (state.roots[row] * state.roots[column])
        for other in 0..<column {
          sum -= state.factor[row * count + other] * state.factor[column * count + other]
        }
        let pivot = state.factor[column * count + column]
        state.factor[row * count + column] =
          row == column ? max(sum, 0).squareRoot() : pivot > 1e-7 ? sum / pivot : 0
      }
    }
  }

  private func advance(_ state: inout State, _ lane: Int) {
    let (first, rest) = (lane * count * count, 1 - reaction - memory)
    for row in 0..<count {
      for column in 0..<count {
        let entry = row * count + column
        state.q[first + entry] =
          rest * target[entry] + reaction * state.moves[row] * state.moves[column]
          + memory * state.q[first + entry]
      }
    }
  }
}

/// A dynamic correlation, then each asset's own variance.
struct DynamicMoves: ReturnStage {
  let correlation: DynamicCorrelation
  let variance: OwnVariance

  struct State {
    fileprivate var correlation: DynamicCorrelation.State
    fileprivate var variance: OwnVariance.State
  }

  func state(assetCount: Int) -> State {
    State(
      correlation: correlation.state(assetCount: assetCount),
      variance: variance.state(assetCount: assetCount))
  }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    correlation.start(&state.correlation, &tile)
    variance.start(&state.variance, &tile)
  }

  func apply(_ tile: inout WalkTile, _ state: inout State) {
    correlation.apply(&tile, &state.correlation)
    variance.apply(&tile, &state.variance)
  }
}
