import Foundation

/// A price move that a scenario prescribes, on top of the drawn or observed path.
///
/// The log price moves linearly from the step that holds `at_hours` on, over `over_minutes` (at least
/// one step), by ln(1 - drop); then linearly over `recover_over_hours` (at least one step) until the
/// share `recover_pct` of the drop in price is regained. It stays there. Whether it happens is drawn
/// once a path.
package struct ScriptedShock: Sendable, Equatable {
  package static let table = FieldTable(
    "shocks", "A prescribed price move, added to every model's paths.",
    [
      Field(
        "at_hours", .number(.hours, .nonNegative), .required,
        "When the move begins, inside the horizon; it begins with the step that holds this time."),
      Field(
        "asset", .asset, .optional,
        "The asset that moves, and those pegged to it with it; or give assets."),
      Field(
        "assets", .list(.asset, 1...10_000), .optional, "The assets that move; or give asset."),
      Field(
        "drop_pct", .number(.percent, Bounds(-1e6, 100, highOpen: true)), .required,
        "Fall of the price in percent; negative for a rise.", neutral: "0"),
      Field(
        "over_minutes", .number(.minutes, .nonNegative), .defaults("0"),
        "Length of the move, linear in the log price; 0 for one step."),
      Field(
        "recover_pct", .number(.percent, .percentage), .defaults("0"),
        "Share of the drop in price that is regained afterwards.", neutral: "0"),
      Field(
        "recover_over_hours", .number(.hours, .nonNegative), .defaults("0"),
        "Length of the recovery, linear in the log price; 0 for one step."),
      Field(
        "probability", .number(.pure, .unitInterval), .defaults("1"),
        "Probability that it happens, drawn once per path.", neutral: "0"),
    ])

  /// The shock's place in the scenario's list, which keys its draw.
  package let number: Int
  /// Which assets move, as positions in the scenario's order, rising.
  package let assets: [Int]
  package let probability: Double
  /// Move of the log price at the end of each step.
  package let profile: [Double]

  /// Reads one entry of `shocks`; assets that are pegged to one that moves move along.
  ///
  /// Throws `ParameterError` E060 to E062.
  package init(
    _ section: Section, number: Int, assets symbols: [String], pegs: [Peg] = [], stepCount: Int,
    stepYears: Double
  ) throws {
    let named = try ScriptedShock.named(section)
    let places = try named.map { name in
      guard let place = symbols.firstIndex(of: name) else {
        throw ParameterError(key: "assets", code: "E060", "\(name) is not an asset of the scenario")
      }
      return place
    }
    let start = section.number("at_hours") / stepYears
    guard start < Double(stepCount) * (1 - 1e-12) else {
      throw ParameterError(
        key: "at_hours", code: "E061",
        "at_hours must lie inside the horizon of \(Double(stepCount) * stepYears * 8760) hours")
    }
    self.number = number
    let followers = pegs.filter { peg in peg.target.map(places.contains) ?? false }.map(\.asset)
    self.assets = Set(places + followers).sorted()
    self.probability = section.number("probability")
    // A start that lies on a step's beginning up to rounding belongs to that step.
    self.profile = ScriptedShock.profile(
      stepCount: stepCount, firstStep: Int((start + 1e-9 * max(1, start)).rounded(.down)),
      dropSteps: max(1, section.number("over_minutes") / stepYears),
      recoverySteps: max(1, section.number("recover_over_hours") / stepYears),
      drop: section.number("drop_pct"), recovered: section.number("recover_pct"))
  }

  /// Adds the shock to the paths `firstPath ..< firstPath + block.pathCount` on which it happens.
  ///
  /// - Cost: O(paths x steps x moving assets).
  package func add(to block: inout PriceBlock, firstPath: Int, seed: UInt64) {
    precondition(block.stepCount == profile.count, "the block has the shock's steps")
    for path in 0..<block.pathCount {
      let random = PathRandom(seed: seed, path: UInt32(firstPath + path))
      guard happens(random) else { continue }
      for step in 0..<block.stepCount where profile[step] != 0 {
        let row = block.offset(path: path, step: step)
        for asset in assets {
          block.logPrice[row + asset] = block.clamped(block.logPrice[row + asset] + profile[step])
        }
      }
    }
  }

  /// Whether the shock happens on the path of `random`: one draw, keyed by the shock's number.
  package func happens(_ random: PathRandom) -> Bool {
    probability == 1 || random.uniform(.shock, UInt32(number)) < probability
  }

  /// The step in which the price first moves; `nil` where it never does.
  package var firstStep: Int? { profile.firstIndex { $0 != 0 } }

  private static func named(_ section: Section) throws -> [String] {
    guard section.has("asset") != section.has("assets") else {
      throw ParameterError(
        key: section.has("asset") ? "assets" : "asset", code: "E060",
        "give exactly one of asset and assets")
    }
    if let one = section.text("asset") { return [one] }
    return section.list("assets").compactMap { value in
      if case .text(let symbol) = value { symbol } else { nil }
    }
  }

  private static func profile(
    stepCount: Int, firstStep: Int, dropSteps: Double, recoverySteps: Double, drop: Double,
    recovered: Double
  ) -> [Double] {
    let bottom = log(1 - drop)
    let regained = log(1 - drop * (1 - recovered)) - bottom
    return (0..<stepCount).map { step in
      let elapsed = Double(step + 1 - firstStep)
      let down = min(max(elapsed / dropSteps, 0), 1)
      let up = min(max((elapsed - dropSteps) / recoverySteps, 0), 1)
      return bottom * down + regained * up
    }
  }
}
