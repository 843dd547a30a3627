import Agents

extension ConformanceRegistry {
  /// Confidence, positions and liquidators: agents.md, sections 2, 3.6, 4 and 9.
  static let liquidators: [String: ConformanceFunction] = [
    "overconfident_leverage": { raw in
      let inputs = ConformanceInputs(raw)
      let limit = inputs.has("Lmax") ? try inputs.number("Lmax") : .infinity
      return try inputs.elementwise("mu", "B", "r", "gammaR", "sigma", "k") { v in
        func leverage(_ ratio: Double) -> Double {
          Overconfidence.leverage(
            drift: v[0], optimism: v[1], riskFree: v[2], riskAversion: v[3], volatility: v[4],
            perceivedRatio: ratio)
        }
        return [
          "L": JSONValue(min(max(leverage(v[5]), 0), limit)),
          "ratio_to_calibrated": JSONValue(leverage(v[5]) / leverage(1)),
        ]
      }
    },
    "overbetting_growth": { raw in
      try ConformanceInputs(raw).elementwise("mu", "r", "sigma", "k") { v in
        let leverage = Overconfidence.leverage(
          drift: v[0], optimism: 0, riskFree: v[1], riskAversion: 1, volatility: v[2],
          perceivedRatio: v[3])
        return [
          "L": JSONValue(leverage),
          "g": JSONValue(
            Overconfidence.growth(
              leverage: leverage, drift: v[0], riskFree: v[1], volatility: v[2])),
          "relative": JSONValue(Overconfidence.relativeExcessGrowth(perceivedRatio: v[3])),
          "k_zero_excess": JSONValue(Overconfidence.perceivedRatioWithoutExcess),
        ]
      }
    },
    "miscalibration_k": { raw in
      try ConformanceInputs(raw).elementwise("hit", "nominal") { v in
        let ratio = Overconfidence.perceivedRatio(hitRate: v[0], nominal: v[1])
        return ["k": JSONValue(ratio), "leverage_multiplier": JSONValue(1 / (ratio * ratio))]
      }
    },
    "self_attribution_posterior": { raw in
      try ConformanceInputs(raw).elementwise("H", "L", "phi", "g", "s", "t") { v in
        let learner = SelfAttribution(ableRate: v[0], otherRate: v[1], credit: v[3])
        let logOdds = learner.logOdds(
          prior: v[2], successes: try ConformanceInputs.whole(v[4], "s"),
          trades: try ConformanceInputs.whole(v[5], "t"))
        return ["post": JSONValue(SelfAttribution.posterior(logOdds: logOdds))]
      }
    },
    "signal_overreaction": { raw in
      try ConformanceInputs(raw).elementwise("s2", "e2", "c2") { v in
        let rational = Overconfidence.signalWeight(signalVariance: v[0], noiseVariance: v[1])
        let perceived = Overconfidence.signalWeight(signalVariance: v[0], noiseVariance: v[2])
        return [
          "a": JSONValue(rational), "b": JSONValue(perceived),
          "overreaction": JSONValue(perceived / rational - 1),
        ]
      }
    },
    "liquidation_probability": { raw in
      try ConformanceInputs(raw).elementwise("HF", "mu", "sigma", "k", "T") { v in
        [
          "P": JSONValue(
            PerceivedRisk.liquidationProbability(
              healthFactor: v[0], drift: v[1], volatility: v[2], perceivedRatio: v[3],
              horizonYears: v[4]))
        ]
      }
    },
    "entry_health_factor": { raw in
      try ConformanceInputs(raw).elementwise("eps", "sigma", "k", "T") { v in
        [
          "HF": JSONValue(
            PerceivedRisk.entryHealthFactor(
              tolerance: v[0], volatility: v[1], perceivedRatio: v[2], horizonYears: v[3])),
          "true_P": JSONValue(PerceivedRisk.trueRisk(tolerance: v[0], perceivedRatio: v[2])),
        ]
      }
    },
    "health_factor_identities": { raw in
      let inputs = ConformanceInputs(raw)
      var results = try inputs.elementwise("LT", "HF") { v in
        let loanToValue = HealthFactorIdentities.loanToValue(healthFactor: v[1], threshold: v[0])
        return [
          "LTV": JSONValue(loanToValue),
          "leverage": JSONValue(HealthFactorIdentities.leverage(loanToValue: loanToValue)),
          "drop": JSONValue(HealthFactorIdentities.priceDropToLiquidation(healthFactor: v[1])),
        ]
      }
      if inputs.has("loop") {
        let loops = try inputs.elementwise("loop.q", "loop.n") { v in
          let leverage = HealthFactorIdentities.loopLeverage(
            loanToValue: v[0], loops: try ConformanceInputs.whole(v[1], "loop.n"))
          return ["loop_leverage": JSONValue(leverage)]
        }
        results.merge(loops) { first, _ in first }
      }
      return results
    },
    "perp_liquidation_price": { raw in
      try ConformanceInputs(raw).elementwise("entry", "L", "m") { v in
        [
          "long": JSONValue(
            HealthFactorIdentities.longLiquidationPrice(
              entry: v[0], leverage: v[1], maintenanceMargin: v[2])),
          "short": JSONValue(
            HealthFactorIdentities.shortLiquidationPrice(
              entry: v[0], leverage: v[1], maintenanceMargin: v[2])),
        ]
      }
    },
    "protective_action_sizes": { raw in
      try ConformanceInputs(raw).elementwise("C", "D", "LT", "target", "slippage") { v in
        let (collateral, debt, threshold, target) = (v[0], v[1], v[2], v[3])
        let sale = ProtectiveAction.sale(
          collateral: collateral, debt: debt, threshold: threshold, target: target,
          slippage: v[4])
        return [
          "HF_before": JSONValue(
            HealthFactorIdentities.healthFactor(
              collateral: collateral, debt: debt, threshold: threshold)),
          "repay_from_collateral": JSONValue(sale?.repaid),
          "collateral_sold": JSONValue(sale?.sold),
          "HF_after": JSONValue(
            sale.map {
              HealthFactorIdentities.healthFactor(
                collateral: collateral - $0.sold, debt: debt - $0.repaid, threshold: threshold)
            }),
          "repay_external": JSONValue(
            ProtectiveAction.repayment(
              collateral: collateral, debt: debt, threshold: threshold, target: target)),
          "add_collateral": JSONValue(
            ProtectiveAction.collateralToAdd(
              collateral: collateral, debt: debt, threshold: threshold, target: target)),
        ]
      }
    },
    "liquidator_optimal_size": { raw in
      try ConformanceInputs(raw).elementwise("R", "bonus", "fee", "gas") { v in
        let sizing = LiquidatorSizing(reserve: v[0], bonus: v[1], fee: v[2])
        return [
          "x": JSONValue(sizing.optimalRepayment),
          "profit": JSONValue(sizing.optimalGrossProfit),
          "min_reserve_for_gas": JSONValue(sizing.minimumReserve(gas: v[3])),
        ]
      }
    },
    "liquidator_size_capped": { raw in
      try ConformanceInputs(raw).elementwise("R", "bonus", "fee", "xmax", "gas") { v in
        let sizing = LiquidatorSizing(reserve: v[0], bonus: v[1], fee: v[2])
        let capped = sizing.grossProfit(repaying: sizing.repayment(limit: v[3]))
        return [
          "x_unconstrained": JSONValue(sizing.optimalRepayment),
          "profit_unconstrained": JSONValue(sizing.optimalGrossProfit),
          "profit_at_cap": JSONValue(capped), "net_at_cap": JSONValue(capped - v[4]),
        ]
      }
    },
    "two_step_liquidation": { raw in
      try ConformanceInputs(raw).elementwise("C", "D", "LT", "bonus", "closeFactor") { v in
        let steps = TwoStepLiquidation(
          collateral: v[0], debt: v[1], threshold: v[2], bonus: v[3], closeFactor: v[4])
        return [
          "x1": JSONValue(steps?.first), "x2": JSONValue(steps?.second),
          "total": JSONValue(steps.map { $0.first + $0.second }),
          "one_step": JSONValue(steps?.singleStep), "extra_bonus": JSONValue(steps?.extraBonus),
        ]
      }
    },
    "toxic_liquidation_frontier": { raw in
      let inputs = ConformanceInputs(raw)
      let frontier = try inputs.elementwise("bonus") { v in
        ["frontier_LTV": JSONValue(ToxicLiquidation.frontier(bonus: v[0]))]
      }
      return try inputs.elementwise("C", "D", "LT", "bonus", "x") { v in
        [
          "HF_before": JSONValue(
            HealthFactorIdentities.healthFactor(collateral: v[0], debt: v[1], threshold: v[2])),
          "HF_after": JSONValue(
            ToxicLiquidation.healthFactor(
              collateral: v[0], debt: v[1], threshold: v[2], bonus: v[3], repaying: v[4])),
        ]
      }.merging(frontier) { first, _ in first }
    },
  ]
}
