import Foundation
import SimulationCore

/// What every price model takes to make the paths of workload `R`: eight assets, 1,440 one-minute steps.
///
/// Parameters are the defaults, volatilities and correlation those of the workload, but for the stable
/// asset's volatility, in which default jumps would have no room. Models that need prices get a path of
/// the workload's own. What a model or a run can do besides, and pays for, has rows of its own.
package struct ModelCosts: Sendable {
  /// Nanoseconds a variate on one thread, one a round: models in the order of the registry, then what
  /// costs more than a model's defaults.
  package let nanoseconds: [(name: String, rounds: [Double])]

  package static let usage = """
    usage: benchmarks models [--rounds N]
    Times the path generation of every price model, and of correlations that move, marginals of
    data, lows inside the steps and points; all of them once a round.
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
    let rows = try ModelCosts.rows(setting)
    var costs = rows.map { (name: $0.name, rounds: [Double]()) }
    var (block, inside) = (PriceBlock(setting), PriceBlock(setting, keepsInside: true))
    for round in 0..<rounds {
      for (index, row) in rows.enumerated() {
        block.points = row.points
        let start = WorkloadRun.processorSeconds
        for turn in 0..<ModelCosts.blocks {
          let first = (round * ModelCosts.blocks + turn) * ModelCosts.blockPaths
          if let lows = row.lows {
            row.model.fill(&inside, firstPath: first, seed: WorkloadMarket.seed)
            lows.fill(&inside, firstPath: first, seed: WorkloadMarket.seed)
          } else {
            row.model.fill(&block, firstPath: first, seed: WorkloadMarket.seed)
          }
        }
        let variates = ModelCosts.blocks * block.logPrice.count
        costs[index].rounds.append(
          (WorkloadRun.processorSeconds - start) / Double(variates) * 1e9)
      }
    }
    nanoseconds = costs
  }

  /// What is timed in one line of the table.
  private struct Row {
    let name: String
    let model: any PriceModel
    var lows: BridgeLows?
    var points: QuasiRandomPaths?
  }

  private static func rows(_ setting: PriceSetting) throws -> [Row] {
    func model(
      _ type: any PriceModel.Type, _ values: [String: Value] = [:]
    ) throws -> any PriceModel {
      try PriceModels.build(type.kind, section(type, values), setting)
    }
    let plain = try PriceModels.all.map { Row(name: $0.kind, model: try model($0)) }
    let moving = try model(
      GarchT.self,
      ["correlation_reaction": .number(0.03), "correlation_memory": .number(0.895)])
    let student = try model(StudentTReturns.self)
    return plain + [
      Row(name: "garch_t, DCC", model: moving),
      Row(name: "t_copula, data", model: try model(StudentTCopula.self, data)),
      Row(name: "student_t, bridge", model: student, lows: BridgeLows(setting.assets)),
      Row(
        name: "student_t, qmc", model: student,
        points: QuasiRandomPaths(
          seed: WorkloadMarket.seed, moves: setting.assets.map { $0.volatility > 0 },
          stepCount: setting.stepCount)),
    ]
  }

  fileprivate static let blockPaths = 16
  private static let blocks = 5
  /// The prices themselves come with the setting.
  private static let data: [String: Value] = ["file": .text("prices.csv")]

  /// Name, median, least and most.
  package var text: String {
    let rows = nanoseconds.map { name, rounds in
      let sorted = rounds.sorted()
      let figures = [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]]
      return name.padding(toLength: 20, withPad: " ", startingAt: 0)
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
  private static func section(
    _ type: any PriceModel.Type, _ own: [String: Value]
  ) -> Section {
    guard let table = PriceModels.family.table(for: type.kind) else {
      preconditionFailure("\(type.kind) is a registered price model")
    }
    var values = type.isParametric ? own : data
    for field in table.fields where values[field.key] == nil {
      if case .defaults(let text) = field.presence, let number = Double(text) {
        values[field.key] = .number(number)
      }
    }
    return Section(table: table, kind: type.kind, values: values)
  }
}

extension PriceBlock {
  /// A block of what is timed.
  fileprivate init(_ setting: PriceSetting, keepsInside: Bool = false) {
    self.init(
      capacity: ModelCosts.blockPaths, stepCount: setting.stepCount,
      assetCount: setting.assets.count, keepsInside: keepsInside)
  }
}
