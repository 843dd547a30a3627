import CKernels
import Foundation

/// A square-root process for each asset's variance, and the returns that go with it.
///
///     dv = kappa (theta - v) dt + xi sqrt(v) dW_v,   d ln S = -v / 2 dt + sqrt(v) dW_S,   d<W_S, W_v> = rho dt
///
/// Andersen's quadratic-exponential scheme with martingale correction. The shocks of the variances
/// have the same correlation between assets as those of the prices, so that returns of assets with
/// the same rho keep it.
///
/// - Source: L. Andersen, Efficient simulation of the Heston stochastic volatility model, Journal of
///   Computational Finance 11 (2008), sections 3.2 and 4.
struct SquareRootVariance: ReturnStage {
  /// The scheme's constants of one asset for one step.
  private let schemes: [QuadraticExponential]
  private let shocks: CorrelatedDraws

  struct State {
    /// The variances of eight lanes, `[asset]`.
    fileprivate var variances: [WalkTile.Lanes]
    /// The variances' shocks, as its moves.
    fileprivate var shocks: WalkTile
  }

  /// Variances a year: theta is the asset's long-run one, and v is theta times `initialRatio` at time 0.
  init(
    _ setting: PriceSetting, longRun: [Double], meanReversion: [Double],
    varianceVolatility: [Double],
    priceCorrelation: [Double], initialRatio: Double
  ) {
    schemes = setting.assets.indices.map {
      QuadraticExponential(
        theta: longRun[$0], kappa: meanReversion[$0], xi: varianceVolatility[$0],
        rho: priceCorrelation[$0], initial: initialRatio * longRun[$0], years: setting.stepYears)
    }
    shocks = CorrelatedDraws(
      coefficients: setting.correlation.factor, mixing: nil, streams: .variance)
  }

  func state(assetCount: Int) -> State {
    State(
      variances: [WalkTile.Lanes](repeating: .zero, count: assetCount),
      shocks: WalkTile(assetCount: assetCount))
  }

  func start(_ state: inout State, _ tile: inout WalkTile) {
    for asset in schemes.indices {
      state.variances[asset] = WalkTile.Lanes(repeating: schemes[asset].initial)
    }
  }

  func apply(_ tile: inout WalkTile, _ state: inout State) {
    state.shocks.seed = tile.seed
    state.shocks.isPaired = tile.isPaired
    state.shocks.firstPath = tile.firstPath
    state.shocks.steps = tile.steps
    shocks.draw(&state.shocks)
    let count = tile.steps.count
    for asset in 0..<tile.assetCount {
      let scheme = schemes[asset]
      var v = state.variances[asset]
      state.shocks.withMoves { shocks, _ in
        tile.withMovesAndVariances { moves, _, variances in
          for step in 0..<count {
            let row = asset * WalkTile.stepCapacity + step
            let start = v
            moves.setLanes(
              row, scheme.advance(&v, shock: shocks.lanes(row), move: moves.lanes(row)))
            variances?.setLanes(row, scheme.halfYears * (start + v))
          }
        }
      }
      state.variances[asset] = v
    }
  }
}

/// One step of the quadratic-exponential scheme, for eight lanes.
private struct QuadraticExponential: Sendable {
  typealias Lanes = WalkTile.Lanes

  /// v at time 0.
  let initial: Double
  /// Mean of the next v: pulled + kept v.
  private let kept: Double
  private let pulled: Double
  /// Variance of the next v: its part without v, and that by v.
  private let spread: Double
  private let spreadByVariance: Double
  /// What the return has of v, of the next v, and of sqrt(v + next v) times a normal.
  private let early: Double
  private let late: Double
  private let noise: Double
  /// Half a step: what the sum of v and the next v is to be multiplied with for the step's variance.
  let halfYears: Double
  /// Of the return, where the martingale correction does not exist.
  private let uncorrected: Double
  /// Mean of v over the step: averagePulled + averageKept v.
  private let averagePulled: Double
  private let averageKept: Double
  private let years: Double
  /// Whether v follows its mean: it has no shocks, or so small ones that rho / xi has no digits left.
  private let isDeterministic: Bool

  init(theta: Double, kappa: Double, xi: Double, rho: Double, initial: Double, years: Double) {
    self.initial = initial
    self.years = years
    isDeterministic = theta == 0 || xi < 1e-6
    kept = exp(-kappa * years)
    let lost = -expm1(-kappa * years)
    pulled = theta * lost
    averageKept = lost / (kappa * years)
    averagePulled = theta * (1 - averageKept)
    spread = theta * xi * xi * lost * lost / (2 * kappa)
    spreadByVariance = xi * xi * kept * lost / kappa
    let half = 0.5 * years
    halfYears = half
    early = half * (kappa * rho / xi - 0.5) - rho / xi
    late = half * (kappa * rho / xi - 0.5) + rho / xi
    noise = half * (1 - rho * rho)
    uncorrected = -rho * kappa * theta * years / xi
  }

  /// Replaces v by the next one; the log return without drift for a standard normal `move`.
  @inline(__always) func advance(_ v: inout Lanes, shock: Lanes, move: Lanes) -> Lanes {
    guard !isDeterministic else { return followMean(&v, move: move) }
    let mean = pulled + kept * v
    let ratio = (spread + spreadByVariance * v) / (mean * mean)
    // Where the ratio is at most 1.5, v' = a (b + shock)^2; elsewhere the numbers are not used.
    let inverse = 2 / pointwiseMin(ratio, Lanes(repeating: 1.5))
    let b2 = inverse - 1 + inverse.squareRoot() * (inverse - 1).squareRoot()
    let a = mean / (1 + b2)
    let root = b2.squareRoot() + shock
    var next = a * root * root
    // The correction: -ln E[e^(A v')] takes the mean growth of the price away.
    let weight = late + 0.5 * noise
    let free = 1 - 2 * weight * a
    let safe = free.replacing(with: 1, where: free .<= 0)
    var growth = weight * b2 * a / safe - 0.5 * QuadraticExponential.logarithm(safe)
    var exists = free .> 0
    let isExponential = ratio .> 1.5
    if any(isExponential) {
      for lane in 0..<WalkTile.laneCount where isExponential[lane] {
        let (value, logGrowth) = exponential(mean[lane], ratio[lane], shock[lane], weight)
        next[lane] = value
        growth[lane] = logGrowth ?? 0
        exists[lane] = logGrowth != nil
      }
    }
    let corrected = -growth - (early + 0.5 * noise) * v
    let constant = corrected.replacing(with: uncorrected, where: .!exists)
    let result =
      constant + early * v + late * next + (noise * (v + next)).squareRoot() * move
    v = next
    return result
  }

  /// v without shocks, exact in steps of any length; the return is normal.
  private func followMean(_ v: inout Lanes, move: Lanes) -> Lanes {
    let variance = years * (averagePulled + averageKept * v)
    v = pulled + kept * v
    return variance.squareRoot() * move - 0.5 * variance
  }

  /// The law with an atom at zero and an exponential tail, for small v; ln E[e^(A v')] where it exists.
  private func exponential(
    _ mean: Double, _ ratio: Double, _ shock: Double, _ weight: Double
  ) -> (next: Double, logGrowth: Double?) {
    let atom = (ratio - 1) / (ratio + 1)
    let rate = (1 - atom) / mean
    // Above its tail 1 - U is known to more digits than U.
    let above = normalCDF(-shock)
    let next = above >= 1 - atom ? 0 : log((1 - atom) / above) / rate
    return (next, weight < rate ? log(atom + (1 - atom) * rate / (rate - weight)) : nil)
  }

  @inline(__always) private static func logarithm(_ x: Lanes) -> Lanes {
    var result = Lanes.zero
    withUnsafePointer(to: x) { x in
      withUnsafeMutablePointer(to: &result) { result in
        ck_log(
          WalkTile.laneCount, UnsafeRawPointer(x).assumingMemoryBound(to: Double.self),
          UnsafeMutableRawPointer(result).assumingMemoryBound(to: Double.self))
      }
    }
    return result
  }
}
