/// One asset as a price model sees it.
package struct AssetDynamics: Sendable {
  package let symbol: String
  /// USD at time 0.
  package let initialPrice: Double
  /// Standard deviation of the log price over a year; 0 keeps the log price on its drift.
  package let volatility: Double
  /// Drift mu a year, as a fraction.
  package let drift: Double

  package init(symbol: String, initialPrice: Double, volatility: Double, drift: Double) {
    self.symbol = symbol
    self.initialPrice = initialPrice
    self.volatility = volatility
    self.drift = drift
  }
}

/// What every price model is built for: assets, steps, correlation and, where it uses them, data.
package struct PriceSetting: Sendable {
  package let assets: [AssetDynamics]
  package let stepCount: Int
  /// Length of a step in years.
  package let stepYears: Double
  /// Lower Cholesky factor, `[asset][asset]` row-major; the identity where no correlation is given.
  package let correlation: Correlation
  /// Prices from a file or inline, for the models that need them.
  package let data: PriceTable?
  /// The assets that keep to another one's price; the correlation has none for them.
  package let pegs: [Peg]

  package init(
    assets: [AssetDynamics], stepCount: Int, stepYears: Double, correlation: Correlation,
    data: PriceTable? = nil, pegs: [Peg] = []
  ) {
    self.assets = assets
    self.stepCount = stepCount
    self.stepYears = stepYears
    self.correlation = correlation
    self.data = data
    self.pegs = pegs
  }
}

/// Makes exogenous price paths; pure, without state between blocks.
///
/// A path depends on (seed, path number) alone: neither the block it is made in nor the worker that
/// makes it can change a bit of it.
package protocol PriceModel: Registered {
  /// Builds the model from its checked section; throws where parameters contradict the setting.
  init(_ section: Section, _ setting: PriceSetting) throws
  /// Fills `block` with the paths `firstPath ..< firstPath + block.pathCount`.
  func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64)
  /// The laws of which the paths come, with their weights in the block; `nil` = the model's own.
  var mixture: CrashMixture? { get }
  /// What each regime of the model does to venues and gas, by its number in a block; empty = nothing.
  var regimes: [MarketRegime] { get }
  /// The model with crashes made likelier; `nil` for a model that cannot.
  ///
  /// `basket` are the assets' shares of what can be lost. Throws `ParameterError` for laws that the
  /// model does not have, and where its own fields leave no crash that all assets share.
  func mixed(_ request: MixtureRequest, basket: [Double]) throws -> (any PriceModel)?
  /// When jumps or crashes that all assets share come on the path of `random`, in years from time 0 to
  /// `end`; `nil` for a model without any.
  func crashTimes(_ random: PathRandom, before end: Double) -> [Double]?
  /// Whether the walk's normals make most of the prices, so that points in place of them tell.
  static var hasLeadingNormals: Bool { get }
  /// Whether the model uses each asset's volatility and drift, and the correlation.
  static var isParametric: Bool { get }
  /// Whether the model knows the variance of the diffusion inside a step, given the step's draws.
  ///
  /// Such a model writes the variances and the jumps of a block that keeps them.
  static var hasDiffusion: Bool { get }
}

extension PriceModel {
  package static var hasDiffusion: Bool { false }
  package static var hasLeadingNormals: Bool { false }

  package var mixture: CrashMixture? { nil }
  package var regimes: [MarketRegime] { [] }

  package func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? { nil }

  package func mixed(
    _ request: MixtureRequest, basket: [Double]
  ) throws -> (any PriceModel)? { nil }
}

/// Exogenous log prices of consecutive paths, relative to the start: `[path][step][asset]`.
///
/// Entry (p, s, a) is ln(S / S_0) of asset `a` at the end of step `s` (0-based) on the block's path
/// `p`. Every entry is finite and in [-700, 700]; `clampedCount` counts the values that were not.
package struct PriceBlock: Sendable {
  package let capacity: Int
  package private(set) var pathCount: Int
  package let stepCount: Int
  package let assetCount: Int
  package var logPrice: [Double]
  package var clampedCount = 0
  /// How often `variance_cap` held a variance, by path.
  package internal(set) var cappedVariances: [Int]
  /// Whether an odd path is the antithetic one of the even path before it.
  ///
  /// Normals have the other sign there and the uniforms of jumps and regimes are mirrored, mixing
  /// variables are the same. Parametric models alone know of it.
  package var isPaired = false
  /// What gives the leading normals, for models that have them; `nil` = all are pseudo-random.
  package var points: QuasiRandomPaths?
  /// Nominal over drawn density of each path, where the model draws from a mixture; else empty.
  package var weights: [Double] = []
  /// Working memory of walks, kept from one filling to the next.
  var tile: WalkTile?
  /// Variance of the diffusion and sum of the jumps within each step, and the lowest log price in it,
  /// ordered as `logPrice`; empty in a block that does not keep them.
  package internal(set) var variance: [Double] = []
  package internal(set) var jump: [Double] = []
  package var low: [Double] = []
  /// Number of the regime in each step, `[path][step]`; empty in a block that does not keep them.
  package var regime: [UInt8]

  /// `keepsInside` asks for what happens inside the steps, `keepsRegimes` for the regimes.
  package init(
    capacity: Int, stepCount: Int, assetCount: Int, keepsInside: Bool = false,
    keepsRegimes: Bool = false
  ) {
    self.capacity = capacity
    self.pathCount = capacity
    self.stepCount = stepCount
    self.assetCount = assetCount
    self.logPrice = [Double](repeating: 0, count: capacity * stepCount * assetCount)
    cappedVariances = [Int](repeating: 0, count: capacity)
    regime = [UInt8](repeating: 0, count: keepsRegimes ? capacity * stepCount : 0)
    guard keepsInside else { return }
    variance = logPrice
    jump = logPrice
    low = logPrice
  }

  /// The regime of step `step` on the block's path `path`; 0 where none is kept.
  package func regime(path: Int, step: Int) -> Int {
    regime.isEmpty ? 0 : Int(regime[path * stepCount + step])
  }

  /// Whether variances, jumps and lows are kept.
  package var keepsInside: Bool { !low.isEmpty }

  /// Uses the first `count` paths only, for a last block that is not full.
  package mutating func resize(to count: Int) {
    precondition(count <= capacity, "a block holds at most \(capacity) paths")
    pathCount = count
  }

  /// The working memory for a walk, which hands it back; made where there is none that fits.
  mutating func takeTile() -> WalkTile {
    defer { tile = nil }
    guard var kept = tile, kept.assetCount == assetCount, kept.keepsInside == keepsInside else {
      return WalkTile(assetCount: assetCount, keepsInside: keepsInside)
    }
    kept.scale.fill(with: 1)
    return kept
  }

  /// Index of the first asset of step `step` on the block's path `path`.
  package func offset(path: Int, step: Int) -> Int { (path * stepCount + step) * assetCount }

  /// Entries of one path that stand at the clamp.
  package func clampedPrices(onPath path: Int) -> Int {
    let first = offset(path: path, step: 0)
    return logPrice[first..<first + stepCount * assetCount].count { abs($0) >= 700 }
  }
}
