import Foundation

/// The choice of an owner whose position is under water: keep it or realise the loss.
///
/// Closing loses `paperLoss` for certain. Holding is a lottery: a gain with `recoveryProbability`,
/// the total loss of a liquidation with `liquidationProbability`, zero otherwise. Losses and the
/// gain are positive numbers relative to the reference equity. Derived from Tversky and Kahneman
/// 1992.
package struct HoldOrClose: Sendable, Equatable {
  package var paperLoss: Double
  package var gainIfRecovered: Double
  package var lossIfLiquidated: Double
  package var recoveryProbability: Double
  package var liquidationProbability: Double

  package init(
    paperLoss: Double, gainIfRecovered: Double, lossIfLiquidated: Double,
    recoveryProbability: Double, liquidationProbability: Double
  ) {
    self.paperLoss = paperLoss
    self.gainIfRecovered = gainIfRecovered
    self.lossIfLiquidated = lossIfLiquidated
    self.recoveryProbability = recoveryProbability
    self.liquidationProbability = liquidationProbability
  }

  /// dV = w+(pg) g^alpha - lambda (w-(pl) y^beta - x^beta); the owner holds when it is positive.
  package func advantageOfHolding(_ parameters: ProspectParameters) -> Double {
    gainValue(parameters) - parameters.lossAversion * lossBalance(parameters)
  }

  /// The loss aversion above which the owner closes; `nil` where every owner holds.
  ///
  /// Where the weighted loss of a liquidation is smaller than the paper loss, more loss aversion
  /// means more holding.
  package func criticalLossAversion(_ parameters: ProspectParameters) -> Double? {
    let balance = lossBalance(parameters)
    return balance > 0 ? gainValue(parameters) / balance : nil
  }

  /// w-(pl) y^beta - x^beta: the loss of holding beyond the loss of closing, without lambda.
  package func lossBalance(_ parameters: ProspectParameters) -> Double {
    ProspectTheory.weight(liquidationProbability, exponent: parameters.lossWeighting)
      * pow(lossIfLiquidated, parameters.lossCurvature)
      - pow(paperLoss, parameters.lossCurvature)
  }

  private func gainValue(_ parameters: ProspectParameters) -> Double {
    ProspectTheory.weight(recoveryProbability, exponent: parameters.gainWeighting)
      * pow(gainIfRecovered, parameters.gainCurvature)
  }
}
