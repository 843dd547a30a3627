package import SimulationCore

/// An immutable, fully checked description of an experiment.
///
/// It exists only when every field, every file and every combination that can be tested without
/// running a path is in order; building the world from it cannot fail.
package struct Scenario: Sendable {
  /// The scenario file as the user spelled it.
  package let file: String
  package let name: String
  package let description: String?
  package let question: String?
  package let expected: String?
  package let sources: [String]

  package let run: RunOptions
  package let output: OutputOptions
  package let assets: [AssetDynamics]
  /// The price model, built for this scenario's assets, steps and data.
  package let priceModel: any PriceModel
  package let priceSetting: PriceSetting
  package let dynamics: Section
  package let shocks: [ScriptedShock]
  package let market: Section?
  package let positions: Section?
  package let traders: [Section]
  package let herd: Section?
  package let liquidators: [Section]
  package let venues: [Section]
  package let oracle: Section?
  package let gas: Section?

  /// The scenario file word for word, before includes and overrides.
  package let text: String
  /// What the command line laid over it, as typed.
  package let overrides: [String]
  /// Compact JSON of everything that was read, after includes and overrides.
  package let canonical: String
  /// SHA-256 of `canonical`, hexadecimal.
  package let digest: String
  /// Warnings and notes; no errors.
  package let diagnostics: Diagnostics

  package var symbols: [String] { assets.map(\.symbol) }

  /// Length of a block of the market's chain in seconds; 12 without a market.
  package var blockSeconds: Double { market?.written("block_seconds") ?? 12 }

  /// Liquidation rounds within a step, `auto` resolved.
  package var roundsPerStep: Int { run.rounds(blockSeconds: blockSeconds) }
}
