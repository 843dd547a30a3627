/// The models whose parameters follow from likelihoods.
package struct LikelihoodFits: Sendable {
  /// Why a model could not be fitted.
  package struct Refusal: Error, Sendable, Equatable {
    package let sentence: String
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
    guard let joint = fits[0], let shocks = fits[1] else {
      throw Refusal(
        sentence: "the returns of one asset follow from those of the others; leave it out")
    }
    self.joint = joint
    self.shocks = shocks
  }

  /// `student_t`: the joint law of returns.
  package var studentT: ModelFit {
    ModelFit(
      kind: StudentTReturns.kind,
      settings: [("degrees_of_freedom", .common(joint.degreesOfFreedom.value))],
      correlation: joint.correlation,
      common: [("degrees_of_freedom", joint.degreesOfFreedom)],
      byAsset: [
        ("location", marginals.map(\.location)), ("scale", marginals.map(\.scale)),
        ("own degrees of freedom", marginals.map(\.degreesOfFreedom)),
      ], remarks: [])
  }

  /// `garch_t`: variances by asset, the joint law of what they leave.
  package var garchT: ModelFit {
    ModelFit(
      kind: GarchT.kind,
      settings: [
        ("degrees_of_freedom", .common(shocks.degreesOfFreedom.value)),
        ("alpha", .byAsset(garch.map(\.alpha.value))),
        ("beta", .byAsset(garch.map(\.beta.value))),
        ("parameter_hours", .common(sample.spacingHours)),
      ],
      correlation: shocks.correlation,
      common: [("degrees_of_freedom", shocks.degreesOfFreedom)],
      byAsset: [
        ("alpha", garch.map(\.alpha)), ("beta", garch.map(\.beta)),
        ("own degrees of freedom", garch.map(\.degreesOfFreedom)),
      ], remarks: [])
  }
}
