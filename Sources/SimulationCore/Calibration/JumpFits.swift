/// A jump diffusion of one asset's returns, as fitted alone or with a given rate.
protocol JumpFit: Sendable {
  /// With `jumpsPerStep` the rate is held at that.
  init(_ returns: [Double], jumpsPerStep: Double?)
  /// The diffusion's standard deviation over a step.
  var deviation: Estimate { get }
  var jumpsPerStep: Estimate { get }
  /// The jumps' parameters by the names that scenarios have for them.
  var sizes: [(key: String, estimate: Estimate)] { get }
  /// Mean square of a jump.
  var meanSquare: Double { get }
  /// Which of `sizes` are lengths, and shrink with the jumps.
  static var lengths: Set<String> { get }
  /// Mean product of both assets' jumps in a common event; `nil` where their sizes have the assets'
  /// correlation.
  static func meanProduct(_ first: Self, _ second: Self) -> Double?
}

/// Jumps of every asset by their own likelihood, then with the rate that all share.
///
/// The jumps of a scenario are common: their rate is the median of the assets' own, with the error of
/// that asset's, and the sizes are fitted again with it. As the shared rate is known no better than
/// its own, a size keeps at least the error that it had with its own rate. Where jumps would have all
/// of an asset's variance, they are shrunk. Where common jumps have a dependence of their own, the
/// correlation is what they leave of that of all moves.
private struct CommonJumps<Fit: JumpFit> {
  let kind: String
  let fits: LikelihoodFits
  private var sample: ReturnSample { fits.sample }

  init(_ kind: String, _ fits: LikelihoodFits) {
    self.kind = kind
    self.fits = fits
  }

  var model: ModelFit {
    let own = parallelMap(sample.assetCount) { Fit(sample.columns[$0], jumpsPerStep: nil) }
    let rates = own.map(\.jumpsPerStep).sorted { $0.value < $1.value }
    let rate = rates[rates.count / 2]
    let shared = parallelMap(sample.assetCount) {
      own[$0].jumpsPerStep == rate ? own[$0] : Fit(sample.columns[$0], jumpsPerStep: rate.value)
    }
    let perYear = 1 / sample.stepYears
    let shrinkage = zip(shared, sample.deviations).map { fit, deviation in
      min(1, (0.99 * deviation * deviation / (rate.value * fit.meanSquare)).squareRoot())
    }
    let keys = shared[0].sizes.map(\.key)
    let sizes = keys.indices.map { place in
      zip(own, shared).map { own, shared -> Estimate in
        let (alone, given) = (own.sizes[place].estimate, shared.sizes[place].estimate)
        let errors = [alone.standardError, given.standardError].compactMap { $0 }
        return Estimate(given.value, standardError: errors.max())
      }
    }
    let alone = keys.indices.map { place in
      ("own \(keys[place])", own.map { $0.sizes[place].estimate })
    }
    return ModelFit(
      kind: kind,
      settings: [("common_jumps_per_year", .common(rate.value * perYear))]
        + zip(keys, sizes).map { key, estimates in
          let isLength = Fit.lengths.contains(key)
          return (
            key,
            .byAsset(zip(estimates, shrinkage).map { $0.value * (isLength ? $1 : 1) })
          )
        },
      correlation: correlation(shared, shrinkage, rate: rate.value),
      common: [("common_jumps_per_year", rate.scaled(by: perYear))],
      byAsset: [
        ("own sigma a year", own.map { $0.deviation.scaled(by: perYear.squareRoot()) }),
        ("own jumps a year", own.map { $0.jumpsPerStep.scaled(by: perYear) }),
      ] + alone + zip(keys, sizes).map { ($0, $1) }, remarks: [])
  }

  private func correlation(_ shared: [Fit], _ shrinkage: [Double], rate: Double) -> [[Double]] {
    guard Fit.meanProduct(shared[0], shared[0]) != nil else { return fits.joint.correlation }
    let (deviations, all) = (sample.deviations, sample.correlation)
    func jumping(_ row: Int, _ column: Int) -> Double {
      rate * shrinkage[row] * shrinkage[column]
        * (Fit.meanProduct(shared[row], shared[column]) ?? 0)
    }
    let left = shared.indices.map {
      (deviations[$0] * deviations[$0] - jumping($0, $0)).squareRoot()
    }
    let matrix = shared.indices.map { row in
      shared.indices.map { column -> Double in
        if row == column { return 1 }
        let total = all[row][column] * deviations[row] * deviations[column]
        return min(max((total - jumping(row, column)) / (left[row] * left[column]), -1), 1)
      }
    }
    return (try? Correlation(matrix: matrix)) != nil
      ? matrix : (try? NearestCorrelation(to: matrix))?.matrix ?? all
  }
}

extension ModelFitting {
  static let merton = ModelFitting(kind: MertonJumps.kind) {
    CommonJumps<MertonFit>(MertonJumps.kind, $0).model
  }

  static let kou = ModelFitting(kind: KouJumps.kind) {
    CommonJumps<KouFit>(KouJumps.kind, $0).model
  }
}
