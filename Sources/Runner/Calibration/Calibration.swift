package import SimulationCore

/// Price models fitted to a CSV of prices.
package struct Calibration: Sendable {
  package let data: CalibrationData
  /// One for each of the models asked for, in their order; those that nobody asked for by name may
  /// lack.
  package let fits: [ModelFit]
  /// Why models are left out.
  package let refusals: [String]
  /// Out of sample; empty where nothing was kept back.
  package let backtests: [ValueAtRiskBacktest]
  /// Of the data, then of each of `fits`.
  package let figures: [PriceFigures]

  /// Models that can be fitted, the recommended one first.
  package static let kinds = ModelFitting.all.map(\.kind)

  /// Why a model of the program is not among them, and what to take; `nil` for every other name.
  package static func advice(on kind: String) -> String? { ModelFitting.advice(on: kind) }

  /// Paths on which a fitted model is compared with the data.
  private static let pathCount = 96
  private static let longestPath = 4_000
  private static let seed: UInt64 = 1

  /// Fits the models `kinds`, or all that the data allow where it is `nil`.
  ///
  /// With `backtestFrom`, a time as in the file, they are also fitted to the returns before it and
  /// tested on those from it on. Throws where the data do not allow it.
  package init(
    _ data: CalibrationData, kinds: [String]? = nil, backtestFrom: String? = nil
  ) throws(Diagnostic) {
    self.data = data
    let split = try backtestFrom.map { text throws(Diagnostic) in
      try data.firstRow(from: text, option: "--backtest")
    }
    do {
      let sample = data.sample
      var refusals: [String] = []
      fits = try Self.fits(sample, kinds, data, &refusals)
      let stepCount = min(Self.longestPath, sample.rowCount)
      figures =
        try [PriceFigures(sample)]
        + fits.map { fit in
          PriceFigures(
            try fit.model(sample, stepCount: stepCount), pathCount: Self.pathCount,
            stepCount: stepCount, assetCount: sample.assetCount,
            spacingHours: sample.spacingHours, seed: Self.seed)
        }
      backtests =
        try split.map { row in
          let (past, future) = (
            try sample.rows(0..<row), try sample.rows(row..<sample.rowCount)
          )
          var refused: [String] = []
          let fits = try Self.fits(past, kinds, data, &refused)
          refusals += refused.map { "in the backtest: " + $0 }
          return try fits.flatMap {
            try ValueAtRiskBacktest.all($0, past: past, future: future)
          }
        } ?? []
      self.refusals = refusals
    } catch let fault as ReturnSample.Fault {
      throw Self.diagnostic(data, "--backtest leaves too little on a side: " + fault.sentence)
    } catch let refusal as LikelihoodFits.Refusal {
      throw Self.diagnostic(data, refusal.sentence)
    } catch let error as ParameterError {
      throw Self.diagnostic(data, error.message)
    } catch {
      throw Self.diagnostic(data, "\(error)")
    }
  }

  private static func fits(
    _ sample: ReturnSample, _ kinds: [String]?, _ data: CalibrationData,
    _ refusals: inout [String]
  ) throws -> [ModelFit] {
    let likelihood = try LikelihoodFits(sample)
    var fits: [ModelFit] = []
    for fitting in kinds?.compactMap(ModelFitting.of) ?? ModelFitting.all {
      do {
        let fit = try fitting.fit(likelihood)
        if !fit.isParametric, let reason = data.reasonNotToReadAgain {
          throw LikelihoodFits.Refusal(sentence: "\(fit.kind) \(reason)")
        }
        _ = try fit.model(sample, stepCount: 1)
        fits.append(fit)
      } catch let refusal as LikelihoodFits.Refusal where kinds == nil {
        refusals.append(refusal.sentence)
      } catch let error as ParameterError where kinds == nil {
        refusals.append("\(fitting.kind): \(error.message)")
      }
    }
    return fits
  }

  private static func diagnostic(_ data: CalibrationData, _ sentence: String) -> Diagnostic {
    Diagnostic(
      .priceData, at: SourceMark(file: data.file, line: 1, column: 1), sentence, underline: .hidden)
  }

  /// The fit table.
  package var report: CalibrationReport {
    CalibrationReport(data, fits: fits, figures: figures, backtests: backtests)
  }

  /// The blocks of the first model.
  package var scenario: String { CalibratedScenario(data, fits[0]).yaml }
}
