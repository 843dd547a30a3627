/// The published workloads: R makes prices only, the others run a liquidation market on them, B one with
/// everything that owners do; B has no published means.
package enum Workload: String, CaseIterable, Sendable {
  case returns = "R"
  case calm = "L1"
  case headline = "L2"
  case stormy = "L4"
  case crash = "L4S"
  case behaviour = "B"

  package var pathCount: Int {
    switch self {
    case .returns: 10_000
    case .behaviour: 200
    default: 1_000
    }
  }
  package var accountCount: Int { 10_000 }

  /// Factor on all volatilities.
  package var multiplier: Double {
    switch self {
    case .returns, .calm, .behaviour: 1
    case .headline: 2
    case .stormy, .crash: 4
    }
  }

  /// Added to the log prices of all assets but the stable one in the middle of the day.
  package var jump: Double { self == .crash ? -0.3 : 0 }

  /// Where the means of a right implementation lie.
  ///
  /// The published half-widths hold for `pathCount` paths.
  package var bands: [AcceptanceBand] {
    func band(_ statistic: String, _ mean: Double, _ halfWidth: Double) -> AcceptanceBand {
      AcceptanceBand(
        statistic: statistic, mean: mean, halfWidth: halfWidth, paths: pathCount,
        referencePaths: referencePaths)
    }
    return switch self {
    case .behaviour: []
    case .returns:
      [
        band("min_price_0", 0.97376, 0.00052), band("min_price_6", 0.95401, 0.00090),
        band("mean_price_0", 1, 0.0005),
      ]
    case .calm: [band("liquidated_usd", 164e3, 25e3), band("liquidations", 16.6, 2.5)]
    case .headline:
      [
        band("liquidated_usd", 1.486e6, 0.19e6), band("liquidations", 147, 18),
        band("min_price_0", 0.9477, 0.0032),
      ]
    case .stormy: [band("liquidated_usd", 9.20e6, 0.98e6), band("liquidations", 879, 97)]
    case .crash:
      [
        band("liquidated_usd", 135.4e6, 4.3e6), band("bad_debt_usd", 3.01e6, 0.28e6),
        band("liquidations", 18_338, 670),
      ]
    }
  }

  /// Paths behind the published means.
  private var referencePaths: Int {
    switch self {
    case .returns: 200_000
    case .behaviour: 0
    case .calm, .headline: 100_000
    case .stormy: 50_000
    case .crash: 20_000
    }
  }
}

/// The 99 % band of one statistic's mean: 2.6 standard deviations around a reference.
package struct AcceptanceBand: Sendable {
  package let statistic: String
  package let mean: Double
  /// For a run with `paths` paths.
  let halfWidth: Double
  let paths: Int
  /// Paths of the reference itself, whose error the band holds, too.
  let referencePaths: Int

  /// Half-width for a run with `count` paths.
  package func halfWidth(paths count: Int) -> Double {
    let variance = 1 / Double(count) + 1 / Double(referencePaths)
    let published = 1 / Double(paths) + 1 / Double(referencePaths)
    return halfWidth * (variance / published).squareRoot()
  }
}
