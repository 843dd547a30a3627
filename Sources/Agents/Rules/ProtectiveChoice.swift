import Foundation
import SimulationCore

/// An owner's choice when it looks at a position in danger: hold, top up, deleverage or close.
///
/// The four options are lotteries over the evaluation horizon, judged by cumulative prospect value
/// relative to the reference equity. The perceived log price move is normal with standard deviation
/// k sigma sqrt(tau) and no drift:
///
///     pg = Phi(-b / s), b the log move that regains the reference;  g = mean excess beyond b
///     pl = P(log price falls by ln h within tau);   y = (equity + penalty) / reference
///     V(hold) = w+(pg) v(g) + w-(pl) v(-y);         V(close) = v(-paper loss - cost)
///
/// Deleveraging and topping up change h, the exposure and the stake in the same formula. The two-point
/// lottery and its outcomes are this model's assumption; the functions are those of the source.
///
/// - Source: Tversky, Kahneman (1992); hold-or-close in the form of `HoldOrClose`.
package struct ProtectiveChoice: Sendable {
  package enum Option: Sendable, CaseIterable { case hold, topUp, deleverage, close }

  /// One value an option, without a list on the heap.
  package struct PerOption<Value: Sendable>: Sendable, ExpressibleByArrayLiteral {
    private let hold: Value
    private let topUp: Value
    private let deleverage: Value
    private let close: Value

    package init(hold: Value, topUp: Value, deleverage: Value, close: Value) {
      self.hold = hold
      self.topUp = topUp
      self.deleverage = deleverage
      self.close = close
    }

    /// In the order of the options, all of them.
    package init(arrayLiteral values: Value...) {
      precondition(values.count == Option.allCases.count, "one value an option")
      self.init(hold: values[0], topUp: values[1], deleverage: values[2], close: values[3])
    }

    package subscript(option: Option) -> Value {
      switch option {
      case .hold: hold
      case .topUp: topUp
      case .deleverage: deleverage
      case .close: close
      }
    }
  }

  /// Everything that the choice depends on; USD, years, fractions.
  package struct Situation: Sendable {
    package var collateralUSD: Double
    package var debtUSD: Double
    /// Collateral-weighted liquidation threshold.
    package var threshold: Double
    /// Equity as the owner sees it, at the price of its latency class.
    package var perceivedEquityUSD: Double
    package var referenceEquityUSD: Double
    package var cashUSD: Double
    package var targetHealth: Double
    /// k sigma, a year.
    package var perceivedVolatility: Double
    package var horizonYears: Double
    /// Loss to the bonus if liquidated, USD.
    package var penaltyUSD: Double
    /// Cost of selling, as a fraction.
    package var slippage: Double

    package init(
      collateralUSD: Double, debtUSD: Double, threshold: Double, perceivedEquityUSD: Double,
      referenceEquityUSD: Double, cashUSD: Double, targetHealth: Double,
      perceivedVolatility: Double, horizonYears: Double, penaltyUSD: Double, slippage: Double
    ) {
      self.collateralUSD = collateralUSD
      self.debtUSD = debtUSD
      self.threshold = threshold
      self.perceivedEquityUSD = perceivedEquityUSD
      self.referenceEquityUSD = referenceEquityUSD
      self.cashUSD = cashUSD
      self.targetHealth = targetHealth
      self.perceivedVolatility = perceivedVolatility
      self.horizonYears = horizonYears
      self.penaltyUSD = penaltyUSD
      self.slippage = slippage
    }

    package var healthFactor: Double { threshold * collateralUSD / debtUSD }

    /// What restoring the target from cash would take, capped by the cash there is.
    package var topUpUSD: Double {
      min(
        cashUSD,
        ProtectiveAction.repayment(
          collateral: collateralUSD, debt: debtUSD, threshold: threshold, target: targetHealth))
    }

    /// Collateral to sell and debt it repays to restore the target; `nil` where selling cannot.
    package var deleveraging: (sold: Double, repaid: Double)? {
      let sale = ProtectiveAction.sale(
        collateral: collateralUSD, debt: debtUSD, threshold: threshold, target: targetHealth,
        slippage: slippage)
      return sale.flatMap { $0.repaid > 0 ? $0 : nil }
    }
  }

  /// Prospect values by option; `nil` = not feasible.
  package static func values(_ situation: Situation, _ parameters: ProspectParameters)
    -> PerOption<Double?>
  {
    let lottery = Lottery(situation, parameters)
    let topUp = situation.topUpUSD
    let sale = situation.deleveraging
    let closing = situation.debtUSD / (1 - situation.slippage)
    return PerOption(
      hold: lottery.value(
        collateral: situation.collateralUSD, debt: situation.debtUSD, cost: 0, stake: 0),
      topUp: topUp > 0
        ? lottery.value(
          collateral: situation.collateralUSD, debt: situation.debtUSD - topUp, cost: 0,
          stake: topUp)
        : nil,
      deleverage: sale.map {
        lottery.value(
          collateral: situation.collateralUSD - $0.sold, debt: situation.debtUSD - $0.repaid,
          cost: $0.sold - $0.repaid, stake: 0)
      },
      close: closing <= situation.collateralUSD
        ? lottery.closing(cost: closing * situation.slippage) : nil)
  }

  /// The feasible option with the largest value plus noise: V / noise + Gumbel(uniform).
  ///
  /// With noise 0 it is the largest value, the first of equals.
  package static func choose(
    _ values: PerOption<Double?>, noise: Double, uniforms: PerOption<Double>
  ) -> Option {
    var best = Option.hold
    var bestScore = -Double.infinity
    for option in Option.allCases {
      guard let value = values[option] else { continue }
      let score = noise > 0 ? value / noise - log(-log(uniforms[option])) : value
      if score > bestScore {
        best = option
        bestScore = score
      }
    }
    return best
  }

  /// The option that a uniform draws by fixed shares; an infeasible draw is no action.
  package static func draw(
    hold: Double, topUp: Double, deleverage: Double, close: Double, uniform: Double
  ) -> Option {
    let total = hold + topUp + deleverage + close
    var left = uniform * total
    let shares = PerOption(hold: hold, topUp: topUp, deleverage: deleverage, close: close)
    for option in Option.allCases {
      left -= shares[option]
      if left < 0 { return option }
    }
    return .hold
  }

  /// The perceived two-point lottery over the horizon.
  private struct Lottery {
    let situation: Situation
    let parameters: ProspectParameters
    let sd: Double
    let recovery: Double
    let excess: Double
    /// Decision weight of a recovery, which is the same for all options.
    let recoveryWeight: Double

    init(_ situation: Situation, _ parameters: ProspectParameters) {
      self.situation = situation
      self.parameters = parameters
      sd = situation.perceivedVolatility * situation.horizonYears.squareRoot()
      let shortfall = situation.referenceEquityUSD - situation.perceivedEquityUSD
      let ratio = 1 + shortfall / situation.collateralUSD
      let distance = log(max(ratio, 1e-12))
      if sd > 0 {
        recovery = normalCDF(-distance / sd)
        excess =
          recovery > 1e-12 ? max(0, sd * normalDensity(distance / sd) / recovery - distance) : 0
      } else {
        recovery = distance <= 0 ? 1 : 0
        excess = max(0, -distance)
      }
      recoveryWeight = ProspectTheory.weight(recovery, exponent: parameters.gainWeighting)
    }

    func value(collateral: Double, debt: Double, cost: Double, stake: Double) -> Double {
      let reference = situation.referenceEquityUSD
      let gain = (collateral * excess - cost) / reference
      let health = debt > 0 ? situation.threshold * collateral / debt : .infinity
      let ruin = PerceivedRisk.firstPassage(
        logDistance: log(health), logDrift: 0, volatility: situation.perceivedVolatility,
        horizonYears: situation.horizonYears)
      let penalty = situation.penaltyUSD * debt / situation.debtUSD
      let loss =
        (max(0, situation.perceivedEquityUSD) + penalty + stake + cost) / reference
      return recoveryWeight * ProspectTheory.value(gain, parameters)
        + ProspectTheory.weight(ruin, exponent: parameters.lossWeighting)
        * ProspectTheory.value(-loss, parameters)
    }

    func closing(cost: Double) -> Double {
      let change = situation.perceivedEquityUSD - situation.referenceEquityUSD - cost
      return ProspectTheory.value(change / situation.referenceEquityUSD, parameters)
    }
  }
}
