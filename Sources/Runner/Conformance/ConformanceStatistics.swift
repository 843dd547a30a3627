import SimulationCore

extension ConformanceRegistry {
  /// The estimators and intervals of plain paths: statistics.md, 1.1 to 1.8.
  static let statistics: [String: ConformanceFunction] = [
    "mean_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let interval = MeanInterval(try inputs.sample("values"), level: try inputs.level())
      return [
        "mean": JSONValue(interval.mean), "standard_error": JSONValue(interval.standardError),
        "low": JSONValue(interval.low), "high": JSONValue(interval.high),
      ]
    },
    "binomial_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let hits = try inputs.integer("hits")
      let paths = try inputs.integer("paths")
      let level = try inputs.level()
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
        let paths = try ConformanceInputs.whole(v[0], "paths", in: ConformanceInputs.positive)
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
      let sorted = try inputs.sample("values", atLeast: 1).sorted()
      return try inputs.elementwise("p") { v in
        let rank = quantileRank(
          count: sorted.count, probability: try ConformanceInputs.probability(v[0], "p"))
        return ["rank": JSONValue(rank), "value": JSONValue(sorted[rank - 1])]
      }
    },
    "cvar_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let shortfall = ExpectedShortfall(
        sorted: try inputs.sample("values").sorted(),
        probability: try inputs.probability("p"),
        level: try inputs.level())
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
        let paths = try ConformanceInputs.whole(v[0], "paths", in: ConformanceInputs.positive)
        return [
          "tail_length": JSONValue(ParetoTail.length(count: paths)),
          "threshold": JSONValue(paretoTailLimit(count: paths)),
        ]
      }
    },
    "paired_difference": { raw in
      let inputs = ConformanceInputs(raw)
      let pair = PairedDifference(
        try inputs.sample("a"), try inputs.sample("b", like: "a"),
        level: try inputs.level())
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
        numerators: try inputs.sample("numerator", like: "denominator"),
        denominators: try inputs.sample("denominator"), level: try inputs.level())
      return [
        "ratio": JSONValue(ratio?.ratio), "standard_error": JSONValue(ratio?.standardError),
        "delta": JSONValue(ratio?.delta), "fieller": JSONValue(ratio?.fieller),
      ]
    },
  ]

  private static func orderStatisticInterval(
    count: Double, probability: Double, level: Double
  ) throws -> [String: JSONValue] {
    let ranks = OrderStatisticInterval(
      count: try ConformanceInputs.whole(
        count, "the number of paths", in: ConformanceInputs.positive),
      probability: try ConformanceInputs.probability(probability, "p"),
      level: try ConformanceInputs.probability(level, "level"))
    return [
      "lower_rank": JSONValue(ranks.lowerRank), "upper_rank": JSONValue(ranks.upperRank),
      "coverage": JSONValue(ranks.coverage),
    ]
  }
}
