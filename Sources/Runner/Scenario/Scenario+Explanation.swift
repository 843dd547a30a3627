import SimulationCore

extension Scenario {
  /// What follows from the fields, a line each: steps, eigenvalues, leverage, venues.
  package var explanation: [String] {
    var lines = [
      "\(run.stepCount) steps of \(run.stepMinutes.shortText) min, "
        + "\(roundsPerStep) liquidation \(roundsPerStep == 1 ? "round" : "rounds") a step"
    ]
    let count = assets.count
    var covariance = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<count {
        covariance[row * count + column] =
          priceSetting.correlation[row, column] * assets[row].volatility
          * assets[column].volatility
      }
    }
    if let eigen = BLAS.symmetricEigen(covariance, count: count) {
      let values = eigen.values.map { NumberText.significant($0) }.joined(separator: ", ")
      lines.append("covariance a year: eigenvalues \(values)")
    }
    for case (let symbol, .section(let reserve)) in market?.map("reserves") ?? [] {
      let ltv = reserve.number("ltv_pct")
      let threshold = reserve.number("liquidation_threshold_pct")
      guard ltv > 0, ltv < 1, threshold > 0 else { continue }
      // Looping to the limit: 1 + LTV + LTV^2 + ...; liquidatable when prices fall to LTV / LT.
      lines.append(
        "\(symbol): leverage up to \(NumberText.significant(1 / (1 - ltv))); borrowed to the "
          + "limit, liquidatable after a fall of "
          + "\(NumberText.fixed(100 * (1 - ltv / threshold), decimals: 1))%")
    }
    for (index, venue) in venues.enumerated() {
      // Each kind of venue declares its own fields.
      func declares(_ key: String) -> Bool { venue.table[key] != nil }
      let asset = declares("asset") ? venue.text("asset") : nil
      let pair = declares("pair") ? venue.texts("pair").joined(separator: "/") : ""
      let assets = asset ?? pair
      let depth = declares("depth_2pct_usd") ? venue.optionalNumber("depth_2pct_usd") : nil
      let size = depth.map { "$\(NumberText.money($0)) to 2%" } ?? "as its reserves say"
      lines.append("venues.\(index) \(venue.kind) \(assets): depth \(size)")
    }
    return lines
  }
}
