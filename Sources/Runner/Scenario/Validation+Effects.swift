import SimulationCore

/// Fields of the price model that are written and change nothing, because what they act on is missing.
extension Validation {
  mutating func checkEffects() {
    guard let dynamics = complete(root.section("dynamics")) else { return }
    func isSet(_ key: String, neutral: Double) -> Bool {
      dynamics.table[key] != nil && dynamics.isWritten(key)
        && dynamics.optionalNumber(key) != neutral
    }
    var idle: [(key: String, reason: String)] = []
    if isSet("correlation_memory", neutral: .nan), !isSet("correlation_reaction", neutral: 0) {
      idle.append(("correlation_memory", "correlation_reaction is 0"))
    }
    if isSet("stress_depth_factor", neutral: 1), root.sections("venues").isEmpty {
      idle.append(("stress_depth_factor", "the scenario has no venue"))
    }
    if isSet("stress_gas_factor", neutral: 1), root.section("gas") == nil {
      idle.append(("stress_gas_factor", "the scenario has no gas block"))
    }
    let moving =
      priceSetting.map { setting in
        let pegged = Set(setting.pegs.map(\.asset))
        return setting.assets.indices.count {
          !pegged.contains($0) && setting.assets[$0].volatility > 0
        }
      } ?? 2
    for key in ["correlation_reaction", "stress_correlation_pull"]
    where moving < 2 && isSet(key, neutral: 0) {
      idle.append((key, "fewer than two assets move by the model"))
    }
    for (key, reason) in idle {
      diagnostics.add(
        Diagnostic(
          .noEffect, at: mark(dynamics, key), "dynamics.\(key) has no effect: \(reason)",
          underline: .hidden))
    }
  }
}
