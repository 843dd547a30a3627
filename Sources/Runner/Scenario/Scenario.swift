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
  /// In the scenario's order; a single `market` is called `main`.
  package let markets: [NamedSection]
  /// One for each block of accounts, in the scenario's order.
  package let positions: [Section]
  package let traders: [Section]
  package let herd: Section?
  package let liquidators: [Section]
  package let venues: [Section]
  /// Empty where nothing is said: the market price itself.
  ///
  /// A single `oracle` is called `main`.
  package let oracles: [NamedSection]
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

  /// Liquidation rounds within a step, `auto` resolved by the shortest block of any market.
  package var roundsPerStep: Int {
    run.rounds(blockSeconds: markets.map(\.blockSeconds).min() ?? NamedSection.blockSeconds)
  }
}
