/// Draws the paths of a price model from its own law and from laws with likelier crashes.
///
/// A path comes from the nominal law, from one with a big step (see `BigStep`), or from one with more
/// frequent crashes that cause more further ones; in a share of the latter two the variance is built
/// up before, too (see `VarianceBuildUp`). Weighting it back by the densities of all laws keeps
/// every weight at or below 1 over the nominal share. A path's law follows from its number by a
/// shifted van der Corput point, so that any prefix of the paths is balanced. Paths of the nominal
/// law keep the bits that they have in a plain run.
///
/// - Source: T. Hesterberg, Weighted average importance sampling and defensive mixture distributions,
///   Technometrics 37 (1995); E. Veach, L. Guibas 1995 for the weights by all densities.
package struct CrashMixture: Sendable, Equatable {
  /// Share of the paths that the model's own law draws; in (0, 1].
  package let nominalShare: Double
  /// Share of the paths with a big step.
  package let stepShare: Double
  /// Of the paths that are not nominal, the share whose variance is built up; in [0, 1].
  package let varianceShare: Double
  /// Base rate of the crashes over the nominal one, from time 0 on.
  package let rateFactor: Double
  /// Further crashes that a crash causes over the nominal number, from time 0 on.
  package let offspringFactor: Double
  /// Variance of the big step over the nominal one.
  package let stepVarianceFactor: Double
  /// Fall of the normal of the big step, in standard deviations.
  package let stepShift: Double

  package init(
    nominalShare: Double, stepShare: Double, varianceShare: Double, rateFactor: Double,
    offspringFactor: Double, stepVarianceFactor: Double, stepShift: Double
  ) {
    precondition(
      nominalShare > 0 && stepShare >= 0 && nominalShare + stepShare <= 1, "shares of one whole")
    precondition(0...1 ~= varianceShare, "a share")
    self.nominalShare = nominalShare
    self.stepShare = stepShare
    self.varianceShare = varianceShare
    self.rateFactor = rateFactor
    self.offspringFactor = offspringFactor
    self.stepVarianceFactor = stepVarianceFactor
    self.stepShift = stepShift
  }

  /// What is likelier on a path than the model says.
  package struct Law: Sendable, Equatable {
    package var hasBigStep = false
    package var hasCrashes = false
    package var isBuiltUp = false

    /// The model's own.
    package static let nominal = Law()
  }

  /// The law of a path.
  package func law(path: UInt32, seed: UInt64) -> Law {
    let shift = PathRandom(seed: seed, path: 0).words(.mixture, 1).0
    let place = radicalInverse(path, shift: shift) - nominalShare
    if place < 0 { return .nominal }
    if place < stepShare {
      return Law(hasBigStep: true, isBuiltUp: place < varianceShare * stepShare)
    }
    return Law(hasCrashes: true, isBuiltUp: place - stepShare < varianceShare * crashShare)
  }

  private var crashShare: Double { max(0, 1 - nominalShare - stepShare) }

  /// Weights of the paths by the density ratios of a big step, of one after a build-up, of crashes,
  /// and of crashes amid a build-up, in this order.
  var balance: BalanceWeight {
    BalanceWeight(
      nominalShare: nominalShare,
      shares: [stepShare, crashShare].flatMap { [$0 * (1 - varianceShare), $0 * varianceShare] })
  }
}
