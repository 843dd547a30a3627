/// How past gains and losses move loss aversion: house money and break-even.
///
/// The state z is a benchmark level over the holding's value: above 1 after losses, below 1 after
/// gains. Source: N. Barberis, M. Huang, T. Santos, Prospect Theory and Asset Prices, QJE 116
/// (2001) 1-53.
package enum PriorOutcome {
  /// lambda(z) = lambda + kz max(0, z - 1).
  package static func lossAversion(base: Double, sensitivity: Double, state: Double) -> Double {
    base + sensitivity * max(0, state - 1)
  }

  /// z' = eta z Rbar / R + (1 - eta), with gross returns R over the step.
  ///
  /// `persistence` eta in [0, 1]; `grossReturn` R > 0 of the agent, `benchmarkReturn` Rbar.
  package static func nextState(
    _ state: Double, grossReturn: Double, benchmarkReturn: Double, persistence: Double
  ) -> Double {
    persistence * state * benchmarkReturn / grossReturn + (1 - persistence)
  }

  /// Factor on the target leverage: 1 + hm (1 - z) in the house-money zone z < 1, else 1.
  package static func houseMoneyFactor(sensitivity: Double, state: Double) -> Double {
    1 + sensitivity * max(0, 1 - state)
  }

  /// Factor on the hazard of closing: `factor` where one favourable sd over the horizon would
  /// regain the reference, else 1.
  ///
  /// `reference`, `equity` and `exposure` in USD; `sd` of the return over the horizon.
  package static func breakEvenFactor(
    reference: Double, equity: Double, exposure: Double, sd: Double, factor: Double
  ) -> Double {
    let shortfall = reference - equity
    return shortfall > 0 && shortfall < exposure * sd ? factor : 1
  }
}
