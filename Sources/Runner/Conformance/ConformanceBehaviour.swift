import Agents
import Foundation

extension ConformanceRegistry {
  /// The traders' rules of agents.md, sections 3 to 7.
  static let behaviour: [String: ConformanceFunction] = [
    "prospect_value": { raw in
      try ConformanceInputs(raw).elementwise("x", "alpha", "beta", "lam") { v in
        let parameters = ProspectParameters(
          gainCurvature: v[1], lossCurvature: v[2], lossAversion: v[3])
        return ["v": JSONValue(ProspectTheory.value(v[0], parameters))]
      }
    },
    "probability_weight_tk": { raw in
      try ConformanceInputs(raw).elementwise("p", "g") { v in
        ["w": JSONValue(ProspectTheory.weight(v[0], exponent: v[1]))]
      }
    },
    "probability_weight_prelec": { raw in
      try ConformanceInputs(raw).elementwise("p", "a", "eta") { v in
        ["w": JSONValue(ProspectTheory.prelecWeight(v[0], exponent: v[1], elevation: v[2]))]
      }
    },
    "cumulative_prospect_value": { raw in
      let inputs = ConformanceInputs(raw)
      let outcomes = try inputs.numbers("x")
      let probabilities = try inputs.numbers("p")
      guard outcomes.count == probabilities.count else {
        throw ConformanceInputError("x and p must have equal lengths")
      }
      return try inputs.elementwise("lam", "alpha", "beta", "gGain", "gLoss") { v in
        var parameters = ProspectParameters(
          gainCurvature: v[1], lossCurvature: v[2], lossAversion: v[0], gainWeighting: v[3],
          lossWeighting: v[4])
        let value = ProspectTheory.cumulativeValue(
          outcomes: outcomes, probabilities: probabilities, parameters)
        parameters.lossAversion = 1
        let neutral = ProspectTheory.cumulativeValue(
          outcomes: outcomes, probabilities: probabilities, parameters)
        return ["V": JSONValue(value), "V_lambda_1": JSONValue(neutral)]
      }
    },
    "prospect_expectation_gaussian": { raw in
      try ConformanceInputs(raw).elementwise("m", "s", "alpha", "lam") { v in
        let parameters = ProspectParameters(
          gainCurvature: v[2], lossCurvature: v[2], lossAversion: v[3])
        return [
          "V": JSONValue(GaussianProspect.expectedValue(mean: v[0], sd: v[1], parameters))
        ]
      }
    },
    "entry_gate_omega": { raw in
      try ConformanceInputs(raw).elementwise("q") { v in
        ["Omega": JSONValue(EntryGate.omega(v[0]))]
      }
    },
    "entry_gate_omega_inverse": { raw in
      try ConformanceInputs(raw).elementwise("lam") { v in
        ["q": JSONValue(EntryGate.threshold(lossAversion: v[0]))]
      }
    },
    "hold_or_close": holdOrClose,
    "hold_or_close_case2": holdOrClose,
    "prior_outcome_state": { raw in
      let inputs = ConformanceInputs(raw)
      var results = try inputs.elementwise("lam", "k", "z") { v in
        ["lambda_z": JSONValue(lossAversion(v[0], v[1], v[2]))]
      }
      if inputs.has("update") {
        results["z_path"] = JSONValue(try priorOutcomePath(try inputs.object("update")))
      }
      return results
    },
    "prior_outcome_path": { raw in
      let inputs = ConformanceInputs(raw)
      let path = try priorOutcomePath(inputs)
      let base = try inputs.number("lam")
      let sensitivity = try inputs.number("k")
      return [
        "z": JSONValue(path),
        "lambda_z": JSONValue(path.map { lossAversion(base, sensitivity, $0) }),
      ]
    },
    "disposition_hazards": { raw in
      try ConformanceInputs(raw).elementwise("RG", "PG", "RL", "PL") { v in
        let gain = DispositionEffect.proportionRealised(realised: v[0], paper: v[1])
        let loss = DispositionEffect.proportionRealised(realised: v[2], paper: v[3])
        let gainHazard = DispositionEffect.hazard(probability: gain)
        let lossHazard = DispositionEffect.hazard(probability: loss)
        return [
          "PGR": JSONValue(gain), "PLR": JSONValue(loss), "ratio": JSONValue(gain / loss),
          "hazard_gain": JSONValue(gainHazard), "hazard_loss": JSONValue(lossHazard),
          "hazard_ratio": JSONValue(gainHazard / lossHazard),
        ]
      }
    },
    "disposition_split_hazard": { raw in
      try ConformanceInputs(raw).elementwise("h0_perDay", "q", "T_days") { v in
        let hazard = DispositionEffect.splitHazard(baseline: v[0], ratio: v[1])
        return [
          "h_gain": JSONValue(hazard.gain), "h_loss": JSONValue(hazard.loss),
          "closed_gain": JSONValue(
            DispositionEffect.exitProbability(hazard: hazard.gain, duration: v[2])),
          "closed_loss": JSONValue(
            DispositionEffect.exitProbability(hazard: hazard.loss, duration: v[2])),
        ]
      }
    },
    "kirman_stationary": kirmanStationary,
    "kirman_stationary_points": kirmanStationary,
    "kirman_diffusion_moments": { raw in
      try ConformanceInputs(raw).elementwise("x", "s1", "s2", "h", "t") { v in
        let herd = Herding(frightRate: v[1], calmingRate: v[2], contagionRate: v[3])
        let moments = herd.moments(from: v[0], after: v[4])
        return ["mean": JSONValue(moments.mean), "variance": JSONValue(moments.variance)]
      }
    },
    "leverage_target_spiral": { raw in
      try ConformanceInputs(raw).elementwise("A", "L", "kappa", "shock") { v in
        let spiral = LeverageSpiral(assets: v[0], leverage: v[1], impact: v[2])
        let total = spiral.totalReturn(shock: v[3])
        return [
          "first_round_sale": JSONValue(spiral.sale(after: v[3])),
          "phi": JSONValue(spiral.feedback), "total_return": JSONValue(total),
          "total_sale": JSONValue(total.map { spiral.sale(after: $0) }),
        ]
      }
    },
    "liquidation_branching": { raw in
      let inputs = ConformanceInputs(raw)
      let moments = try inputs.elementwise("nb") { v in branchingMoments(v[0]) }
      let sizes = try inputs.elementwise("nb", "n") { v in borelProbability(v[0], v[1]) }
      return moments.merging(sizes) { first, _ in first }
    },
    "liquidation_branching_from_impact": { raw in
      let inputs = ConformanceInputs(raw)
      func ratio(_ v: [Double]) -> Double {
        LiquidationBranching.ratio(impact: v[0], liquidatablePerLogPrice: v[1])
      }
      let moments = try inputs.elementwise("kappa", "rho") { v in
        branchingMoments(ratio(v)).merging(["nb": JSONValue(ratio(v))]) { first, _ in first }
      }
      let sizes = try inputs.elementwise("kappa", "rho", "n") { v in
        borelProbability(ratio(v), v[2])
      }
      return moments.merging(sizes) { first, _ in first }
    },
  ]

  /// The advantage of holding is given at each loss aversion that published studies name.
  private static let holdOrClose: ConformanceFunction = { raw in
    try ConformanceInputs(raw).elementwise(
      "paperLoss", "gainIfRecover", "lossIfLiquidated", "pRecover", "pLiquidated", "alpha",
      "beta", "gGain", "gLoss"
    ) { v in
      let choice = HoldOrClose(
        paperLoss: v[0], gainIfRecovered: v[1], lossIfLiquidated: v[2],
        recoveryProbability: v[3], liquidationProbability: v[4])
      var parameters = ProspectParameters(
        gainCurvature: v[5], lossCurvature: v[6], gainWeighting: v[7], lossWeighting: v[8])
      var results = [
        "lambda_c": JSONValue(choice.criticalLossAversion(parameters)),
        "denominator": JSONValue(choice.lossBalance(parameters)),
      ]
      for (word, lossAversion) in [("1", 1), ("2", 2), ("225", 2.25), ("3", 3), ("4", 4)] {
        parameters.lossAversion = lossAversion
        results["dV_at_\(word)"] = JSONValue(choice.advantageOfHolding(parameters))
      }
      return results
    }
  }

  private static func lossAversion(
    _ base: Double, _ sensitivity: Double, _ state: Double
  ) -> Double {
    PriorOutcome.lossAversion(base: base, sensitivity: sensitivity, state: state)
  }

  /// The states after each return of the list `R`; `Rbar` and `eta` may be lists beside it.
  private static func priorOutcomePath(_ inputs: ConformanceInputs) throws -> [Double] {
    let returns = try inputs.numbers("R")
    func along(_ key: String) throws -> [Double] {
      let list = try inputs.numbers(key)
      if list.count == 1 { return Array(repeating: list[0], count: returns.count) }
      guard list.count == returns.count else {
        throw ConformanceInputError("\(key) must be a number or as long as R")
      }
      return list
    }
    let benchmark = try along("Rbar")
    let persistence = try along("eta")
    var state = try inputs.number("z0")
    return returns.indices.map { step in
      state = PriorOutcome.nextState(
        state, grossReturn: returns[step], benchmarkReturn: benchmark[step],
        persistence: persistence[step])
      return state
    }
  }

  private static let kirmanStationary: ConformanceFunction = { raw in
    let inputs = ConformanceInputs(raw)
    let agents = try ConformanceInputs.whole(try inputs.number("N"), "N", in: 1...1_000_000)
    let herd = Herding(
      frightRate: try inputs.number("s1"), calmingRate: try inputs.number("s2"),
      contagionRate: try inputs.number("h"))
    let probabilities = herd.stationaryProbabilities(agents: agents)
    var results = [
      "pmf": JSONValue(probabilities),
      "mean": JSONValue(Double(agents) * herd.stationaryMean),
      "mean_fraction": JSONValue(herd.stationaryMean),
      "variance_of_fraction": JSONValue(herd.stationaryVariance(agents: Double(agents))),
    ]
    for (count, probability) in probabilities.enumerated() {
      results["p\(count)"] = JSONValue(probability)
    }
    return results
  }

  private static func branchingMoments(_ ratio: Double) -> [String: JSONValue] {
    [
      "mean": JSONValue(LiquidationBranching.meanTotal(ratio: ratio)),
      "variance": JSONValue(LiquidationBranching.variance(ratio: ratio)),
    ]
  }

  private static func borelProbability(_ ratio: Double, _ size: Double) -> [String: JSONValue] {
    guard let size = Int(exactly: size), size >= 1 else { return ["borel": .null] }
    return ["borel": JSONValue(LiquidationBranching.probability(size: size, ratio: ratio))]
  }
}
