import SimulationCore

/// `run.sampling`: a word, or a block that starts with the word.
enum SamplingOptions {
  static let words = ["plain"] + family.kinds

  /// The map form.
  static let family = Family(
    "sampling", "How paths are picked or drawn, with its options.", selector: "kind",
    members: [
      ScreenedSampling.self, MixtureSampling.self, AntitheticSampling.self,
      QuasiRandomSampling.self,
    ])

  static func method(_ section: Section) -> SamplingMethod {
    if let options = section.section("sampling") {
      switch options.kind {
      case MixtureSampling.kind: return .mixture(MixtureSampling.request(options))
      case AntitheticSampling.kind: return .antithetic
      case QuasiRandomSampling.kind: return .quasiRandom
      default: return .screened(candidatesPerPath: options.integer("candidates_per_path"))
      }
    }
    switch section.text("sampling") {
    case ScreenedSampling.kind: return .screened(candidatesPerPath: 10)
    case MixtureSampling.kind: return .mixture(MixtureRequest())
    case AntitheticSampling.kind: return .antithetic
    case QuasiRandomSampling.kind: return .quasiRandom
    default: return .plain
    }
  }
}

/// Paths picked from candidates.
private enum ScreenedSampling: Registered {
  static let kind = "screened"
  static let summary = "Simulates those of several price paths that matter, by what prices do."
  static let fields = [
    Field(
      "candidates_per_path", .integer(Screening.candidateRange), .defaults("10"),
      "Price paths that are looked at for each path that is simulated.")
  ]
}

/// Paths in pairs.
private enum AntitheticSampling: Registered {
  static let kind = "antithetic"
  static let summary =
    "Draws paths in pairs whose moves have opposite signs: for means of prices, not for tails."
  static let fields: [Field] = []
}

/// Paths from point sets.
private enum QuasiRandomSampling: Registered {
  static let kind = "qmc"
  static let summary =
    "Takes the leading normals from 16 scrambled Sobol point sets: for means of prices, not for tails."
  static let fields: [Field] = []
}

/// Paths drawn from a mixture.
private enum MixtureSampling: Registered {
  static let kind = "mixture"
  static let summary =
    "Draws most paths with likelier crashes: for crash_garch_t, and hawkes_jumps with common jumps."
  static let fields = [
    Field(
      "nominal_share_pct", .number(.percent, Bounds(20, 100)),
      .defaults((100 * standard.nominalShare).shortText),
      "Paths drawn as they are; no weight exceeds one over this share.", neutral: "100"),
    Field(
      "step_share_pct", .number(.percent, .percentage),
      .derived("half of what nominal_share_pct leaves where moves are Student-t, else 0"),
      "Paths with one big step; the others have likelier crashes."),
    Field(
      "variance_share_pct", .number(.percent, .percentage),
      .derived(
        (100 * MixtureRequest.standardVarianceShare).shortText
          + " where moves are Student-t, else 0"),
      "Of the paths with a big step or likelier crashes: how many begin with a high variance."),
    Field(
      "rate_factor", .number(.pure, Bounds(1, 100)), .defaults(standard.rateFactor.shortText),
      "Crashes that no other crash causes: how many times as often."),
    Field(
      "offspring_factor", .number(.pure, Bounds(1, 10)),
      .defaults(standard.offspringFactor.shortText),
      "Crashes that a crash causes: how many times as many."),
    Field(
      "step_variance_factor", .number(.pure, Bounds(1, 1e4)),
      .defaults(standard.stepVarianceFactor.shortText),
      "Variance of the big step: how many times as large."),
    Field(
      "step_shift_sd", .number(.pure, Bounds(0, 10)), .defaults(standard.stepShift.shortText),
      "How far the big step is moved towards losses, in standard deviations."),
  ]
  private static let standard = MixtureRequest()

  static func request(_ options: Section) -> MixtureRequest {
    var request = MixtureRequest()
    request.nominalShare = options.number("nominal_share_pct")
    request.stepShare = options.optionalNumber("step_share_pct")
    request.varianceShare = options.optionalNumber("variance_share_pct")
    request.rateFactor = options.number("rate_factor")
    request.offspringFactor = options.number("offspring_factor")
    request.stepVarianceFactor = options.number("step_variance_factor")
    request.stepShift = options.number("step_shift_sd")
    return request
  }
}
