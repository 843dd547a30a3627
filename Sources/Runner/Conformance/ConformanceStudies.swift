import SimulationCore

extension ConformanceRegistry {
  /// Designs, optimisation, multiple comparisons and backtests: statistics.md, 3 to 5, and 6.5.
  static let studies: [String: ConformanceFunction] = [
    "morris_effects": { raw in
      let inputs = ConformanceInputs(raw)
      let points = try inputs.list("x").map { item in
        guard case .array(let trajectory) = item else {
          throw ConformanceInputError("x must hold a list of points a trajectory")
        }
        return try trajectory.map { try ConformanceInputs.row($0, "x") }
      }
      let effects = ElementaryEffects(points: points, results: try inputs.matrix("y"))
      guard let effects else {
        throw ConformanceInputError("neighbours in x must differ in one coordinate")
      }
      return [
        "mu": JSONValue(effects.mean), "mu_star": JSONValue(effects.meanSize),
        "sigma": JSONValue(effects.deviation),
      ]
    },
    "sobol_indices": { raw in
      let inputs = ConformanceInputs(raw)
      let a = try inputs.sample("fa", like: "fb")
      let crossed = try inputs.matrix("fab")
      guard crossed.allSatisfy({ $0.count == a.count }) else {
        throw ConformanceInputError("fab must hold lists as long as fa")
      }
      let indices = SobolIndices(a: a, b: try inputs.numbers("fb"), crossed: crossed)
      guard let indices else { throw ConformanceInputError("fa and fb must vary") }
      return [
        "first_saltelli2010": JSONValue(indices.first),
        "first_jansen": JSONValue(indices.firstJansen), "total_jansen": JSONValue(indices.total),
        "variance": JSONValue(indices.variance),
      ]
    },
    "ishigami_indices": { raw in
      let inputs = ConformanceInputs(raw)
      let function = IshigamiFunction(a: try inputs.number("a"), b: try inputs.number("b"))
      return [
        "variance": JSONValue(function.variance), "first": JSONValue(function.first),
        "total": JSONValue(function.total),
      ]
    },
    "ocba_allocation": { raw in
      let inputs = ConformanceInputs(raw)
      let allocation = ComputingBudget(
        means: try inputs.sample("means", like: "sds"), deviations: try inputs.numbers("sds"))
      guard let allocation else {
        throw ConformanceInputError("means must have one smallest, sds be positive")
      }
      let budget = try inputs.number("budget")
      return [
        "best": JSONValue(allocation.best), "share": JSONValue(allocation.shares),
        "runs_real": JSONValue(allocation.shares.map { budget * $0 }),
      ]
    },
    "chance_constraint": { raw in
      try ConformanceInputs(raw).elementwise("exceedances", "paths", "p", "level") { v in
        let exceedances = try ConformanceInputs.whole(v[0], "exceedances")
        let paths = try ConformanceInputs.whole(v[1], "paths", in: ConformanceInputs.positive)
        guard exceedances <= paths else {
          throw ConformanceInputError("exceedances must be some of the paths")
        }
        let constraint = ChanceConstraint(
          exceedances: exceedances, paths: paths,
          probability: try ConformanceInputs.probability(v[2], "p"),
          level: try ConformanceInputs.probability(v[3], "level"))
        return [
          "upper_bound": JSONValue(constraint.upperBound),
          "accepted": .boolean(constraint.isAccepted),
          "paths_needed_at_this_count": JSONValue(constraint.pathsNeeded),
        ]
      }
    },
    "pareto_front": { raw in
      let points = try ConformanceInputs(raw).matrix("points")
      guard Set(points.map(\.count)).count <= 1 else {
        throw ConformanceInputError("points must have equal lengths")
      }
      return ["indices": JSONValue(paretoFront(points).map(Double.init))]
    },
    "adjust_p_values": { raw in
      let adjusted = MultipleComparisons(try ConformanceInputs(raw).numbers("p_values"))
      return [
        "bonferroni": JSONValue(adjusted.bonferroni), "holm": JSONValue(adjusted.holm),
        "benjamini_hochberg": JSONValue(adjusted.benjaminiHochberg),
      ]
    },
    "kupiec": { raw in
      try ConformanceInputs(raw).elementwise("breaches", "observations", "p") { v in
        let breaches = try ConformanceInputs.whole(v[0], "breaches")
        let observations = try ConformanceInputs.whole(
          v[1], "observations", in: ConformanceInputs.positive)
        guard breaches <= observations else {
          throw ConformanceInputError("breaches must be some of the observations")
        }
        let test = UnconditionalCoverage(
          breaches: breaches, observations: observations,
          probability: try ConformanceInputs.probability(v[2], "p"))
        return [
          "lr": JSONValue(test.likelihoodRatio), "p_value": JSONValue(test.pValue),
          "exact_two_sided_p": JSONValue(test.exactPValue),
        ]
      }
    },
    "christoffersen": { raw in
      let inputs = ConformanceInputs(raw)
      let series = try inputs.sample("breach_series")
      let test = ConditionalCoverage(
        breaches: series.map { $0 != 0 }, probability: try inputs.probability("p"))
      return [
        "transitions": JSONValue(test.transitions.map(Double.init)),
        "lr_independence": JSONValue(test.independenceRatio),
        "p_independence": JSONValue(test.independencePValue),
        "lr_conditional_coverage": JSONValue(test.coverageRatio),
        "p_conditional_coverage": JSONValue(test.coveragePValue),
      ]
    },
    "roc_pr": { raw in
      let inputs = ConformanceInputs(raw)
      let alarms = RankedAlarms(
        scores: try inputs.sample("scores", like: "labels"),
        isEvent: try inputs.numbers("labels").map { $0 != 0 })
      return [
        "auc": JSONValue(alarms?.areaUnderCurve),
        "auc_standard_error": JSONValue(alarms?.areaStandardError),
        "average_precision": JSONValue(alarms?.averagePrecision),
        "prevalence": JSONValue(alarms?.prevalence),
      ]
    },
  ]
}
