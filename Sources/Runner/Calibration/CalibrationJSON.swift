import Foundation
import SimulationCore

extension Calibration {
  package static let jsonFormat = "slipface.calibrate/1"

  /// The object that `--json` prints: the fit table, data beside models, and the blocks.
  ///
  /// Numbers that do not exist are null; `output` is the file of the first model's blocks.
  package func json(output: String?) -> JSONText {
    let sample = data.sample
    return .object([
      ("schema", .string(Calibration.jsonFormat)),
      ("version", .string(Version.current)),
      ("file", .string(data.file)),
      ("from", .string(ObservationTime.text(hours: data.span.lowerBound))),
      ("to", .string(ObservationTime.text(hours: data.span.upperBound))),
      ("spacing_hours", .finite(sample.spacingHours)),
      ("returns", .integer(sample.rowCount)),
      ("returns_over_gaps", .integer(data.observed.leftOutCount)),
      ("rows_without_price", .integer(data.observed.incompleteRowCount)),
      ("assets", .array(sample.symbols.indices.map(asset))),
      ("models", .array(fits.map(model))),
      ("figures", .array(zip(["data"] + fits.map(\.kind), figures).flatMap(figureRows))),
      ("backtest", .array(backtests.map(\.json))),
      ("left_out", .array(refusals.map { .string($0) })),
      ("warnings", .array(data.leftOut.map(\.json))),
      ("block", .string(scenario)),
      ("output", output.map { .string($0) } ?? .null),
    ])
  }

  private func asset(_ place: Int) -> JSONText {
    let sample = data.sample
    let column = sample.columns[place]
    return .object([
      ("asset", .string(sample.symbols[place])),
      ("last_price_usd", .finite(data.observed.lastPrice[place])),
      ("mean", .finite(sample.means[place])),
      ("sd", .finite(sample.deviations[place])),
      ("volatility_pct_annual", .finite(100 * sample.volatilities[place])),
      ("worst", .finite(column.min().map(expm1))),
      ("best", .finite(column.max().map(expm1))),
    ])
  }

  private func model(_ fit: ModelFit) -> JSONText {
    func row(_ name: String, _ asset: JSONText, _ estimate: Estimate) -> JSONText {
      .object([
        ("parameter", .string(name)), ("asset", asset), ("value", .finite(estimate.value)),
        ("standard_error", .finite(estimate.standardError)),
      ])
    }
    let rows =
      fit.common.map { row($0.name, .null, $0.estimate) }
      + fit.byAsset.flatMap { column in
        zip(data.sample.symbols, column.estimates).map { row(column.name, .string($0), $1) }
      }
    return .object([
      ("model", .string(fit.kind)), ("parameters", .array(rows)),
      ("correlation", .array(fit.correlation.map { .array($0.map { .finite($0) }) })),
      ("remarks", .array(fit.remarks.map { .string($0) })),
      ("block", .string(CalibratedScenario(data, fit).yaml)),
    ])
  }

  /// One row a figure: of an asset, or of all of them together.
  private func figureRows(_ kind: String, _ figures: PriceFigures) -> [JSONText] {
    func row(_ figure: String, _ asset: JSONText, _ value: Double) -> JSONText {
      .object([
        ("model", .string(kind)), ("figure", .string(figure)), ("asset", asset),
        ("value", .finite(value)),
      ])
    }
    let single = data.sample.symbols.enumerated().flatMap { place, symbol in
      PriceFigures.dropHours.indices.flatMap { window in
        PriceFigures.dropShares.indices.map { share in
          row(
            "drop_\(PriceFigures.dropHours[window].shortText)h_p"
              + (100 * PriceFigures.dropShares[share]).shortText,
            .string(symbol), figures.drops[place][window][share])
        }
      } + [
        row("abs_return_autocorrelation_step", .string(symbol), figures.stepClustering[place]),
        row("abs_return_autocorrelation_24h", .string(symbol), figures.dayClustering[place]),
      ]
    }
    return single + [
      row("joint_falls_step", .null, figures.stepFalls),
      row("joint_rises_step", .null, figures.stepRises),
      row("joint_falls_24h", .null, figures.dayFalls),
      row("joint_rises_24h", .null, figures.dayRises),
    ]
  }
}

extension ValueAtRiskBacktest {
  fileprivate var json: JSONText {
    .object([
      ("model", .string(kind)), ("asset", .string(symbol)), ("probability", .finite(probability)),
      ("returns", .integer(observations)), ("breaches", .integer(breaches)),
      ("expected", .finite(expected)), ("kupiec_p", .finite(kupiec)),
      ("independence_p", .finite(christoffersen.independencePValue)),
      ("coverage_p", .finite(christoffersen.coveragePValue)),
    ])
  }
}
