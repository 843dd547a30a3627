import Foundation
import SimulationCore

extension ConformanceRegistry {
  /// Option prices of price-paths.md, sections 2.3 and 2.4.
  static let options: [String: ConformanceFunction] = [
    "merton_call": { raw in
      try ConformanceInputs(raw).elementwise(
        "S", "K", "r", "T", "sigma", "lambda_", "jump_mean_log", "jump_sd_log"
      ) { v in
        let law = MertonLaw(
          volatility: v[4], jumpRate: v[5], jumpMean: v[6], jumpDeviation: v[7])
        // The series has a term for each number of jumps.
        guard v[5] >= 0, v[5] * exp(v[6] + 0.5 * v[7] * v[7]) * v[3] <= 1e6 else {
          throw ConformanceInputError("lambda_ must not be negative, nor make more than 1e6 jumps")
        }
        return ["value": JSONValue(try call(v).price(series: law))]
      }
    },
    "kou_call": { raw in
      try ConformanceInputs(raw).elementwise(
        "S", "K", "r", "T", "sigma", "lambda_", "p_up", "eta_up", "eta_down"
      ) { v in
        guard v[7] > 1, v[8] > 0 else {
          throw ConformanceInputError("eta_up must be above 1, eta_down positive")
        }
        let law = KouLaw(
          volatility: v[4], jumpRate: v[5], upProbability: v[6], upRate: v[7], downRate: v[8])
        return ["value": JSONValue(try call(v).price(law))]
      }
    },
    "heston_call": { raw in
      try ConformanceInputs(raw).elementwise(
        "S", "K", "r", "T", "v0", "kappa", "theta", "vol_of_vol", "rho"
      ) { v in
        ["value": JSONValue(try call(v).price(try heston(Array(v[4...]))))]
      }
    },
    "bates_call": { raw in
      try ConformanceInputs(raw).elementwise(
        "S", "K", "r", "T", "v0", "kappa", "theta", "vol_of_vol", "rho", "lambda_",
        "jump_mean_log", "jump_sd_log"
      ) { v in
        let jumps = MertonLaw(
          volatility: 0, jumpRate: v[9], jumpMean: v[10], jumpDeviation: v[11])
        let law = BatesLaw(heston: try heston(Array(v[4...])), jumps: jumps)
        return ["value": JSONValue(try call(v).price(law))]
      }
    },
    "merton_log_return_moments": { raw in
      try ConformanceInputs(raw).elementwise(
        "sigma", "lambda_", "jump_mean_log", "jump_sd_log", "dt"
      ) { v in
        let moments = MertonLaw(
          volatility: v[0], jumpRate: v[1], jumpMean: v[2], jumpDeviation: v[3]
        ).moments(time: v[4])
        return [
          "variance": JSONValue(moments.variance), "skewness": JSONValue(moments.skewness),
          "excess_kurtosis": JSONValue(moments.excessKurtosis),
        ]
      }
    },
    "cir_moments": { raw in
      try ConformanceInputs(raw).elementwise("v0", "kappa", "theta", "vol_of_vol", "T") { v in
        let moments = try heston([v[0], v[1], v[2], v[3], 0]).varianceMoments(time: v[4])
        return ["mean": JSONValue(moments.mean), "var": JSONValue(moments.variance)]
      }
    },
  ]

  /// The call of the inputs' first four numbers.
  private static func call(_ v: [Double]) throws -> CallOption {
    guard v[0] > 0, v[1] > 0, v[3] > 0, v[3] <= 1000 else {
      throw ConformanceInputError("S, K and T must be positive, T at most 1000")
    }
    return CallOption(spot: v[0], strike: v[1], rate: v[2], maturity: v[3])
  }

  /// Of v0, kappa, theta, vol_of_vol and rho.
  private static func heston(_ v: [Double]) throws -> HestonLaw {
    guard v[1] > 0, v[3] > 0, abs(v[4]) <= 1 else {
      throw ConformanceInputError("kappa and vol_of_vol must be positive, rho in [-1, 1]")
    }
    return HestonLaw(
      initialVariance: v[0], meanReversion: v[1], longRunVariance: v[2],
      varianceVolatility: v[3], correlation: v[4])
  }
}
