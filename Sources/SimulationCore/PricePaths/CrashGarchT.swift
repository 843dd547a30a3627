import Foundation

/// A common variance, Student-t moves and a common crash factor; the recommended model.
///
///     r_i = mu_i dt + sqrt(v_i) u_i - h v_i / 2 - c sd_i G + rate (1 - 1 / (1 + c sd_i)) dt
///     u_i = sqrt(h) z_i,   h' = 1 - p + a q + (p - a) h,   q = mean of u_i^2,   h <= cap
///     v_i = sd_i^2 (1 - 2 c^2 rate) dt
///
/// Times in hours, sd_i of an hour. z is Student-t with unit variance and one chi-square a step for
/// all assets. Crashes are a Hawkes process that all assets share, simulated event by event; an event
/// adds an exponential variate to G, c is `crash_size`, `rate` their mean rate. For steps of another
/// length than an hour a and p become a sqrt(dt) and p^dt, and crash sizes stay. E[S(t)] is infinite,
/// as with `student_t`; crashes are compensated on average.
///
/// The defaults match BTC, ETH and nine other tokens from April 2021 to December 2022: the worst drop
/// within a day and a week, the autocorrelation of |r|, and how often assets fall together.
///
/// - Fields: degrees of freedom of z; a, half-life and cap of the variance; rate, branching, decay
///   and size of the crashes.
/// - Shape: fills `[path][step][asset]` log prices relative to the start.
/// - Cost: one matrix product a tile, O(paths x (steps + 500) x assets squared).
/// - Source: T. Bollerslev, Review of Economics and Statistics 69 (1987), for GARCH with t moves;
///   A. Hawkes, Biometrika 58 (1971), for the crashes; put together for this program.
package struct CrashGarchT: PriceModel {
  package static let kind = "crash_garch_t"
  package static let summary =
    "Common GARCH variance, Student-t moves and a common self-exciting crash factor: recommended."
  package static let fields =
    StudentTReturns.fields + [
      Field(
        "variance_reaction", .number(.pure, Bounds(0, 1)), .defaults("0.06"),
        "Weight a of an hour's mean squared move in the variance of the next hour.", neutral: "0"),
      Field(
        "variance_half_life_hours", .number(.hours, .positive), .defaults("120"),
        "Time in which the variance comes half the way back to its long-run value."),
      VarianceFields.cap, VarianceFields.start,
      Field(
        "crash_rate_per_hour", .number(.perHour, Bounds(0, 100)), .defaults("0.004"),
        "Crashes an hour that no other crash causes.", neutral: "0"),
      Field(
        "crash_branching", .number(.pure, Bounds(0, 1, highOpen: true)), .defaults("0.65"),
        "Further crashes that one crash causes, on average.", neutral: "0"),
      Field(
        "crash_decay_per_hour", .number(.perHour, Bounds(0, 1e6, lowOpen: true)), .defaults("0.2"),
        "Rate at which the excitation by a crash fades."),
      Field(
        "crash_size", .number(.pure, Bounds(0, 100)), .defaults("2"),
        "Mean fall in a crash, in standard deviations of an hour of each asset.", neutral: "0"),
    ]
  package static let isParametric = true
  package static let hasDiffusion = true

  private let walk: CorrelatedWalk
  private let volatility: SettledStage<CommonVariance>
  private var crashes: JumpStage<ExponentialFalls>
  private let degreesOfFreedom: Double
  /// The volatility on paths of a mixture.
  private var mixed: MixtureStage<SettledStage<CommonVariance>>?

  package init(_ section: Section, _ setting: PriceSetting) throws {
    let hour = Unit.hours.factor
    let events = try ExcitedEvents(
      baseRate: section.number("crash_rate_per_hour"),
      branching: section.number("crash_branching"),
      decay: section.number("crash_decay_per_hour")
    ).bounded(by: "crash_rate_per_hour", "crash_branching")
    let size = section.number("crash_size")
    let falls = setting.assets.map { size * $0.volatility * hour.squareRoot() }
    // An exponential variate has second moment 2.
    let moveShare = 1 - 2 * size * size * events.meanRate * hour
    guard moveShare > 0 else {
      throw ParameterError(
        key: "crash_size", code: "E037",
        "crashes alone have more variance than the assets: 2 crash_size^2 x rate is "
          + "\((1 - moveShare).threeDigits), and must be below 1",
        note: "rate = crash_rate_per_hour / (1 - crash_branching)")
    }
    degreesOfFreedom = section.number("degrees_of_freedom")
    let mixing = TabulatedQuantile.studentTMixing(degreesOfFreedom: degreesOfFreedom)
    let persistence = pow(0.5, hour / section.number("variance_half_life_hours"))
    volatility = try VarianceFields.settled(
      section, setting, parameterSteps: setting.stepYears / hour, mixing: mixing
    ) { steps, initial in
      VarianceRecursion(
        alpha: section.number("variance_reaction"), persistence: persistence,
        cap: section.number("variance_cap"), steps: steps
      ).map {
        CommonVariance(
          recursion: $0,
          stepDeviation: setting.assets.map {
            $0.volatility * (moveShare * steps * hour).squareRoot()
          },
          initial: initial)
      }
    }
    walk = CorrelatedWalk(
      setting,
      annualDrift: zip(setting.assets, falls).map {
        $0.drift + events.meanRate * $1 / (1 + $1)
      },
      stepDeviation: setting.assets.map { _ in 1 }, mixing: mixing)
    crashes = JumpStage(
      common: events, own: .poisson(rate: 0), sizes: ExponentialFalls(means: falls),
      jumps: falls.map { $0 > 0 }, stepYears: setting.stepYears,
      stepCount: setting.stepCount)
  }

  package func fill(_ block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    if let mixed {
      walk.fill(&block, firstPath: firstPath, seed: seed, mixed, crashes)
    } else {
      walk.fill(&block, firstPath: firstPath, seed: seed, volatility, crashes)
    }
  }

  package func crashTimes(_ random: PathRandom, before end: Double) -> [Double]? {
    crashes.commonTimes(random, before: end)
  }

  package var mixture: CrashMixture? { crashes.mixture }

  package func mixed(_ request: MixtureRequest, basket: [Double]) throws -> (any PriceModel)? {
    try request.check(
      crashes.common, crashes.jumps, rate: "crash_rate_per_hour", size: "crash_size")
    var copy = self
    let mixture = try request.mixture(hasBigSteps: true)
    copy.crashes.mixture = mixture
    copy.mixed = walk.mixed(
      mixture, volatility, degreesOfFreedom: degreesOfFreedom,
      basket: zip(basket, volatility.volatility.stepDeviation).map { $0 * $1 })
    return copy
  }
}
