import Foundation
package import SimulationCore

/// The fit table: parameters with standard errors, and data beside models.
package struct CalibrationReport {
  private let data: CalibrationData
  private let fits: [ModelFit]
  private let figures: [PriceFigures]
  private let backtests: [ValueAtRiskBacktest]

  /// `figures` are those of the data, then of each of `fits`.
  package init(
    _ data: CalibrationData, fits: [ModelFit], figures: [PriceFigures],
    backtests: [ValueAtRiskBacktest] = []
  ) {
    precondition(figures.count == fits.count + 1, "the data's figures and every model's")
    self.data = data
    self.fits = fits
    self.figures = figures
    self.backtests = backtests
  }

  /// The report in lines of at most `width` characters where columns allow it.
  package func lines(width: Int) -> [String] {
    var lines = heading + [""] + moments.lines(width: width)
    for fit in fits { lines += [""] + parameters(fit, width) }
    lines += [""] + drops(width) + [""] + together(width)
    return backtests.isEmpty ? lines : lines + [""] + coverage(width)
  }

  private var heading: [String] {
    let sample = data.sample
    let returns = NumberText.grouped(sample.rowCount)
    let left = data.observed.leftOutCount
    let incomplete = data.observed.incompleteRowCount
    return [
      "\(data.file.escapingControls): \(returns) returns over \(sample.spacingHours.shortText) h, "
        + "\(sample.assetCount) \(sample.assetCount == 1 ? "asset" : "assets"), \(ObservationTime.text(hours: data.span.lowerBound)) to "
        + ObservationTime.text(hours: data.span.upperBound),
      "left out: \(NumberText.grouped(left)) returns over gaps, "
        + "\(NumberText.grouped(incomplete)) rows that lack a price",
    ]
  }

  private var moments: WrappedTable {
    let sample = data.sample
    func column(_ header: String, _ values: [Double], _ decimals: Int) -> WrappedTable.Column {
      WrappedTable.Column(
        header, values.map { NumberText.fixed($0, decimals: decimals) }, minimumWidth: 10)
    }
    return WrappedTable(
      labels: sample.symbols,
      columns: [
        column("mean, bp", sample.means.map { 1e4 * $0 }, 3),
        column("sd, %", sample.deviations.map { 100 * $0 }, 4),
        column("volatility, % a year", sample.volatilities.map { 100 * $0 }, 1),
        column("worst, %", sample.columns.map { 100 * expm1($0.min() ?? 0) }, 1),
        column("best, %", sample.columns.map { 100 * expm1($0.max() ?? 0) }, 1),
      ])
  }

  private func parameters(_ fit: ModelFit, _ width: Int) -> [String] {
    let common = fit.common.map { "\($0.name) \($0.estimate.text)" }
    var lines = flowed([fit.kind] + common, gap: "  ", lead: "", width: width)
    if !fit.byAsset.isEmpty {
      lines += WrappedTable(
        labels: data.sample.symbols,
        columns: fit.byAsset.map { column in
          WrappedTable.Column(column.name, column.estimates.map(\.text), minimumWidth: 12)
        }
      ).lines(width: width)
    }
    return lines + fit.remarks
  }

  private var kinds: [String] { ["data"] + fits.map(\.kind) }

  private static let dropColumns = PriceFigures.dropHours.indices.flatMap { window in
    PriceFigures.dropShares.indices.map { share -> (header: String, window: Int, share: Int) in
      let hours = PriceFigures.dropHours[window]
      let time = hours < 48 ? "\(hours.shortText)h" : "\((hours / 24).shortText)d"
      return (
        "\(time) \((100 * PriceFigures.dropShares[share]).shortText)%", window, share
      )
    }
  }

  /// Worst drops, models over data in the mean of the assets, then data beside models.
  private func drops(_ width: Int) -> [String] {
    var labels: [String] = []
    var cells: [[[Double]]] = []
    for (asset, symbol) in data.sample.symbols.enumerated() {
      for (kind, figure) in zip(kinds, figures) {
        labels.append("\(symbol) \(kind)")
        cells.append(figure.drops[asset])
      }
    }
    let ratios = Self.dropColumns.map { header, window, share in
      WrappedTable.Column(
        header,
        figures.dropFirst().map { figure in
          ratioText(meanRatio(figure) { $0[window][share] })
        }, minimumWidth: 9)
    }
    let columns = Self.dropColumns.map { header, window, share in
      WrappedTable.Column(
        header, cells.map { NumberText.fixed(100 * $0[window][share], decimals: 1) },
        minimumWidth: 9)
    }
    return [
      "worst drop within a day and a week: median, 5 % and 1 % quantile, model over data, mean of the",
      "assets; 1 is as the data, less is too kind",
    ] + WrappedTable(labels: fits.map(\.kind), columns: ratios).lines(width: width) + [
      "", "the same drops, %, data beside models",
    ] + WrappedTable(labels: labels, columns: columns).lines(width: width)
  }

  private func ratioText(_ ratio: Double) -> String {
    ratio.isFinite ? NumberText.fixed(ratio, decimals: 2) : "n/a"
  }

  /// Of a drop of the model over that of the data; not a number where the data hardly fall.
  private func meanRatio(_ figure: PriceFigures, _ drop: ([[Double]]) -> Double) -> Double {
    let ratios = data.sample.deviations.indices.map { asset -> Double in
      let observed = drop(figures[0].drops[asset])
      return observed < -0.25 * data.sample.deviations[asset]
        ? drop(figure.drops[asset]) / observed : .nan
    }
    return ratios.reduce(0, +) / Double(ratios.count)
  }

  /// Breaches of the value at risk out of sample.
  private func coverage(_ width: Int) -> [String] {
    func percent(_ value: Double) -> String { NumberText.fixed(value, decimals: 3) }
    func column(_ header: String, _ text: (ValueAtRiskBacktest) -> String) -> WrappedTable.Column {
      WrappedTable.Column(header, backtests.map(text), minimumWidth: 9)
    }
    let count = NumberText.grouped(backtests[0].observations)
    return [
      "value at risk of the next return, \(count) returns out of sample: breaches, and p values of",
      "the tests of Kupiec (frequency) and Christoffersen (independence, both together)",
    ]
      + WrappedTable(
        labels: backtests.map {
          "\($0.symbol) \($0.kind) \((100 * $0.probability).shortText) %"
        },
        columns: [
          column("expected") { NumberText.fixed($0.expected, decimals: 1) },
          column("breaches") { NumberText.grouped($0.breaches) },
          column("Kupiec") { percent($0.kupiec) },
          column("indep.") { percent($0.christoffersen.independencePValue) },
          column("both") { percent($0.christoffersen.coveragePValue) },
        ]
      ).lines(width: width)
  }

  /// Joint extremes and clusters, data beside models.
  private func together(_ width: Int) -> [String] {
    func column(_ header: String, _ value: (PriceFigures) -> Double) -> WrappedTable.Column {
      WrappedTable.Column(
        header, figures.map { NumberText.fixed(value($0), decimals: 2) }, minimumWidth: 9)
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let step = "\(data.sample.spacingHours.shortText)h"
    let isAlone = data.sample.assetCount == 1
    // One asset has nothing to be joint with.
    func joint(_ columns: WrappedTable.Column...) -> [WrappedTable.Column] {
      isAlone ? [] : columns
    }
    var columns =
      joint(
        column("falls \(step)") { $0.stepFalls }, column("rises \(step)") { $0.stepRises })
      + [column("|r| \(step)") { mean($0.stepClustering) }]
    if data.sample.spacingHours < 24 {
      columns += joint(column("falls 24h") { $0.dayFalls }, column("rises 24h") { $0.dayRises })
      columns.append(column("|r| 24h") { mean($0.dayClustering) })
    }
    return [
      isAlone
        ? "autocorrelation of |r|"
        : "share of one asset's worst (best) 2.5 % that are another's, and autocorrelation of |r|: "
          + "means"
    ] + WrappedTable(labels: kinds, columns: columns).lines(width: width)
  }
}

extension Estimate {
  /// The value to the second digit of its standard error, and that.
  var text: String {
    guard value.isFinite else { return "n/a" }
    if standardError == 0 { return NumberText.significant(value) }
    guard let standardError, standardError > 0 else {
      return NumberText.significant(value) + " ± n/a"
    }
    let decimals = min(12, max(0, 1 - Int(log10(standardError).rounded(.down))))
    return NumberText.fixed(value, decimals: decimals) + " ± "
      + NumberText.fixed(standardError, decimals: decimals)
  }
}
