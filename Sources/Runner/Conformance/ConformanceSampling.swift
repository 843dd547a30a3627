import Foundation
import SimulationCore

extension ConformanceRegistry {
  /// Weighted and dependent samples, stopping and rare events: statistics.md, 1.9, 1.10 and 2.
  static let sampling: [String: ConformanceFunction] = [
    "weighted_tail": { raw in
      let inputs = ConformanceInputs(raw)
      let weights = try inputs.sample("weights", like: "values")
      let sample = WeightedPaths(likelihoodRatios: weights).sample(try inputs.sample("values"))
      let tail = sample.tailMean(try inputs.probability("p"))
      return [
        "quantile": JSONValue(tail?.quantile), "cvar": JSONValue(tail?.mean.value),
        "prob_positive": JSONValue(sample.average { $0 > 0 ? 1 : 0 }.value),
        "mean": JSONValue(sample.average { $0 }.value),
      ]
    },
    "weight_summary": { raw in
      let weights = try ConformanceInputs(raw).sample("weights", atLeast: 1)
      guard weights.allSatisfy({ $0 >= 0 }), weights.contains(where: { $0 > 0 }) else {
        throw ConformanceInputError("weights must not be negative, nor all zero")
      }
      let summary = WeightSummary(weights)
      return [
        "kish_ess": JSONValue(summary.effectiveSampleSize),
        "sum_over_n": JSONValue(summary.sumOverCount),
        "largest_share": JSONValue(summary.largestShare),
        "perplexity": JSONValue(summary.perplexity),
      ]
    },
    "sectioning_interval": { raw in
      let inputs = ConformanceInputs(raw)
      let interval = SectioningInterval(
        estimates: try inputs.sample("batch_estimates"),
        overall: try ConformanceInputs.squarable(try inputs.number("overall"), "overall"),
        level: try inputs.level())
      return [
        "batching": JSONValue(interval.batching), "sectioning": JSONValue(interval.sectioning),
      ]
    },
    "stratified_mean": { raw in
      let inputs = ConformanceInputs(raw)
      let shares = try inputs.sample("probability", atLeast: 1)
      let values = try strata(inputs, like: shares.count)
      let design = WeightedPaths(
        strata: zip(shares, members(values)).map { WeightedPaths.Stratum(share: $0, members: $1) },
        likelihoodRatios: values.flatMap { $0.map { _ in 1 } })
      let average = design.sample(values.flatMap { $0 }).average { $0 }
      let spreads = zip(shares, values).map { $0 * SampleMoments($1).standardDeviation }
      let total = compensatedSum(spreads)
      return [
        "mean": JSONValue(average.value), "standard_error": JSONValue(average.standardError),
        "neyman_share": JSONValue(spreads.map { $0 / total }),
      ]
    },
    "screened_estimate": { raw in
      let inputs = ConformanceInputs(raw)
      let candidates = try inputs.integers("candidates", in: ConformanceInputs.positive)
      let values = try strata(inputs, like: candidates.count)
      let design = WeightedPaths(candidates: candidates, members: members(values))
      let all = values.flatMap { $0 }
      let average = design.sample(all).average { $0 }
      let interval = design.sample(all).mean(level: try inputs.level())
      let weights = design.pathWeights
      return [
        "weights": JSONValue(members(values).map { weights[$0[0]] }),
        "mean": JSONValue(average.value), "standard_error": JSONValue(average.standardError),
        "low": JSONValue(interval.low), "high": JSONValue(interval.high),
      ]
    },
    "look_level": { raw in
      try ConformanceInputs(raw).elementwise("level", "looks") { v in
        let level = LookLevel(
          level: try ConformanceInputs.probability(v[0], "level"),
          looks: try ConformanceInputs.whole(v[1], "looks", in: ConformanceInputs.positive))
        return ["decision_level": JSONValue(level.decisionLevel), "z": JSONValue(level.factor)]
      }
    },
    "worst_step_tilt": { raw in
      try ConformanceInputs(raw).elementwise("v", "gamma", "steps", "nu") { v in
        guard v[1] >= 1, v[3] > 0 else {
          throw ConformanceInputError("gamma must be 1 or more, nu positive")
        }
        let tilt = WorstStepTilt(
          gamma: v[1],
          steps: try ConformanceInputs.whole(v[2], "steps", in: ConformanceInputs.positive),
          degreesOfFreedom: v[3])
        let level = tilt.level(try ConformanceInputs.probability(v[0], "v"))
        return [
          "u": JSONValue(level), "weight": JSONValue(tilt.weight(v[0])),
          "step_probability": JSONValue(tilt.stepProbability(level: level)),
          "worst_standard_t": JSONValue(tilt.worst(level: level)),
        ]
      }
    },
    "mixture_weight": { raw in
      let inputs = ConformanceInputs(raw)
      let scale = try inputs.number("scale")
      let degreesOfFreedom = try inputs.number("nu")
      guard scale > 0, degreesOfFreedom > 0 else {
        throw ConformanceInputError("scale and nu must be positive")
      }
      let tilt = StepMixingTilt(
        degreesOfFreedom: degreesOfFreedom, scale: scale, shift: try inputs.number("shift"))
      let mixing = try inputs.sample("w", atLeast: 1, like: "z")
      let normals = try inputs.numbers("z")
      let balance = BalanceWeight(nominalShare: try inputs.probability("nominal_share"))
      return [
        "step_ratio": JSONValue(
          zip(mixing, normals).map { exp(tilt.logRatio(mixing: $0, normal: $1)) }),
        "weight": JSONValue(
          balance.weight(logRatios: [tilt.logRatio(mixing: mixing, normals: normals)])),
      ]
    },
    "rate_weight": { raw in
      try ConformanceInputs(raw).elementwise(
        "base_rate", "duration", "factor", "nominal_share", "events"
      ) { v in
        guard v[0] >= 0, v[1] >= 0, v[2] > 0 else {
          throw ConformanceInputError("rate and duration must not be negative, factor positive")
        }
        let tilt = RateTilt(baseRate: v[0], duration: v[1], factor: v[2])
        let ratio = tilt.logRatio(count: try ConformanceInputs.whole(v[4], "events"))
        let balance = BalanceWeight(
          nominalShare: try ConformanceInputs.probability(v[3], "nominal_share"))
        return [
          "plain": JSONValue(exp(-ratio)),
          "defensive": JSONValue(balance.weight(logRatios: [ratio])),
        ]
      }
    },
    "splitting_estimate": { raw in
      let inputs = ConformanceInputs(raw)
      let entered = try inputs.integers("entered", in: ConformanceInputs.positive)
      let reached = try inputs.integers("reached")
      guard entered.count == reached.count, zip(reached, entered).allSatisfy({ $0 <= $1 }) else {
        throw ConformanceInputError("reached must be some of those that entered")
      }
      let estimate = SplittingEstimate(entered: entered, reached: reached)
      return [
        "probability": JSONValue(estimate.probability),
        "ideal_relative_error": JSONValue(estimate.idealRelativeError),
      ]
    },
    "control_variate": { raw in
      let inputs = ConformanceInputs(raw)
      let control = ControlVariate(
        try inputs.sample("y", like: "x"), control: try inputs.numbers("x"),
        knownMean: try inputs.number("known_mean"))
      return [
        "beta": JSONValue(control?.beta), "estimate": JSONValue(control?.estimate),
        "standard_error": JSONValue(control?.standardError),
        "variance_factor": JSONValue(control?.varianceFactor),
      ]
    },
    "radical_inverse_base2": { raw in
      try ConformanceInputs(raw).elementwise("index", "bits_shift") { v in
        let words = 0...Int(UInt32.max)
        let index = try ConformanceInputs.whole(v[0], "index", in: words)
        let shift = try ConformanceInputs.whole(v[1], "bits_shift", in: words)
        return ["value": JSONValue(radicalInverse(UInt32(index), shift: UInt32(shift)))]
      }
    },
  ]

  /// The lists under `values`, one a stratum, none of them empty.
  private static func strata(_ inputs: ConformanceInputs, like count: Int) throws -> [[Double]] {
    let values = try inputs.matrix("values")
    guard values.count == count, values.allSatisfy({ !$0.isEmpty }) else {
      throw ConformanceInputError("values must hold a list a stratum, none of them empty")
    }
    return values
  }

  /// The places of the strata's values when they stand one after the other.
  private static func members(_ values: [[Double]]) -> [[Int]] {
    var next = 0
    return values.map { list in
      defer { next += list.count }
      return Array(next..<next + list.count)
    }
  }
}
