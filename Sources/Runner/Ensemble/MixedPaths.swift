package import Cascade
import Markets
package import SimulationCore

/// The paths of a run that were drawn from a mixture, with their weights.
package struct MixedPaths: Sendable, Equatable {
  package let mixture: CrashMixture
  /// Nominal over drawn density of each path, in path order.
  package var weights: [Double] = []

  package init(_ mixture: CrashMixture) { self.mixture = mixture }

  package var design: WeightedPaths { WeightedPaths(likelihoodRatios: weights) }

  /// What is wrong where the mean weight is more than five standard errors from one; else `nil`.
  ///
  /// Weights have mean one under any mixture, so that this is a fault of the program.
  package var fault: String? {
    guard weights.count > 1 else { return nil }
    let moments = SampleMoments(weights)
    // Rounding alone must not count where all weights are one.
    guard abs(moments.mean - 1) > 5 * moments.standardError + 1e-9 else { return nil }
    return "internal error: the weights of the mixture have mean \(moments.mean), more than five "
      + "standard errors (\(moments.standardError)) from 1; do not use the weighted statistics"
  }
}

extension Blueprint {
  /// The blueprint with paths from a mixture whose big steps hit the collateral of all markets.
  ///
  /// `nil` where the price model has no crashes that all assets share. Throws `ParameterError` for
  /// laws that it does not have.
  package func mixed(_ request: MixtureRequest) throws -> Blueprint? {
    let values = markets.reduce([Double](repeating: 0, count: assets.count)) { sum, market in
      zip(sum, market.collateralUSD(assets)).map { $0 + $1 }
    }
    guard let model = try priceModel.mixed(request, basket: values) else { return nil }
    var copy = self
    copy.priceModel = model
    return copy
  }
}

extension MarketBlueprint {
  /// The accounts' collateral by asset, at start prices.
  func collateralUSD(_ assets: [AssetDynamics]) -> [Double] {
    let positions = pool.positions
    var values = [Double](repeating: 0, count: assets.count)
    for leg in positions.legAsset.indices {
      let asset = Int(positions.legAsset[leg])
      values[asset] += pool.collateral(leg) * assets[asset].initialPrice
    }
    return values
  }
}
