/// A mixture as a scenario asks for it, before a model says which of its laws it has.
package struct MixtureRequest: Sendable, Equatable {
  package var nominalShare = 0.3
  /// `nil` = half of the other paths where the model's moves are Student-t, else none.
  package var stepShare: Double?
  /// `nil` = `standardVarianceShare` where the model has a common variance, else none.
  package var varianceShare: Double?
  package var rateFactor = 3.0
  package var offspringFactor = 1.5
  package var stepVarianceFactor = 8.0
  package var stepShift = 1.0

  package static let standardVarianceShare = 0.8

  package init() {}

  /// Throws `ParameterError` E037 where a model's `events` or `jumps`, which assets move, leave no crash
  /// to make likelier; the keys are those of their rate and their size.
  func check(
    _ events: ExcitedEvents, _ jumps: [Bool], rate: String, size: String
  ) throws {
    guard jumps.contains(true) else {
      throw ParameterError(
        key: size, code: "E037",
        "no crash moves any asset, so that run.sampling: mixture has nothing to make likelier",
        note: "give crashes a size and the assets a volatility above 0, or take "
          + "run.sampling: screened")
    }
    guard events.baseRate > 0 else {
      throw ParameterError(
        key: rate, code: "E037",
        "0 leaves no crash that run.sampling: mixture could make likelier",
        note: "take a rate above 0, or run.sampling: screened")
    }
  }

  /// The mixture for a model whose moves are Student-t with a common variance, or for one whose
  /// variance is constant.
  ///
  /// Throws `ParameterError` E037 for laws that the model does not have, and for shares of more than
  /// the whole.
  package func mixture(hasBigSteps: Bool) throws -> CrashMixture {
    let step = stepShare ?? (hasBigSteps ? 0.5 * (1 - nominalShare) : 0)
    let variance = varianceShare ?? (hasBigSteps ? MixtureRequest.standardVarianceShare : 0)
    guard hasBigSteps || step == 0 else {
      throw ParameterError(
        key: "step_share_pct", code: "E037",
        "the model has no Student-t moves, so that no path can have a big step; leave it out")
    }
    guard hasBigSteps || variance == 0 else {
      throw ParameterError(
        key: "variance_share_pct", code: "E037",
        "the model's variance is constant, so that it cannot build up on any path; leave it out")
    }
    guard nominalShare + step <= 1 + 1e-12 else {
      throw ParameterError(
        key: "step_share_pct", code: "E037",
        "nominal_share_pct and step_share_pct exceed 100 together")
    }
    return CrashMixture(
      nominalShare: nominalShare, stepShare: min(step, 1 - nominalShare), varianceShare: variance,
      rateFactor: rateFactor, offspringFactor: offspringFactor,
      stepVarianceFactor: stepVarianceFactor, stepShift: stepShift)
  }
}
