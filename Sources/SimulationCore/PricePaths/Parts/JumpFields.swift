import Foundation

/// The fields that models with jumps share, and what they say.
enum JumpFields {
  /// How often jumps come, independently of each other.
  static let rates = [
    Field(
      "common_jumps_per_year", .number(.pure, Bounds(0, 1e5)), .defaults("20"),
      "Jumps a year in which all assets take part.", neutral: "0"),
    Field(
      "own_jumps_per_year", .number(.pure, Bounds(0, 1e5)), .defaults("0"),
      "Jumps a year that each asset has alone.", neutral: "0"),
  ]

  /// A size of jumps whose default grows with the asset's volatility, so that every asset, a stable
  /// one too, has room for it.
  struct Size: Sendable {
    let key: String
    /// At `referenceVolatility`.
    let usual: Double

    /// Volatility a year at which jumps have their usual sizes.
    static let referenceVolatility = 0.75

    func field(_ bounds: Bounds, _ summary: String) -> Field {
      Field(
        key, .numberByAsset(.pure, bounds),
        .derived("\(usual) at a volatility of 75 % a year, in proportion at others"), summary)
    }

    func values(_ section: Section, _ setting: PriceSetting) throws -> [Double] {
      guard section.has(key) else {
        return setting.assets.map { usual * $0.volatility / Size.referenceVolatility }
      }
      return try section.numbers(key, for: setting.assets)
    }
  }

  /// Sizes of normal jumps.
  struct NormalSizes: Sendable {
    let mean: Size
    let deviation: Size

    init(mean: Double, deviation: Double) {
      self.mean = Size(key: "jump_mean_log", usual: mean)
      self.deviation = Size(key: "jump_sd_log", usual: deviation)
    }

    var fields: [Field] {
      [
        mean.field(
          Bounds(-5, 5), "Mean of a jump of the log price, for all assets or by asset."),
        deviation.field(
          Bounds(0, 5), "Standard deviation of a jump of the log price, for all assets or by asset."
        ),
      ]
    }

    func jumps(_ section: Section, _ setting: PriceSetting) throws -> NormalJumps {
      NormalJumps(
        means: try mean.values(section, setting),
        deviations: try deviation.values(section, setting), correlation: setting.correlation)
    }
  }

  /// Sizes of independent normal jumps.
  static let normalSizes = NormalSizes(mean: -0.04, deviation: 0.065)

  static func commonEvents(_ section: Section) -> ExcitedEvents {
    .poisson(rate: section.number("common_jumps_per_year"))
  }

  static func ownEvents(_ section: Section) -> ExcitedEvents {
    .poisson(rate: section.number("own_jumps_per_year"))
  }
}

extension JumpStage {
  /// Jumps of all assets that move and have jumps of a size.
  init(_ setting: PriceSetting, common: ExcitedEvents, own: ExcitedEvents, sizes: Sizes) {
    self.init(
      common: common, own: own, sizes: sizes,
      jumps: setting.assets.indices.map {
        setting.assets[$0].volatility > 0 && sizes.meanSquare($0) > 0
      }, stepYears: setting.stepYears, stepCount: setting.stepCount)
  }

  /// Variances a year that the jumps leave of the assets' own, `[asset]`.
  ///
  /// Throws `ParameterError` E037 where they leave less than nothing.
  func remainingVariances(_ assets: [AssetDynamics]) throws -> [Double] {
    try assets.indices.map { index in
      let asset = assets[index]
      let total = asset.volatility * asset.volatility
      guard jumps[index] else { return total }
      let jumping = (common.meanRate + own.meanRate) * sizes.meanSquare(index)
      // A total typed in with rounding may be all jumps.
      guard jumping <= total * (1 + 1e-9) else {
        throw ParameterError(
          key: "", code: "E037",
          "jumps alone give \(asset.symbol) a volatility of "
            + "\((100 * jumping.squareRoot()).threeDigits) % a year, above its "
            + "\((100 * asset.volatility).threeDigits) %",
          note:
            "volatility_pct_annual is that of all moves: raise it, have fewer jumps, or give their sizes "
            + "as a map with a smaller one, or 0, for \(asset.symbol)")
      }
      return max(total - jumping, 0)
    }
  }

  /// What the jumps add to the mean of each price, a year, at their mean rate: `[asset]`.
  func meanGains() -> [Double] {
    jumps.indices.map { jumps[$0] ? (common.meanRate + own.meanRate) * sizes.meanGain($0) : 0 }
  }
}

/// Normal moves with constant variance, and jumps; what jumps leave of the volatility are the moves.
///
///     ln S(t + dt) - ln S(t) = (mu - s^2 / 2 - rate k) dt + s sqrt(dt) (F z) + jumps,   k = E[e^J] - 1
struct JumpDiffusion<Sizes: JumpSizes>: Sendable {
  private let walk: CorrelatedWalk
  private var jumps: JumpStage<Sizes>
  /// The moves on paths of a mixture.
  private var mixed: MixtureStage<NoStage>?

  init(
    _ setting: PriceSetting, common: ExcitedEvents, own: ExcitedEvents, sizes: Sizes
  ) throws {
    jumps = JumpStage(setting, common: common, own: own, sizes: sizes)
    let variances = try jumps.remainingVariances(setting.assets)
    let gains = jumps.meanGains()
    walk = CorrelatedWalk(
      setting,
      annualDrift: setting.assets.indices.map {
        setting.assets[$0].drift - 0.5 * variances[$0] - gains[$0]
      },
      stepDeviation: variances.map { ($0 * setting.stepYears).squareRoot() })
  }

  func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    if let mixed {
      walk.fill(&block, firstPath: firstPath, seed: seed, mixed, jumps)
    } else {
      walk.fill(&block, firstPath: firstPath, seed: seed, NoStage(), jumps)
    }
  }

  /// Throws `ParameterError` where no assets jump together, which a mixture asks for.
  func check(_ request: MixtureRequest, rate: String, size: String) throws {
    try request.check(jumps.common, jumps.jumps, rate: rate, size: size)
  }

  var mixture: CrashMixture? { jumps.mixture }

  /// When common jumps come; see `PriceModel.crashTimes`.
  func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    jumps.commonTimes(random, before: end)
  }

  /// Makes common jumps likelier, as `mixture` says.
  mutating func draw(from mixture: CrashMixture) {
    jumps.mixture = mixture
    mixed = walk.mixed(mixture)
  }
}
