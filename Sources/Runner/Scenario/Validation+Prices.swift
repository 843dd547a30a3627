import Foundation
import SimulationCore

/// The price model against assets, correlation and data.
extension Validation {
  mutating func checkPrices() {
    guard let dynamics = root.section("dynamics"), let type = PriceModels.type(of: dynamics.kind)
    else { return }
    let assets = root.map("assets").compactMap { entry -> (String, Section)? in
      if case .section(let section) = entry.value { (entry.key, section) } else { nil }
    }
    if assets.isEmpty, complete(root) != nil {
      diagnostics.add(
        Diagnostic(
          .missingField, at: root.mark("assets") ?? mark(root),
          "assets: a scenario has at least one asset", underline: .hidden))
    }
    let before = diagnostics.errorCount
    let pegs = pegs(assets)
    let pegged = Set(pegs.map(\.asset))
    if type.isParametric {
      checkParameters(
        assets.enumerated().filter { !pegged.contains($0.offset) }.map(\.element),
        model: dynamics.kind)
    }
    guard let dynamics = complete(dynamics), let run, assets.count == symbols.count,
      assets.allSatisfy({ complete($0.1) != nil }), !assets.isEmpty
    else { return }
    let free = symbols.indices.filter { !pegged.contains($0) }
    let correlation =
      type.isParametric ? correlation(dynamics, of: free) : .identity(symbols.count)
    let data = type.isParametric && !hasData(dynamics) ? nil : table(dynamics, assets)
    // Parametric models take neither prices nor volatilities from data.
    let observed =
      type.isParametric ? nil : data.map { self.observed($0, dynamics, assets, free) }
    if let observed {
      refuseOwnMoves(
        free.map { assets[$0] }, model: dynamics.kind, free.map { observed.prices[$0] })
    }
    guard let correlation, diagnostics.errorCount == before else { return }
    let own = assets.enumerated().map { index, asset in
      let (symbol, section) = asset
      return AssetDynamics(
        symbol: symbol,
        initialPrice: section.optionalNumber("price_usd") ?? observed?.prices[index] ?? .nan,
        volatility: section.optionalNumber("volatility_pct_annual")
          ?? observed?.volatilities[index] ?? .nan,
        drift: section.number("drift_pct_annual"))
    }
    let (all, allPegs) = self.pegged(own, pegs, assets)
    for (asset, (symbol, section)) in zip(all, assets) where asset.initialPrice.isNaN {
      diagnostics.add(
        Diagnostic(
          .priceMissing, at: mark(section),
          "missing field 'price_usd' in assets.\(symbol): no data to take it from",
          underline: .hidden))
    }
    guard all.allSatisfy({ !$0.initialPrice.isNaN && !$0.volatility.isNaN }) else { return }
    let setting = PriceSetting(
      assets: all, stepCount: run.stepCount, stepYears: run.stepYears, correlation: correlation,
      data: data, pegs: allPegs)
    priceSetting = setting
    priceModel = report(
      Result { try PriceModels.build(dynamics.kind, dynamics, setting) }, in: dynamics)
    if run.drawsLows { checkLows(type) }
    if let priceModel, case .mixture(let request) = run.sampling {
      checkMixture(request, priceModel, dynamics)
    }
    checkDependentPaths(run, type, setting)
  }

  /// Whether the model can draw its paths in antithetic pairs, or from points.
  private mutating func checkDependentPaths(
    _ run: RunOptions, _ type: any PriceModel.Type, _ setting: PriceSetting
  ) {
    let refusal: String
    if run.sampling == .antithetic, !type.isParametric {
      refusal =
        "model \(type.kind) takes its moves from data, which have no antithetic ones; take a model "
        + "with a law of its own, such as crash_garch_t, or sampling: plain"
    } else if run.sampling == .quasiRandom, !type.hasLeadingNormals {
      let able = PriceModels.all.filter { $0.hasLeadingNormals }.map { $0.kind }
      refusal =
        "points stand for the normals of a walk, and those do not lead in model \(type.kind); take "
        + "one of \(able.joined(separator: ", ")), or sampling: plain"
    } else if run.sampling == .quasiRandom, setting.stepCount > QuasiRandomPaths.largestStepCount {
      refusal =
        "\(setting.stepCount) steps are too many for points, at most "
        + "\(QuasiRandomPaths.largestStepCount); take longer steps, or sampling: plain"
    } else {
      return
    }
    let section = root.section("run")
    guard
      let mark = section?.section("sampling")?.mark() ?? section?.mark("sampling")
        ?? section?.mark()
    else { return }
    diagnostics.add(Diagnostic(.parameter, at: mark, "run.sampling: \(refusal)"))
  }

  /// Whether lows can be drawn between prices that nobody's sales move.
  private mutating func checkLows(_ type: any PriceModel.Type) {
    guard let section = root.section("run") else { return }
    guard type.hasDiffusion else {
      let able = PriceModels.all.filter { $0.hasDiffusion }.map { $0.kind }
      return add(
        ParameterError(
          key: "inside_bar", code: "E037",
          "model \(type.kind) has no diffusion inside a step whose low could be drawn",
          note: "take one of \(able.joined(separator: ", ")), or inside_bar: none"), in: section)
    }
    guard !section.boolean("price_feedback") else {
      return add(
        ParameterError(
          key: "inside_bar", code: "E037",
          "a low drawn beforehand cannot know what sales do to the price inside the step",
          note: "set price_feedback: false, or inside_bar: none"), in: section)
    }
  }

  /// Whether the model has the laws that a mixture asks for.
  private mutating func checkMixture(
    _ request: MixtureRequest, _ model: any PriceModel, _ dynamics: Section
  ) {
    let options = root.section("run")?.section("sampling")
    guard let section = options ?? root.section("run") else { return }
    let result = Result {
      guard try model.mixed(request, basket: symbols.map { _ in 0 }) == nil else { return }
      throw ParameterError(
        key: options == nil ? "sampling" : "kind", code: "E037",
        "a mixture makes the crashes of crash_garch_t or the common jumps of hawkes_jumps likelier, "
          + "and model \(dynamics.kind) has neither",
        note: "take one of these models, or sampling: screened")
    }
    // Crashes are switched off by a field of the model.
    if case .failure(let error as ParameterError) = result, dynamics.table[error.key] != nil {
      report(result, in: dynamics)
    } else {
      report(result, in: section)
    }
  }

  private mutating func checkParameters(_ assets: [(String, Section)], model: String) {
    let needed: [(key: String, code: DiagnosticCode, what: String)] = [
      ("price_usd", .priceMissing, "its price at time 0"),
      ("volatility_pct_annual", .volatilityMissing, "each asset's volatility; 0 = constant"),
    ]
    for (symbol, section) in assets {
      for field in needed where complete(section) != nil && !section.has(field.key) {
        diagnostics.add(
          Diagnostic(
            field.code, at: mark(section), "missing field '\(field.key)' in assets.\(symbol)",
            underline: .hidden, notes: ["model \(model) needs \(field.what)"]))
      }
    }
  }

  /// Reports what a model on data would ignore: a drift, and a volatility beside the data's own.
  ///
  /// `prices` are those of the data; an asset without any may say that its volatility is 0.
  private mutating func refuseOwnMoves(
    _ assets: [(String, Section)], model: String, _ prices: [Double?]
  ) {
    for ((symbol, section), price) in zip(assets, prices) {
      let unused = (price == nil ? [] : ["volatility_pct_annual"]) + ["drift_pct_annual"]
      for key in unused where section.isWritten(key) {
        add(
          ParameterError(
            key: key, code: DiagnosticCode.oneOfTwo.rawValue,
            "model \(model) takes the moves of \(symbol) from the data; leave \(key) out"),
          in: section)
      }
    }
  }

  /// The checked correlation of the assets at the places `free`, no other asset having any; `nil`
  /// where it is at fault.
  private mutating func correlation(_ dynamics: Section, of free: [Int]) -> Correlation? {
    let section = dynamics.section("correlation")
    do {
      return try Correlation(section, symbols: free.map { symbols[$0] })
        .embedded(at: free, count: symbols.count)
    } catch let error as ParameterError {
      let notes =
        error.code == DiagnosticCode.correlationDefinite.rawValue
        ? nearestNote(section) : []
      add(error, in: section ?? dynamics, notes: notes)
    } catch {
      diagnostics.add(
        Diagnostic(.parameter, at: mark(dynamics), "dynamics.correlation: \(error)"))
    }
    return nil
  }

  /// The largest change that makes the matrix valid, and how to get the whole.
  private func nearestNote(_ section: Section?) -> [String] {
    guard let repair = CorrelationRepair(section), let largest = repair.largestChange else {
      return []
    }
    let value = (largest.to * 1000).rounded() / 1000
    return [
      "nearest valid matrix changes \(largest.pair) from \(largest.from.shortText) to "
        + "\(value.shortText); print it with: slipface check --fix-correlation "
        + (root.mark()?.file ?? "FILE")
    ]
  }

  /// Whether a model that can do without data is given some.
  private func hasData(_ dynamics: Section) -> Bool {
    dynamics.table["file"] != nil && (dynamics.has("file") || dynamics.has("prices"))
  }

  /// The prices that a model on data uses.
  private mutating func table(_ dynamics: Section, _ assets: [(String, Section)]) -> PriceTable? {
    let place = dynamics.mark("file") ?? mark(dynamics)
    let result = Result { () throws -> PriceTable? in
      guard dynamics.has("file") != dynamics.has("prices") else {
        throw ParameterError(
          key: dynamics.has("file") ? "prices" : "file", code: DiagnosticCode.oneOfTwo.rawValue,
          "give exactly one of file and prices")
      }
      if let file = dynamics.text("file") {
        let mapped = dynamics.map("columns").map { entry -> (String, String) in
          if case .text(let column) = entry.value { (entry.key, column) } else { (entry.key, "") }
        }
        let columns = Dictionary(mapped, uniquingKeysWith: { first, _ in first })
        return try PriceCSV.read(
          file, wanted: Set(assets.map { columns[$0.0] ?? $0.0 }), at: place)
      }
      return try PriceDataFields.inlineTable(dynamics)
    }
    return report(result, in: dynamics) ?? nil
  }

  /// What the data say of each asset: the price at time 0 and the volatility a year.
  private mutating func observed(
    _ table: PriceTable, _ dynamics: Section, _ assets: [(String, Section)], _ free: [Int]
  ) -> (prices: [Double?], volatilities: [Double?]) {
    let result = Result { () throws -> (prices: [Double?], volatilities: [Double?]) in
      let settings = assets.enumerated().map { index, asset in
        // A pegged asset needs no data.
        let unknown = free.contains(index) ? 1.0 : 0
        return AssetDynamics(
          symbol: asset.0, initialPrice: 1,
          volatility: asset.1.optionalNumber("volatility_pct_annual") ?? unknown, drift: 0)
      }
      let setting = PriceSetting(
        assets: settings, stepCount: 1, stepYears: 1, correlation: .identity(assets.count),
        data: table)
      let returns = try PriceDataFields.returns(dynamics, setting)
      let prices = dynamics.kind == Replay.kind ? returns.firstPrice : returns.lastPrice
      let perYear = 1 / (returns.spacingHours * Unit.hours.factor)
      let volatilities = assets.indices.map { asset -> Double? in
        guard prices[asset] != nil else { return nil }
        let column = stride(from: asset, to: returns.returns.count, by: assets.count).map {
          returns.returns[$0]
        }
        let mean = column.reduce(0, +) / Double(column.count)
        let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
        return (variance * perYear).squareRoot()
      }
      return (prices, volatilities)
    }
    let none = [Double?](repeating: nil, count: assets.count)
    return report(result, in: dynamics) ?? (none, none)
  }
}
