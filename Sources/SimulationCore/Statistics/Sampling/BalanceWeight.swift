import Foundation

/// The weight of a path drawn from one of several laws, by all of their densities.
///
/// 1 / (a_0 + sum a_k r_k) with r_k the density of law k over the nominal one: never above 1 / a_0,
/// whatever happens. Source: E. Veach and L. Guibas 1995, the balance heuristic.
package struct BalanceWeight: Sendable, Equatable {
  /// a_0, in (0, 1].
  package let nominalShare: Double
  /// Of the other laws; with the nominal one they add up to 1.
  package let shares: [Double]

  package init(nominalShare: Double, shares: [Double]) {
    precondition(nominalShare > 0 && nominalShare <= 1, "the nominal law has a share")
    self.nominalShare = nominalShare
    self.shares = shares
  }

  /// A defensive mixture of the nominal law and one other.
  package init(nominalShare: Double) {
    self.init(nominalShare: nominalShare, shares: [1 - nominalShare])
  }

  /// From the logarithms of the density ratios, in the order of the shares.
  package func weight(logRatios: [Double]) -> Double {
    precondition(logRatios.count == shares.count, "one ratio a law")
    return 1
      / (nominalShare
        + compensatedSum(count: shares.count) { shares[$0] * exp(logRatios[$0]) })
  }
}

/// Immigrants of a jump process at another rate, sizes and offspring unchanged.
package struct RateTilt: Sendable, Equatable {
  /// Expected immigrants of a path at the nominal rate.
  package let expectedCount: Double
  /// New rate over nominal rate.
  package let factor: Double

  package init(baseRate: Double, duration: Double, factor: Double) {
    precondition(baseRate >= 0 && duration >= 0 && factor > 0, "rates are not negative")
    expectedCount = baseRate * duration
    self.factor = factor
  }

  /// ln of the tilted over the nominal density of a path with so many immigrants:
  /// N ln c - (c - 1) mu T.
  package func logRatio(count: Int) -> Double {
    Double(count) * log(factor) - (factor - 1) * expectedCount
  }
}

/// A crash at one uniformly chosen step of a multivariate t walk.
///
/// The step's mixing variable is drawn as gamma with a smaller mean and its first normal shifted.
/// Source: P. Glasserman, P. Heidelberger, P. Shahabuddin, Portfolio Value-at-Risk with Heavy-Tailed
/// Risk Factors, 2002, for one step.
package struct StepMixingTilt: Sendable, Equatable {
  package let degreesOfFreedom: Double
  /// Mean of the mixing variable chi2(nu) / nu at the tilted step; nominal 1.
  package let scale: Double
  /// Mean of the normal at the tilted step; nominal 0.
  package let shift: Double

  package init(degreesOfFreedom: Double, scale: Double, shift: Double) {
    precondition(degreesOfFreedom > 0 && scale > 0, "a gamma law")
    self.degreesOfFreedom = degreesOfFreedom
    self.scale = scale
    self.shift = shift
  }

  /// ln of the tilted over the nominal density at a step with that mixing variable and normal.
  package func logRatio(mixing: Double, normal: Double) -> Double {
    let half = 0.5 * degreesOfFreedom
    return -half * log(scale) - half * mixing * (1 / scale - 1) + shift * normal
      - 0.5 * shift * shift
  }

  /// ln of the mean of the steps' ratios: the path's ratio, as the step is chosen uniformly.
  package func logRatio(mixing: [Double], normals: [Double]) -> Double {
    precondition(mixing.count == normals.count && !mixing.isEmpty, "one pair a step")
    let logs = zip(mixing, normals).map { logRatio(mixing: $0, normal: $1) }
    let peak = logs.max() ?? 0
    return peak + log(compensatedSum(count: logs.count) { exp(logs[$0] - peak) })
      - log(Double(logs.count))
  }
}
