/// What several models' fits are made of.
package struct LikelihoodFits: Sendable {
  /// Why a model could not be fitted.
  package struct Refusal: Error, Sendable, Equatable {
    package let sentence: String

    package init(sentence: String) { self.sentence = sentence }
  }

  /// Student's t law of each asset alone.
  package let marginals: [StudentTFit]
  package let joint: MultivariateTFit
  package let garch: [GarchFit]
  /// The joint law of the GARCH shocks.
  package let shocks: MultivariateTFit
  package let sample: ReturnSample

  /// Fits every asset on its own, assets in parallel, then what they share.
  ///
  /// Throws `Refusal` where one asset's returns follow from the others'.
  package init(_ sample: ReturnSample) throws {
    self.sample = sample
    let standardised = sample.standardised
    let own = parallelMap(sample.assetCount) { asset in
      (StudentTFit(sample.columns[asset]), GarchFit(standardised[asset]))
    }
    marginals = own.map(\.0)
    garch = own.map(\.1)
    let residuals = garch.map(\.shocks)
    let fits = parallelMap(2) { MultivariateTFit($0 == 0 ? sample.columns : residuals) }
    (joint, shocks) = (try Self.checked(fits[0]), try Self.checked(fits[1]))
  }

  /// The joint t law of columns; throws `Refusal` where one of them follows from the others.
  func jointLaw(_ columns: [[Double]]) throws -> MultivariateTFit {
    try Self.checked(MultivariateTFit(columns))
  }

  private static func checked(_ fit: MultivariateTFit?) throws -> MultivariateTFit {
    guard let fit else {
      throw Refusal(
        sentence: "the returns of one asset follow from those of the others; leave it out")
    }
    return fit
  }
}

extension ModelFitting {
  /// `student_t`: the joint law of returns.
  static let studentT = ModelFitting(kind: StudentTReturns.kind) { fits in
    let nu = fits.joint.degreesOfFreedom
    return ModelFit(
      kind: StudentTReturns.kind, settings: [("degrees_of_freedom", .common(nu.value))],
      correlation: fits.joint.correlation, common: [("degrees_of_freedom", nu)],
      byAsset: [
        ("location", fits.marginals.map(\.location)), ("scale", fits.marginals.map(\.scale)),
        ("own degrees of freedom", fits.marginals.map(\.degreesOfFreedom)),
      ], remarks: [])
  }

  /// `gbm`: volatilities and Pearson's correlations, which are the likeliest for normal returns.
  static let geometricBrownianMotion = ModelFitting(kind: GeometricBrownianMotion.kind) { fits in
    let sample = fits.sample
    return ModelFit(
      kind: GeometricBrownianMotion.kind, settings: [], correlation: sample.correlation,
      common: [],
      byAsset: [
        (
          "volatility, % a year",
          zip(sample.volatilities, sample.deviationErrors).map {
            Estimate(100 * $0, standardError: 100 * $0 * $1)
          }
        )
      ], remarks: [])
  }
}
