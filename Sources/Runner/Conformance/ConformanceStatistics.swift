import SimulationCore

extension ConformanceRegistry {
  /// The estimators and intervals of statistics.md, section 1.
  static let statistics: [String: ConformanceFunction] = [
    "mean_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let interval = MeanInterval(try sample(inputs, "values"), level: try level(inputs))
      return [
        "mean": JSONValue(interval.mean), "standard_error": JSONValue(interval.standardError),
        "low": JSONValue(interval.low), "high": JSONValue(interval.high),
      ]
    },
    "binomial_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let hits = try inputs.integer("hits")
      let paths = try inputs.integer("paths")
      let level = try level(inputs)
      guard paths > 0, hits >= 0, hits <= paths else {
        throw ConformanceInputError("hits must be some of the paths")
      }
      return [
        "wilson": JSONValue(BinomialInterval.wilson(hits: hits, of: paths, level: level)),
        "clopper_pearson": JSONValue(
          BinomialInterval.clopperPearson(hits: hits, of: paths, level: level)),
        "jeffreys": JSONValue(BinomialInterval.jeffreys(hits: hits, of: paths, level: level)),
      ]
    },
    "zero_hit_upper_bound": { raw in
      try ConformanceInputs(raw).elementwise("paths", "level") { v in
        let paths = try ConformanceInputs.whole(v[0], "paths", in: positive)
        let level = try ConformanceInputs.probability(v[1], "level")
        let twoSided = BinomialInterval.clopperPearson(hits: 0, of: paths, level: level)
        return [
          "one_sided_exact": JSONValue(
            BinomialInterval.zeroHitUpperBound(count: paths, level: level)),
          "rule_of_three": JSONValue(BinomialInterval.ruleOfThree(count: paths, level: level)),
          "clopper_pearson_two_sided": JSONValue(twoSided.upperBound),
        ]
      }
    },
    "order_statistic_interval": { raw in
      try ConformanceInputs(raw).elementwise("paths", "p", "level") { v in
        try orderStatisticInterval(count: v[0], probability: v[1], level: v[2])
      }
    },
    "order_statistic_ci": { raw in
      try ConformanceInputs(raw).elementwise("n", "p", "level") { v in
        try orderStatisticInterval(count: v[0], probability: v[1], level: v[2])
      }
    },
    "min_paths_for_quantile_interval": { raw in
      try ConformanceInputs(raw).elementwise("p", "level") { v in
        let paths = QuantileIntervalPaths(
          probability: try ConformanceInputs.probability(v[0], "p"),
          level: try ConformanceInputs.probability(v[1], "level"))
        return [
          "upper_side": JSONValue(paths.upperSide), "lower_side": JSONValue(paths.lowerSide),
          "one_sided_upper": JSONValue(paths.oneSidedUpper),
        ]
      }
    },
    "empirical_quantile": { raw in
      let inputs = ConformanceInputs(raw)
      let sorted = try sample(inputs, "values", atLeast: 1).sorted()
      return try inputs.elementwise("p") { v in
        let rank = quantileRank(
          count: sorted.count, probability: try ConformanceInputs.probability(v[0], "p"))
        return ["rank": JSONValue(rank), "value": JSONValue(sorted[rank - 1])]
      }
    },
    "cvar_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let shortfall = ExpectedShortfall(
        sorted: try sample(inputs, "values").sorted(),
        probability: try ConformanceInputs.probability(try inputs.number("p"), "p"),
        level: try level(inputs))
      return [
        "quantile": JSONValue(shortfall.quantile), "cvar": JSONValue(shortfall.value),
        "standard_error": JSONValue(shortfall.standardError), "low": JSONValue(shortfall.low),
        "high": JSONValue(shortfall.high), "paths_beyond": JSONValue(shortfall.pathsBeyond),
      ]
    },
    "pareto_khat": { raw in
      let tail = ParetoTail(excesses: try ConformanceInputs(raw).numbers("tail_excess"))
      return [
        "k_raw": JSONValue(tail?.rawIndex), "sigma": JSONValue(tail?.scale),
        "k_hat": JSONValue(tail?.index),
      ]
    },
    "khat_limits": { raw in
      try ConformanceInputs(raw).elementwise("paths") { v in
        let paths = try ConformanceInputs.whole(v[0], "paths", in: positive)
        return [
          "tail_length": JSONValue(ParetoTail.length(count: paths)),
          "threshold": JSONValue(paretoTailLimit(count: paths)),
        ]
      }
    },
    "paired_difference": { raw in
      let inputs = ConformanceInputs(raw)
      let pair = PairedDifference(
        try sample(inputs, "a"), try sample(inputs, "b", like: "a"),
        level: try level(inputs))
      return [
        "difference": JSONValue(pair.interval.mean),
        "standard_error": JSONValue(pair.interval.standardError),
        "low": JSONValue(pair.interval.low), "high": JSONValue(pair.interval.high),
        "correlation": JSONValue(pair.correlation),
        "variance_factor_against_independent": JSONValue(pair.varianceFactor),
      ]
    },
    "ratio_of_means": { raw in
      let inputs = ConformanceInputs(raw)
      let ratio = RatioOfMeans(
        numerators: try sample(inputs, "numerator", like: "denominator"),
        denominators: try sample(inputs, "denominator"), level: try level(inputs))
      return [
        "ratio": JSONValue(ratio?.ratio), "standard_error": JSONValue(ratio?.standardError),
        "delta": JSONValue(ratio?.delta), "fieller": JSONValue(ratio?.fieller),
      ]
    },
  ]

  private static let positive = 1...1_000_000_000

  private static func level(_ inputs: ConformanceInputs) throws -> Double {
    try ConformanceInputs.probability(try inputs.number("level"), "level")
  }

  private static func orderStatisticInterval(
    count: Double, probability: Double, level: Double
  ) throws -> [String: JSONValue] {
    let ranks = OrderStatisticInterval(
      count: try ConformanceInputs.whole(count, "the number of paths", in: positive),
      probability: try ConformanceInputs.probability(probability, "p"),
      level: try ConformanceInputs.probability(level, "level"))
    return [
      "lower_rank": JSONValue(ranks.lowerRank), "upper_rank": JSONValue(ranks.upperRank),
      "coverage": JSONValue(ranks.coverage),
    ]
  }

  /// A list long enough for the estimator, and as long as the list `other` where they are pairs.
  private static func sample(
    _ inputs: ConformanceInputs, _ key: String, atLeast least: Int = 2, like other: String? = nil
  ) throws -> [Double] {
    let values = try inputs.numbers(key)
    guard values.count >= least else {
      throw ConformanceInputError("\(key) must have \(least) values or more")
    }
    if let other, try inputs.numbers(other).count != values.count {
      throw ConformanceInputError("\(key) must be as long as \(other)")
    }
    return values
  }
}
