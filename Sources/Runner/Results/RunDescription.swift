/// What the results say about the run that made them; nothing here depends on the machine.
package struct RunDescription: Sendable {
  /// Name of the scenario.
  package var name: String
  /// The scenario file, word for word.
  package var scenario: String
  /// SHA-256 of the scenario after includes and overrides, in canonical form.
  package var scenarioSHA256: String
  /// `--set` arguments, in order.
  package var overrides: [String]
  package var seed: UInt64
  /// Symbols, in the order of the outcome's assets.
  package var assets: [String]
  package var accountCount: Int
  package var stepCount: Int
  package var horizonHours: Double
  /// `output.quantiles`, each in (0, 1).
  package var quantiles: [Double]
  /// The book at time 0, by asset; empty without accounts.
  package var holdings: [AssetHoldings]
  /// Warnings of the scenario, as they were printed.
  package var warnings: [String]

  package init(
    name: String, scenario: String, scenarioSHA256: String, overrides: [String] = [], seed: UInt64,
    assets: [String], accountCount: Int, stepCount: Int, horizonHours: Double,
    quantiles: [Double], holdings: [AssetHoldings] = [], warnings: [String] = []
  ) {
    self.name = name
    self.scenario = scenario
    self.scenarioSHA256 = scenarioSHA256
    self.overrides = overrides
    self.seed = seed
    self.assets = assets
    self.accountCount = accountCount
    self.stepCount = stepCount
    self.horizonHours = horizonHours
    self.quantiles = quantiles
    self.holdings = holdings
    self.warnings = warnings
  }
}

/// Who holds one asset at time 0, USD an account; accounts without it may be left out or be zero.
package struct AssetHoldings: Sendable {
  package var asset: String
  package var suppliedUSD: [Double]
  package var borrowedUSD: [Double]

  package init(asset: String, suppliedUSD: [Double], borrowedUSD: [Double]) {
    self.asset = asset
    self.suppliedUSD = suppliedUSD
    self.borrowedUSD = borrowedUSD
  }
}
