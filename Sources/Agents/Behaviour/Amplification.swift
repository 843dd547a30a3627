import Foundation
import SimulationCore

/// A leverage-targeting book under linear log impact.
///
/// A book of A USD at leverage L sells A (L - 1) |x| after a return x < 0; with impact kappa (log
/// price per USD) the total return of a shock s is s / (1 - phi), phi = kappa A (L - 1). Identity
/// in the setting of T. Adrian and H. S. Shin, Liquidity and Leverage, J. Financial Intermediation
/// 19 (2010).
package struct LeverageSpiral: Sendable, Equatable {
  package var assets: Double
  package var leverage: Double
  package var impact: Double

  package init(assets: Double, leverage: Double, impact: Double) {
    self.assets = assets
    self.leverage = leverage
    self.impact = impact
  }

  /// phi, the part of a return that its own sales bring back; explosive from 1 on.
  package var feedback: Double { impact * assets * (leverage - 1) }

  /// Sale in USD that a return calls for.
  package func sale(after change: Double) -> Double { -assets * (leverage - 1) * change }

  /// The return after all rounds; `nil` where the spiral does not converge.
  package func totalReturn(shock: Double) -> Double? {
    feedback < 1 ? shock / (1 - feedback) : nil
  }
}

/// Threshold liquidation as a branching process with Poisson offspring.
///
/// `ratio` nb = kappa rho: log impact per USD times the USD that become liquidatable and are sold
/// per unit of log price. Total sizes follow E. Borel (1942): P(n) = e^(-nb n) (nb n)^(n-1) / n!.
package enum LiquidationBranching {
  /// nb = kappa rho.
  package static func ratio(impact: Double, liquidatablePerLogPrice: Double) -> Double {
    impact * liquidatablePerLogPrice
  }

  /// Mean total over initial, 1 / (1 - nb); infinite from nb = 1 on.
  package static func meanTotal(ratio: Double) -> Double {
    ratio < 1 ? 1 / (1 - ratio) : .infinity
  }

  /// Variance of the total for one initial liquidation, nb / (1 - nb)^3; infinite from nb = 1 on.
  package static func variance(ratio: Double) -> Double {
    guard ratio < 1 else { return .infinity }
    let gap = 1 - ratio
    return ratio / (gap * gap * gap)
  }

  /// Probability that one initial liquidation leads to `size` >= 1 in all; `ratio` > 0.
  package static func probability(size: Int, ratio: Double) -> Double {
    let n = Double(size)
    return exp(-ratio * n + (n - 1) * log(ratio * n) - logGamma(n + 1))
  }
}
