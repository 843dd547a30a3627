extension ModelFitting {
  /// `garch_t`: variances by asset, the joint law of what they leave.
  static let garchT = ModelFitting(kind: GarchT.kind) { fits in
    fits.ownVariances(GarchT.kind, fits.garch, shocks: fits.shocks)
  }

  /// `gjr_t`: the same with falls that weigh more.
  static let gjrT = ModelFitting(kind: GjrT.kind) { fits in
    let standardised = fits.sample.standardised
    let own = parallelMap(fits.sample.assetCount) {
      GarchFit(standardised[$0], isAsymmetric: true)
    }
    let gain = zip(own, fits.garch).map { $0.logLikelihood - $1.logLikelihood }
    return fits.ownVariances(
      GjrT.kind, own, shocks: try fits.jointLaw(own.map(\.shocks)), gain: gain)
  }

  /// `filtered_historical`: the variances of `garch_t`; its shocks are the rows themselves.
  static let filteredHistorical = ModelFitting(kind: FilteredHistorical.kind) { fits in
    let count = fits.sample.rowCount
    return ModelFit(
      kind: FilteredHistorical.kind,
      settings: [
        ("alpha", .byAsset(fits.garch.map(\.alpha.value))),
        ("beta", .byAsset(fits.garch.map(\.beta.value))),
      ],
      correlation: fits.shocks.correlation, common: [],
      byAsset: [("alpha", fits.garch.map(\.alpha)), ("beta", fits.garch.map(\.beta))],
      remarks: ["draws from the \(count) rows of the data, and needs the file beside the scenario"])
  }
}

extension LikelihoodFits {
  /// A model whose assets have GARCH variances of their own and shocks with a common t law.
  ///
  /// `gain` is what an asymmetric variance adds to each asset's log likelihood.
  fileprivate func ownVariances(
    _ kind: String, _ own: [GarchFit], shocks: MultivariateTFit, gain: [Double]? = nil
  ) -> ModelFit {
    typealias Column = (name: String, estimates: [Estimate])
    let weights: [Column] = [("alpha", own.map(\.alpha)), ("beta", own.map(\.beta))]
    let gamma: [Column] = gain == nil ? [] : [("gamma", own.map(\.gamma))]
    let tails: [Column] = [("own degrees of freedom", own.map(\.degreesOfFreedom))]
    let gains: [Column] =
      gain.map {
        [("log likelihood above garch_t", $0.map(Estimate.exact))]
      } ?? []
    return ModelFit(
      kind: kind,
      settings: [("degrees_of_freedom", .common(shocks.degreesOfFreedom.value))]
        + (weights + gamma).map { ($0.name, .byAsset($0.estimates.map(\.value))) }
        + [("parameter_hours", .common(sample.spacingHours))],
      correlation: shocks.correlation,
      common: [("degrees_of_freedom", shocks.degreesOfFreedom)],
      byAsset: weights + gamma + tails + gains,
      remarks: sample.remarks(onHeavyTails: own.map { !$0.hasFourthMoment }))
  }
}
