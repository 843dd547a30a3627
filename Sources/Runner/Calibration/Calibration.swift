package import SimulationCore

/// Price models fitted to a CSV of prices.
package struct Calibration: Sendable {
  package let data: CalibrationData
  /// One for each of the models asked for, in their order.
  package let fits: [ModelFit]
  private let figures: [PriceFigures]

  /// Models that can be fitted, the recommended one first.
  package static let kinds = [StudentTReturns.kind, GarchT.kind]

  /// Paths on which a fitted model is compared with the data.
  private static let pathCount = 96
  private static let longestPath = 4_000
  private static let seed: UInt64 = 1

  /// Fits the models `kinds`; throws where the data do not allow it.
  package init(_ data: CalibrationData, kinds: [String]) throws(Diagnostic) {
    self.data = data
    do {
      let likelihood = try LikelihoodFits(data.sample)
      fits = kinds.map { kind in
        switch kind {
        case GarchT.kind: likelihood.garchT
        default: likelihood.studentT
        }
      }
      let sample = data.sample
      let stepCount = min(Self.longestPath, sample.rowCount)
      figures =
        try [PriceFigures(sample)]
        + fits.map { fit in
          PriceFigures(
            try fit.model(sample, stepCount: stepCount), pathCount: Self.pathCount,
            stepCount: stepCount, assetCount: sample.assetCount,
            spacingHours: sample.spacingHours, seed: Self.seed)
        }
    } catch let refusal as LikelihoodFits.Refusal {
      throw Self.diagnostic(data, refusal.sentence)
    } catch let error as ParameterError {
      throw Self.diagnostic(data, error.message)
    } catch {
      throw Self.diagnostic(data, "\(error)")
    }
  }

  private static func diagnostic(_ data: CalibrationData, _ sentence: String) -> Diagnostic {
    Diagnostic(
      .priceData, at: SourceMark(file: data.file, line: 1, column: 1), sentence, underline: .hidden)
  }

  /// The fit table.
  package var report: CalibrationReport { CalibrationReport(data, fits: fits, figures: figures) }

  /// The blocks of the first model.
  package var scenario: String { CalibratedScenario(data, fits[0]).yaml }
}
