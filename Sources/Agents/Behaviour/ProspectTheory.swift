import Foundation
import SimulationCore

/// How one decision maker values gains and losses and weighs their probabilities.
///
/// Defaults are the medians of Tversky and Kahneman 1992.
package struct ProspectParameters: Sendable, Equatable {
  /// Exponent alpha of gains.
  package var gainCurvature: Double
  /// Exponent beta of losses.
  package var lossCurvature: Double
  /// Lambda: how much heavier a loss weighs than a gain of the same size.
  package var lossAversion: Double
  /// Exponent g of the probability weight in gains.
  package var gainWeighting: Double
  /// Exponent g of the probability weight in losses.
  package var lossWeighting: Double

  package init(
    gainCurvature: Double = 0.88, lossCurvature: Double = 0.88, lossAversion: Double = 2.25,
    gainWeighting: Double = 0.61, lossWeighting: Double = 0.69
  ) {
    self.gainCurvature = gainCurvature
    self.lossCurvature = lossCurvature
    self.lossAversion = lossAversion
    self.gainWeighting = gainWeighting
    self.lossWeighting = lossWeighting
  }
}

/// Value function, probability weights and cumulative value of prospect theory.
///
/// Source: A. Tversky and D. Kahneman, Advances in Prospect Theory, J. Risk and Uncertainty 5
/// (1992) 297-323; the alternative weight is D. Prelec, Econometrica 66 (1998) 497-527.
package enum ProspectTheory {
  /// v(x) = x^alpha for x >= 0, -lambda (-x)^beta below.
  package static func value(_ outcome: Double, _ parameters: ProspectParameters) -> Double {
    outcome >= 0
      ? pow(outcome, parameters.gainCurvature)
      : -parameters.lossAversion * pow(-outcome, parameters.lossCurvature)
  }

  /// w(p) = p^g / (p^g + (1 - p)^g)^(1/g), with w(0) = 0 and w(1) = 1; `exponent` g in (0.28, 1].
  ///
  /// Below about 0.28 the form is no longer increasing in p.
  package static func weight(_ probability: Double, exponent: Double) -> Double {
    guard probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    let ours = pow(probability, exponent)
    return ours / pow(ours + pow(1 - probability, exponent), 1 / exponent)
  }

  /// w(p) = exp(-eta (-ln p)^a); for eta = 1 it meets the diagonal at p = 1/e.
  package static func prelecWeight(
    _ probability: Double, exponent: Double, elevation: Double = 1
  ) -> Double {
    guard probability > 0 else { return 0 }
    guard probability < 1 else { return 1 }
    return exp(-elevation * pow(-log(probability), exponent))
  }

  /// Cumulative prospect value of a lottery.
  ///
  /// A gain's decision weight is w+(P(at least as good)) - w+(P(better)), cumulated from the best
  /// outcome; a loss's likewise from the worst with w-. Outcomes may come in any order; the
  /// probabilities sum to one. Cost: one sort and two powers an outcome.
  package static func cumulativeValue(
    outcomes: [Double], probabilities: [Double], _ parameters: ProspectParameters
  ) -> Double {
    precondition(outcomes.count == probabilities.count, "one probability an outcome")
    let ascending = outcomes.indices.sorted { outcomes[$0] < outcomes[$1] }
    let losses = ascending.prefix { outcomes[$0] < 0 }
    let gains = ascending.dropFirst(losses.count)
    return rankDependentSum(Array(losses), parameters.lossWeighting)
      + rankDependentSum(gains.reversed(), parameters.gainWeighting)

    func rankDependentSum(_ fromTheExtreme: [Int], _ exponent: Double) -> Double {
      var sum = 0.0
      var cumulated = 0.0
      var weightBefore = 0.0
      for index in fromTheExtreme {
        cumulated += probabilities[index]
        let weightNow = weight(cumulated, exponent: exponent)
        sum += (weightNow - weightBefore) * value(outcomes[index], parameters)
        weightBefore = weightNow
      }
      return sum
    }
  }
}
