/// How the paths of a run are chosen; `run.sampling`.
package enum SamplingMethod: Sendable, Equatable {
  /// Every candidate is a path.
  case plain
  /// Of several candidates a path, by their exogenous prices; see `Screening`.
  case screened(candidatesPerPath: Int)

  /// Candidates looked at for one path that is simulated.
  package var candidatesPerPath: Int {
    switch self {
    case .plain: 1
    case .screened(let candidates): candidates
    }
  }
}
