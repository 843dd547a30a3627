import SimulationCore

extension ConformanceRegistry {
  /// Closed forms of processes and dependence, price-paths.md section 2.
  static let processes: [String: ConformanceFunction] = [
    "brownian_bridge_crossing": { raw in
      try ConformanceInputs(raw).elementwise(
        "log_x0", "log_x1", "log_barrier", "variance_of_step"
      ) { v in
        let probability = bridgeCrossingProbability(
          from: v[0], to: v[1], barrier: v[2], variance: v[3])
        return ["value": JSONValue(probability)]
      }
    },
    "bm_expected_max_drawdown": { raw in
      let inputs = ConformanceInputs(raw)
      if inputs.has("mu"), try inputs.numbers("mu").contains(where: { $0 != 0 }) {
        throw ConformanceInputError("the closed form is that without drift: mu must be 0")
      }
      return try inputs.elementwise("sigma", "T") { v in
        ["value": JSONValue(expectedMaximumDrawdown(volatility: v[0], duration: v[1]))]
      }
    },
    "garch_moments": { raw in
      let inputs = ConformanceInputs(raw)
      let innovation = try inputs.string("innovation")
      guard innovation == "normal" || innovation == "student_t" && inputs.has("nu") else {
        throw ConformanceInputError("innovation must be normal, or student_t with nu")
      }
      // Constants that a case leaves out.
      let values = raw.merging(["gamma": .number(0), "nu": .number(.infinity)]) { given, _ in given
      }
      return try ConformanceInputs(values).elementwise(
        "omega", "alpha", "beta", "gamma", "nu"
      ) { v in
        garch(
          GarchMoments(
            omega: v[0], alpha: v[1], beta: v[2], gamma: v[3],
            degreesOfFreedom: innovation == "student_t" ? v[4] : nil))
      }
    },
    "hawkes_exponential": { raw in
      try ConformanceInputs(raw).elementwise("mu", "branching", "beta", "T") { v in
        guard v[1] >= 0, v[1] < 1 else { throw ConformanceInputError("branching must be below 1") }
        let moments = HawkesMoments(baseRate: v[0], branching: v[1], decay: v[2], duration: v[3])
        return [
          "mean_rate": JSONValue(moments.meanRate), "mean_count": JSONValue(moments.meanCount),
          "var_count": JSONValue(moments.countVariance), "fano": JSONValue(moments.fanoFactor),
          "fano_limit": JSONValue(moments.fanoLimit),
        ]
      }
    },
    "ou_exact": { raw in
      let values = raw.merging(["level": .number(0)]) { given, _ in given }
      return try ConformanceInputs(values).elementwise(
        "x0", "mu", "kappa", "sigma", "t", "level"
      ) { v in
        let law = OrnsteinUhlenbeckLaw(
          from: v[0], mu: v[1], kappa: v[2], sigma: v[3], time: v[4])
        return [
          "mean": JSONValue(law.mean), "variance": JSONValue(law.variance),
          "stationary_variance": JSONValue(law.stationaryVariance),
          "half_life": JSONValue(law.halfLife),
          "prob_below": JSONValue(law.probability(below: v[5])),
        ]
      }
    },
    "regime_switching_moments": { raw in
      try ConformanceInputs(raw).elementwise("m0", "m1", "s0", "s1", "p01", "p10") { v in
        let moments = RegimeMoments(
          means: (v[0], v[1]), deviations: (v[2], v[3]), enter: v[4], leave: v[5])
        return [
          "stationary_high": JSONValue(moments.stationaryHigh), "mean": JSONValue(moments.mean),
          "variance": JSONValue(moments.variance), "skewness": JSONValue(moments.skewness),
          "kurtosis": JSONValue(moments.kurtosis),
          "mean_duration_high": JSONValue(moments.meanDurationHigh),
        ]
      }
    },
    "t_copula_tail_dependence": { raw in
      try ConformanceInputs(raw).elementwise("nu", "rho") { v in
        ["value": JSONValue(try dependence(v[0], v[1]).tailDependence)]
      }
    },
    "t_copula_joint_lower": { raw in
      try ConformanceInputs(raw).elementwise("nu", "rho", "p") { v in
        let probability = try ConformanceInputs.probability(v[2], "p")
        return ["value": JSONValue(try dependence(v[0], v[1]).jointLower(probability))]
      }
    },
    "multivariate_t_portfolio": { raw in
      let inputs = ConformanceInputs(raw)
      let weights = try inputs.numbers("weights")
      let volatilities = try inputs.numbers("vol")
      let correlation = try inputs.matrix("corr")
      guard volatilities.count == weights.count, correlation.count == weights.count,
        correlation.allSatisfy({ $0.count == weights.count })
      else { throw ConformanceInputError("weights, vol and corr must have one asset each") }
      return try inputs.elementwise("nu", "alpha") { v in
        guard v[0] > 2 else { throw ConformanceInputError("nu must be above 2") }
        let portfolio = StudentTPortfolio(
          weights: weights, volatilities: volatilities, correlation: correlation,
          degreesOfFreedom: v[0], level: try ConformanceInputs.probability(v[1], "alpha"))
        return [
          "portfolio_sd": JSONValue(portfolio.deviation),
          "VaR": JSONValue(portfolio.valueAtRisk),
          "CVaR": JSONValue(portfolio.conditionalValueAtRisk),
        ]
      }
    },
    "sobol_joe_kuo": { raw in
      let inputs = ConformanceInputs(raw)
      if inputs.value("scramble") == .boolean(true) {
        throw ConformanceInputError("scrambled points have no known answer")
      }
      let largest = SobolSequence.largestDimension
      let dimension = try ConformanceInputs.whole(
        try inputs.number("dims"), "dims", in: 1...largest)
      let points = try inputs.integer("points")
      let columns =
        inputs.has("columns")
        ? try inputs.numbers("columns").map {
          try ConformanceInputs.whole($0, "columns", in: 0...dimension - 1)
        } : Array(0..<dimension)
      let sequence = SobolSequence(dimension: dimension)
      let rows = (0..<points).map { point in
        JSONValue(columns.map { sequence.coordinate(point, $0) })
      }
      return ["value": .array(rows)]
    },
  ]

  private static func dependence(_ nu: Double, _ rho: Double) throws -> StudentTDependence {
    guard nu > 0, abs(rho) <= 1 else {
      throw ConformanceInputError("nu must be positive, rho in [-1, 1]")
    }
    return StudentTDependence(degreesOfFreedom: nu, correlation: rho)
  }

  private static func garch(_ moments: GarchMoments) -> [String: JSONValue] {
    [
      "persistence": JSONValue(moments.persistence),
      "uncond_variance": JSONValue(moments.unconditionalVariance),
      "fourth_moment_factor": JSONValue(moments.fourthMomentFactor),
      "kurtosis": JSONValue(moments.kurtosis),
      "half_life_steps": JSONValue(moments.halfLifeSteps),
    ]
  }
}
