import Foundation
import SimulationCore

/// What every price model takes to make the paths of workload `R`: eight assets, 1,440 one-minute steps.
///
/// Parameters are the defaults, volatilities and correlation those of the workload, but for the stable
/// asset's volatility, in which default jumps would have no room. Models that need prices get a path of
/// the workload's own.
package struct ModelCosts: Sendable {
  /// Nanoseconds a variate on one thread, one a round, by model in the order of the registry.
  package let nanoseconds: [(kind: String, rounds: [Double])]

  package static let usage = """
    usage: benchmarks models [--rounds N]
    Times the path generation of every price model, all models once a round.
    """

  /// Reads the arguments after `models`.
  package static func parse(_ arguments: [String]) throws -> Int {
    if arguments.isEmpty { return 5 }
    guard arguments.count == 2, arguments[0] == "--rounds", let rounds = Int(arguments[1]),
      (1...1000).contains(rounds)
    else {
      throw WorkloadSettings.UsageError(
        description: "models takes --rounds N, a whole number from 1 to 1000")
    }
    return rounds
  }

  package init(rounds: Int) throws {
    let setting = try ModelCosts.setting()
    let models = try PriceModels.all.map { type in
      (type.kind, try PriceModels.build(type.kind, ModelCosts.section(type), setting))
    }
    var costs = models.map { (kind: $0.0, rounds: [Double]()) }
    var block = PriceBlock(
      capacity: ModelCosts.blockPaths, stepCount: setting.stepCount,
      assetCount: setting.assets.count)
    for round in 0..<rounds {
      for (index, model) in models.enumerated() {
        let start = WorkloadRun.processorSeconds
        for turn in 0..<ModelCosts.blocks {
          let first = (round * ModelCosts.blocks + turn) * ModelCosts.blockPaths
          model.1.fill(&block, firstPath: first, seed: WorkloadMarket.seed)
        }
        let variates = ModelCosts.blocks * block.logPrice.count
        costs[index].rounds.append(
          (WorkloadRun.processorSeconds - start) / Double(variates) * 1e9)
      }
    }
    nanoseconds = costs
  }

  private static let blockPaths = 16
  private static let blocks = 5

  /// Model, median, least and most.
  package var text: String {
    let rows = nanoseconds.map { kind, rounds in
      let sorted = rounds.sorted()
      let figures = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]]
      return kind.padding(toLength: 20, withPad: " ", startingAt: 0)
        + figures.map { String(format: "%9.2f", $0) }.joined()
    }
    return (["model                  median    least     most   ns a variate"] + rows)
      .joined(separator: "\n")
  }

  private static func setting() throws -> PriceSetting {
    let plain = try WorkloadMarket.priceSetting(multiplier: 1)
    var block = PriceBlock(
      capacity: 1, stepCount: plain.stepCount, assetCount: plain.assets.count)
    try WorkloadMarket.priceModel(multiplier: 1).fill(
      &block, firstPath: 0, seed: WorkloadMarket.seed)
    let table = try PriceTable(
      symbols: plain.assets.map(\.symbol),
      timeHours: (0...plain.stepCount).map { Double($0) / 60 },
      rows: [plain.assets.map(\.initialPrice)]
        + (0..<plain.stepCount).map { step in
          let first = block.offset(path: 0, step: step)
          return (first..<first + plain.assets.count).map { exp(block.logPrice[$0]) }
        })
    let assets = plain.assets.map {
      AssetDynamics(
        symbol: $0.symbol, initialPrice: 1, volatility: max($0.volatility, 0.55), drift: 0)
    }
    return PriceSetting(
      assets: assets, stepCount: plain.stepCount, stepYears: plain.stepYears,
      correlation: plain.correlation, data: table)
  }

  /// The model's section with its defaults filled in.
  private static func section(_ type: any PriceModel.Type) -> Section {
    guard let table = PriceModels.family.table(for: type.kind) else {
      preconditionFailure("\(type.kind) is a registered price model")
    }
    var values: [String: Value] = [:]
    for field in table.fields {
      if case .defaults(let text) = field.presence, let number = Double(text) {
        values[field.key] = .number(number)
      }
    }
    // The prices themselves come with the setting.
    if !type.isParametric { values["file"] = .text("prices.csv") }
    return Section(table: table, kind: type.kind, values: values)
  }
}
