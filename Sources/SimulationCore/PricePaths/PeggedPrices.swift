import Foundation

/// An asset whose price keeps to that of another one, or to a dollar.
///
///     ln(price / (ratio * price of the other)) = x + s
///     dx = -k x dt + noise with stationary standard deviation sd,
///     s = ln(1 - drop) e^(-c t),   t the time since the last stress began; 0 before any
///
/// Stresses come independently of each other and of all prices, and with a given chance with each crash
/// that all assets share. One that begins while another lasts renews it: crashes come in clusters, and
/// their stresses are one loss of trust.
///
/// - Source: G. Uhlenbeck and L. Ornstein, On the theory of the Brownian motion, Physical Review 36
///   (1930), for x, by its exact law.
package struct Peg: Sendable, Equatable {
  /// Places among the setting's assets; `nil` pegs to a dollar.
  package let asset: Int
  package let target: Int?
  /// sd of x, and its rate k a year.
  package let deviation: Double
  package let reversion: Double
  /// x at time 0.
  package let start: Double
  /// Stresses a year; what s is when one begins; the rate c a year at which s fades.
  package let stressRate: Double
  package let stressMove: Double
  package let stressDecay: Double
  /// Probability that a crash of all assets begins a stress.
  package let stressPerCrash: Double

  package init(_ section: Section, asset: Int, target: Int?, start: Double) {
    self.asset = asset
    self.target = target
    self.start = start
    deviation = section.number("depeg_sd_bps")
    reversion = log(2) / section.number("half_life_hours")
    let stress = section.section("stress")
    stressRate = stress?.number("rate_per_year") ?? 0
    stressMove = log1p(-(stress?.number("drop_pct") ?? 0))
    stressPerCrash = stress?.number("per_crash") ?? 0
    stressDecay = stress.map { log(2) / $0.number("half_life_hours") } ?? 0
  }

  /// Standard deviation a year of the price's own moves over short times.
  package var volatility: Double { deviation * (2 * reversion).squareRoot() }

  package static let table = FieldTable(
    "peg", "An asset whose price keeps to another one's: a liquid staking token, a stablecoin.",
    [
      Field(
        "to", .name, .required,
        "The asset that it is pegged to, which has no peg itself; or USD for a dollar."),
      Field(
        "ratio", .number(.pure, .positive), .defaults("1"),
        "Price at the peg, in units of what it is pegged to."),
      Field(
        "depeg_sd_bps", .number(.basisPoints, Bounds(0, 10_000)), .defaults("8"),
        "Standard deviation of the distance from the peg, in calm.", neutral: "0"),
      Field(
        "half_life_hours", .number(.hours, .positive), .defaults("8"),
        "Time in which a distance from the peg halves, in calm."),
      Field("stress", .block(stress), .optional, stress.summary),
    ])

  private static let stress = FieldTable(
    "stress", "Times in which the price leaves the peg at once and comes back slowly.",
    [
      Field(
        "rate_per_year", .number(.pure, Bounds(0, 10_000)), .required,
        "Stresses a year, at random times.", neutral: "0"),
      Field(
        "drop_pct", .number(.percent, Bounds(-1000, 100, highOpen: true)), .required,
        "Fall below the peg when a stress begins; another one meanwhile renews it; negative for a rise.",
        neutral: "0"),
      Field(
        "half_life_hours", .number(.hours, .positive), .defaults("18"),
        "Time in which the fall is half made good; years for one that stays."),
      Field(
        "per_crash", .number(.pure, .unitInterval), .defaults("0"),
        "Probability that a stress begins with a crash or jump of the model that all assets share.",
        neutral: "0"),
    ])
}

/// A model's prices, with pegged assets put on top.
///
/// The model moves all other assets and takes the pegged ones for constant.
///
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: that of the model, and one normal a step of each pegged asset.
struct PeggedPrices: PriceModel {
  static let kind = "pegged"
  static let summary = "Another model's prices, with pegged assets put on top."
  static let fields: [Field] = []
  static let isParametric = false

  private var model: any PriceModel
  private let pegs: [Peg]
  private let stepYears: Double

  /// Builds the section's own model for the assets without a peg.
  init(_ section: Section, _ setting: PriceSetting) throws {
    pegs = setting.pegs
    stepYears = setting.stepYears
    let pegged = Set(pegs.map(\.asset))
    let free = PriceSetting(
      assets: setting.assets.enumerated().map { index, asset in
        guard pegged.contains(index) else { return asset }
        return AssetDynamics(
          symbol: asset.symbol, initialPrice: asset.initialPrice, volatility: 0, drift: 0)
      }, stepCount: setting.stepCount, stepYears: setting.stepYears,
      correlation: setting.correlation, data: setting.data)
    model = try PriceModels.build(section.kind, section, free)
    let random = PathRandom(seed: 0, path: 0)
    guard let tied = pegs.first(where: { $0.stressPerCrash > 0 }),
      model.crashTimes(random, before: 0) == nil
    else { return }
    throw ParameterError(
      key: "", code: "E037",
      "model \(section.kind) has no crashes that all assets share, which peg.stress.per_crash of "
        + "\(setting.assets[tied.asset].symbol) asks for",
      note: "take crash_garch_t, or a model with common jumps; or per_crash: 0")
  }

  func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    model.fill(&block, firstPath: firstPath, seed: seed)
    for path in 0..<block.pathCount {
      let random = PathRandom(
        seed: seed, path: UInt32(firstPath + path), paired: block.isPaired)
      let end = Double(block.stepCount) * stepYears
      let crashes = isTied ? model.crashTimes(random, before: end) ?? [] : []
      for peg in pegs { fill(&block, path: path, peg, random, crashes) }
    }
  }

  /// Whether crashes begin stresses.
  private var isTied: Bool { pegs.contains { $0.stressPerCrash > 0 } }

  var mixture: CrashMixture? { model.mixture }
  var regimes: [MarketRegime] { model.regimes }

  /// A pegged asset falls with the one that it keeps to.
  func mixed(_ request: MixtureRequest, basket: [Double]) throws -> (any PriceModel)? {
    var free = basket
    for peg in pegs {
      if let target = peg.target { free[target] += free[peg.asset] }
      free[peg.asset] = 0
    }
    guard let mixed = try model.mixed(request, basket: free) else { return nil }
    var copy = self
    copy.model = mixed
    return copy
  }

  private func fill(
    _ block: inout PriceBlock, path: Int, _ peg: Peg, _ random: PathRandom, _ crashes: [Double]
  ) {
    let kept = exp(-peg.reversion * stepYears)
    let noise = peg.deviation * (-expm1(-2 * peg.reversion * stepYears)).squareRoot()
    let faded = exp(-peg.stressDecay * stepYears)
    let stresses = ExcitedEvents.poisson(rate: peg.stressRate)
    // Sources of events above those of assets' own jumps.
    let source = UInt32(1 << 20 + peg.asset)
    var clock = stresses.clock(random, source: source)
    var (x, s) = (peg.start, 0.0)
    var crash = 0
    for step in 0..<block.stepCount {
      x = kept * x + noise * random.normal(.peg, UInt32(step), UInt32(peg.asset))
      s *= faded
      var began: Double?
      while clock.time / stepYears < Double(step + 1) {
        began = clock.time
        stresses.advance(&clock, random, source: source)
      }
      while crash < crashes.count, crashes[crash] / stepYears < Double(step + 1) {
        let draw = random.uniform(.pegCrash, UInt32(crash), UInt32(peg.asset))
        if draw < peg.stressPerCrash { began = max(began ?? 0, crashes[crash]) }
        crash += 1
      }
      if let began {
        s = peg.stressMove * exp(-peg.stressDecay * (Double(step + 1) * stepYears - began))
      }
      let row = block.offset(path: path, step: step)
      let target = peg.target.map { block.logPrice[row + $0] } ?? 0
      block.logPrice[row + peg.asset] = block.clamped(target + x + s - peg.start)
    }
  }
}
