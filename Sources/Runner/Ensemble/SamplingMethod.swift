package import SimulationCore

/// How the paths of a run are chosen; `run.sampling`.
package enum SamplingMethod: Sendable, Equatable {
  /// Every candidate is a path.
  case plain
  /// Of several candidates a path, by their exogenous prices; see `Screening`.
  case screened(candidatesPerPath: Int)
  /// Each from the model's law or one with likelier crashes; see `CrashMixture`.
  case mixture(MixtureRequest)

  /// In antithetic pairs; see `PriceBlock.isPaired`.
  case antithetic
  /// With leading normals from randomised Sobol points; see `QuasiRandomPaths`.
  case quasiRandom

  /// As `run.sampling` spells it.
  package var word: String {
    switch self {
    case .plain: "plain"
    case .screened: "screened"
    case .mixture: "mixture"
    case .antithetic: "antithetic"
    case .quasiRandom: "qmc"
    }
  }

  /// Candidates looked at for one path that is simulated.
  package var candidatesPerPath: Int {
    switch self {
    case .plain, .mixture, .antithetic, .quasiRandom: 1
    case .screened(let candidates): candidates
    }
  }
}
