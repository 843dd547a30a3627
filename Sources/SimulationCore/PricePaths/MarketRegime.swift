/// What a state of the whole market does beside moving prices.
package struct MarketRegime: Sendable, Equatable {
  /// Multiplies the depth of every venue.
  package var depthFactor: Double
  /// Multiplies the gas price, before what crowded liquidations add.
  package var gasFactor: Double

  package init(depthFactor: Double = 1, gasFactor: Double = 1) {
    self.depthFactor = depthFactor
    self.gasFactor = gasFactor
  }
}
