import Agents
import Foundation
import SimulationCore

extension ConformanceRegistry {
  /// Random numbers, laws and matrices of price-paths.md.
  static let paths: [String: ConformanceFunction] = [
    "normal_quantile": { raw in
      try ConformanceInputs(raw).elementwise("p") { v in
        ["value": JSONValue(normalQuantile(v[0]))]
      }
    },
    "student_t_quantile": { raw in
      try ConformanceInputs(raw).elementwise("nu", "p") { v in
        ["value": JSONValue(try studentT(v[0]).quantile(v[1]))]
      }
    },
    "student_t_cdf": { raw in
      try ConformanceInputs(raw).elementwise("nu", "x") { v in
        ["value": JSONValue(try studentT(v[0]).cdf(v[1]))]
      }
    },
    "student_t_var_cvar": { raw in
      try ConformanceInputs(raw).elementwise("nu", "alpha") { v in
        let law = try studentT(v[0])
        let risk = law.valueAtRisk(level: v[1])
        let scale = law.unitVarianceScale
        return [
          "VaR": JSONValue(risk.valueAtRisk), "CVaR": JSONValue(risk.conditionalValueAtRisk),
          "VaR_unit_variance": JSONValue(scale.map { $0 * risk.valueAtRisk }),
          "CVaR_unit_variance": JSONValue(scale.map { $0 * risk.conditionalValueAtRisk }),
        ]
      }
    },
    "gbm_hit_probability": { raw in
      try ConformanceInputs(raw).elementwise("S", "B", "mu", "sigma", "T") { v in
        let probability = PerceivedRisk.firstPassage(
          logDistance: log(v[0] / v[1]), logDrift: v[2] - 0.5 * v[3] * v[3], volatility: v[3],
          horizonYears: v[4])
        return ["value": JSONValue(probability)]
      }
    },
    "nearest_correlation": { raw in
      let nearest = try NearestCorrelation(to: try ConformanceInputs(raw).matrix("A"))
      return [
        "X": .array(nearest.matrix.map { JSONValue($0) }),
        "frobenius_distance": JSONValue(nearest.frobeniusDistance),
      ]
    },
    "rng_known_answer": { raw in
      let inputs = ConformanceInputs(raw)
      let generator = try inputs.string("generator")
      let rounds = try inputs.integer("rounds")
      guard generator == "philox4x32", rounds == 10 else {
        throw ConformanceInputError("\(generator) of \(rounds) rounds is not the generator here")
      }
      let blocks = try inputs.list("cases").map { item in
        guard case .object(let members) = item else {
          throw ConformanceInputError("cases must be objects")
        }
        return try philoxBlock(ConformanceInputs(members))
      }
      return ["value": .array(blocks)]
    },
  ]

  private static func studentT(_ degreesOfFreedom: Double) throws -> StudentTDistribution {
    guard degreesOfFreedom > 0 else { throw ConformanceInputError("nu must be positive") }
    return StudentTDistribution(degreesOfFreedom: degreesOfFreedom)
  }

  private static func philoxBlock(_ inputs: ConformanceInputs) throws -> JSONValue {
    func words(_ key: String, _ count: Int) throws -> [UInt32] {
      let words = try inputs.list(key).compactMap { word in
        if case .string(let text) = word { UInt32(text, radix: 16) } else { nil }
      }
      guard words.count == count else {
        throw ConformanceInputError("\(key) must be \(count) hexadecimal words")
      }
      return words
    }
    let counter = try words("ctr", 4)
    let key = try words("key", 2)
    let (a, b, c, d) = philox4x32(
      counter: (counter[0], counter[1], counter[2], counter[3]), key: (key[0], key[1]))
    return .array(
      [a, b, c, d].map { word in
        let digits = String(word, radix: 16)
        return .string(String(repeating: "0", count: 8 - digits.count) + digits)
      })
  }
}
