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

  /// Sizes of normal jumps.
  static let normalSizes = [
    Field(
      "jump_mean_log", .numberByAsset(.pure, Bounds(-5, 5)), .defaults("-0.04"),
      "Mean of a jump of the log price, for all assets or by asset."),
    Field(
      "jump_sd_log", .numberByAsset(.pure, Bounds(0, 5)), .defaults("0.065"),
      "Standard deviation of a jump of the log price, for all assets or by asset."),
  ]

  static func commonEvents(_ section: Section) -> ExcitedEvents {
    .poisson(rate: section.number("common_jumps_per_year"))
  }

  static func ownEvents(_ section: Section) -> ExcitedEvents {
    .poisson(rate: section.number("own_jumps_per_year"))
  }

  static func normalJumps(_ section: Section, _ setting: PriceSetting) throws -> NormalJumps {
    NormalJumps(
      means: try section.numbers("jump_mean_log", for: setting.assets),
      deviations: try section.numbers("jump_sd_log", for: setting.assets),
      correlation: setting.correlation)
  }
}

extension JumpStage {
  /// Jumps of all assets that move.
  init(_ setting: PriceSetting, common: ExcitedEvents, own: ExcitedEvents, sizes: Sizes) {
    self.init(
      common: common, own: own, sizes: sizes, jumps: setting.assets.map { $0.volatility > 0 },
      stepYears: setting.stepYears)
  }

  /// Variances a year that the jumps leave of the assets' own, `[asset]`.
  ///
  /// Throws `ParameterError` E037 where they leave less than nothing.
  func remainingVariances(_ assets: [AssetDynamics]) throws -> [Double] {
    try assets.indices.map { index in
      let asset = assets[index]
      guard jumps[index] else { return 0 }
      let total = asset.volatility * asset.volatility
      let jumping = (common.meanRate + own.meanRate) * sizes.meanSquare(index)
      // A total typed in with rounding may be all jumps.
      guard jumping <= total * (1 + 1e-9) else {
        throw ParameterError(
          key: "", code: "E037",
          "jumps alone give \(asset.symbol) a volatility of \(100 * jumping.squareRoot()) % a year, "
            + "above its \(100 * asset.volatility) %",
          note:
            "volatility_pct_annual is that of all moves: raise it, or have fewer or smaller jumps")
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
    walk.fill(&block, firstPath: firstPath, seed: seed, NoStage(), jumps)
  }

  /// Whether some assets jump together.
  var hasCommonJumps: Bool { jumps.common.baseRate > 0 && jumps.jumps.contains(true) }

  var mixture: CrashMixture? { jumps.mixture?.mixture }

  /// When common jumps come; see `PriceModel.crashTimes`.
  func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    jumps.commonTimes(random, before: end)
  }

  /// Makes common jumps likelier, as `mixture` says.
  mutating func draw(from mixture: CrashMixture, basket: [Double]) {
    jumps.mixture = walk.stage(mixture, degreesOfFreedom: nil, basket: basket)
  }
}
