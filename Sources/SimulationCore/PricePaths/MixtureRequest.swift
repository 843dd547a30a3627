/// A mixture as a scenario asks for it, before a model says which of its laws it has.
package struct MixtureRequest: Sendable, Equatable {
  package var nominalShare = 0.3
  /// `nil` = half of the paths where the model's moves are Student-t, else none.
  package var stepShare: Double?
  package var rateFactor = 4.0
  package var offspringFactor = 1.5
  package var stepVarianceFactor = 20.0
  package var stepShift = 1.0

  package init() {}

  /// The mixture for a model whose moves are Student-t, or not.
  ///
  /// Throws `ParameterError` E037 for big steps that the model does not have, and for shares of more
  /// than the whole.
  package func mixture(hasBigSteps: Bool) throws -> CrashMixture {
    let share = stepShare ?? (hasBigSteps ? min(0.5, 1 - nominalShare) : 0)
    guard hasBigSteps || share == 0 else {
      throw ParameterError(
        key: "step_share_pct", code: "E037",
        "the model has no Student-t moves, so that no path can have a big step; leave it out")
    }
    guard nominalShare + share <= 1 + 1e-12 else {
      throw ParameterError(
        key: "step_share_pct", code: "E037",
        "nominal_share_pct and step_share_pct exceed 100 together")
    }
    return CrashMixture(
      nominalShare: nominalShare, stepShare: min(share, 1 - nominalShare), rateFactor: rateFactor,
      offspringFactor: offspringFactor, stepVarianceFactor: stepVarianceFactor,
      stepShift: stepShift)
  }
}
